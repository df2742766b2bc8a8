"""What is wrong, or worth knowing, about what an app may do by the Kubernetes API and in AWS."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.aws_permissions import MAX_POLICY, is_whole_kind, services, statements
from components.apps.each_app import each_app, gather
from components.foundation.irsa import ANNOTATION
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_OF_THE_CLUSTER = frozenset(
    {
        "clusterrolebindings",
        "clusterroles",
        "csinodes",
        "customresourcedefinitions",
        "ingressclasses",
        "mutatingwebhookconfigurations",
        "nodes",
        "persistentvolumes",
        "priorityclasses",
        "runtimeclasses",
        "storageclasses",
        "validatingwebhookconfigurations",
        "volumeattachments",
    }
)
"""Resources that are in no namespace, and so in no Role."""

_RUNS_CODE = frozenset(
    {
        "cronjobs",
        "daemonsets",
        "deployments",
        "jobs",
        "pods",
        "pods/attach",
        "pods/ephemeralcontainers",
        "pods/exec",
        "replicasets",
        "replicationcontrollers",
        "statefulsets",
    }
)
_WRITES = frozenset({"create", "update", "patch"})

_OTHER_SERVICES = {"kafka-cluster": "kafka"}
"""Services whose actions are on resources of another, by the services' authorization references."""


def _refused(app: "AppSettings", path: tuple[str | int, ...], message: str, found: str, allowed: str) -> Problem:
    return Problem(path=path, message=message, found=found, allowed=allowed, app=app.name)


@each_app
def own_account(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Rights are given to an account that only this app has."""
    name = app.service_account.name
    for key, wanted in (("permissions", bool(app.permissions)), ("aws", app.aws is not None)):
        if name is not None and wanted:
            message = f"the app runs as {name}, which others may run as, and they would have the same rights"
            yield _refused(app, (key,), message, f"serviceAccount.name: {name}", "no serviceAccount.name")


@each_app
def secrets_by_name(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Nobody reads all secrets of a namespace."""
    for index, each in enumerate(app.permissions):
        reads = sorted({"get", "list", "watch"} & set(each.verbs))
        if "" in each.api_groups and "secrets" in each.resources and reads and not each.resource_names:
            why = "list and watch return the values of all Secrets of the namespace, and get any whose name is known"
            names = f"resourceNames: [{app.name}-secrets] in a rule of its own, or `secrets`, which needs no API"
            yield _refused(app, ("permissions", index, "resources"), why, ", ".join(reads), names)


@each_app
def tokens_by_name(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Nobody makes tokens of whatever account there is."""
    for index, each in enumerate(app.permissions):
        if "serviceaccounts/token" in each.resources and "create" in each.verbs and not each.resource_names:
            why = "the app could make itself a token of any ServiceAccount of the namespace, and act as that"
            yield _refused(app, ("permissions", index, "resources"), why, "serviceaccounts/token", "with resourceNames")


@each_app
def in_the_namespace(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A Role grants what is in a namespace."""
    for index, each in enumerate(app.permissions):
        for place, resource in enumerate(each.resources):
            if resource.partition("/")[0] in _OF_THE_CLUSTER:
                why = "this is in no namespace, and a Role grants nothing beyond its own: the app would be refused"
                allowed = "resources of a namespace; rights over the cluster are the platform's to give"
                yield _refused(app, ("permissions", index, "resources", place), why, resource, allowed)


@each_app
def named_verbs(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A name restricts what has one when it is asked for."""
    for index, each in enumerate(app.permissions):
        whole = [resource for resource in each.resources if "/" not in resource]
        nameless = sorted({"create", "deletecollection"} & set(each.verbs))
        if each.resource_names and whole and nameless:
            why = "such a request has no name in its URL, so that a rule with resourceNames never grants it"
            allowed = "a rule of its own without resourceNames, or none"
            yield _refused(app, ("permissions", index, "verbs"), why, ", ".join(nameless), allowed)


@each_app
def aws_identity(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An identity in AWS comes with a cluster in AWS, and is one."""
    if app.aws is None:
        return
    if settings.cluster.existing is not None:
        why = "an existing cluster gets no AWS identity from Slipway: it knows neither its account nor its provider"
        allowed = f"no aws; on an EKS cluster with a role of your own serviceAccount.annotations: {{{ANNOTATION}: ARN}}"
        yield _refused(app, ("aws",), why, "aws with cluster.existing", allowed)
    if ANNOTATION in app.service_account.annotations:
        why = "the pods would have two identities in AWS, and it depends on the SDK which one counts"
        allowed = "aws, or the annotation"
        yield _refused(app, ("serviceAccount", "annotations", ANNOTATION), why, "an annotation beside aws", allowed)


@each_app
def aws_statements(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A statement says on what, and any resource needs a reason."""
    if app.aws is None:
        return
    for index, each in enumerate(app.aws.statements):
        path = ("aws", "statements", index)
        if bool(each.resources) == each.any_resource:
            found = "resources and anyResource" if each.resources else "neither"
            yield _refused(
                app, path, "a statement says on what resources", found, "resources, or anyResource with a reason"
            )
        if each.any_resource and each.reason is None:
            why = "* is every resource of the account: only actions that know no resources need it"
            yield _refused(app, (*path, "anyResource"), why, "no reason", "reason: why these actions know none")
        if "iam:PassRole" in each.actions and each.any_resource:
            why = "the app could hand any role of the account to a service of AWS, and act by that"
            yield _refused(app, (*path, "actions"), why, "iam:PassRole with anyResource", "the roles by their ARNs")


@each_app
def aws_policy_size(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """IAM takes the policy."""
    if app.aws is None:
        return
    size = len(json.dumps(statements(app.aws), separators=(",", ":"))) + len('{"Version":"2012-10-17","Statement":}')
    if size > MAX_POLICY:
        allowed = f"at most {MAX_POLICY}: fewer resources, by what their names start with"
        yield _refused(app, ("aws", "statements"), "IAM refuses a longer inline policy", f"{size} characters", allowed)


@each_app
def idle_token(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """A token is for something."""
    own = app.service_account
    if own.automount_service_account_token and own.name is None and not app.permissions:
        yield Advice(
            ("serviceAccount", "automountServiceAccountToken"),
            "the pods get a token that permits nothing here: write `permissions`, which brings one along",
            app.name,
        )


@each_app
def runs_code(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Who makes pods has what pods can have."""
    for index, each in enumerate(app.permissions):
        resources = sorted(_RUNS_CODE & set(each.resources))
        if resources and _WRITES & set(each.verbs):
            yield Advice(
                ("permissions", index),
                f"with {', '.join(resources)} the app can run programs as any ServiceAccount of {app.namespace} and"
                " read every Secret there: give it a namespace of its own",
                app.name,
            )


@each_app
def shared_account(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Who borrows an account borrows its rights."""
    name = app.service_account.name
    for other, _ in gather(lambda each: iter([each.name]), settings):
        same = other.name == name and other.namespace == app.namespace and other is not app
        if same and (other.permissions or other.aws is not None):
            yield Advice(("serviceAccount", "name"), f"the app has the rights of {other.name}, too", app.name)


@each_app
def aws_reach(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Rights in AWS are of use to who reaches AWS, and for what they are about."""
    if app.aws is None:
        return
    if not app.egress:
        yield Advice(
            ("aws",),
            "the app reaches nothing outside the cluster, AWS included: `egress: [{cidrs: [0.0.0.0/0]}]`, or the"
            " networks of the VPC endpoints",
            app.name,
        )
    for index, each in enumerate(app.aws.statements):
        of = services(each.resources)
        for action in each.actions if of else ():
            service = action.partition(":")[0]
            if _OTHER_SERVICES.get(service, service) not in of:
                text = f"{action} is on no resource here, which are of {', '.join(sorted(of))}: it may grant nothing"
                yield Advice(("aws", "statements", index, "actions"), text, app.name)
        for arn in each.resources:
            if is_whole_kind(arn):
                text = f"{arn} is all that the account has of a kind: say what their names start with"
                yield Advice(("aws", "statements", index, "resources"), text, app.name)


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    own_account,
    secrets_by_name,
    tokens_by_name,
    in_the_namespace,
    named_verbs,
    aws_identity,
    aws_statements,
    aws_policy_size,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (idle_token, runs_code, shared_account, aws_reach)

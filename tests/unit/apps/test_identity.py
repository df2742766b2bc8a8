"""What an app may do by the Kubernetes API and in AWS: objects, the refused, and what pods wait for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from components.apps import identity_checks
from components.apps.aws_identity import EXCLUDED, AwsCluster, short_name
from components.apps.aws_permissions import MAX_POLICY, AwsPermissionsSettings, statements
from components.apps.context import AppContext
from components.apps.context import context as context_of
from components.apps.identity import VERBS
from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.apps.stack import AppStack
from components.component import Target
from components.foundation.irsa import ANNOTATION
from tests.support.incluster import record_in_cluster, waits_for
from tests.support.recorded import Recording
from tests.support.schemas import manifest_problems, recording_problems
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app, context

JUDGE = Judge(identity_checks)
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-identity.md"
PERMISSION: dict[str, Any] = {"resources": ["configmaps"], "resourceNames": ["flags"], "verbs": ["get", "watch"]}
STATEMENT: dict[str, Any] = {
    "actions": ["s3:GetObject"],
    "resources": ["arn:aws:s3:::example-uploads/*"],
    "conditions": {"StringEquals": {"aws:ResourceTag/team": ["web", "shop"]}, "Bool": {"aws:SecureTransport": "true"}},
}
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC"
OUT = [{"cidrs": ["0.0.0.0/0"]}]


def deploy(settings: AppSettings, *, known: bool = True, where: AppContext | None = None) -> Recording:
    def build(cluster: Target, nodes: pulumi.Resource) -> None:
        aws = AwsCluster("slipway-test", PROVIDER, "123456789012")
        facts = where or context("none", settings)
        AppStack(settings.name, settings, target=replace(cluster, dns=(nodes,)), context=facts, aws=aws)

    return record_in_cluster(build, known=known)


def judged(*, existing: bool = False, **fields: Any) -> list[str]:
    namespaces: dict[str, Any] = {"web": {}}
    settings = stack(existing=existing, namespaces=namespaces, apps=[document(**fields)])
    return [".".join(map(str, each.path)) for each in JUDGE.problems(settings)]


def advised(*others: dict[str, Any], **fields: Any) -> list[str]:
    settings = stack(namespaces={"web": {}}, apps=[document(**fields), *others])
    return [each.text for each in JUDGE.advice(settings)]


def test_permissions_are_a_role_of_the_apps_own_account() -> None:
    settings = app(permissions=[PERMISSION, {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}])
    objects = render(settings, context("none", settings))
    assert objects["role"]["rules"] == [
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["flags"], "verbs": ["get", "watch"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]},
    ]
    assert objects["role-binding"]["subjects"] == [{"kind": "ServiceAccount", "name": "api", "namespace": "web"}]
    assert objects["role-binding"]["roleRef"]["name"] == objects["role"]["metadata"]["name"] == "api"
    assert objects["deployment"]["spec"]["template"]["spec"]["automountServiceAccountToken"] is True
    assert objects["sa"]["automountServiceAccountToken"] is False
    assert [manifest_problems(each) for each in objects.values()] == [[]] * len(objects)


def test_the_way_to_the_api_is_open() -> None:
    settings = app(permissions=[PERMISSION])
    api = context_of(stack()).kubernetes_api
    assert api == ("172.20.0.1/32", "10.0.0.0/16")
    (rule,) = render(settings, context("none", settings, kubernetes_api=api))["kubernetes-api"]["spec"]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": cidr}} for cidr in api]
    assert [each["port"] for each in rule["ports"]] == [443]
    assert context_of(stack(existing=True)).kubernetes_api == ()
    (rule,) = render(settings, context("none", settings))["kubernetes-api"]["spec"]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}]


def test_without_permissions_there_is_nothing() -> None:
    objects = render(app(), context("none", app()))
    assert not {"role", "role-binding", "kubernetes-api", "pod-identity"} & objects.keys()
    assert objects["deployment"]["spec"]["template"]["spec"]["automountServiceAccountToken"] is False


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"verbs": ["*"]}, "wildcard"),
        ({"apiGroups": ["*"]}, "wildcard"),
        ({"resources": ["*"]}, "wildcard"),
        ({"resources": ["*/scale"]}, "wildcard"),
        ({"verbs": ["escalate"]}, "write itself a Role"),
        ({"verbs": ["bind"]}, "any Role"),
        ({"verbs": ["impersonate"]}, "act as any user"),
        ({"verbs": ["read"]}, "not a verb"),
        ({"resources": ["ConfigMaps"]}, "lower case"),
    ],
)
def test_the_type_refuses(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        app(permissions=[{**PERMISSION, **change}])


@given(
    st.lists(st.sampled_from(VERBS), min_size=1, unique=True),
    st.lists(st.sampled_from(["configmaps", "secrets", "pods/log", "leases", "nodes"]), min_size=1, unique=True),
    st.booleans(),
)
def test_no_accepted_rule_reads_all_secrets(verbs: list[str], resources: list[str], named: bool) -> None:
    rule = {"resources": resources, "verbs": verbs, **({"resourceNames": ["one"]} if named else {})}
    refused = judged(permissions=[rule])
    reads = {"get", "list", "watch"} & set(verbs)
    assert ("permissions.0.resources" in refused) == bool("secrets" in resources and reads and not named)
    if not refused:
        settings = app(permissions=[rule])
        objects = render(settings, context("none", settings))
        assert manifest_problems(objects["role"]) == []
        assert objects["role"]["rules"][0]["verbs"] == verbs
    if "nodes" in resources:
        assert f"permissions.0.resources.{resources.index('nodes')}" in refused


def test_what_a_rule_must_not_say() -> None:
    token = {"resources": ["serviceaccounts/token"], "verbs": ["create"]}
    assert judged(permissions=[token]) == ["permissions.0.resources"]
    assert judged(permissions=[{**token, "resourceNames": ["ci"]}]) == []
    assert judged(permissions=[{**PERMISSION, "verbs": ["create"]}]) == ["permissions.0.verbs"]
    borrowed: dict[str, Any] = {"permissions": [PERMISSION], "serviceAccount": {"name": "ci"}}
    assert judged(**borrowed) == ["permissions"]


def test_advice_on_what_a_right_brings() -> None:
    (text,) = advised(permissions=[{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create"]}])
    assert "any ServiceAccount of web" in text
    (text,) = advised(serviceAccount={"automountServiceAccountToken": True})
    assert "`permissions`" in text
    (text,) = advised(document("jobs", serviceAccount={"name": "web"}), permissions=[PERMISSION])
    assert text == "the app has the rights of web, too"


def test_statements_are_iams() -> None:
    counted = {"actions": ["cloudwatch:PutMetricData"], "anyResource": True, "reason": "it knows no resources"}
    found = statements(AwsPermissionsSettings.model_validate({"statements": [STATEMENT, counted]}))
    assert found == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::example-uploads/*"],
            "Condition": STATEMENT["conditions"],
        },
        {"Effect": "Allow", "Action": ["cloudwatch:PutMetricData"], "Resource": "*"},
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"actions": ["*"]}, "wildcard"),
        ({"actions": ["s3:Get*"]}, "wildcard"),
        ({"actions": ["iam:PutRolePolicy"]}, "changes IAM"),
        ({"actions": ["GetObject"]}, "not an action"),
        ({"resources": ["*"]}, "anyResource"),
        ({"resources": ["arn:aws:s3:::*"]}, "every resource of the service"),
        ({"resources": ["arn:aws:*:::bucket"]}, "last part"),
        ({"resources": ["example-uploads"]}, "not an ARN"),
        ({"conditions": {"StringIs": {"aws:username": "x"}}}, "pattern"),
    ],
)
def test_a_statement_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        app(aws={"statements": [{**STATEMENT, **change}]})


def test_checks_of_aws() -> None:
    good = {"statements": [STATEMENT]}
    assert judged(aws=good) == []
    assert judged(existing=True, aws=good) == ["aws"]
    assert judged(aws=good, serviceAccount={"name": "ci"}) == ["aws"]
    annotated = {"annotations": {ANNOTATION: "arn:aws:iam::123456789012:role/web"}}
    assert judged(aws=good, serviceAccount=annotated) == [f"serviceAccount.annotations.{ANNOTATION}"]
    neither = {"actions": ["s3:GetObject"]}
    both = {**STATEMENT, "anyResource": True, "reason": "x"}
    assert judged(aws={"statements": [neither, both]}) == ["aws.statements.0", "aws.statements.1"]
    pass_role = {"actions": ["iam:PassRole"], "anyResource": True}
    assert judged(aws={"statements": [pass_role]}) == ["aws.statements.0.anyResource", "aws.statements.0.actions"]
    many = [f"arn:aws:s3:::example-{index}/*" for index in range(MAX_POLICY // 28)]
    assert judged(aws={"statements": [{**STATEMENT, "resources": many}]}) == ["aws.statements"]


def test_advice_on_aws() -> None:
    assert advised(aws={"statements": [STATEMENT]}, egress=OUT) == []
    (text,) = advised(aws={"statements": [STATEMENT]})
    assert "egress" in text
    wide = {"actions": ["sqs:SendMessage"], "resources": ["arn:aws:dynamodb:us-west-2:123456789012:table/*"]}
    mixed, kind = advised(aws={"statements": [wide]}, egress=OUT)
    assert "sqs:SendMessage is on no resource here" in mixed
    assert "table/*" in kind


@pytest.mark.parametrize("known", [True, False])
def test_pods_wait_for_the_association(known: bool) -> None:
    settings = app(aws={"statements": [STATEMENT]}, permissions=[PERMISSION], egress=OUT)
    recording = deploy(settings, known=known)
    association = recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("web", "api")
    waits = waits_for(recording, recording.one("kubernetes:apps/v1:Deployment"))
    assert {association.name, "api-role-binding", "api-pod-identity", "api-kubernetes-api"} <= waits
    assert recording_problems(recording) == []
    (rule,) = render(settings, context("none", settings))["pod-identity"]["spec"]["egress"]
    assert rule["to"] == [{"ipBlock": {"cidr": "169.254.170.23/32"}}]


def test_irsa_trusts_one_account() -> None:
    recording = deploy(app(aws={"method": "irsa", "statements": [STATEMENT]}, egress=OUT))
    trust = recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"]
    (statement,) = YAML(typ="safe").load(trust)["Statement"]
    issuer = "oidc.eks.us-west-2.amazonaws.com/id/ABC"
    assert statement["Principal"] == {"Federated": PROVIDER}
    assert statement["Condition"]["StringEquals"] == {
        f"{issuer}:sub": "system:serviceaccount:web:api",
        f"{issuer}:aud": "sts.amazonaws.com",
    }
    assert ANNOTATION in recording.one("kubernetes:core/v1:ServiceAccount").inputs["metadata"]["annotations"]
    waits = waits_for(recording, recording.one("kubernetes:apps/v1:Deployment"))
    assert recording.one("aws:iam/rolePolicy:RolePolicy").name in waits
    assert recording_problems(recording) == []
    assert recording.all("aws:eks/podIdentityAssociation:PodIdentityAssociation") == []
    assert "api-pod-identity" not in {each.name for each in recording.resources}


def test_no_cluster_no_identity() -> None:
    settings = app(aws={"statements": [STATEMENT]})
    with pytest.raises(Exception, match="EKS cluster of the stack's own"):
        record_in_cluster(
            lambda cluster, _: AppStack("api", settings, target=cluster, context=context("none", settings))
        )


@given(st.from_regex(r"\A[a-z][a-z0-9-]{0,50}[a-z0-9]\Z"), st.from_regex(r"\A[a-z][a-z0-9-]{0,50}[a-z0-9]\Z"))
def test_role_names_fit_and_differ(one: str, other: str) -> None:
    assert len(f"{short_name(one)}-aws-role-1234567") <= 64
    assert (short_name(one) == short_name(other)) == (one == other)


def test_the_sidecar_leaves_the_agent_alone() -> None:
    def annotations(mesh: str, **fields: Any) -> dict[str, str]:
        settings = app(aws={"statements": [STATEMENT]}, **fields)
        template = render(settings, context(mesh, settings))["deployment"]["spec"]["template"]
        return dict(template["metadata"].get("annotations", {}))

    assert annotations("sidecar")[EXCLUDED] == "169.254.170.23/32"
    both = annotations("sidecar", podAnnotations={EXCLUDED: "203.0.113.0/24"})
    assert both[EXCLUDED] == "203.0.113.0/24,169.254.170.23/32"
    assert all(EXCLUDED not in annotations(mesh) for mesh in ("ambient", "linkerd", "none"))


def test_the_yaml_in_the_guide_is_accepted() -> None:
    blocks = [block.partition("```")[0] for block in GUIDE.read_text().split("```yaml\n")[1:]]
    assert len(blocks) == 2
    for block in blocks:
        settings = stack(namespaces={"web": {}}, apps=[document(egress=OUT, **YAML(typ="safe").load(block))])
        assert JUDGE.problems(settings) == []
        assert JUDGE.advice(settings) == []

"""An app's IAM role: who makes it, how its name stays short enough, and how pods reach the credentials."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pulumi

from components.apps.aws_permissions import statements
from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.naming import service_account_name
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.foundation.identity import PodIdentity
from components.foundation.irsa import ANNOTATION, ServiceAccountRole

AGENT = "169.254.170.23/32"
"""Where a pod asks EKS Pod Identity's agent on its node for credentials, by HTTP on port 80 (the EKS user guide)."""

EXCLUDED = "traffic.sidecar.istio.io/excludeOutboundIPRanges"

LONGEST = 47
"""IAM allows 64 characters: a role is `NAME-aws-role` and the eight that Pulumi adds."""


@dataclass(frozen=True, slots=True)
class AwsCluster:
    """What AWS calls the cluster: its name for Pod Identity, the ARN of its OpenID Connect provider for IRSA.

    Databases of apps are in the private subnets of its VPC, and admit the nodes' security group.
    `secret_reader_role_arn` is the role of External Secrets, None where the stack has none.
    """

    name: pulumi.Input[str]
    oidc_provider_arn: pulumi.Input[str] | None = None
    account_id: str | None = None
    region: str | None = None
    vpc_id: pulumi.Input[str] | None = None
    private_subnet_ids: tuple[pulumi.Input[str], ...] = ()
    node_security_group_id: pulumi.Input[str] | None = None
    secret_reader_role_arn: pulumi.Input[str] | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """An identity in AWS: what pods wait for, and the annotations by which their ServiceAccount has it."""

    ready: pulumi.CustomResource
    annotations: dict[str, pulumi.Input[str]]


def short_name(name: str) -> str:
    """Return a name with room for what IAM roles need beside it: a long one ends with a hash of itself."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def grant(name: str, app: AppSettings, cluster: AwsCluster | None, opts: pulumi.ResourceOptions) -> Granted | None:
    """Make the role of an app, None for one without `aws`.

    Raises ValueError where the cluster cannot give an identity, which the checks report first.
    """
    if app.aws is None:
        return None
    if cluster is None or (app.aws.method == "irsa" and cluster.oidc_provider_arn is None):
        raise ValueError(f"{app.name}: aws needs an EKS cluster of the stack's own")
    short, account = f"{short_name(name)}-aws", service_account_name(app)
    if app.aws.method == "irsa" and cluster.oidc_provider_arn is not None:
        role = ServiceAccountRole(
            short,
            oidc_provider_arn=cluster.oidc_provider_arn,
            namespace=app.namespace,
            service_account=account,
            statements=statements(app.aws),
            opts=opts,
        )
        return Granted(role.grant, {ANNOTATION: role.role_arn})
    identity = PodIdentity(
        short,
        cluster_name=cluster.name,
        namespace=app.namespace,
        service_account=account,
        statements=statements(app.aws),
        account_id=cluster.account_id,
        opts=opts,
    )
    return Granted(identity.association, {})


def _asks_agent(app: AppSettings) -> bool:
    return app.aws is not None and app.aws.method == "podIdentity"


def agent_annotations(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return what keeps Istio's sidecar out of the way to the agent, which refuses what no ServiceEntry declares."""
    if not _asks_agent(app) or context.mesh_of(app.namespace) != "istio" or context.ambient:
        return {}
    own = app.pod_annotations.get(EXCLUDED)
    return {EXCLUDED: f"{own},{AGENT}" if own else AGENT}


def agent_objects(app: AppSettings, _: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the network policy that opens the way to the agent; the one to AWS itself is the app's `egress`."""
    if _asks_agent(app):
        rule = {"to": [{"ipBlock": {"cidr": AGENT}}], "ports": [{"port": 80, "protocol": "TCP"}]}
        yield (
            "pod-identity",
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": metadata(app, f"{app.name}-pod-identity"),
                "spec": {"podSelector": {"matchLabels": selector(app)}, "policyTypes": ["Egress"], "egress": [rule]},
            },
        )

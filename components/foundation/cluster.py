"""The EKS cluster: control plane, encryption, logs, identities, who may enter, and the way Pulumi does."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
from pulumi_aws.eks.cluster import Cluster
from pulumi_aws.iam.open_id_connect_provider import OpenIdConnectProvider
from pulumi_kubernetes.provider import Provider
from pydantic import Field

from components.component import Component, Nodes, Target
from components.foundation.access import AccessSettings, ClusterAccess, Grant, grants
from components.foundation.addons import AddonName, AddonSettings
from components.foundation.control_plane import ControlPlane
from components.foundation.existing import ExistingClusterSettings
from components.foundation.flow_logs import RetentionDays
from components.foundation.identity import KmsKeyArn, PrincipalArn
from components.foundation.kubernetes_provider import kubeconfig, kubernetes_provider
from components.foundation.quotas import MAX_NODES, MAX_PER_ZONE
from components.foundation.reachability import Reach
from components.foundation.security_groups import ClusterSecurityGroups
from components.foundation.versions import KubernetesVersion
from components.model import Settings
from components.names import Cidr, Port

if TYPE_CHECKING:
    from components.foundation.network import Network


class EndpointSettings(Settings):
    """How the Kubernetes API is reached. From inside the VPC it always is."""

    public_access: bool = Field(default=False, description="Whether the API is reached from the internet, too.")
    public_access_cidrs: tuple[Cidr, ...] = Field(
        default=(), description="The internet addresses that reach it: required with publicAccess, never all of them."
    )
    private_access_cidrs: tuple[Cidr, ...] = Field(
        default=(),
        description="The networks, beside the nodes, that reach the API's private address: where Pulumi and kubectl"
        " run, such as the VPC's own CIDR, a VPN or a peered VPC.",
    )


class ClusterSettings(Settings):
    """The EKS cluster to build, or the existing one to use."""

    existing: ExistingClusterSettings | None = Field(
        default=None, description="An existing cluster to use instead of building one; excludes every other key."
    )
    version: KubernetesVersion | None = Field(
        default=None,
        description='The Kubernetes version in quotes, such as "1.35": required for a cluster that Slipway builds,'
        " since a default would upgrade clusters unasked.",
    )
    name: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$")] | None = Field(
        default=None, description="The cluster's name in EKS; unset: slipway-STACK. Another name is another cluster."
    )
    endpoint: EndpointSettings = Field(default_factory=EndpointSettings, description="How the API is reached.")
    service_cidr: Cidr = Field(
        default="172.20.0.0/16",
        description="The network of Service addresses, /12 to /24, apart from the VPC; it can never be changed.",
    )
    log_retention_days: RetentionDays = Field(
        default=30, description="How long CloudWatch keeps the control plane's logs, in days."
    )
    log_kms_key_arn: KmsKeyArn | None = Field(
        default=None,
        description="The KMS key that encrypts those logs; its policy must admit CloudWatch Logs. Unset: AWS's own.",
    )
    webhook_ports: tuple[Port, ...] = Field(
        default=(),
        description="Further TCP ports of pods and nodes that the API server calls: of webhooks and aggregated APIs"
        " that others install, such as 9443 for Kyverno, 8443 for Karpenter. What Slipway installs has its own anyway.",
    )
    admins: tuple[PrincipalArn, ...] = Field(
        default=(), description="IAM roles or users with every right: at least one, and the one that runs Pulumi."
    )
    viewers: tuple[PrincipalArn, ...] = Field(
        default=(), description="IAM roles or users that may look at everything but Secrets."
    )
    access: tuple[AccessSettings, ...] = Field(default=(), description="Further grants, possibly for some namespaces.")
    deploy_role_arn: PrincipalArn | None = Field(
        default=None,
        description="The IAM role that Pulumi assumes towards the Kubernetes API, made an administrator. Unset: the"
        " identity that runs Pulumi, which must be among the admins.",
    )
    support_type: Literal["STANDARD", "EXTENDED"] = Field(
        default="STANDARD",
        description="What happens when the version's standard support ends: AWS upgrades the control plane (STANDARD),"
        " or it stays for a year at six times the hourly price (EXTENDED).",
    )
    zonal_shift: bool = Field(
        default=False, description="Whether ARC may shift traffic out of an availability zone that fails."
    )
    protect: bool = Field(
        default=False, description="Whether Pulumi and AWS refuse to delete the cluster, its KMS key and the VPC."
    )
    max_nodes_per_zone: Annotated[int, Field(ge=1, le=MAX_NODES)] = Field(
        default=MAX_PER_ZONE,
        description="The most nodes in one availability zone, over all pools at their maxSize. What more than the"
        " default need (addresses, quotas, cluster services) is told as a warning.",
    )
    addons: dict[AddonName, AddonSettings] = Field(
        default_factory=dict, description="Versions and configuration of the EKS add-ons, by add-on."
    )


def granted(settings: ClusterSettings) -> tuple[Grant, ...]:
    """Return who may enter the cluster, and what they may do there."""
    return grants(settings.admins, settings.viewers, settings.access, settings.deploy_role_arn)


def cluster_name(settings: ClusterSettings, stack: str) -> str:
    """Return the cluster's name: its own, the context of an existing one, or slipway-STACK."""
    if settings.existing is not None:
        return settings.existing.context
    return settings.name or f"slipway-{stack}"


class EksCluster(Component):
    """The cluster but for its nodes: control plane, who may enter, and how it is reached.

    `resource` is the cluster itself. `provider` is ready for use when the access entries are there. Nodes belong in
    `node_security_group_id` and wait for `security_groups`, without whose rules they cannot join.
    """

    cluster_name: str
    version: str
    region: str
    resource: Cluster
    provider: Provider
    security_groups: ClusterSecurityGroups
    node_security_group_id: pulumi.Output[str]
    kms_key_arn: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]
    oidc_provider_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        settings: ClusterSettings,
        *,
        cluster_name: str,
        network: "Network",
        region: str,
        called_ports: Mapping[int, str],
        reach: Reach | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Open `called_ports` of the nodes for the control plane: TCP ports, with who listens there.

        In a deployment `reach` waits until the API answers; without, the kubeconfig is known as soon as its parts are.
        Raises ValueError for settings without a version, which the checks report first.
        """
        super().__init__("slipway:foundation:EksCluster", name, None, opts)
        if settings.version is None:
            raise ValueError("cluster.version is not set")
        self.cluster_name, self.version, self.region = cluster_name, settings.version, region
        inner = pulumi.ResourceOptions(parent=self)
        control_plane = ControlPlane(
            name,
            settings,
            cluster_name=cluster_name,
            subnet_ids=tuple(network.intra_subnet_ids.values()),
            opts=inner,
        )
        self.kms_key_arn = control_plane.key.arn
        self.resource = control_plane.cluster
        self.security_groups = ClusterSecurityGroups(
            f"{name}-sg",
            cluster_name=cluster_name,
            control_plane_security_group_id=self.resource.vpc_config.cluster_security_group_id,
            vpc_id=network.vpc_id,
            private_access_cidrs=settings.endpoint.private_access_cidrs,
            called_ports=called_ports,
            opts=inner,
        )
        self.node_security_group_id = self.security_groups.node_security_group_id
        self.oidc_issuer = self.resource.identities[0].oidcs[0].issuer
        # AWS verifies the issuer's certificate by its own trust store, so no thumbprint is given.
        self.oidc_provider_arn = OpenIdConnectProvider(
            f"{name}-oidc", url=self.oidc_issuer, client_id_lists=["sts.amazonaws.com"], opts=self.child()
        ).arn
        access = ClusterAccess(
            f"{name}-access",
            granted(settings),
            cluster_name=self.resource.name,
            opts=inner,
        )
        self.provider = self._kubernetes_provider(name, settings, access, reach)
        self.register_outputs({"clusterName": cluster_name, "endpoint": self.resource.endpoint})

    def target(self, *, dns: Sequence[pulumi.Resource], nodes: Nodes) -> Target:
        """Return the target of what runs in the cluster, on `nodes` and with `dns`."""
        called = self.security_groups.called
        return Target(
            self.cluster_name, self.provider, lifetime=self.resource, dns=tuple(dns), nodes=nodes, called=called
        )

    def _kubernetes_provider(
        self, name: str, settings: ClusterSettings, access: ClusterAccess, reach: Reach | None
    ) -> Provider:
        role_arn = settings.deploy_role_arn
        config = pulumi.Output.all(
            endpoint=self.resource.endpoint, certificate_authority=self.resource.certificate_authority.data
        ).apply(lambda parts: kubeconfig(**parts, name=self.cluster_name, region=self.region, role_arn=role_arn))
        if reach is not None:  # not in a preview, which a grant that is to be made would leave without a kubeconfig
            there = [each.id for each in access.associations]
            config = pulumi.Output.all(config, *there).apply(lambda known: reach(known[0]))
        return kubernetes_provider(
            name,
            identifier=f"{self.region}/{self.cluster_name}",
            kubeconfig=config,
            opts=self.child(after=[*access.associations, self.security_groups]),
        )

"""Node pools: managed node groups, one for each pool and zone."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
from pulumi_aws.eks.node_group import NodeGroup
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment
from pydantic import Field

from components.component import Component, Nodes
from components.foundation.identity import managed_policy, trust
from components.foundation.launch_template import launch_template
from components.foundation.network import Zone
from components.foundation.pool_fit import Group
from components.foundation.pool_plan import Addresses, kubelet_pods, resolve
from components.foundation.quotas import MAX_NODES
from components.foundation.versions import KubernetesVersion
from components.foundation.zones import zone_groups
from components.model import Settings
from components.names import LabelKey, LabelValue, Name

if TYPE_CHECKING:
    from components.foundation.cluster import EksCluster
    from components.foundation.network import Network

InstanceTypeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$", examples=["m6i.xlarge"])]
AmiType = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$", examples=["BOTTLEROCKET_x86_64"])]
"""An image of EKS, by the name that its API has: `AL2023_…` or `BOTTLEROCKET_…`. AWS's list grows."""

ReleaseVersion = Annotated[str, Field(pattern=r"^(1\.\d{2}\.\d+-\d{8}|\d+\.\d+\.\d+-[0-9a-f]{8})$")]
"""A release of an EKS image: Kubernetes' version and a date, or Bottlerocket's own version and a commit."""

NodeCount = Annotated[int, Field(ge=0, le=MAX_NODES)]
"""Nodes over all zones; what many of them need of quotas and addresses, `scale_checks` says."""

NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""The AWS policies of a node: join the cluster, pull images, be reached by Session Manager in place of SSH. The CNI's
permissions are not among them, since it has its own identity."""

_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}


class TaintSettings(Settings):
    """A taint, as Kubernetes writes it."""

    key: LabelKey = Field(description="The taint's key.")
    value: LabelValue = Field(default="", description="The taint's value.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(
        default="NoSchedule", description="What happens to pods that do not tolerate it."
    )


class NodePoolSettings(Settings):
    """One pool. The pools general, memory, gpu and spot have defaults; any other needs instanceTypes and size."""

    instance_types: Annotated[tuple[InstanceTypeName, ...], Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="EC2 instance types, the preferred first; a spot pool wants several alike."
    )
    allow_withdrawn: bool = Field(
        default=False,
        description="Whether instance types are accepted that AWS has withdrawn, for an account that still runs them.",
    )
    capacity: Literal["on-demand", "spot"] | None = Field(
        default=None, description="On-demand instances, or spot at up to 90 % less, ended at two minutes' notice."
    )
    size: NodeCount | None = Field(
        default=None,
        description="Nodes over all zones. With autoscaling.nodes external: those to start with.",
    )
    min_size: NodeCount | None = Field(
        default=None,
        description="The fewest nodes, over all zones, for an autoscaler (autoscaling.nodes); unset: size.",
    )
    max_size: NodeCount | None = Field(
        default=None,
        description="The most nodes, over all zones, for an autoscaler (autoscaling.nodes); unset: size.",
    )
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)] | None = Field(
        default=None, description="The zones of the network that have the pool; unset: all of them."
    )
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, description="Labels of the nodes, beside slipway.dev/pool."
    )
    taints: tuple[TaintSettings, ...] | None = Field(
        default=None, description="Taints of the nodes; unset: those of a gpu or spot pool, else none."
    )
    disk_gib: Annotated[int, Field(ge=20, le=16384)] | None = Field(
        default=None, description="Size of the root volume, in GiB (gp3, encrypted); unset: 50, and 100 with GPUs."
    )
    disk_iops: Annotated[int, Field(ge=3000, le=80000)] | None = Field(
        default=None, description="I/O operations per second of the root volume; unset: gp3's own 3000."
    )
    disk_throughput: Annotated[int, Field(ge=125, le=2000)] | None = Field(
        default=None, description="Throughput of the root volume, in MiB/s; unset: gp3's own 125."
    )
    max_pods: Annotated[int, Field(ge=4, le=250)] | None = Field(
        default=None,
        description="Pods on one node. Unset: as many as its network interfaces have addresses for; with prefix"
        " delegation, or where Calico is the whole CNI, 110 (250 from 30 vCPU).",
    )
    max_unavailable_percentage: Annotated[int, Field(ge=1, le=100)] = Field(
        default=33, description="How much of a zone's nodes an update replaces at a time, in percent."
    )
    detailed_monitoring: bool = Field(
        default=False, description="Whether CloudWatch has the nodes' metrics by the minute, at a price."
    )
    ami_type: AmiType | None = Field(
        default=None,
        description="The EKS image, such as BOTTLEROCKET_x86_64; unset: Amazon Linux 2023 as the instance types need"
        " it, with the driver of their GPUs (NVIDIA) or of Inferentia and Trainium (NEURON).",
    )
    version: KubernetesVersion | None = Field(
        default=None,
        description="The nodes' Kubernetes version, in quotes, to hold them back while the control plane is upgraded;"
        " unset: the cluster's.",
    )
    formerly: tuple[Name, ...] = Field(
        default=(),
        description="Names that the pool had, in the order it had them: what was made under them is kept.",
    )
    release_version: ReleaseVersion | None = Field(
        default=None,
        description="The EKS image's release, such as 1.35.2-20261101, or Bottlerocket's, such as 1.62.0-1a2b3c4d;"
        " unset: the newest when nodes are made or upgraded, left alone in between.",
    )


class NodePools(Component):
    """The node groups of all pools, in the network's private subnets.

    Each pool has one launch template, and one group per zone: a group over several zones could not keep a volume's
    node in the volume's zone, nor a zone's limit. The groups wait for the network's way out, the rules of their
    security group, and `after`. `tags` go to the instances and their volumes, which the provider's default tags do
    not reach. Where the groups are `scaled`, something else owns the number of nodes once they are made.
    """

    by_pool: dict[str, tuple[NodeGroup, ...]]
    nodes: Nodes
    role_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        pools: Mapping[str, NodePoolSettings],
        *,
        cluster: "EksCluster",
        network: "Network",
        addresses: Addresses,
        scaled: bool = False,
        tags: Mapping[str, str] | None = None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:NodePools", name, None, opts)
        role = Role(
            f"{name}-role",
            description=f"Nodes of the EKS cluster {cluster.cluster_name}",
            assume_role_policy=trust("ec2.amazonaws.com"),
            opts=self.child(),
        )
        self.role_arn = role.arn
        waits = [
            *network.ready,
            cluster.security_groups,
            *(
                RolePolicyAttachment(
                    f"{name}-{each}", role=role.name, policy_arn=managed_policy(each), opts=self.child()
                )
                for each in NODE_POLICIES
            ),
            *after,
        ]
        self.by_pool = {}
        known: list[tuple[Group, pulumi.Resource]] = []
        for pool_name, settings in pools.items():
            pool, former = resolve(pool_name, settings), [f"{name}-{each}" for each in settings.formerly]
            template = launch_template(
                f"{name}-{pool.name}",
                pool,
                cluster_name=cluster.cluster_name,
                security_group_id=cluster.node_security_group_id,
                max_pods=kubelet_pods(pool, addresses),
                tags=tags or {},
                opts=self.child(formerly=former),
            )
            shares = zone_groups(
                pool.zones or network.zones, size=pool.size, min_size=pool.min_size, max_size=pool.max_size
            )
            self.by_pool[pool.name] = tuple(
                NodeGroup(
                    f"{name}-{pool.name}-{share.zone}",
                    cluster_name=cluster.resource.name,
                    node_role_arn=role.arn,
                    subnet_ids=[network.private_subnet_ids[share.zone]],
                    instance_types=list(pool.instance_types),
                    capacity_type="SPOT" if pool.capacity == "spot" else "ON_DEMAND",
                    ami_type=pool.ami_type,
                    version=pool.version or cluster.version,
                    release_version=pool.release_version,
                    scaling_config={
                        "desired_size": share.size,
                        "min_size": share.min_size,
                        "max_size": share.max_size,
                    },
                    labels=dict(pool.labels),
                    taints=[
                        {"key": each.key, "value": each.value, "effect": _EFFECTS[each.effect]} for each in pool.taints
                    ],
                    update_config={"max_unavailable_percentage": pool.max_unavailable_percentage},
                    launch_template={"id": template.id, "version": template.latest_version.apply(str)},
                    # An autoscaler's number is not set back by an update; without one, `size` is the number.
                    opts=self.child(
                        after=waits,
                        ignore_changes=["scalingConfig.desiredSize"] if scaled else None,
                        formerly=[f"{each}-{share.zone}" for each in former],
                    ),
                )
                for share in shares
            )
            known += [
                (Group(pool, share.zone, share.size), group)
                for share, group in zip(shares, self.by_pool[pool.name], strict=True)
            ]
        self.nodes = Nodes(tuple(known))
        self.register_outputs({})

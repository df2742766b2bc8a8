"""What everything else stands on: an EKS cluster with its network and nodes, or a cluster that is already there."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi

from components.apps.node_ports import node_port_rules
from components.component import Nodes, Target
from components.foundation.addons import EBS_DRIVER, Addons, Phase
from components.foundation.cluster import EksCluster, cluster_name
from components.foundation.endpoints import derived_services
from components.foundation.existing import ExistingCluster
from components.foundation.network import Network
from components.foundation.node_pools import NodePools
from components.foundation.node_ports import NodePortAccess
from components.foundation.pool_sums import scaled
from components.foundation.provider import aws_provider, default_tags
from components.foundation.reachability import Reach
from components.networking.called_ports import called_ports
from components.networking.cni import overlay
from components.networking.dns import coredns
from components.networking.dns.addresses import consul_dns_ip
from components.networking.vpc_cni import addon_configurations, addresses

if TYPE_CHECKING:
    from components.settings import StackSettings


@dataclass(frozen=True, slots=True)
class Base:
    """A cluster to work in.

    `opts` are those of a component that may make AWS resources, too. `eks_name`, `oidc_provider_arn`, `vpc_id` and
    `node_security_group_id` are None for a cluster that Slipway does not own, as are the add-ons.
    """

    target: Target
    opts: pulumi.ResourceOptions
    eks_name: pulumi.Output[str] | None = None
    oidc_provider_arn: pulumi.Output[str] | None = None
    vpc_id: pulumi.Output[str] | None = None
    private_subnet_ids: tuple[pulumi.Output[str], ...] = ()
    node_security_group_id: pulumi.Output[str] | None = None
    ebs_driver: pulumi.Resource | None = None
    snapshot_controller: pulumi.Resource | None = None
    metrics_server: pulumi.Resource | None = None
    outputs: dict[str, pulumi.Input[object]] = field(default_factory=dict)


def existing_base(settings: "StackSettings", parent: pulumi.Resource) -> Base:
    """Use the cluster of a kube context; raises ValueError where the settings name none."""
    if settings.cluster.existing is None:
        raise ValueError("cluster.existing is not set")
    opts = pulumi.ResourceOptions(parent=parent)
    cluster = ExistingCluster("cluster", settings.cluster.existing, opts=opts)
    return Base(target=cluster.target, opts=opts, outputs={"clusterName": cluster.cluster_name})


def eks_base(settings: "StackSettings", parent: pulumi.Resource, reach: Reach | None = None) -> Base:
    """Build network, control plane, nodes and add-ons; raises ValueError for settings that lack `aws` or `network`.

    The VPC CNI and kube-proxy are there before the first node, CoreDNS and the storage driver after the groups that run
    them: a GPU or spot group that AWS cannot fill holds up its own apps only. Where Calico
    is the whole CNI, nodes become ready only with it, so neither it nor the nodes wait for the other. `reach` is what
    the kubeconfig goes through before it is used.
    """
    if settings.aws is None or settings.network is None:
        raise ValueError("an EKS cluster needs aws and network")
    region, name = settings.aws.region, cluster_name(settings.cluster, settings.stack)
    tags = default_tags(settings.aws, environment=settings.environment, stack=settings.stack)
    provider = aws_provider(
        "aws",
        settings.aws,
        environment=settings.environment,
        stack=settings.stack,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    opts = pulumi.ResourceOptions(parent=parent, providers=[provider])
    network = Network(
        "network",
        settings.network,
        cluster_name=name,
        region=region,
        services=derived_services(settings),
        protect=settings.cluster.protect,
        opts=opts,
    )
    cluster = EksCluster(
        "cluster",
        settings.cluster,
        cluster_name=name,
        network=network,
        region=region,
        called_ports=called_ports(settings),
        reach=reach,
        opts=opts,
    )

    if rules := node_port_rules(settings):
        NodePortAccess("node-ports", rules, security_group_id=cluster.node_security_group_id, opts=opts)
    account_id = settings.aws.account_id
    coredns_configuration = coredns.addon_configuration(settings.dns, consul_dns_ip=consul_dns_ip(settings))

    def addons(phase: Phase, nodes: Nodes | None = None) -> Addons:
        return Addons(
            f"addons-{phase}",
            settings.cluster.addons,
            cluster=cluster,
            phase=phase,
            overlay=overlay(settings),
            configurations={**addon_configurations(settings), "coredns": coredns_configuration},
            account_id=account_id,
            volume_kms_key_arn=settings.storage.kms_key_arn,
            volume_tags=tags,
            nodes=nodes or Nodes(),
            opts=opts,
        )

    before = addons("before-compute")
    pools = NodePools(
        "nodes",
        settings.node_pools,
        cluster=cluster,
        network=network,
        addresses=addresses(settings),
        scaled=scaled(settings),
        tags=tags,
        after=before.resources,
        opts=opts,
    )
    after = addons("after-compute", pools.nodes)
    return Base(
        target=cluster.target(dns=[after.by_name["coredns"]], nodes=pools.nodes),
        opts=opts,
        eks_name=cluster.resource.name,
        oidc_provider_arn=cluster.oidc_provider_arn,
        vpc_id=network.vpc_id,
        private_subnet_ids=tuple(network.private_subnet_ids.values()),
        node_security_group_id=cluster.node_security_group_id,
        ebs_driver=after.by_name.get(EBS_DRIVER),
        snapshot_controller=after.by_name.get("snapshot-controller"),
        metrics_server=after.by_name.get("metrics-server"),
        outputs={
            "clusterName": name,
            "clusterEndpoint": cluster.resource.endpoint,
            "oidcProviderArn": cluster.oidc_provider_arn,
            "vpcId": network.vpc_id,
            "kubeconfigCommand": f"aws eks update-kubeconfig --region {region} --name {name}",
        },
    )

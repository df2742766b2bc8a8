"""The node groups as they are registered."""

import base64
import json
from functools import cache
from typing import Any

import pytest

from components.foundation.addons import Addons
from components.foundation.cluster import EksCluster
from components.foundation.network import Network
from components.foundation.node_pools import NodePools, NodePoolSettings
from components.foundation.pool_plan import Addresses
from tests.support.eks import ZONES, names, record_cluster
from tests.support.recording import Recorded, Recording

GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SHIPPED: dict[str, dict[str, Any]] = {
    "general": {},
    "memory": {},
    "gpu": {},
    "spot": {},
    "production": {"instanceTypes": ["m6i.xlarge"], "size": 3, "detailedMonitoring": True},
}


def recorded(
    pools: dict[str, dict[str, Any]] | None = None,
    *,
    addresses: Addresses = "interfaces",
    known: bool = True,
    **arguments: Any,
) -> Recording:
    def then(cluster: EksCluster, network: Network) -> None:
        before = Addons("addons", {}, cluster=cluster, phase="before-compute")
        read = {name: NodePoolSettings.model_validate(keys) for name, keys in (pools or SHIPPED).items()}
        NodePools(
            "pools", read, cluster=cluster, network=network, addresses=addresses, after=before.resources, **arguments
        )

    return record_cluster(then=then, known=known)


@cache
def shipped() -> Recording:
    return recorded()


def group(recording: Recording, pool: str, zone: str = ZONES[0]) -> Recorded:
    return recording.one(GROUP, f"pools-{pool}-{zone}")


def test_there_is_one_group_for_each_pool_and_zone_and_one_template_for_each_pool() -> None:
    recording = shipped()
    assert {each.name for each in recording.all(GROUP)} == {
        f"pools-{pool}-{zone}"
        for pool in SHIPPED
        for zone in (ZONES[:2] if pool in {"memory", "gpu"} else ZONES)  # of two nodes, the third zone has none
    }
    assert {each.name for each in recording.all(TEMPLATE)} == {f"pools-{pool}" for pool in SHIPPED}


def test_a_group_is_in_its_zones_private_subnet_with_its_share() -> None:
    recording = shipped()
    found = {zone: group(recording, "general", zone).inputs for zone in ZONES}
    assert {zone: inputs["subnetIds"] for zone, inputs in found.items()} == {
        zone: [f"network-private-{zone}-id"] for zone in ZONES
    }
    shares = [inputs["scalingConfig"] for inputs in found.values()]
    assert shares == [
        {"desiredSize": 2, "minSize": 2, "maxSize": 2},
        {"desiredSize": 1, "minSize": 1, "maxSize": 1},
        {"desiredSize": 1, "minSize": 1, "maxSize": 1},
    ]


def test_a_group_is_what_its_pool_says() -> None:
    inputs = group(shipped(), "gpu").inputs
    assert inputs == {
        "clusterName": "blue",
        "nodeRoleArn": "arn:aws:mock:us-west-2:123456789012:role/pools-role",
        "subnetIds": ["network-private-us-west-2a-id"],
        "instanceTypes": ["g6.2xlarge"],
        "capacityType": "ON_DEMAND",
        "amiType": "AL2023_x86_64_NVIDIA",
        "version": "1.35",
        "scalingConfig": {"desiredSize": 1, "minSize": 1, "maxSize": 1},
        "labels": {"slipway.dev/pool": "gpu"},
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}],
        "updateConfig": {"maxUnavailablePercentage": 33},
        "launchTemplate": {"id": "pools-gpu-id", "version": "1"},
    }


def test_spot_is_spot() -> None:
    inputs = group(shipped(), "spot").inputs
    assert inputs["capacityType"] == "SPOT"
    assert len(inputs["instanceTypes"]) >= 5
    assert inputs["taints"] == [{"key": "slipway.dev/pool", "value": "spot", "effect": "NO_SCHEDULE"}]


def test_an_autoscalers_number_is_left_alone_and_size_counts_without_one() -> None:
    assert {each.ignore_changes for each in shipped().all(GROUP)} == {()}
    scaled = recorded({"general": {}}, scaled=True)
    assert {each.ignore_changes for each in scaled.all(GROUP)} == {("scalingConfig.desiredSize",)}


def test_versions_can_be_held_back() -> None:
    pools = {"general": {"version": "1.34", "releaseVersion": "1.34.2-20261101", "maxUnavailablePercentage": 50}}
    inputs = group(recorded(pools), "general").inputs
    assert (inputs["version"], inputs["releaseVersion"]) == ("1.34", "1.34.2-20261101")
    assert inputs["updateConfig"] == {"maxUnavailablePercentage": 50}


def test_a_pool_may_be_in_some_zones_only() -> None:
    recording = recorded({"gpu": {"zones": ["us-west-2c", "us-west-2a"], "size": 3}})
    assert {each.name: each.inputs["scalingConfig"]["desiredSize"] for each in recording.all(GROUP)} == {
        "pools-gpu-us-west-2c": 2,
        "pools-gpu-us-west-2a": 1,
    }


def test_a_node_joins_pulls_and_is_reached_and_may_do_nothing_else() -> None:
    recording = shipped()
    trust = json.loads(recording.one("aws:iam/role:Role", "pools-role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    attached = [
        each.inputs["policyArn"].rpartition("/")[2]
        for each in recording.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.name.startswith("pools-")
    ]
    assert attached == [
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKSWorkerNodePolicy",
        "AmazonSSMManagedInstanceCore",
    ]


@pytest.mark.parametrize("pool", SHIPPED)
def test_nodes_come_after_their_addons_permissions_rules_and_way_out(pool: str) -> None:
    recording = shipped()
    nodes = group(recording, pool)
    waits = names(recording, nodes.dependencies)
    assert {
        "addons-vpc-cni",
        "addons-kube-proxy",
        "addons-eks-pod-identity-agent",
        "pools-AmazonEKSWorkerNodePolicy",
        "cluster-sg-nodes-to-control-plane",
        "cluster-sg-nodes-out",
    } <= waits
    ways_out = {each.urn for each in recording.all("aws:ec2/route:Route")}
    assert ways_out & set(nodes.dependencies)


def test_under_calico_every_node_knows_its_pods() -> None:
    assert all("userData" in each.inputs for each in recorded(addresses="overlay").all(TEMPLATE))
    assert not any("userData" in each.inputs for each in shipped().all(TEMPLATE))


def test_with_prefixes_every_node_is_told_its_pods_since_eks_counts_without() -> None:
    template = recorded({"memory": {}}, addresses="prefixes").one(TEMPLATE, "pools-memory")
    assert "--max-pods=110" in base64.b64decode(template.inputs["userData"]).decode()


def test_tags_reach_the_instances() -> None:
    template = recorded(tags={"owner": "platform-team"}).one(TEMPLATE, "pools-memory").inputs
    assert template["tagSpecifications"][0]["tags"]["owner"] == "platform-team"
    assert template["vpcSecurityGroupIds"] == ["cluster-sg-nodes-id"]


def test_the_groups_are_there_to_wait_for() -> None:
    seen: dict[str, Any] = {}

    def then(cluster: EksCluster, network: Network) -> None:
        pools = NodePools(
            "pools", {"general": NodePoolSettings()}, cluster=cluster, network=network, addresses="interfaces"
        )
        seen.update(groups=len(pools.nodes.for_pod({})), pools=list(pools.by_pool))

    record_cluster(then=then)
    assert seen == {"groups": 3, "pools": ["general"]}


def test_unknown_outputs_change_no_urn() -> None:
    assert recorded(known=False).urns == shipped().urns

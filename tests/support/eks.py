"""A recorded EKS cluster for the tests of what is built on one."""

from collections.abc import Callable, Iterable
from typing import Any

from components.foundation.cluster import ClusterSettings, EksCluster
from components.foundation.network import Network, NetworkSettings
from tests.support.recording import Recording, record

REGION = "us-west-2"
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
ADMIN = "arn:aws:iam::123456789012:role/platform-admin"

OUTPUTS: dict[str, dict[str, Any]] = {
    "aws:eks/cluster:Cluster": {
        "endpoint": "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com",
        "certificateAuthority": {"data": "Y2VydGlmaWNhdGU="},
        "identities": [{"oidcs": [{"issuer": "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF"}]}],
        "vpcConfig": {"clusterSecurityGroupId": "sg-control-plane", "subnetIds": [], "vpcId": "vpc-1"},
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1},
    "aws:kms/key:Key": {"keyId": "key-1"},
}
NETWORK = NetworkSettings.model_validate({"natGateways": "single", "flowLogs": {"enabled": False}})
CALLS = {"aws:eks/getAddonVersion:getAddonVersion": {"version": "v1.2.3-eksbuild.4"}}

Program = Callable[[EksCluster, Network], object]


def settings(**keys: Any) -> ClusterSettings:
    """Return a cluster's settings as YAML has them, with a version and an administrator."""
    return ClusterSettings.model_validate({"version": "1.35", "admins": [ADMIN], **keys})


def record_cluster(
    cluster: ClusterSettings | None = None, then: Program | None = None, *, known: bool = True
) -> Recording:
    """Record a cluster in a network of three zones, and what `then` builds on it."""

    def program() -> None:
        network = Network("network", NETWORK, cluster_name="blue", region=REGION)
        built = EksCluster(
            "cluster",
            cluster or settings(),
            cluster_name="blue",
            network=network,
            region=REGION,
            called_ports={10250: "kubelet"},
        )
        if then:
            then(built, network)

    return record(program, known=known, outputs=OUTPUTS, calls=CALLS)


def names(recording: Recording, urns: Iterable[str]) -> set[str]:
    """Return the logical names of dependencies."""
    return {resource.name for resource in recording.resources if resource.urn in set(urns)}

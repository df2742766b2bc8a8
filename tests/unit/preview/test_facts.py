"""The facts beside a resource's name, for types that the sample does not show in all their kinds."""

from dataclasses import replace

import pytest

from slipway.preview.facts import facts
from slipway.recording.wire import SECRET, UNKNOWN, Json
from tests.unit.cost.building import resource


@pytest.mark.parametrize(
    ("token", "inputs", "told"),
    [
        ("aws:eks/cluster:Cluster", {}, ("Kubernetes of the default version", "public endpoint for everyone")),
        (
            "aws:eks/cluster:Cluster",
            {
                "version": "1.35",
                "vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24"]},
                "enabledClusterLogTypes": ["api"],
            },
            ("Kubernetes 1.35", "public endpoint for 203.0.113.0/24", "1 control-plane logs"),
        ),
        (
            "aws:eks/nodeGroup:NodeGroup",
            {
                "instanceTypes": ["g6.2xlarge"],
                "scalingConfig": {"desiredSize": 1, "minSize": 0, "maxSize": 2},
                "taints": [{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}],
            },
            ("1 x g6.2xlarge", "0 to 2", "on-demand", "tainted nvidia.com/gpu"),
        ),
        (
            "aws:ec2/launchTemplate:LaunchTemplate",
            {
                "blockDeviceMappings": [
                    {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 10, "volumeType": "gp3"}},
                    {"deviceName": "/dev/xvdb", "ebs": {"volumeSize": 80, "volumeType": "gp3"}},
                ]
            },
            ("root 10 GiB gp3", "data 80 GiB gp3"),
        ),
        ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24", "mapPublicIpOnLaunch": True}, ("10.0.0.0/24", "public")),
        ("aws:ec2/vpc:Vpc", {"cidrBlock": UNKNOWN}, ("known after deployment",)),
        ("aws:kms/key:Key", {"description": SECRET}, ("secret",)),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            {"ipProtocol": "tcp", "fromPort": 80, "toPort": 90, "description": "web"},
            ("tcp 80-90", "web"),
        ),
        ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", {"ipProtocol": "-1"}, ("all traffic",)),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/x"}, ("/x", "kept for ever")),
        ("aws:eks/addon:Addon", {"addonName": "coredns"}, ("coredns@default",)),
        (
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"},
            ("AmazonEKSClusterPolicy",),
        ),
        ("aws:new/thing:Thing", {"name": "x"}, ()),
        ("pulumi:providers:aws", {"region": "eu-west-1"}, ("aws", "eu-west-1")),
    ],
)
def test_facts_of_aws_resources(token: str, inputs: dict[str, Json], told: tuple[str, ...]) -> None:
    assert facts(resource(token, "one", inputs)) == told


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("Deployment", {"spec": {"replicas": 1}}, ("1 replica",)),
        ("Deployment", {"spec": {"replicas": 0}}, ("0 replicas",)),
        (
            "DaemonSet",
            {"spec": {"template": {"spec": {"containers": [{"image": "a"}, {"image": "b"}]}}}},
            ("one pod on each node", "a", "b"),
        ),
        ("Service", {"spec": {"ports": [{"port": 80}, {"port": 443, "targetPort": "x"}]}}, ("ClusterIP", "80, 443")),
        ("Ingress", {"spec": {"rules": [{}]}}, ("any host", "no TLS")),
        ("PodDisruptionBudget", {"spec": {"minAvailable": 0}}, ("minAvailable 0",)),
        ("NetworkPolicy", {"spec": {"policyTypes": ["Ingress"]}}, ("denies ingress",)),
        ("NetworkPolicy", {"spec": {"ingress": [{}], "egress": [{}]}}, ("2 rules for ingress",)),
        ("Namespace", {}, ("pods: no profile",)),
        ("PriorityClass", {"value": -1}, ("-1",)),
        ("Secret", {"data": {"a": SECRET}, "stringData": {"b": SECRET}}, ("keys a, b",)),
        ("Secret", {"data": SECRET}, ()),
        ("VirtualService", {"spec": {"hosts": ["a", "b"]}}, ("a, b",)),
        ("Gateway", {"spec": {"servers": [{"hosts": ["a"], "port": {"number": 80}}]}}, ("a 80",)),
        ("Anything", {"spec": {}}, ()),
    ],
)  # fmt: skip
def test_facts_of_objects(kind: str, content: dict[str, Json], told: tuple[str, ...]) -> None:
    inputs: dict[str, Json] = {"kind": kind, "metadata": {"name": "one"}, **content}
    assert facts(resource(f"kubernetes:x/v1:{kind}", "one", inputs)) == told


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"chart": "istiod"}, ("istiod@latest", "in default")),
        ({"chart": "c", "version": "v1", "namespace": "n"}, ("c@v1", "in n")),
        ({"chart": "oci://host/path/c", "version": "1"}, ("c@1", "in default", "from oci://host/path")),
        ({"chart": "./charts/cert-manager-v1.21.1.tgz"}, ("cert-manager@1.21.1", "in default", "from ./charts")),
        (
            {"chart": "https://host/tigera-operator-3.32.1-rc.1.tgz"},
            ("tigera-operator@3.32.1-rc.1", "in default", "from https://host"),
        ),
    ],
)
def test_facts_of_releases(inputs: dict[str, Json], told: tuple[str, ...]) -> None:
    assert facts(resource("kubernetes:helm.sh/v3:Release", "one", inputs)) == told


def test_where_an_object_is_and_how_it_is_kept() -> None:
    inputs: dict[str, Json] = {"kind": "Anything", "metadata": {"name": "two", "namespace": "web"}}
    found = resource("kubernetes:x/v1:Anything", "one", inputs)
    assert facts(replace(found, protect=True)) == ("web/two", "protected")
    assert facts(replace(found, read=True)) == ("web/two", "read, not made")

"""What replaces a resource, and what the server refuses."""

from typing import Any

import pytest

from slipway.plan.model import Path
from slipway.plan.replacement import forced, refused
from slipway.plan.replacement.values import touches, values
from slipway.recording.wire import SECRET, UNKNOWN, Json

CLUSTER = "aws:eks/cluster:Cluster"
NODES = "aws:eks/nodeGroup:NodeGroup"
SET = "kubernetes:apps/v1:StatefulSet"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
CONFIG = "kubernetes:core/v1:ConfigMap"
SECRETS = "kubernetes:core/v1:Secret"
CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def nested(path: Path, value: Json) -> Any:
    """Return inputs in which only `path` is set."""
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value} if value is not None else {}
    return value


REPLACED: list[tuple[str, Path, Json, Json]] = [
    (CLUSTER, ("name",), "a", "b"),
    (CLUSTER, ("bootstrapSelfManagedAddons",), True, False),
    (CLUSTER, ("kubernetesNetworkConfig", "ipFamily"), "ipv4", "ipv6"),
    (CLUSTER, ("accessConfig", "bootstrapClusterCreatorAdminPermissions"), None, False),
    (CLUSTER, ("encryptionConfig",), {"provider": {"keyArn": "k"}}, None),
    (CLUSTER, ("region",), "us-west-2", "eu-west-1"),
    (NODES, ("instanceTypes", 0), "t3.large", "t3.xlarge"),
    (NODES, ("instanceTypes", 1), None, "t3.xlarge"),
    (NODES, ("launchTemplate", "id"), "lt-1", "lt-2"),
    ("aws:ec2/vpc:Vpc", ("cidrBlock",), "10.0.0.0/16", "10.1.0.0/16"),
    ("aws:ec2/vpc:Vpc", ("instanceTenancy",), None, "dedicated"),
    ("aws:ec2/securityGroup:SecurityGroup", ("description",), "web", None),
    ("aws:iam/role:Role", ("name",), "a", None),
    (CACHE, ("engineVersion",), "7.2", "7.0"),
    (RULE, ("cidrIpv4",), "10.0.0.0/8", None),
    (SET, ("spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"), "8Gi", "9Gi"),
    (SET, ("spec", "revisionHistoryLimit"), 10, 5),
    (SET, ("spec", "podManagementPolicy"), None, "OrderedReady"),
    ("kubernetes:apps/v1:Deployment", ("spec", "selector", "matchLabels", "app"), "a", "b"),
    ("kubernetes:apps/v1:Deployment", ("metadata", "namespace"), "web", None),
    ("kubernetes:batch/v1:Job", ("spec", "template", "spec", "containers", 0, "image"), "a", "b"),
    (CLAIM, ("spec", "storageClassName"), "gp3-ssd", "io2-perf"),
    (SECRETS, ("type",), None, "kubernetes.io/tls"),
    (CLASS, ("parameters", "type"), "gp3", "io2"),
    ("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", ("roleRef", "name"), "view", "edit"),
    ("kubernetes:apps/v1:DeploymentPatch", ("metadata", "name"), "a", "b"),
    ("kubernetes:networking.istio.io/v1:VirtualService", ("metadata", "namespace"), "web", "data"),
    ("kubernetes:helm.sh/v3:Release", ("name",), "a", "b"),
]

UPDATED: list[tuple[str, Path, Json, Json]] = [
    (CLUSTER, ("version",), "1.34", "1.35"),
    (CLUSTER, ("vpcConfig", "subnetIds", 0), "subnet-1", "subnet-2"),
    (CLUSTER, ("encryptionConfig",), None, {"provider": {"keyArn": "k"}}),
    (CLUSTER, ("bootstrapSelfManagedAddons",), None, True),
    (CLUSTER, ("kubernetesNetworkConfig", "serviceIpv4Cidr"), "172.20.0.0/16", None),
    (CLUSTER, ("region",), None, "us-west-2"),
    (NODES, ("scalingConfig", "maxSize"), 4, 8),
    (NODES, ("diskSize",), 20, None),
    (NODES, ("launchTemplate", "version"), "1", "2"),
    ("aws:ec2/vpc:Vpc", ("instanceTenancy",), "dedicated", "default"),
    ("aws:kms/key:Key", ("deletionWindowInDays",), 7, 30),
    ("aws:rds/instance:Instance", ("identifier",), "a", "b"),
    (CACHE, ("engineVersion",), "7.0", "7.2"),
    (RULE, ("cidrIpv4",), "10.0.0.0/8", "10.1.0.0/16"),
    (SET, ("spec", "replicas"), 1, 3),
    (SET, ("spec", "updateStrategy", "type"), None, "RollingUpdate"),
    ("kubernetes:apps/v1:Deployment", ("metadata", "namespace"), None, "default"),
    ("kubernetes:apps/v1:Deployment", ("apiVersion",), "apps/v1beta2", "apps/v1"),
    ("kubernetes:apps/v1:DaemonSetPatch", ("spec", "selector", "matchLabels", "app"), "a", "b"),
    (CONFIG, ("data", "a"), "1", "2"),
    (SECRETS, ("data", "a"), SECRET, SECRET),
    ("kubernetes:helm.sh/v3:Release", ("version",), "1.0.0", "2.0.0"),
    ("kubernetes:helm.sh/v3:Release", ("metadata", "name"), "a", "b"),
    ("random:index/randomPassword:RandomPassword", ("length",), 1, 2),
]


@pytest.mark.parametrize(("token", "path", "old", "new"), REPLACED)
def test_it_is_replaced(token: str, path: Path, old: Json, new: Json) -> None:
    before, after = nested(path, old), nested(path, new)
    why = forced(token, path, before, after)
    assert why is not None
    assert why.endswith(")"), "the source stands at the end"
    # the same change told from above: a whole object that is another one
    assert forced(token, path[:1], before, after) == why


@pytest.mark.parametrize(("token", "path", "old", "new"), UPDATED)
def test_it_is_updated_in_place(token: str, path: Path, old: Json, new: Json) -> None:
    before, after = nested(path, old), nested(path, new)
    assert forced(token, path, before, after) is None
    assert forced(token, path[:1], before, after) is None


def test_another_property_that_forces_is_no_reason_of_this_one() -> None:
    old: Json = {"name": "a", "tags": {"a": "b"}}
    new: Json = {"name": "b", "tags": {"a": "c"}}
    assert forced(CLUSTER, ("tags",), old, new) is None
    assert forced(CLUSTER, ("name",), old, new) is not None


def test_the_sentence_of_the_sdk_is_told_with_its_version() -> None:
    why = forced(CLUSTER, ("bootstrapSelfManagedAddons",), {}, {"bootstrapSelfManagedAddons": False})
    assert why == (
        "“Changing this value will force a new cluster to be created.”"
        " (pulumi-aws 7.51.1, Cluster.bootstrapSelfManagedAddons)"
    )


def test_what_is_not_documented_is_told_with_its_source() -> None:
    why = forced(NODES, ("amiType",), {"amiType": "AL2023_x86_64_STANDARD"}, {"amiType": "BOTTLEROCKET_x86_64"})
    assert why == (
        "AWS cannot change amiType of what is there (terraform-provider-aws 6, internal/service/eks/node_group.go)"
    )


def test_an_output_of_a_replaced_resource_forces_though_the_inputs_are_equal() -> None:
    inputs: dict[str, Json] = {"vpcId": "vpc-1", "tags": {"a": "b"}, "ipv6CidrBlock": UNKNOWN}
    subnet = "aws:ec2/subnet:Subnet"
    assert forced(subnet, ("vpcId",), inputs, inputs) is not None
    assert forced(subnet, ("tags", "a"), inputs, inputs) is None
    assert forced(subnet, (), inputs, inputs) is None, "above a property only a difference forces"
    assert forced(subnet, ("ipv6CidrBlock",), inputs, inputs) is None
    assigned = {**inputs, "assignIpv6AddressOnCreation": True}
    assert forced(subnet, ("ipv6CidrBlock",), assigned, assigned) is not None


def test_a_masked_secret_that_differs_replaces_what_it_replaces() -> None:
    inputs: Json = {"secretString": SECRET}
    assert forced("aws:secretsmanager/secretVersion:SecretVersion", ("secretString",), inputs, inputs) is not None


@pytest.mark.parametrize("token", [CONFIG, SECRETS])
def test_what_is_immutable_is_replaced_and_never_made_mutable(token: str) -> None:
    old: Json = {"immutable": True, "data": {"a": "1"}}
    assert forced(token, ("data", "a"), old, {"immutable": True, "data": {"a": "2"}}) is not None
    loose: Json = {"data": {"a": "2"}}
    assert forced(token, ("data", "a"), old, loose) is None
    assert "until it is deleted" in (refused(token, ("data", "a"), old, loose) or "")
    assert "until it is deleted" in (refused(token, ("immutable",), old, loose) or "")
    assert refused(token, ("immutable",), loose, old) is None


def test_an_endpoint_that_is_no_interface_changes_its_private_dns_by_replacement() -> None:
    for kind, replaced in (("Gateway", True), ("Interface", False)):
        before: Json = {"vpcEndpointType": kind, "privateDnsEnabled": False}
        after: Json = {"vpcEndpointType": kind, "privateDnsEnabled": True}
        assert (forced(ENDPOINT, ("privateDnsEnabled",), before, after) is not None) is replaced


def test_conditions_look_at_other_properties() -> None:
    for version, replaced in (("6.2", True), ("7.0.5", False), ("7.1", False)):
        off: Json = {"engineVersion": version, "transitEncryptionEnabled": False}
        on: Json = {"engineVersion": version, "transitEncryptionEnabled": True}
        assert (forced(CACHE, ("transitEncryptionEnabled",), off, on) is not None) is replaced


REFUSED: list[tuple[str, Path, Json, Json]] = [
    (CLUSTER, ("version",), "1.33", "1.35"),
    (CLUSTER, ("version",), "1.35", "1.34"),
    (NODES, ("version",), "1.35", "1.34"),
    (NODES, ("releaseVersion",), "1.35.2-20261101", "1.35.1-20261001"),
    ("aws:rds/instance:Instance", ("allocatedStorage",), 100, 50),
    ("aws:rds/instance:Instance", ("engineVersion",), "17.2", "16"),
    (CLAIM, ("spec", "resources", "requests", "storage"), "10Gi", "9Gi"),
    (CLAIM, ("spec", "volumeMode"), None, "Block"),
    (CLASS, ("reclaimPolicy",), "Delete", "Retain"),
    (CLASS, ("volumeBindingMode",), None, "WaitForFirstConsumer"),
    ("kubernetes:scheduling.k8s.io/v1:PriorityClass", ("value",), 1000, 2000),
    ("kubernetes:networking.k8s.io/v1:IngressClass", ("spec", "controller"), "a.io/b", "a.io/c"),
    ("kubernetes:batch/v1:Job", ("spec", "completionMode"), None, "Indexed"),
    ("kubernetes:argoproj.io/v1alpha1:Rollout", ("spec", "selector", "matchLabels", "app"), "a", "b"),
    ("kubernetes:storage.k8s.io/v1:StorageClassPatch", ("reclaimPolicy",), "Delete", "Retain"),
]

ACCEPTED: list[tuple[str, Path, Json, Json]] = [
    (CLUSTER, ("version",), "1.34", "1.35"),
    (CLUSTER, ("version",), UNKNOWN, "1.35"),
    ("aws:rds/instance:Instance", ("allocatedStorage",), 50, 100),
    ("aws:rds/instance:Instance", ("engineVersion",), "16.4", "16"),
    (CLAIM, ("spec", "resources", "requests", "storage"), "1024Mi", "1Gi"),
    (CLAIM, ("spec", "resources", "requests", "storage"), "10Gi", "20Gi"),
    (CLASS, ("reclaimPolicy",), None, "Delete"),
    (CLASS, ("allowVolumeExpansion",), False, True),
    ("kubernetes:scheduling.k8s.io/v1:PriorityClass", ("description",), "a", "b"),
    ("random:index/randomPassword:RandomPassword", ("length",), 1, 2),
]


@pytest.mark.parametrize(("token", "path", "old", "new"), REFUSED)
def test_the_server_refuses_it(token: str, path: Path, old: Json, new: Json) -> None:
    why = refused(token, path, nested(path, old), nested(path, new))
    assert why is not None
    assert why.endswith(")")


@pytest.mark.parametrize(("token", "path", "old", "new"), ACCEPTED)
def test_the_server_accepts_it(token: str, path: Path, old: Json, new: Json) -> None:
    assert refused(token, path, nested(path, old), nested(path, new)) is None


@pytest.mark.parametrize(("least", "most", "refusal"), [(2, 9, "minimum"), (0, 0, "maximum"), (1, 9, ""), (0, 1, "")])
def test_a_node_group_keeps_its_number_of_nodes_between_its_bounds(least: int, most: int, refusal: str) -> None:
    def sizes(least: int, most: int) -> Json:
        return {"scalingConfig": {"minSize": least, "maxSize": most, "desiredSize": 1}}

    found = [
        refused(NODES, ("scalingConfig", each), sizes(0, 3), sizes(least, most)) for each in ("minSize", "maxSize")
    ]
    assert [f"the {refusal} would be" in each for each in found if each] == ([True] if refusal else [])


def test_a_load_balancer_keeps_its_class_and_other_services_do_not() -> None:
    service, path = "kubernetes:core/v1:Service", ("spec", "loadBalancerClass")
    balancer: Json = {"spec": {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}}
    plain: Json = {"spec": {"type": "LoadBalancer"}}
    cluster: Json = {"spec": {"type": "ClusterIP"}}
    assert refused(service, path, balancer, plain) is not None
    assert refused(service, path, plain, balancer) is not None
    assert refused(service, path, cluster, balancer) is None


def test_values_at_a_pattern() -> None:
    inputs: Json = {"a": [{"b": 1}, {"c": 2}, {"b": None}, {"b": 3}], "d": {"x": {"b": 4}}}
    assert values(inputs, ("a", "*", "b")) == [1, 3]
    assert values(inputs, ("d", "*", "b")) == [4]
    assert values(inputs, ("a", "3", "b")) == [3]
    assert values(inputs, ("a", "9")) == []
    assert values("text", ("a",)) == []


def test_a_star_in_a_pattern_is_any_step() -> None:
    assert touches(("a", "*", "b"), ("a", 7, "b", "c"))
    assert touches(("a", "*", "b"), ("a",))
    assert not touches(("a", "*", "b"), ("a", 7, "c"))

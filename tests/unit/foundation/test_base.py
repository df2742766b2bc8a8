"""What the pod network means for the cluster under it: add-ons, ports, and the pods that a node is told."""

import base64
import json
from typing import Any

import pulumi
import pytest

from components.foundation.base import eks_base
from tests.support.eks import CALLS, OUTPUTS, names
from tests.support.recording import Recording, record
from tests.support.stacks import stack

ADDON = "aws:eks/addon:Addon"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
NODES = "aws:eks/nodeGroup:NodeGroup"


class Parent(pulumi.ComponentResource):
    def __init__(self) -> None:
        super().__init__("test:index:Parent", "parent")


def base(cni: Any, *, known: bool = True) -> Recording:
    settings = stack(cni=cni, nodePools={"general": {}}, cluster={"version": "1.35", "admins": [ADMIN]})
    return record(lambda: eks_base(settings, Parent()), known=known, outputs=OUTPUTS, calls=CALLS)


ADMIN = "arn:aws:iam::123456789012:role/platform-admin"
CHOICES = ["calico", {"mode": "cni"}, "vpc-cni"]


def configuration(recording: Recording, addon: str) -> Any:
    (found,) = (each for each in recording.all(ADDON) if each.inputs["addonName"] == addon)
    return json.loads(found.inputs.get("configurationValues", "null"))


def told(recording: Recording) -> str:
    """Return what the nodes' launch template tells them."""
    return base64.b64decode(recording.one(TEMPLATE).inputs.get("userData", "")).decode()


def opened(recording: Recording) -> set[int]:
    rules = recording.all(INGRESS)
    return {rule.inputs["fromPort"] for rule in rules if "-control-plane-to-nodes-" in rule.name}


def test_beside_calico_the_vpc_cni_annotates_pods_and_eks_counts_them() -> None:
    recording = base("calico")
    assert configuration(recording, "vpc-cni") == {"enableNetworkPolicy": "false", "env": {"ANNOTATE_POD_IP": "true"}}
    assert told(recording) == ""
    assert opened(recording) == {5443, 10250, 10251}


def test_as_the_cni_calico_has_nodes_without_vpc_cni_that_know_their_pods_and_open_their_own_ports_only() -> None:
    recording = base({"mode": "cni"})
    assert "vpc-cni" not in {each.inputs["addonName"] for each in recording.all(ADDON)}
    assert recording.one("aws:eks/cluster:Cluster").inputs["bootstrapSelfManagedAddons"] is False
    assert "--max-pods=110" in told(recording)
    assert opened(recording) == {5443, 10250, 10251}
    assert configuration(recording, "metrics-server") == {"hostNetwork": {"enabled": True}}


def test_alone_the_vpc_cni_enforces_policies_and_takes_prefixes_which_the_nodes_are_told() -> None:
    recording = base("vpc-cni")
    found = configuration(recording, "vpc-cni")
    assert found["enableNetworkPolicy"] == "true"
    assert found["env"]["ENABLE_PREFIX_DELEGATION"] == "true"
    assert "--max-pods=110" in told(recording)


@pytest.mark.parametrize("cni", CHOICES)
def test_nodes_wait_for_the_cni_that_is_an_addon(cni: Any) -> None:
    recording = base(cni)
    for group in recording.all(NODES):
        waits = names(recording, group.dependencies)
        assert ("addons-before-compute-vpc-cni" in waits) == (cni != {"mode": "cni"})


@pytest.mark.slow
@pytest.mark.parametrize("cni", CHOICES)
def test_unknown_outputs_change_no_urn(cni: Any) -> None:
    assert base(cni, known=False).urns == base(cni).urns

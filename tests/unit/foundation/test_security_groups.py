"""Who talks to whom."""

import re

from components.foundation.security_groups import CONTROL_PLANE_TO_NODES, ClusterSecurityGroups
from components.networking.host_network import called_ports
from tests.support.recording import Recorded, Recording, record

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
NODES = "sg-nodes-id"


def recorded(*private_access_cidrs: str, overlay: bool = False, known: bool = True) -> Recording:
    return record(
        lambda: ClusterSecurityGroups(
            "sg",
            cluster_name="blue",
            control_plane_security_group_id="sg-control-plane",
            vpc_id="vpc-1",
            private_access_cidrs=private_access_cidrs,
            overlay=overlay,
        ),
        known=known,
    )


def rules(recording: Recording) -> list[Recorded]:
    return [*recording.all(INGRESS), *recording.all(EGRESS)]


def test_one_group_carries_the_discovery_tag() -> None:
    group = recorded().one(GROUP)
    assert group.inputs["tags"] == {"Name": "blue-nodes", "kubernetes.io/cluster/blue": "owned"}
    assert (group.inputs["vpcId"], group.inputs["revokeRulesOnDelete"]) == ("vpc-1", True)
    assert not {"ingress", "egress"} & group.inputs.keys()  # inline rules would delete the rules beside them


def test_the_control_plane_reaches_kubelets_and_webhooks_and_nothing_else_of_the_nodes() -> None:
    from_control_plane = [
        rule.inputs
        for rule in recorded().all(INGRESS)
        if rule.inputs.get("referencedSecurityGroupId") == "sg-control-plane"
    ]
    assert all(rule["securityGroupId"] == NODES and rule["ipProtocol"] == "tcp" for rule in from_control_plane)
    assert sorted((rule["fromPort"], rule["toPort"]) for rule in from_control_plane) == [
        (port, port) for port in (443, 5443, 6443, 8443, 9443, 10250, 10251, 15012, 15017)
    ]


def test_on_an_overlay_the_ports_of_webhooks_on_the_host_network_are_open_too() -> None:
    rules = {rule.name: rule.inputs for rule in recorded(overlay=True).all(INGRESS)}
    opened = {f"sg-control-plane-to-nodes-{port}": port for port in {*CONTROL_PLANE_TO_NODES, *called_ports()}}
    assert opened.items() <= {name: rule.get("fromPort") for name, rule in rules.items()}.items()
    assert rules["sg-control-plane-to-nodes-10260"]["description"] == "Control plane to cert-manager webhook"
    assert len([name for name in rules if name.startswith("sg-control-plane-to-nodes-")]) == len(opened)
    assert "sg-control-plane-to-nodes-10260" not in {rule.name for rule in recorded().all(INGRESS)}


def test_nodes_reach_each_other_and_the_world() -> None:
    recording = recorded()
    assert recording.one(INGRESS, "sg-nodes-to-nodes").inputs == {
        "securityGroupId": NODES,
        "referencedSecurityGroupId": NODES,
        "ipProtocol": "-1",
        "description": "Nodes and pods among themselves",
    }
    out = recording.one(EGRESS).inputs
    assert (out["securityGroupId"], out["cidrIpv4"], out["ipProtocol"]) == (NODES, "0.0.0.0/0", "-1")


def test_nodes_and_named_networks_reach_the_api() -> None:
    to_control_plane = [
        rule.inputs
        for rule in recorded("10.40.0.0/16").all(INGRESS)
        if rule.inputs["securityGroupId"] == "sg-control-plane"
    ]
    assert all((rule["fromPort"], rule["toPort"], rule["ipProtocol"]) == (443, 443, "tcp") for rule in to_control_plane)
    sources = {rule.get("cidrIpv4") or rule.get("referencedSecurityGroupId") for rule in to_control_plane}
    assert sources == {"10.40.0.0/16", NODES}


def test_every_rule_says_what_it_is_for_in_letters_that_ec2_takes() -> None:
    allowed = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
    found = [rule.inputs["description"] for rule in rules(recorded("10.40.0.0/16"))]
    assert len(set(found)) == len(found) == len(CONTROL_PLANE_TO_NODES) + 4
    found += [rule.inputs["description"] for rule in rules(recorded(overlay=True))]
    assert [text for text in found if not allowed.fullmatch(text)] == []


def test_unknown_outputs_change_no_urn() -> None:
    assert recorded("10.40.0.0/16", known=False).urns == recorded("10.40.0.0/16").urns

"""Who talks to whom."""

import re

from components.foundation.security_groups import ClusterSecurityGroups
from tests.support.recording import Recorded, Recording, record

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
NODES = "sg-nodes-id"
CALLED = {9443: "load balancer controller webhooks, KEDA (webhook, metrics API)", 10250: "kubelet"}


def recorded(*private_access_cidrs: str, known: bool = True) -> Recording:
    return record(
        lambda: ClusterSecurityGroups(
            "sg",
            cluster_name="blue",
            control_plane_security_group_id="sg-control-plane",
            vpc_id="vpc-1",
            private_access_cidrs=private_access_cidrs,
            called_ports=CALLED,
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


def test_the_control_plane_reaches_what_it_calls_and_nothing_else_of_the_nodes() -> None:
    from_control_plane = {
        rule.name: rule.inputs
        for rule in recorded().all(INGRESS)
        if rule.inputs.get("referencedSecurityGroupId") == "sg-control-plane"
    }
    assert from_control_plane == {
        f"sg-control-plane-to-nodes-{port}": {
            "securityGroupId": NODES,
            "referencedSecurityGroupId": "sg-control-plane",
            "ipProtocol": "tcp",
            "fromPort": port,
            "toPort": port,
            "description": f"Control plane to {listeners}",
        }
        for port, listeners in CALLED.items()
    }


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
    assert len(set(found)) == len(found) == len(CALLED) + 4
    assert [text for text in found if not allowed.fullmatch(text)] == []


def test_unknown_outputs_change_no_urn() -> None:
    assert recorded("10.40.0.0/16", known=False).urns == recorded("10.40.0.0/16").urns

"""Which networks reach which ports of the nodes, and the rules that let them through."""

from typing import Any

from components.apps.node_ports import node_port_rules
from components.foundation.node_ports import NodePortAccess, NodePortRule
from tests.support.recording import record
from tests.support.stacks import app, stack

RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def rules(*services: dict[str, Any], **ports: int) -> tuple[NodePortRule, ...]:
    apps = [
        app(f"app{index}", ports=ports or {"http": 8080}, service=service) for index, service in enumerate(services)
    ]
    return node_port_rules(stack(apps=apps, namespaces={"web": {}}))


def test_a_fixed_port_is_opened_alone() -> None:
    service = {"type": "NodePort", "nodePorts": {"http": 30080}}
    assert rules(service) == (NodePortRule("app0", "10.0.0.0/16", "TCP", (30080, 30080)),)


def test_without_one_all_that_kubernetes_chooses_from_are() -> None:
    found = rules({"type": "NodePort", "allowedCidrs": ["10.9.0.0/16"]}, http=8080, grpc=9000)
    assert found == (
        NodePortRule("app0", "10.0.0.0/16", "TCP", (30000, 32767)),
        NodePortRule("app0", "10.9.0.0/16", "TCP", (30000, 32767)),
    )


def test_nobody_else_gets_a_rule() -> None:
    assert rules({}, {"type": "LoadBalancer"}) == ()


def test_each_rule_is_one_way_through_the_nodes_group() -> None:
    found = record(
        lambda: NodePortAccess(
            "node-ports",
            [
                NodePortRule("shop", "10.9.0.0/16", "UDP", (30053, 30053)),
                NodePortRule("shop", "10.9.0.0/16", "TCP", (30000, 32767)),
            ],
            security_group_id="sg-1",
        )
    )
    tcp, udp = found.all(RULE)
    assert (tcp.name, udp.name) == (
        "node-ports-shop-10.9.0.0-16-tcp-30000-32767",
        "node-ports-shop-10.9.0.0-16-udp-30053-30053",
    )
    assert tcp.inputs == {
        "securityGroupId": "sg-1",
        "cidrIpv4": "10.9.0.0/16",
        "ipProtocol": "tcp",
        "fromPort": 30000,
        "toPort": 32767,
        "description": "Clients of shop to its node ports",
    }
    assert udp.inputs["ipProtocol"] == "udp"

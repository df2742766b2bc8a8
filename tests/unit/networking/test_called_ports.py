"""The ports that the control plane reaches: by what is installed, and by what the stack names."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.networking.called import CALLED
from components.networking.called_ports import INSTALLED, KUBELET, called_ports
from components.networking.cni import overlay
from tests.support.stacks import stack

ROOMS: dict[str, dict[str, Any]] = {
    "keda": {"autoscaling": {"keda": {}}},
    "vpa": {"autoscaling": {"vpa": {}}},
    "both": {"autoscaling": {"keda": {}, "vpa": {"recommendOnly": True}}},
    "certificates": {"certificates": {}},
    "monitoring": {"monitoring": {}},
    "secrets": {"secretStores": {"externalSecrets": {}, "sealedSecrets": {}}},
    "istio": {"mesh": "istio"},
    "linkerd": {"mesh": "linkerd"},
    "alb": {"ingress": "alb"},
    "envoy": {"ingress": {"controller": "gateway-api"}},
    "vpc-cni": {"cni": "vpc-cni"},
    "overlay": {"cni": {"mode": "cni"}},
}
BARE: dict[str, Any] = {"cni": "vpc-cni", "ingress": "external"}


@given(st.sets(st.sampled_from(sorted(ROOMS))))
def test_what_is_open_is_called_and_what_is_called_is_open(rooms: set[str]) -> None:
    settings = stack(**{key: value for room in sorted(rooms) for key, value in ROOMS[room].items()})
    there = {entry for entry, installed in INSTALLED.items() if installed(settings)}
    on_overlay = overlay(settings)
    wanted = {KUBELET, *(port for entry in there for port in CALLED[entry].called(overlay=on_overlay))}
    found = called_ports(settings)
    assert found.keys() == wanted
    assert list(found) == sorted(found)
    assert all(re.fullmatch(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,237}", listeners) for listeners in found.values())


def test_a_bare_stack_opens_the_kubelet_and_metrics_and_what_it_names() -> None:
    assert called_ports(stack(**BARE)).keys() == {10250, 10251}
    cluster = {"version": "1.35", "addons": {"metrics-server": {"enabled": False}}, "webhookPorts": [9443, 10250]}
    found = called_ports(stack(**BARE, cluster=cluster))
    assert found == {
        9443: "webhooks that the stack names (cluster.webhookPorts)",
        10250: "kubelet (logs, exec, port-forward), webhooks that the stack names (cluster.webhookPorts)",
    }


def test_every_one_at_once_is_told_in_as_many_letters_as_ec2_takes() -> None:
    by_port: dict[int, list[str]] = {}
    for entry in INSTALLED:
        for port in CALLED[entry].ports:
            by_port.setdefault(port, []).append(CALLED[entry].serves)
    for listeners in by_port.values():
        listeners.append("webhooks that the stack names (cluster.webhookPorts)")
        assert len(f"Control plane to kubelet (logs, exec, port-forward), {', '.join(listeners)}") <= 255


def test_the_autoscaler_that_only_recommends_has_no_webhook() -> None:
    assert 8000 in called_ports(stack(autoscaling={"vpa": {}}))
    assert 8000 not in called_ports(stack(autoscaling={"vpa": {"recommendOnly": True}}))

"""Whoever registers addresses of pods with a load balancer lets them answer on until it has stopped sending."""

import json
import re
from typing import Any

import pytest

from components.apps.context import context
from components.apps.manifests import render
from components.networking.ingress.envoy_values import proxy_spec
from components.networking.ingress.istio_gateway import overlays
from components.networking.ingress.membership import membership
from components.networking.ingress.nginx import PORTS, chart_values
from components.settings import StackSettings
from tests.support.incluster import NAMESPACE
from tests.support.ingress import OVERLAY, served, ways_in
from tests.support.stacks import app, stack

TARGET_TYPE = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"
TARGET_GROUP = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes"
GATE = "elbv2.k8s.aws/pod-readiness-gate-inject"
DELAY = 45
CONTROLLERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nginx": ({"controller": "nginx"}, {}),
    "envoy-gateway": ({"controller": "gateway-api"}, {}),
    "istio": ({"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}}, {"mesh": {"kind": "istio"}}),
}


def settings(controller: str, *, pods: bool, overlay: bool = False) -> StackSettings:
    """A stack with the controller, whose load balancer reaches the pods themselves, or ports of the nodes."""
    ingress, rooms = CONTROLLERS[controller]
    alb = {"additional": ["alb"], "alb": {"deregistrationDelay": DELAY}} if pods or overlay else {}
    further: dict[str, Any] = {**rooms, "cni": OVERLAY} if overlay else rooms
    return served({**ingress, **alb}, **further)


def seconds(duration: str) -> int:
    return int(re.fullmatch(r"(\d+)s", duration)[1])  # type: ignore[index]


def ending(controller: str, stack_settings: StackSettings) -> tuple[dict[str, str], int, int]:
    """The annotations of the controller's Service, how long its pods answer on, and how long until the kill."""
    if controller == "nginx":
        own = chart_values(stack_settings, membership(stack_settings, PORTS))["controller"]
        sleep = own.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        return own["service"]["annotations"], sleep, own["terminationGracePeriodSeconds"]
    if controller == "envoy-gateway":
        spec = proxy_spec(stack_settings)
        shutdown = spec.get("shutdown", {"minDrainDuration": "10s", "drainTimeout": "60s"})
        least, most = seconds(shutdown["minDrainDuration"]), seconds(shutdown["drainTimeout"])
        return spec["provider"]["kubernetes"]["envoyService"]["annotations"], least, most
    laid = json.loads(json.dumps(overlays(stack_settings)))
    pods = laid["deployment"]["spec"]["template"]["spec"]
    (container,) = pods.get("containers", [{"name": "istio-proxy"}])
    assert container["name"] == "istio-proxy"
    sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    return laid["service"]["metadata"]["annotations"], sleep, pods.get("terminationGracePeriodSeconds", 30)


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_proxy_that_is_a_target_itself_answers_on(controller: str) -> None:
    annotations, sleep, grace = ending(controller, settings(controller, pods=True))
    assert annotations[TARGET_TYPE] == "ip"
    assert annotations[TARGET_GROUP] == f"deregistration_delay.timeout_seconds={DELAY}"
    assert sleep == DELAY
    assert grace >= DELAY + 30
    namespaces = ways_in(settings(controller, pods=True)).all(NAMESPACE)
    gated = {each.inputs["metadata"]["labels"].get(GATE) for each in namespaces if "lbc" not in each.name}
    assert gated == {"enabled"}


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize("overlay", [False, True])
def test_nodes_stay_when_a_proxy_leaves(controller: str, overlay: bool) -> None:
    if overlay and controller == "istio":
        return  # Istio does not run over Calico's pod network: the checks refuse it
    annotations, sleep, _ = ending(controller, settings(controller, pods=False, overlay=overlay))
    assert annotations.get(TARGET_TYPE, "instance") == "instance"
    assert TARGET_GROUP not in annotations
    assert sleep in {0, 10}


WAYS: dict[str, dict[str, Any]] = {
    "Service": {"service": {"type": "LoadBalancer"}},
    "public Service": {"service": {"type": "LoadBalancer", "internal": False}},
    "Ingress": {"ingress": {"host": "a.example.com", "tls": False}},
    "route": {"route": {"host": "a.example.com", "tls": False}},
    "Gateway": {"route": {"host": "a.example.com", "tls": False, "controller": "gateway-api"}},
    "node port": {"service": {"type": "NodePort"}},
    "nobody": {},
}
REGISTERED = {"Service", "public Service", "Ingress", "route", "Gateway"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
@pytest.mark.parametrize("overlay", [False, True])
def test_an_apps_pod_answers_on_wherever_its_address_is_registered(way: str, kind: str, overlay: bool) -> None:
    network: dict[str, Any] = {"cni": {"mode": "cni"}} if overlay else {}
    one = stack(
        apps=[app(kind=kind, ports={"http": 8080}, **WAYS[way])],
        ingress={
            "controller": "alb",
            "additional": ["gateway-api"],
            "gatewayApi": {"implementation": "alb"},
            "alb": {"deregistrationDelay": DELAY},
        },
        **network,
    )
    (only,) = one.apps
    found = render(only, context(one))
    (pods,) = [each["spec"]["template"]["spec"] for each in found.values() if each["kind"] == kind]
    hook = pods["containers"][0].get("lifecycle")
    if way in REGISTERED and not overlay:
        # the kubelet's own sleep: a distroless image has no such program
        assert hook == {"preStop": {"sleep": {"seconds": DELAY}}}
        assert pods["terminationGracePeriodSeconds"] == DELAY + 30
    else:
        assert hook is None
        assert pods["terminationGracePeriodSeconds"] == 30
    for each in found.values():
        told = each["metadata"].get("annotations", {})
        if told.get(TARGET_TYPE) == "ip":
            assert told[TARGET_GROUP] == f"deregistration_delay.timeout_seconds={DELAY}"

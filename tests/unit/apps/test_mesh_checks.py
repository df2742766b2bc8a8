"""What a stack's mesh cannot do for an app is refused with the reason, or pointed out."""

from typing import Any

import pytest

from components.apps import mesh_checks
from components.problem import Advice, Problem
from components.settings import StackSettings
from tests.unit.apps.stacks import stack

HTTP: dict[str, Any] = {"ports": {"http": 8080}}
CANARY = {"image": "example.com/api:2"}
NONE: dict[str, Any] = {"mesh": "none", "ingress": "external"}
ISTIO: dict[str, Any] = {"mesh": "istio", "ingress": "istio"}
AMBIENT: dict[str, Any] = {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}, "ingress": "istio"}
GATEWAY: dict[str, Any] = {"mesh": {"kind": "istio", "istio": {"egressGateway": {}}}, "ingress": "istio"}
LINKERD: dict[str, Any] = {"mesh": "linkerd", "ingress": "external"}
ASIDE: dict[str, Any] = {**ISTIO, "namespaces": {"web": {"mesh": False}}}
HOSTS = {"egress": [{"hosts": ["api.example.org"]}]}


def made(rooms: dict[str, Any], *apps: dict[str, Any]) -> StackSettings:
    return stack("local", *apps, **{"namespaces": {"web": {}, "data": {}}, **rooms})


def problems(rooms: dict[str, Any], *apps: dict[str, Any]) -> list[Problem]:
    return [problem for check in mesh_checks.CHECKS for problem in check(made(rooms, *apps))]


def advice(rooms: dict[str, Any], *apps: dict[str, Any]) -> list[Advice]:
    return [each for check in mesh_checks.ADVICE for each in check(made(rooms, *apps))]


@pytest.mark.parametrize(
    ("rooms", "fields", "path", "message", "allowed"),
    [
        (NONE, {"retries": {}}, ("retries",), "has none", "mesh: istio or mesh: linkerd in the stack file"),
        (ASIDE, {"timeout": "1s"}, ("timeout",), "has none", "namespaces: {web: {mesh: true}}"),
        (NONE, {"circuitBreaker": {}}, ("circuitBreaker",), "has none", "without circuitBreaker"),
        (ISTIO, {"ports": {"db": 5432}, "retries": {}}, ("retries",), "sees no requests", "appProtocol: http"),
        (LINKERD, {"ports": {"db": 5432}, "timeout": "1s"}, ("timeout",), "sees no requests", "without timeout"),
        (
            ISTIO,
            {"timeout": "2s", "retries": {"perTryTimeout": "2001ms"}},
            ("retries", "perTryTimeout"),
            "longer than timeout",
            "at most 2s",
        ),
        (NONE, {"canary": CANARY}, ("canary",), "nobody would divide", "a route by istio, gateway-api, alb or nginx"),
        (ISTIO, {"kind": "StatefulSet", "canary": CANARY}, ("canary",), "would not share", "kind: Deployment"),
        (ISTIO, {"ports": {"metrics": 9090}, "canary": CANARY}, ("canary",), "no requests", "an app with a port"),
        (LINKERD, {"probes": {"liveness": {"grpc": "http"}}}, ("probes", "liveness"), "no pod became ready", "tcp"),
        (
            LINKERD,
            {"probes": {"startup": {"path": "/", "scheme": "HTTPS"}}},
            ("probes", "startup"),
            "no pod became ready",
            "mesh.authorization: allow",
        ),
        (ISTIO, {"egress": [{"ports": [443]}]}, ("egress", 0), "nothing of where to", "hosts: [api.example.org]"),
        (NONE, HOSTS, ("egress", 0, "hosts"), "addresses only", "cidrs instead of hosts"),
        (ASIDE, HOSTS, ("egress", 0, "hosts"), "addresses only", "cidrs instead of hosts"),
        (AMBIENT, HOSTS, ("egress", 0, "hosts"), "ztunnel sends calls out by address", "dataPlane: sidecar"),
        (
            LINKERD,
            {"egress": [{"hosts": ["a.example.org"], "protocol": "UDP"}]},
            ("egress", 0, "protocol"),
            "does not see other transports",
            "TCP",
        ),
        (
            GATEWAY,
            {"egress": [{"hosts": ["a.example.org"], "ports": [443, 8443]}]},
            ("egress", 0, "ports", 1),
            "has no such port",
            "80 or 443",
        ),
        (GATEWAY, {"egress": [{"hosts": ["*.example.org"]}]}, ("egress", 0, "hosts", 0), "nothing to look up", "full"),
    ],
)
def test_rule(
    rooms: dict[str, Any], fields: dict[str, Any], path: tuple[str | int, ...], message: str, allowed: str
) -> None:
    (problem,) = problems(rooms, {**HTTP, **fields})
    assert (problem.path, problem.app) == (path, "api")
    assert message in problem.message
    assert allowed in problem.allowed
    assert problem.found


@pytest.mark.parametrize("rooms", [ISTIO, AMBIENT, LINKERD])
def test_what_every_mesh_takes(rooms: dict[str, Any]) -> None:
    fields = {
        **HTTP,
        "canary": CANARY,
        "retries": {"perTryTimeout": "1s"},
        "timeout": "1s",
        "circuitBreaker": {},
        "egress": [{"cidrs": ["203.0.113.0/24"]}],
        "probes": {"readiness": {"path": "/ready"}, "liveness": {"tcp": "http"}},
    }
    assert problems(rooms, fields) == []


@pytest.mark.parametrize("rooms", [ISTIO, LINKERD])
def test_hosts_are_a_proxys_to_tell(rooms: dict[str, Any]) -> None:
    assert problems(rooms, {**HTTP, **HOSTS}) == []


def test_probes_that_linkerd_refuses_where_it_denies_are_taken_elsewhere() -> None:
    probed = {**HTTP, "probes": {"liveness": {"grpc": "http"}}}
    assert problems(ISTIO, probed) == []
    assert problems({**LINKERD, "mesh": {"kind": "linkerd", "authorization": "allow"}}, probed) == []


def test_a_way_in_that_divides_needs_no_mesh() -> None:
    route = {"host": "a.example.com", "controller": "nginx"}
    rooms = {**NONE, "ingress": {"controller": "external", "additional": ["nginx"]}}
    assert problems(rooms, {**HTTP, "canary": CANARY, "route": route}) == []
    assert len(problems(rooms, {**HTTP, "canary": CANARY, "route": {"host": "a.example.com"}})) == 1


@pytest.mark.parametrize(
    ("rooms", "fields", "path", "text"),
    [
        (LINKERD, {"circuitBreaker": {"maxConnections": 5}}, ("circuitBreaker", "maxConnections"), "no connections"),
        (
            LINKERD,
            {"circuitBreaker": {"maxEjectionPercent": 9}},
            ("circuitBreaker", "maxEjectionPercent"),
            "any number",
        ),
        (LINKERD, {"retries": {"retryOn": ["reset"]}}, ("retries", "retryOn"), "nothing at all is sent again"),
        (
            ISTIO,
            {"strategy": {"type": "canary", "by": "flagger"}, "circuitBreaker": {"maxConnections": 5}},
            ("circuitBreaker", "maxConnections"),
            "Flagger",
        ),
        (AMBIENT, {"retries": {}}, ("retries",), "alpha"),
        (ISTIO, {"allowFrom": ["old"]}, ("allowFrom",), "old is not in the mesh: port 8080"),
        (LINKERD, {"ingress": {"host": "a.example.com", "tls": False}}, ("ingress",), "takes plain text"),
        (
            {**ISTIO, "mesh": {"kind": "istio", "egress": "any"}},
            HOSTS,
            ("egress", 0, "hosts"),
            "every host on these ports",
        ),
        (LINKERD, {"egress": [{"cidrs": ["0.0.0.0/0"]}]}, ("egress", 0, "cidrs"), "no app of the namespace web"),
        (ISTIO, {"ports": {"db": 5432}, "canary": CANARY}, ("canary",), "by the number of pods"),
        (LINKERD, {"service": {"headless": True}, "timeout": "1s"}, ("service", "headless"), "do not hold"),
    ],
)
def test_advice(rooms: dict[str, Any], fields: dict[str, Any], path: tuple[str | int, ...], text: str) -> None:
    old = {"name": "old", "namespace": "old"}
    namespaces = {"namespaces": {"web": {}, "old": {"mesh": False}}}
    (found,) = advice({**rooms, **namespaces}, {**HTTP, **fields}, old)
    assert (found.path, found.app) == (path, "api")
    assert text in found.text


@pytest.mark.parametrize("rooms", [NONE, ISTIO, AMBIENT, LINKERD])
def test_nothing_to_say_of_a_plain_app(rooms: dict[str, Any]) -> None:
    plain = {"ports": {"http": 8080, "metrics": 9090}, "allowFrom": ["web"]}
    assert advice(rooms, plain, {"name": "web"}) == []
    assert problems(rooms, plain, {"name": "web"}) == []


def test_a_room_with_something_wrong_in_it_is_no_reason_to_fail() -> None:
    broken = made(ISTIO, {**HTTP, "canary": CANARY, **HOSTS}).model_copy(update={"mesh": None, "ingress": None})
    assert [problem for check in mesh_checks.CHECKS for problem in check(broken)] == []

"""Retries, time limits, circuit breakers and canaries: declared once, carried out by each mesh."""

from typing import Any

import pytest

from components.apps.mesh.durations import gateway_duration, milliseconds
from components.apps.mesh.linkerd_traffic import pod_annotations, service_annotations
from components.apps.services import services
from components.apps.tracks import needs_track_services
from components.apps.words import Manifest
from tests.support.schemas import manifest_problems
from tests.unit.apps.meshes import MESHES, app, context, of_kind, rendered

PORTS = {"http": {"port": 80, "targetPort": 8080}, "db": 5432}
CANARY = {"image": "example.com/api:2", "weight": 25, "header": {"name": "x-canary", "value": "yes"}}
TRAFFIC: dict[str, Any] = {
    "timeout": "10s",
    "retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": ["server-error", "gateway-error", "reset"]},
    "circuitBreaker": {
        "consecutiveErrors": 7,
        "baseEjectionTime": "20s",
        "maxEjectionPercent": 30,
        "maxConnections": 100,
        "maxPendingRequests": 50,
    },
}
RETRIES = {"attempts": 3, "perTryTimeout": "2s", "retryOn": "5xx,gateway-error,reset"}
BREAKER = {
    "connectionPool": {"tcp": {"maxConnections": 100}, "http": {"http1MaxPendingRequests": 50}},
    "outlierDetection": {"consecutive5xxErrors": 7, "baseEjectionTime": "20s", "maxEjectionPercent": 30},
}
HOST = "api-service.web.svc.cluster.local"


def http(objects: dict[str, Manifest], suffix: str) -> list[Manifest]:
    routes: list[Manifest] = objects[suffix]["spec"]["http"]
    return routes


@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
def test_istio_puts_retries_and_time_limits_on_every_route(mesh: str) -> None:
    found = rendered(mesh, app(ports=PORTS, canary=CANARY, route={"host": "a.example.com"}, **TRAFFIC))
    for suffix in ("vs", "mesh"):
        header, weighted, *_ = http(found, suffix)
        assert (header["timeout"], header["retries"]) == ("10s", RETRIES)
        assert (weighted["timeout"], weighted["retries"]) == ("10s", RETRIES)
        assert [each["destination"]["subset"] for each in weighted["route"]] == ["stable", "canary"]
    assert not of_kind(found, "HTTPRoute")


@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
def test_istios_rule_has_the_circuit_breaker_and_the_subsets_in_one(mesh: str) -> None:
    found = rendered(mesh, app(ports=PORTS, canary=CANARY, circuitBreaker=TRAFFIC["circuitBreaker"]))
    assert found["dr"]["spec"] == {
        "host": HOST,
        "trafficPolicy": BREAKER,
        "subsets": [{"name": track, "labels": {"track": track}} for track in ("stable", "canary")],
    }
    plain = rendered(mesh, app(ports=PORTS, circuitBreaker={}))
    assert plain["dr"]["spec"] == {
        "host": HOST,
        "trafficPolicy": {
            "outlierDetection": {"consecutive5xxErrors": 5, "baseEjectionTime": "30s", "maxEjectionPercent": 50}
        },
    }


def test_istio_without_a_canary() -> None:
    found = rendered("sidecar", app(ports=PORTS, timeout="500ms"))
    assert http(found, "mesh") == [{"route": [{"destination": {"host": HOST}}], "timeout": "500ms"}]
    assert "dr" not in found
    assert "mesh" not in rendered("sidecar", app(ports=PORTS))


def test_a_gateway_before_unmeshed_pods_still_retries() -> None:
    found = rendered("sidecar", app(namespace="old", ports=PORTS, route={"host": "a.example.com"}, **TRAFFIC))
    assert http(found, "vs")[0]["retries"] == RETRIES
    assert found["dr"]["spec"]["trafficPolicy"] == BREAKER
    assert not {"mesh", "authz", "plain"} & found.keys()


def test_grpc_is_also_tried_again_after_its_own_code() -> None:
    found = rendered("sidecar", app(ports={"grpc": 9000}, retries={}))
    assert http(found, "mesh")[0]["retries"]["retryOn"] == "gateway-error,connect-failure,reset,unavailable"
    lost = rendered("sidecar", app(ports={"grpc": 9000}, retries={"retryOn": ["reset"]}))
    assert http(lost, "mesh")[0]["retries"]["retryOn"] == "reset"
    server = app(ports={"grpc": 9000}, retries={"retryOn": ["server-error"]})
    assert service_annotations(server, context("linkerd", server))["retry.linkerd.io/grpc"] == "internal,unavailable"


def test_a_waypoint_gets_the_canary_and_the_time_limit_by_the_gateway_api() -> None:
    found = rendered("ambient", app(ports=PORTS, canary=CANARY, timeout="100000ms"))
    assert not {"mesh", "mesh-db"} & found.keys()
    assert found["mesh-http"]["spec"] == {
        "parentRefs": [{"group": "", "kind": "Service", "name": "api-service", "port": 80}],
        "rules": [
            {
                "matches": [{"headers": [{"type": "Exact", "name": "x-canary", "value": "yes"}]}],
                "backendRefs": [{"name": "api-canary", "port": 80, "weight": 1}],
                "timeouts": {"request": "1m40s"},
            },
            {
                "backendRefs": [
                    {"name": "api-stable", "port": 80, "weight": 75},
                    {"name": "api-canary", "port": 80, "weight": 25},
                ],
                "timeouts": {"request": "1m40s"},
            },
        ],
    }
    whole = rendered("ambient", app(ports=PORTS, timeout="1s"))["mesh-http"]["spec"]["rules"]
    assert whole == [{"backendRefs": [{"name": "api-service", "port": 80, "weight": 1}], "timeouts": {"request": "1s"}}]


def test_pods_behind_a_service_of_each_version_are_watched_there() -> None:
    found = rendered("ambient", app(ports=PORTS, canary=CANARY, circuitBreaker=TRAFFIC["circuitBreaker"]))
    assert found["dr-canary"]["spec"] == {
        "host": "api-canary.web.svc.cluster.local",
        "trafficPolicy": BREAKER,
    }
    assert found["dr-stable"]["spec"]["host"] == "api-stable.web.svc.cluster.local"
    assert "dr-stable" not in rendered("sidecar", app(ports=PORTS, canary=CANARY, circuitBreaker={}))


def test_linkerd_divides_by_the_gateway_api_without_time_limits() -> None:
    found = rendered("linkerd", app(ports=PORTS, canary={**CANARY, "header": None}, timeout="10s"))
    (rule,) = found["mesh-http"]["spec"]["rules"]
    assert rule == {
        "backendRefs": [
            {"name": "api-stable", "port": 80, "weight": 75},
            {"name": "api-canary", "port": 80, "weight": 25},
        ]
    }
    assert "mesh-http" not in rendered("linkerd", app(ports=PORTS, timeout="10s"))
    assert not of_kind(found, "DestinationRule")


def test_linkerd_reads_the_services_annotations() -> None:
    api = app(ports=PORTS, **TRAFFIC)
    assert service_annotations(api, context("linkerd", api)) == {
        "config.linkerd.io/opaque-ports": "5432",
        "retry.linkerd.io/http": "5xx,gateway-error",
        "retry.linkerd.io/limit": "3",
        "retry.linkerd.io/timeout": "2s",
        "timeout.linkerd.io/request": "10s",
        "balancer.linkerd.io/failure-accrual": "consecutive",
        "balancer.linkerd.io/failure-accrual-consecutive-max-failures": "7",
        "balancer.linkerd.io/failure-accrual-consecutive-min-penalty": "20s",
        "balancer.linkerd.io/failure-accrual-consecutive-max-penalty": "200s",
    }
    for mesh in ("sidecar", "ambient", "none"):
        assert service_annotations(api, context(mesh, api)) == {}
    none = app(ports={"http": 8080}, retries={"retryOn": ["reset"]})
    assert service_annotations(none, context("linkerd", none)) == {}


def test_linkerd_looks_for_no_requests_on_ports_of_other_protocols() -> None:
    mixed = app(ports={"http": 8080, "amqp": {"port": 70, "targetPort": 5672}, "raw": {"port": 1, "protocol": "UDP"}})
    where = context("linkerd", mixed)
    assert service_annotations(mixed, where) == {"config.linkerd.io/opaque-ports": "70"}
    assert pod_annotations(mixed, where) == {"config.linkerd.io/opaque-ports": "5672"}
    assert pod_annotations(mixed, context("sidecar", mixed)) == {}


def test_the_services_of_both_versions_carry_them() -> None:
    api = app(ports=PORTS, canary=CANARY, timeout="10s", service={"annotations": {"example.com/a": "b"}})
    found = dict(services(api, context("linkerd", api)))
    for suffix in ("service", "service-stable", "service-canary"):
        assert found[suffix]["metadata"]["annotations"]["timeout.linkerd.io/request"] == "10s", suffix
    assert found["service"]["metadata"]["annotations"]["example.com/a"] == "b"
    internal = app(ports=PORTS, timeout="10s", service={"type": "LoadBalancer"})
    (service,) = [each for suffix, each in services(internal, context("linkerd", internal)) if suffix == "service"]
    assert service["metadata"]["annotations"]["timeout.linkerd.io/request"] == "10s"


@pytest.mark.parametrize(
    ("mesh", "fields", "wanted"),
    [
        ("sidecar", {}, False),
        ("ambient", {}, True),
        ("ambient", {"retries": {}}, False),
        ("linkerd", {}, True),
        ("linkerd", {"retries": {}}, True),
        ("none", {}, False),
        ("none", {"route": {"host": "a.example.com", "controller": "alb"}}, True),
        ("sidecar", {"route": {"host": "a.example.com", "controller": "nginx"}}, True),
        ("sidecar", {"route": {"host": "a.example.com", "controller": "istio"}}, False),
    ],
)
def test_which_canaries_need_a_service_of_each_version(mesh: str, fields: dict[str, Any], wanted: bool) -> None:
    canary = app(ports=PORTS, canary=CANARY, **fields)
    assert needs_track_services(canary, context(mesh, canary)) == wanted
    single = app(ports=PORTS, **fields)
    assert not needs_track_services(single, context(mesh, single))


@pytest.mark.parametrize(
    ("duration", "thousandths", "text"),
    [
        ("1ms", 1, "1ms"),
        ("999999ms", 999_999, "16m39s999ms"),
        ("60s", 60_000, "1m"),
        ("3661s", 3_661_000, "1h1m1s"),
        ("999999m", 59_999_940_000, "16666h39m"),
    ],
)
def test_durations(duration: str, thousandths: int, text: str) -> None:
    assert milliseconds(duration) == thousandths
    assert gateway_duration(duration) == text


@pytest.mark.parametrize("mesh", MESHES)
@pytest.mark.parametrize("retries", [True, False])
def test_every_manifest_is_valid(mesh: str, retries: bool) -> None:
    declared = TRAFFIC if retries else {**TRAFFIC, "retries": None}
    found = rendered(mesh, app(ports=PORTS, canary=CANARY, **declared))
    assert {suffix: manifest_problems(each) for suffix, each in found.items() if manifest_problems(each)} == {}

"""However an app is exposed: if the checks take it, its objects are valid and lead to Services and ports that exist."""

from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.apps import exposure_checks, mesh_checks, port_checks, route_checks, service_checks
from components.apps.context import context
from components.apps.manifests import render
from components.settings import StackSettings
from tests.support.coherence import faults
from tests.support.effort import examples
from tests.support.schemas import manifest_problems
from tests.support.stacks import app, stack

CONTROLLERS = ("alb", "nginx", "gateway-api", "external")
IMPLEMENTATIONS = ("envoy-gateway", "alb")
ROOMS: dict[str, Any] = {
    "certificates": {
        "email": "platform@example.com",
        "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]},
        "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]},
    },
    "namespaces": {"web": {"quota": {"loadBalancers": 1}}},
}
CHECKS = [
    check
    for module in (exposure_checks, route_checks, service_checks, port_checks, mesh_checks)
    for check in module.CHECKS
]

ports = st.fixed_dictionaries(
    {"http": st.sampled_from([8080, {"port": 80, "targetPort": 8080}, {"port": 80, "appProtocol": "http2"}])},
    optional={
        "grpc": st.just(9000),
        "udp": st.just({"port": 53, "protocol": "UDP"}),
        "metrics": st.just({"port": 9090}),
    },
)
paths = st.lists(st.sampled_from(["/", "/api", "/v1/", "/v2", "/a/b", "/a;b"]), min_size=1, max_size=3, unique=True)
near = st.fixed_dictionaries(
    {}, optional={"trafficDistribution": st.just("PreferSameZone"), "sessionAffinity": st.just(True)}
)
outside = st.fixed_dictionaries(
    {"type": st.sampled_from(["NodePort", "LoadBalancer"])},
    optional={
        "nodePorts": st.just({"http": 30080}),
        "externalTrafficPolicy": st.just("Local"),
        "allowedCidrs": st.just(["192.0.2.0/24"]),
        "trafficDistribution": st.just("PreferSameNode"),
        "internal": st.booleans(),
    },
)
headless = st.fixed_dictionaries({"headless": st.just(True)}, optional={"publishNotReadyAddresses": st.booleans()})
services = near | near | outside | headless
readiness = st.sampled_from(
    [None, {"path": "/ready"}, {"path": "/ready", "port": "metrics"}, {"path": "/r", "port": 8123}, {"exec": ["true"]}]
)
canaries = st.fixed_dictionaries(
    {"image": st.just("example.com/web:2"), "weight": st.integers(0, 100)},
    optional={"header": st.sampled_from(["yes", "true", "!no"]).map(lambda value: {"name": "canary", "value": value})},
)


def exposed(host: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"host": st.just(host), "paths": paths},
        optional={
            "tls": st.booleans(),
            "internal": st.sampled_from([False, False, True]),
            "controller": st.sampled_from(CONTROLLERS),
            "port": st.sampled_from(["http", "http", "grpc"]),
        },
    )


@st.composite
def stacks(draw: st.DrawFn) -> StackSettings:
    document = app(
        kind=draw(st.sampled_from(["Deployment", "Deployment", "Deployment", "StatefulSet"])),
        ports=draw(ports),
        service=draw(services),
        externalServices=draw(
            st.sampled_from([{}, {"db": {"externalName": "db.example.org", "ports": {"postgres": 5432}}}])
        ),
        ingress=draw(st.none() | exposed("a.example.com")),
        route=draw(st.none() | exposed("b.example.com")),
        canary=draw(st.none() | canaries),
        probes={"readiness": draw(readiness)},
    )
    if "metrics" not in document["ports"] and (document["probes"]["readiness"] or {}).get("port") == "metrics":
        document["probes"] = {}
    first, *others = draw(st.permutations(CONTROLLERS))
    return stack(
        **ROOMS,
        apps=[document],
        cni={"mode": draw(st.sampled_from(["policy-only", "cni"]))},
        ingress={
            "controller": first,
            "additional": others,
            "gatewayApi": {"implementation": draw(st.sampled_from(IMPLEMENTATIONS))},
        },
    )


def accepted(settings: StackSettings) -> bool:
    return not any(True for check in CHECKS for _ in check(settings))


@cache
def priority_class() -> dict[str, Any]:
    return {"kind": "PriorityClass", "metadata": {"name": "high-priority"}}


@examples(20, 500)
@given(settings=stacks())
def test_what_is_accepted_leads_somewhere(settings: StackSettings) -> None:
    if not accepted(settings):
        return
    (only,) = settings.apps
    found = render(only, context(settings))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    assert faults([*found.values(), priority_class()]) == []
    names = [(each["kind"], each["metadata"]["namespace"], each["metadata"]["name"]) for each in found.values()]
    assert len(names) == len(set(names))


@examples(20, 500)
@given(settings=stacks())
def test_nothing_that_is_accepted_is_without_its_way_in(settings: StackSettings) -> None:
    if not accepted(settings):
        return
    (only,) = settings.apps
    found = render(only, context(settings))
    assert ("ingress" in found, "route" in found) == (only.ingress is not None, only.route is not None)
    for each in (only.ingress, only.route):
        if each is not None:
            assert any(each.host in str(manifest["spec"]) for manifest in found.values() if "spec" in manifest)

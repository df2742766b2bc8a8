"""Whatever controllers, hosts and networks a stack has: facts and Gateway agree, and objects are sound."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.networking.ingress.checks import CHECKS
from components.networking.ingress.facts import controllers, installed
from components.networking.ingress.gateway import listeners
from components.networking.ingress.names import listener
from components.settings import StackSettings
from tests.support.effort import examples
from tests.support.incluster import unsound
from tests.support.ingress import (
    CLASS_PARAMS,
    GATEWAY,
    INGRESS_CLASS,
    OVERLAY,
    all_before,
    exposed,
    served,
    ways_in,
)

CONTROLLER = st.sampled_from(["istio", "alb", "gateway-api", "nginx", "external"])
SCHEME = st.sampled_from(["internet-facing", "internal"])
HOST = st.from_regex(r"(\*\.)?[a-z]{1,12}(\.[a-z]{1,12}){0,2}\.example\.com", fullmatch=True)
EXPOSURES = st.lists(
    st.tuples(HOST, st.booleans(), st.sampled_from(["web", "data", "shop"])),
    max_size=12,
    unique_by=lambda each: each[0],
)
ROOMS = st.fixed_dictionaries(
    {},
    optional={
        "cni": st.just(OVERLAY),
        "mesh": st.sampled_from(
            [{"kind": "linkerd"}, {"kind": "istio"}, {"kind": "istio", "istio": {"dataPlane": "ambient"}}]
        ),
        "certificates": st.just({"email": "platform@example.com"}),
    },
)
INGRESS = st.fixed_dictionaries(
    {
        "controller": CONTROLLER,
        "additional": st.lists(CONTROLLER, max_size=3),
        "gatewayApi": st.fixed_dictionaries(
            {"implementation": st.sampled_from(["istio", "envoy-gateway", "alb"]), "scheme": SCHEME}
        ),
        "alb": st.fixed_dictionaries(
            {"scheme": SCHEME, "group": st.sampled_from(["platform", None])}, optional={"waf": st.just({})}
        ),
        "nginx": st.fixed_dictionaries({"scheme": SCHEME}),
    }
)


def settings_of(ingress: dict[str, Any], exposures: list[Any], rooms: dict[str, Any]) -> StackSettings:
    apps = [exposed(f"app-{index}", host, where, tls=tls) for index, (host, tls, where) in enumerate(exposures)]
    return served(ingress, *apps, **rooms)


@examples(8, 120)
@given(ingress=INGRESS, exposures=EXPOSURES, rooms=ROOMS)
def test_what_apps_are_told_is_there(ingress: Any, exposures: Any, rooms: Any) -> None:
    stack = settings_of(ingress, exposures, rooms)
    recording = ways_in(stack)
    assert unsound(recording) == []
    classes = {found.inputs["metadata"]["name"] for found in recording.all(INGRESS_CLASS)}
    namespaces = {found.inputs["metadata"]["name"] for found in recording.all("kubernetes:core/v1:Namespace")} | {
        "istio-ingress"
    }
    for controller, facts in controllers(stack).items():
        assert (facts.controller, facts.certificates == "acm") == (
            controller,
            controller == "alb" or facts.implementation == "alb",
        )
        if controller in ("alb", "istio"):
            assert facts.class_name in classes
        if facts.internal_class_name:
            assert facts.internal_class_name in classes
        if facts.source is not None:
            assert facts.source.peers()
            assert facts.source.namespace is None or facts.source.namespace in namespaces
        assert facts.tls_namespace is None or facts.tls_namespace in namespaces
        assert facts.service_account is None or facts.service_account[0] in namespaces
        assert facts.node_targets == ("cni" in rooms and facts.certificates == "acm")
    for spec in (found.inputs["spec"] for found in recording.all(CLASS_PARAMS)):
        assert spec["scheme"] in ("internet-facing", "internal")


@examples(8, 120)
@given(ingress=INGRESS, exposures=EXPOSURES)
def test_the_gateway_has_a_listener_for_each_route_and_goes_before_its_maker(ingress: Any, exposures: Any) -> None:
    ingress = {**ingress, "controller": "gateway-api"}
    stack = settings_of(ingress, exposures, {})
    recording = ways_in(stack)
    made = recording.one(GATEWAY)
    names = [each["name"] for each in made.inputs["spec"]["listeners"]]
    assert len(names) == len({*names})
    gateway = controllers(stack)["gateway-api"].gateway
    assert gateway is not None
    assert {gateway.section(host, tls=tls) for host, tls, _ in exposures} <= {*names}
    assert made.deleted_with == ""
    makers = {"istio": "nodes", "envoy-gateway": "ingress-gateway-api-controller", "alb": "ingress-lbc-controller"}
    assert makers[stack.ingress.gateway_api.implementation] in all_before(recording, made)


@examples(25, 400)
@given(exposures=EXPOSURES, implementation=st.sampled_from(["istio", "envoy-gateway", "alb"]))
def test_only_namespaces_of_apps_attach_routes(exposures: Any, implementation: str) -> None:
    ingress = {"controller": "gateway-api", "gatewayApi": {"implementation": implementation}}
    stack = settings_of(ingress, exposures, {})
    facts = controllers(stack)["gateway-api"]
    own = facts.gateway.namespace if facts.gateway else ""
    for each in listeners(stack):
        (expression,) = each["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
        expected = {
            where
            for host, tls, where in exposures
            if each["name"] == "http" or (tls and each.get("hostname", host) == host)
        }
        assert {*expression["values"]} == expected | ({own} if each["name"] == "http" else set())


@examples(25, 400)
@given(hosts=st.lists(HOST, min_size=2, max_size=8, unique=True))
def test_two_hosts_never_have_the_same_listener(hosts: list[str]) -> None:
    names = {listener(host) for host in hosts}
    assert len(names) == len(hosts)
    assert all(len(name) <= 63 and not name.endswith("-") for name in names)


@examples(25, 400)
@given(ingress=INGRESS, exposures=EXPOSURES, rooms=ROOMS, existing=st.booleans())
def test_every_refusal_says_where_and_why(ingress: Any, exposures: Any, rooms: Any, existing: bool) -> None:
    stack = settings_of(ingress, exposures, {**rooms, "existing": existing})
    for problem in [found for check in CHECKS for found in check(stack)]:
        assert problem.path[0] == "ingress"
        assert problem.message
        assert problem.allowed
    assert installed(stack.ingress)[0] == ingress["controller"]

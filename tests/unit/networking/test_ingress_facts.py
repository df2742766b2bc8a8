"""What apps are told of each way in."""

from typing import Any

import pytest

from components.networking.ingress.facts import ControllerFacts, GatewayRef, controllers
from components.networking.ingress.names import listener
from components.networking.ingress.settings import Controller
from components.settings import StackSettings
from tests.support.ingress import OVERLAY, exposed, served, ways_in
from tests.support.stacks import app

PUBLIC = ("10.0.192.0/22", "10.0.196.0/22", "10.0.200.0/22")
PRIVATE = ("10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19")
AMBIENT = {"kind": "istio", "istio": {"dataPlane": "ambient"}}


def facts(controller: Controller, *apps: dict[str, Any], **rooms: Any) -> ControllerFacts:
    ingress = {"controller": controller, **rooms.pop("ingress", {})}
    return controllers(served(ingress, *apps, **rooms))[controller]


def exposure(settings: StackSettings) -> Any:
    return settings.apps[0].ingress


def test_all_controllers_of_the_stack_are_known_the_default_first() -> None:
    settings = served({"controller": "nginx", "additional": ["alb", "external"]})
    assert list(controllers(settings)) == ["nginx", "alb", "external"]


def test_the_gateway_api_knows_no_class() -> None:
    assert facts("gateway-api").class_name is None


@pytest.mark.parametrize("controller", ["istio", "alb", "nginx"])
def test_the_class_follows_the_controller(controller: Controller) -> None:
    assert facts(controller).class_name == controller
    assert facts(controller, ingress={"className": "public"}).class_name == "public"


def test_an_external_controller_is_known_by_its_class_only() -> None:
    assert facts("external") == ControllerFacts("external")
    assert facts("external", ingress={"className": "own"}) == ControllerFacts("external", class_name="own")


@pytest.mark.parametrize(
    ("controller", "rooms", "awaited"),
    [
        ("istio", {"mesh": {"kind": "istio"}}, True),
        ("istio", {"mesh": {"kind": "istio", "istio": {"gateway": {"serviceType": "NodePort"}}}}, False),
        ("nginx", {}, True),
        ("nginx", {"ingress": {"nginx": {"serviceType": "NodePort"}}}, False),
        ("alb", {}, True),
        ("gateway-api", {}, False),
        ("external", {}, False),
    ],
)
def test_an_address_is_awaited_where_somebody_writes_one(controller: Controller, rooms: Any, awaited: bool) -> None:
    assert facts(controller, **rooms).awaits_address is awaited


def test_load_balancers_of_aws_send_from_their_subnets() -> None:
    source = facts("alb").source
    assert source is not None
    assert sorted(source.cidrs) == sorted(PUBLIC)
    assert source.peers() == [{"ipBlock": {"cidr": cidr}} for cidr in source.cidrs]
    internal = facts("alb", ingress={"alb": {"scheme": "internal"}}).source
    assert internal is not None
    assert sorted(internal.cidrs) == sorted(PRIVATE)
    both = facts("alb", exposed("web", "a.example.com", internal=True)).source
    assert both is not None
    assert sorted(both.cidrs) == sorted((*PUBLIC, *PRIVATE))


def test_on_an_overlay_nodes_pass_on_what_load_balancers_send() -> None:
    found = facts("alb", cni={**OVERLAY, "podCidr": "100.64.0.0/16"})
    assert found.node_targets
    assert found.source is not None
    assert sorted(found.source.cidrs) == sorted((*PUBLIC, *PRIVATE, "100.64.0.0/16"))
    assert not facts("alb").node_targets


def test_a_stack_without_a_network_names_no_source() -> None:
    assert controllers(served("alb", network=None, aws=None))["alb"].source is None


@pytest.mark.parametrize(
    ("controller", "namespace"), [("nginx", "nginx-ingress"), ("gateway-api", "envoy-gateway-system")]
)
def test_proxies_send_from_their_own_namespace(controller: Controller, namespace: str) -> None:
    source = facts(controller).source
    assert source is not None
    assert (source.namespace, source.cidrs) == (namespace, ())
    assert source.labels


@pytest.mark.parametrize(
    ("controller", "rooms", "account"),
    [
        ("nginx", {}, None),
        ("nginx", {"mesh": {"kind": "istio"}}, None),
        ("nginx", {"mesh": {"kind": "linkerd"}}, ("nginx-ingress", "nginx-ingress")),
        ("nginx", {"mesh": AMBIENT}, ("nginx-ingress", "nginx-ingress")),
        ("gateway-api", {"mesh": {"kind": "linkerd"}}, ("envoy-gateway-system", "slipway-gateway")),
        (
            "gateway-api",
            {"mesh": {"kind": "istio"}, "ingress": {"gatewayApi": {"implementation": "istio"}}},
            ("istio-gateway", "slipway-istio"),
        ),
        ("gateway-api", {"mesh": AMBIENT, "ingress": {"gatewayApi": {"implementation": "alb"}}}, None),
        ("alb", {"mesh": {"kind": "linkerd"}}, None),
        ("istio", {"mesh": {"kind": "istio"}}, ("istio-ingress", "istio-ingressgateway")),
    ],
)
def test_who_is_in_the_mesh_has_a_name_there(controller: Controller, rooms: Any, account: Any) -> None:
    assert facts(controller, **rooms).service_account == account


@pytest.mark.parametrize(
    ("controller", "ingress", "certificates", "namespace"),
    [
        ("istio", {}, "cert-manager", "istio-ingress"),
        ("nginx", {}, "cert-manager", None),
        ("alb", {}, "acm", None),
        ("gateway-api", {}, "cert-manager", "envoy-gateway-system"),
        ("gateway-api", {"gatewayApi": {"implementation": "istio"}}, "cert-manager", "istio-gateway"),
        ("gateway-api", {"gatewayApi": {"implementation": "alb"}}, "acm", None),
        ("external", {}, "cert-manager", None),
    ],
)
def test_where_certificates_come_from(
    controller: Controller, ingress: Any, certificates: str, namespace: str | None
) -> None:
    found = facts(controller, ingress=ingress)
    assert (found.certificates, found.tls_namespace) == (certificates, namespace)


@pytest.mark.parametrize("implementation", ["istio", "envoy-gateway", "alb"])
def test_a_route_names_the_listener_that_the_gateway_has(implementation: str) -> None:
    ingress = {"controller": "gateway-api", "gatewayApi": {"implementation": implementation}}
    settings = served(
        ingress, exposed("web", "a.example.com"), app("old", route={"host": "b.example.com", "tls": False})
    )
    gateway = controllers(settings)["gateway-api"].gateway
    assert gateway is not None
    made = ways_in(settings).one("kubernetes:gateway.networking.k8s.io/v1:Gateway").inputs
    assert made["metadata"]["name"] == gateway.name
    assert made["metadata"]["namespace"] == gateway.namespace
    names = {each["name"] for each in made["spec"]["listeners"]}
    assert {gateway.section("a.example.com", tls=True), gateway.section("b.example.com", tls=False)} == names


def test_a_listener_of_each_host_is_the_usual() -> None:
    assert GatewayRef("slipway", "gateway").section("a.example.com", tls=True) == listener("a.example.com")


@pytest.mark.parametrize(
    ("says", "class_name", "group"),
    [
        ({}, "alb", "platform"),
        ({"tls": False}, "alb", "platform-plain"),
        ({"internal": True}, "alb-internal", "platform-internal"),
        ({"internal": True, "tls": False}, "alb-internal", "platform-internal-plain"),
    ],
)
def test_what_cannot_share_a_load_balancer_does_not(says: dict[str, Any], class_name: str, group: str) -> None:
    settings = served("alb", exposed("web", "a.example.com", **says))
    found = controllers(settings)["alb"]
    assert found.class_of(exposure(settings)) == class_name
    assert found.annotations_of(exposure(settings))["alb.ingress.kubernetes.io/group.name"] == group


def test_an_internal_stack_has_one_class_for_all() -> None:
    settings = served(
        {"controller": "alb", "alb": {"scheme": "internal"}}, exposed("web", "a.example.com", internal=True)
    )
    found = controllers(settings)["alb"]
    assert found.class_of(exposure(settings)) == "alb"
    assert found.annotations_of(exposure(settings))["alb.ingress.kubernetes.io/group.name"] == "platform"


@pytest.mark.parametrize(("tls", "ports"), [(True, '[{"HTTP":80},{"HTTPS":443}]'), (False, '[{"HTTP":80}]')])
def test_an_ingress_says_what_no_class_can(tls: bool, ports: str) -> None:
    settings = served(
        {"controller": "alb", "alb": {"group": None, "deregistrationDelay": 7}},
        exposed("web", "a.example.com", tls=tls),
    )
    found = controllers(settings)["alb"].annotations_of(exposure(settings))
    prefix = "alb.ingress.kubernetes.io"
    assert found[f"{prefix}/listen-ports"] == ports
    assert found.get(f"{prefix}/ssl-redirect") == ("443" if tls else None)
    assert found[f"{prefix}/target-group-attributes"] == "deregistration_delay.timeout_seconds=7"
    assert f"{prefix}/group.name" not in found


def test_nginx_answers_challenges_in_the_apps_own_ingress() -> None:
    settings = served("nginx", exposed("web", "a.example.com"))
    found = controllers(settings)["nginx"].annotations_of(exposure(settings))
    assert found == {"acme.cert-manager.io/http01-edit-in-place": "true", "pulumi.com/patchForce": "true"}

"""Which controllers a stack gets, in which order, and what is left of them on destroy."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.networking.ingress.load_balancer import network_load_balancer
from components.networking.ingress.settings import IngressSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import NAMESPACE, level, outliving, unsound, waits_for
from tests.support.ingress import GATEWAY, INGRESS_CLASS, OVERLAY, all_before, exposed, served, ways_in
from tests.support.recorded import Recording

ISTIO: dict[str, Any] = {"mesh": {"kind": "istio"}}
WAYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "external": ({"controller": "external"}, {}),
    "istio": ({"controller": "istio"}, ISTIO),
    "alb": ({"controller": "alb", "alb": {"waf": {}}}, {}),
    "alb, given ACL": (
        {
            "controller": "alb",
            "alb": {"waf": {"aclArn": "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/edge/1234abcd"}},
        },
        {},
    ),
    "alb, internal": ({"controller": "alb", "alb": {"scheme": "internal", "group": None}}, {}),
    "alb, overlay": ({"controller": "alb"}, {"cni": OVERLAY}),
    "nginx": ({"controller": "nginx"}, {"certificates": {"email": "platform@example.com"}}),
    "nginx, Linkerd": ({"controller": "nginx"}, {"mesh": {"kind": "linkerd"}}),
    "nginx, ambient": ({"controller": "nginx"}, {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}),
    "nginx beside alb": ({"controller": "nginx", "additional": ["alb"]}, {"cni": OVERLAY}),
    "nginx, node port": ({"controller": "nginx", "nginx": {"serviceType": "NodePort"}}, {}),
    "envoy": ({"controller": "gateway-api"}, {}),
    "envoy, overlay": ({"controller": "gateway-api"}, {"cni": OVERLAY}),
    "envoy, Linkerd": ({"controller": "gateway-api"}, {"mesh": {"kind": "linkerd"}}),
    "envoy, ambient": ({"controller": "gateway-api"}, {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}),
    "envoy beside alb": ({"controller": "gateway-api", "additional": ["alb"]}, {}),
    "Istio's Gateway": ({"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}}, ISTIO),
    "Istio's Gateway beside alb": (
        {"controller": "alb", "additional": ["gateway-api"], "gatewayApi": {"implementation": "istio"}},
        ISTIO,
    ),
    "ALB's Gateway": (
        {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}, "alb": {"waf": {}}},
        {"cni": OVERLAY},
    ),
}
APPS = (exposed("web", "a.example.com"), exposed("api", "*.b.example.com", "data", tls=False))


def record(way: str, *, known: bool = True) -> Recording:
    ingress, rooms = WAYS[way]
    return ways_in(served(ingress, *APPS, **rooms), known=known)


@pytest.mark.parametrize("way", WAYS)
def test_values_and_objects_exist_and_do_not_depend_on_what_is_known(way: str) -> None:
    recording = record(way)
    assert unsound(recording) == []
    assert record(way, known=False).urns == recording.urns


@pytest.mark.parametrize(
    ("way", "levels"),
    [
        ("external", {}),
        ("alb", {"aws-load-balancer-controller": "restricted"}),
        ("alb, overlay", {"aws-load-balancer-controller": "privileged"}),
        ("nginx", {"nginx-ingress": "restricted"}),
        ("envoy, overlay", {"envoy-gateway-system": "restricted"}),
        ("Istio's Gateway", {"istio-gateway": "restricted"}),
    ],
)
def test_each_is_alone_in_a_namespace_as_strict_as_can_be(way: str, levels: dict[str, str]) -> None:
    assert {found.inputs["metadata"]["name"]: level(found) for found in record(way).all(NAMESPACE)} == levels


def test_an_external_controller_brings_its_own() -> None:
    assert {found.name for found in record("external").resources} == {"cluster", "nodes", "gateway-api-crds", "ingress"}


def test_istio_gets_its_class_and_nothing_else() -> None:
    recording = record("istio")
    found = recording.one(INGRESS_CLASS)
    assert found.inputs["metadata"] == {"name": "istio"}
    assert found.inputs["spec"] == {"controller": "istio.io/ingress-controller"}
    assert waits_for(recording, found) == {"nodes"}
    assert recording.all(RELEASE) == []


@pytest.mark.parametrize(
    ("way", "deleted"),
    [
        ("alb", []),
        ("nginx", ["ingress-nginx-controller", "ingress-nginx-namespace"]),
        ("envoy", ["ingress-gateway-api-gateway", "ingress-gateway-api-namespace"]),
        ("Istio's Gateway", ["ingress-gateway-api-gateway", "ingress-gateway-api-namespace"]),
        ("ALB's Gateway", ["ingress-gateway-api-gateway"]),
    ],
)
def test_what_has_a_load_balancer_is_deleted_before_the_cluster(way: str, deleted: list[str]) -> None:
    assert [name for name in outliving(record(way)) if name != "gateway-api-crds"] == deleted


@pytest.mark.parametrize(
    ("way", "order"),
    [
        # Each is deleted before all that follow it.
        ("envoy", ["gateway", "class", "proxy", "controller", "namespace"]),
        ("Istio's Gateway", ["gateway", "namespace"]),
        ("ALB's Gateway", ["gateway", "load-balancer"]),
    ],
)
def test_the_gateway_goes_first_and_its_namespace_last(way: str, order: list[str]) -> None:
    recording = record(way)
    named = {found.name.removeprefix("ingress-gateway-api-"): found for found in recording.resources}
    for index, name in enumerate(order):
        rest = {f"ingress-gateway-api-{each}" for each in order[index + 1 :]}
        assert rest <= all_before(recording, named[name])


@pytest.mark.parametrize("way", ["nginx beside alb", "envoy beside alb", "Istio's Gateway beside alb", "ALB's Gateway"])
def test_who_makes_load_balancers_outlives_all_that_have_one(way: str) -> None:
    recording = record(way)
    controller = "ingress-lbc-controller"
    for name in outliving(recording):
        if name != "gateway-api-crds":
            found = next(each for each in recording.resources if each.name == name)
            assert controller in all_before(recording, found), name
    assert "nodes" in waits_for(recording, recording.one(RELEASE, controller))


def test_the_default_comes_first_and_the_further_ones_after_it() -> None:
    recording = record("nginx beside alb")
    assert {found.name for found in recording.all(RELEASE)} == {"ingress-nginx-controller", "ingress-lbc-controller"}
    assert {found.inputs["metadata"]["name"] for found in recording.all(INGRESS_CLASS)} == {"alb", "alb-internal"}


@pytest.mark.parametrize("way", ["envoy", "Istio's Gateway", "ALB's Gateway"])
def test_the_gateway_waits_for_its_definitions(way: str) -> None:
    recording = record(way)
    assert "gateway-api-crds" in all_before(recording, recording.one(GATEWAY))


def test_a_load_balancer_is_the_cloud_controllers_without_the_aws_controller() -> None:
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    public = network_load_balancer(served("nginx"), "internet-facing")
    assert public.load_balancer_class is None
    assert public.annotations[f"{prefix}-type"] == "nlb"
    assert f"{prefix}-internal" not in public.annotations
    assert network_load_balancer(served("nginx"), "internal").annotations[f"{prefix}-internal"] == "true"


@pytest.mark.parametrize(("rooms", "targets"), [({}, "ip"), ({"cni": OVERLAY}, "instance")])
def test_a_load_balancer_is_the_aws_controllers_by_class_where_there_is_one(rooms: Any, targets: str) -> None:
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    found = network_load_balancer(served({"controller": "nginx", "additional": ["alb"]}, **rooms), "internal")
    assert found.load_balancer_class == "service.k8s.aws/nlb"
    assert found.annotations[f"{prefix}-nlb-target-type"] == targets
    assert found.annotations[f"{prefix}-scheme"] == "internal"
    assert f"{prefix}-type" not in found.annotations


def test_no_aws_controller_without_an_eks_cluster() -> None:
    with pytest.raises(ValueError, match="needs an EKS cluster"):
        ways_in(served("alb", existing=True), owned=False)


@pytest.mark.parametrize("way", ["nginx", "gateway-api"])
def test_the_others_work_in_an_existing_cluster(way: str) -> None:
    assert unsound(ways_in(served(way, existing=True), owned=False)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"controller": "traefik"},
        {"additional": ["traefik"]},
        {"className": "Nginx"},
        {"className": ""},
        {"class": "a"},
        {"alb": {"waf": {"aclArn": "arn:aws:wafv2:us-west-2:123456789012:global/webacl/edge/1"}}},
        {"alb": {"inboundCidrs": ["10.0.0.1/8"]}},
        {"alb": {"idleTimeout": 0}},
        {"gatewayApi": {"implementation": "nginx"}},
        {"nginx": {"serviceType": "ClusterIP"}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IngressSettings.model_validate(wrong, by_name=False)


def test_a_word_stands_for_the_controller() -> None:
    assert served("nginx").ingress == IngressSettings(controller="nginx")

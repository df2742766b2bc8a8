"""`service.sessionAffinity` is in the words of whoever chooses the pod, or the preview says that it has no effect."""

from typing import Any

import pytest

from components.apps import service_advice
from components.apps.context import context
from components.apps.manifests import render
from components.apps.words import Manifest
from components.settings import StackSettings
from tests.support.schemas import manifest_problems
from tests.support.stacks import Judge, app, stack

INGRESS: dict[str, Any] = {"ingress": {"host": "a.example.com"}}
ROUTE: dict[str, Any] = {"route": {"host": "a.example.com"}}
GATEWAY = "gateway-api"
MESHES: dict[str, Any] = {
    "none": {},
    "istio": {"mesh": {"kind": "istio"}},
    "ambient": {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}},
    "linkerd": {"mesh": {"kind": "linkerd"}},
}
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}),
    "alb": ({"controller": "alb"}, INGRESS),
    "alb route": ({"controller": "alb"}, ROUTE),
    "alb gateway": ({"controller": GATEWAY, "gatewayApi": {"implementation": "alb"}}, ROUTE),
    "envoy": ({"controller": GATEWAY}, ROUTE),
    "istio gateway": ({"controller": GATEWAY, "gatewayApi": {"implementation": "istio"}}, ROUTE),
    "nginx": ({"controller": "nginx"}, INGRESS),
    "nginx route": ({"controller": "nginx"}, ROUTE),
    "istio": ({"controller": "istio"}, INGRESS),
    "istio route": ({"controller": "istio"}, ROUTE),
    "external": ({"controller": "external"}, INGRESS),
    "nlb": ({"controller": "alb"}, {"service": {"type": "LoadBalancer", "sessionAffinity": True}}),
    "nlb by nodes": ({}, {"service": {"type": "LoadBalancer", "sessionAffinity": True}}),
}
NEEDS_ISTIO = {"istio gateway", "istio", "istio route"}
SAID = {
    "nginx": "by the address that it sees",
    "nginx route": "by the address that it sees",
    "external": "external controller",
    "nlb by nodes": "its targets are nodes",
}


def stack_of(way: str, mesh: str, **rooms: Any) -> StackSettings:
    ingress, fields = WAYS[way]
    told = {"service": {"sessionAffinity": True}, **fields}
    certificates = {"email": "platform@example.com", "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
    rooms = {"namespaces": {"web": {}}, **MESHES[mesh], **rooms}
    return stack(apps=[app(**told)], ingress=ingress, certificates=certificates, **rooms)


def rendered(settings: StackSettings) -> dict[str, Manifest]:
    return render(settings.apps[0], context(settings))


def kept(objects: dict[str, Manifest], way: str) -> bool:
    """Whether whoever brings requests in keeps a client with its pod."""
    told = objects.get("ingress", objects.get("route", {"metadata": {}}))["metadata"].get("annotations", {})
    key = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes"
    found: Any = way == "none"
    match way:
        case "alb" | "alb route":
            attributes = told["alb.ingress.kubernetes.io/target-group-attributes"]
            found = "stickiness.enabled=true,stickiness.type=lb_cookie" in attributes
        case "alb gateway":
            (groups,) = [each for each in objects.values() if each["kind"] == "TargetGroupConfiguration"]
            attributes = groups["spec"]["defaultConfiguration"]["targetGroupAttributes"]
            found = {"key": "stickiness.enabled", "value": "true"} in attributes
        case "envoy":
            policy = objects["affinity-route"]["spec"]
            named = policy["targetRefs"][0]["name"] == objects["route"]["metadata"]["name"]
            found = named and policy["loadBalancer"]["type"] == "ConsistentHash"
        case "istio gateway" | "istio" | "istio route":
            found = objects["dr"]["spec"]["trafficPolicy"]["loadBalancer"]["consistentHash"]["httpCookie"]["name"]
        case "nginx":
            found = told["nginx.org/lb-method"] == "ip_hash"
        case "nginx route":
            found = all(each["lb-method"] == "ip_hash" for each in objects["route"]["spec"]["upstreams"])
        case "nlb":
            found = "stickiness.type=source_ip" in objects["service"]["metadata"]["annotations"][key]
    return bool(found)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mesh", MESHES)
def test_a_client_stays_or_the_preview_says_so(way: str, mesh: str) -> None:
    if way in NEEDS_ISTIO and mesh not in {"istio", "ambient"}:
        return
    settings = stack_of(way, mesh)
    objects = rendered(settings)
    said = " ".join(each.text for each in Judge(service_advice).advice(settings) if each.path[1] == "sessionAffinity")
    assert objects["service"]["spec"]["sessionAffinity"] == "ClientIP"
    assert [problem for each in objects.values() if (problem := manifest_problems(each))] == []
    assert kept(objects, way) or SAID[way] in said
    assert SAID.get(way, "") in said
    assert ("callers in Linkerd" in said) == (mesh == "linkerd")
    if mesh in {"istio", "ambient"}:
        hashed = objects["dr"]["spec"]["trafficPolicy"]["loadBalancer"]["consistentHash"]
        by_cookie = mesh == "ambient" or way in NEEDS_ISTIO
        assert list(hashed) == (["httpCookie"] if by_cookie else ["useSourceIp"])


@pytest.mark.parametrize("way", ["alb", "nlb"])
def test_staying_with_a_node_is_no_use(way: str) -> None:
    settings = stack_of(way, "none", cni={"mode": "cni"})
    assert "stickiness" not in str(rendered(settings))
    assert any("its targets are nodes" in each.text for each in Judge(service_advice).advice(settings))


@pytest.mark.parametrize("way", WAYS)
def test_without_it_nothing_is_said(way: str) -> None:
    ingress, fields = WAYS[way]
    mesh = "istio" if way in NEEDS_ISTIO else "none"
    plain = {**fields, "service": {**fields.get("service", {}), "sessionAffinity": False}}
    settings = stack(apps=[app(**plain)], ingress=ingress, **MESHES[mesh])
    found = str(rendered(settings))
    assert not [word for word in ("stickiness", "consistentHash", "ip_hash", "ClientIP", "-affinity") if word in found]

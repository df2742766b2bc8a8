"""Load balancers of AWS, whoever in the cluster makes them, their assumed traffic, and the firewall before them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from slipway.cost.lines import Context, Gap, Line, used
from slipway.recording.objects import chart, dig, items, object_name, text
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

Kind = Literal["Application", "Network", "Classic"]

_ONE = Decimal(1)
_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"
_ALB = "alb.ingress.kubernetes.io"
# Charts whose Service is of type LoadBalancer unless their values say otherwise: Istio's gateway.
_BALANCED_CHARTS = ("gateway",)
# Who makes application load balancers of Ingresses and of Gateways.
_ALB_INGRESS, _ALB_GATEWAY = "ingress.k8s.aws/alb", "gateway.k8s.aws/alb"
# The class that istiod makes by itself, for Gateways before which a network load balancer stands.
_ISTIO_CLASS = "istio"


def _lines(resource: Resource, kind: Kind, name: str, context: Context) -> Iterator[Line]:
    hourly = context.prices.hourly
    price = {
        "Application": hourly.application_load_balancer,
        "Network": hourly.network_load_balancer,
        "Classic": hourly.classic_load_balancer,
    }[kind]
    what = f"{kind} Load Balancer of {name}"
    yield Line(resource.urn, what, _ONE, context.prices.month(price), category="load balancers")
    yield _traffic(resource, kind, context)


def _traffic(resource: Resource, kind: Kind, context: Context) -> Line:
    usage, assumed = context.prices.usage, context.prices.assumptions
    if kind == "Classic":
        amount = assumed.classic_load_balancer_gib * usage.classic_load_balancer_gib
        size = f"{assumed.classic_load_balancer_gib:f} GiB a month"
    else:
        unit = usage.application_load_balancer_unit if kind == "Application" else usage.network_load_balancer_unit
        amount = assumed.load_balancer_units * context.prices.month(unit)
        size = f"{assumed.load_balancer_units:f} capacity unit at every hour"
    return used(
        resource.urn,
        f"traffic of {kind} Load Balancer",
        amount,
        category="load balancers",
        assumption=f"{size} through each {kind} Load Balancer",
    )


def _of_service(annotations: Json, load_balancer_class: str | None) -> Kind:
    """A Service without class and annotation gets a Classic Load Balancer from the cluster's own cloud provider."""
    network = text(annotations, _TYPE) in ("nlb", "nlb-ip", "external") or load_balancer_class == "service.k8s.aws/nlb"
    return "Network" if network else "Classic"


def service(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of the load balancer that a Service of that type gets."""
    if dig(resource.inputs, "spec", "type") == "LoadBalancer":
        annotations = dig(resource.inputs, "metadata", "annotations")
        kind = _of_service(annotations, text(resource.inputs, "spec", "loadBalancerClass"))
        yield from _lines(resource, kind, object_name(resource), context)


def release(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of the load balancer that a chart's Service gets."""
    values = resource.inputs.get("values")
    for path in (("service",), ("controller", "service")):
        kind = text(values, *path, "type")
        if kind == "LoadBalancer" or (
            path == ("service",) and kind is None and chart(resource).name in _BALANCED_CHARTS
        ):
            found = _of_service(dig(values, *path, "annotations"), text(values, *path, "loadBalancerClass"))
            yield from _lines(resource, found, resource.name, context)


def envoy_proxy(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of the load balancer before the Envoys of a Gateway."""
    declared = dig(resource.inputs, "spec", "provider", "kubernetes", "envoyService")
    if text(declared, "type") == "LoadBalancer":
        kind = _of_service(dig(declared, "annotations"), text(declared, "loadBalancerClass"))
        yield from _lines(resource, kind, object_name(resource), context)


def gateway(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a Gateway's load balancer, where nothing else stands for it: Istio's, and AWS's own."""
    class_name = text(resource.inputs, "spec", "gatewayClassName")
    if class_name == _ISTIO_CLASS:
        yield from _lines(resource, "Network", object_name(resource), context)
    elif _controller("GatewayClass", "controllerName", class_name, context) == _ALB_GATEWAY:
        yield from _lines(resource, "Application", object_name(resource), context)


def ingress(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of an Ingress's load balancer; of a group's, with the first Ingress that is in it."""
    class_name = text(resource.inputs, "spec", "ingressClassName")
    if _controller("IngressClass", "controller", class_name, context) != _ALB_INGRESS:
        return
    group = _group(resource)
    first = next(each for each in context.recording.made if each.type == resource.type and _group(each) == group)
    if group is None or first.urn == resource.urn:
        yield from _lines(resource, "Application", group or object_name(resource), context)


def _group(resource: Resource) -> str | None:
    return text(resource.inputs, "metadata", "annotations", f"{_ALB}/group.name")


def _controller(kind: str, key: str, name: str | None, context: Context) -> str | None:
    """Return who serves a class."""
    for each in context.recording.made:
        if each.kind == kind and text(each.inputs, "metadata", "name") == name:
            return text(each.inputs, "spec", key)
    return None


def web_acl(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a web ACL and of each of its rules, without the requests that it looks at."""
    monthly = context.prices.monthly
    yield Line(resource.urn, "web ACL", _ONE, monthly.web_acl, category="web ACLs")
    rules = Decimal(len(items(resource.inputs, "rules")))
    yield Line(resource.urn, "web ACL rules", rules, monthly.web_acl_rule, category="web ACLs")

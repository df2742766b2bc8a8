"""What is wrong, or worth knowing, about how requests come in."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.ingress import advice, load_balancer_checks
from components.networking.ingress.gateway import MAX_LISTENERS, listeners
from components.networking.ingress.selection import gateway_implementation, ingress_class, installed
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.networking.ingress.settings import Controller, GatewayApiSettings, NginxSettings
    from components.settings import StackSettings


def not_the_default(settings: "StackSettings") -> Iterator[Problem]:
    """A further controller is another one than the default."""
    ingress = settings.ingress
    for index, controller in enumerate(ingress.additional):
        if controller == ingress.controller:
            yield Problem(
                ("ingress", "additional", index),
                "is the controller already that apps use by default",
                controller,
                f"others than ingress.controller, which is {ingress.controller}",
            )


def istio_serves(settings: "StackSettings") -> Iterator[Problem]:
    """Istio serves Ingress objects and Gateways only where it is installed, and Ingress objects by its own gateway."""
    ingress, mesh = settings.ingress, settings.mesh
    if gateway_implementation(ingress) == "istio" and mesh.kind != "istio":
        yield Problem(
            ("ingress", "gatewayApi", "implementation"),
            "Istio is to implement the Gateway, but the mesh is not Istio",
            f"istio with mesh.kind {mesh.kind}",
            "envoy-gateway, which works beside any mesh, or mesh.kind istio",
            "envoy-gateway",
        )
    if "istio" not in installed(ingress):
        return
    path = _place(settings, "istio")
    if mesh.kind != "istio":
        yield Problem(
            path,
            "Istio's gateway is to serve Ingress objects, but the mesh is not Istio",
            f"istio with mesh.kind {mesh.kind}",
            "external, or mesh.kind istio",
            "external",
        )


def class_names(settings: "StackSettings") -> Iterator[Problem]:
    """An IngressClass is served by one controller, and the Gateway API knows none."""
    ingress = settings.ingress
    if ingress.class_name is None:
        return
    if ingress.controller == "gateway-api":
        yield Problem(
            ("ingress", "className"),
            "the Gateway API knows no IngressClass: its routes name the Gateway",
            ingress.class_name,
            "no className with controller gateway-api",
        )
        return
    taken = {ingress_class(ingress, each): each for each in installed(ingress) if each != ingress.controller}
    # The controller's own second class, and that of a further one.
    taken |= {"alb-internal": "alb"} if "alb" in taken.values() else {}
    if ingress.class_name in taken:
        yield Problem(
            ("ingress", "className"),
            f"is the class of {taken[ingress.class_name]}, which is among ingress.additional",
            ingress.class_name,
            "another name, or none",
        )


def replicas(settings: "StackSettings") -> Iterator[Problem]:
    """There are at most as many pods as at least, or more."""
    rooms: dict[str, GatewayApiSettings | NginxSettings] = {
        "gatewayApi": settings.ingress.gateway_api,
        "nginx": settings.ingress.nginx,
    }
    for key, room in rooms.items():
        if room.min_replicas > room.max_replicas:
            yield Problem(
                ("ingress", key, "minReplicas"),
                f"more than maxReplicas, which is {room.max_replicas}",
                str(room.min_replicas),
                f"1 to {room.max_replicas}",
                str(room.max_replicas),
            )


def listener_count(settings: "StackSettings") -> Iterator[Problem]:
    """One Gateway has 64 listeners at most: one of plain HTTP, and one for each host with TLS."""
    if gateway_implementation(settings.ingress) is None:
        return
    count = len(listeners(settings))
    if count > MAX_LISTENERS:
        yield Problem(
            _place(settings, "gateway-api"),
            f"its Gateway would have {count} listeners, one for each host with TLS: the Gateway API allows"
            f" {MAX_LISTENERS}",
            f"{count - 1} hosts with TLS",
            f"at most {MAX_LISTENERS - 1} hosts, such as *.example.com for many, a further controller for the others,"
            " or implementation alb, whose hosts share one listener",
        )


def _place(settings: "StackSettings", controller: "Controller") -> tuple[str | int, ...]:
    """Return where a controller is named."""
    ingress = settings.ingress
    if ingress.controller == controller:
        return ("ingress", "controller")
    return ("ingress", "additional", list(ingress.additional).index(controller))


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    not_the_default,
    istio_serves,
    class_names,
    replicas,
    listener_count,
    *load_balancer_checks.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = advice.ADVICE

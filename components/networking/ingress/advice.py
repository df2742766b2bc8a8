"""What works, and is worth knowing, about how requests come in."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.ingress.facts import controllers
from components.networking.ingress.selection import (
    exposures,
    gateway_implementation,
    installed,
    load_balancer_controller_needed,
)
from components.problem import Advice

if TYPE_CHECKING:
    from components.networking.ingress.settings import Controller
    from components.settings import StackSettings


def external_controller(settings: "StackSettings") -> Iterator[Advice]:
    """An external controller must come from somewhere."""
    served = [each.app.name for each in exposures(settings, "external")]
    if "external" in installed(settings.ingress) and served:
        own = settings.ingress.class_name if settings.ingress.controller == "external" else None
        what = f"the class {own}" if own else "the default class"
        yield Advice(
            ("ingress", "controller"),
            f"Slipway does not install the controller that serves {what}: until somebody does, nothing reaches the"
            f" Ingress of {', '.join(dict.fromkeys(served))}",
        )


def without_effect(settings: "StackSettings") -> Iterator[Advice]:
    """Settings of a controller that is not installed do nothing."""
    ingress = settings.ingress
    effective = {
        "alb": load_balancer_controller_needed(ingress),
        "gateway_api": gateway_implementation(ingress) is not None,
        "nginx": "nginx" in installed(ingress),
    }
    keys = {"alb": "alb", "gateway_api": "gatewayApi", "nginx": "nginx"}
    for name, does in effective.items():
        if name in ingress.model_fields_set and not does:
            yield Advice(
                ("ingress", keys[name]),
                f"has no effect: the stack's controllers are {', '.join(installed(ingress))}",
            )


def single_pod(settings: "StackSettings") -> Iterator[Advice]:
    """A single pod is an outage at each node upgrade."""
    ingress = settings.ingress
    counted: list[tuple[bool, tuple[str, ...], int]] = [
        ("nginx" in installed(ingress), ("nginx", "minReplicas"), ingress.nginx.min_replicas),
        (
            gateway_implementation(ingress) in ("istio", "envoy-gateway"),
            ("gatewayApi", "minReplicas"),
            ingress.gateway_api.min_replicas,
        ),
    ]
    for runs, path, count in counted:
        if runs and count == 1:
            yield Advice(
                ("ingress", *path),
                "with one pod nothing comes in while it moves to another node; 2 or more take turns",
            )


def unprovable(settings: "StackSettings") -> Iterator[Advice]:
    """Let's Encrypt proves a name over HTTP from the internet, which reaches no internal load balancer."""
    certificates = settings.certificates
    if certificates is None or certificates.email is None or not certificates.issuer.startswith("letsencrypt-"):
        return
    ingress = settings.ingress
    internal: dict[Controller, bool] = {
        "nginx": ingress.nginx.scheme == "internal",
        "gateway-api": ingress.gateway_api.scheme == "internal",
    }
    domains = certificates.dns01.domains if certificates.dns01 else ()
    for controller, facts in controllers(settings).items():
        if facts.certificates != "cert-manager" or not internal.get(controller):
            continue
        hosts = {each.settings.host for each in exposures(settings, controller) if each.settings.tls}
        unproved = sorted(host for host in hosts if not any(f".{host}".endswith(f".{domain}") for domain in domains))
        if unproved:
            key = "gatewayApi" if controller == "gateway-api" else controller
            yield Advice(
                ("ingress", key, "scheme"),
                f"Let's Encrypt cannot reach an internal load balancer, so it proves no name over HTTP there:"
                f" {', '.join(unproved)} wants certificates.dns01, or a private issuer",
            )


def load_balancer_elsewhere(settings: "StackSettings") -> Iterator[Advice]:
    """A cluster that Slipway did not build may have nobody who makes load balancers."""
    ingress = settings.ingress
    if settings.cluster.existing is None:
        return
    if "nginx" in installed(ingress) and ingress.nginx.service_type == "LoadBalancer":
        yield Advice(
            ("ingress", "nginx", "serviceType"),
            "the installation waits for a load balancer: where nobody makes one (kind has none), choose NodePort",
        )
    if gateway_implementation(ingress) is not None:
        yield Advice(
            ("ingress", "gatewayApi"),
            "its Gateway gets an address from a load balancer: where nobody makes one (kind has none), nothing reaches"
            " it from outside",
        )


def remote_schema(settings: "StackSettings") -> Iterator[Advice]:
    """The chart of NGINX has a schema that refers to others, which Helm fetches."""
    if "nginx" in installed(settings.ingress) and settings.charts.mirror is not None:
        yield Advice(
            ("ingress", "controller"),
            "the mirrored chart nginx-ingress is checked against schemas on raw.githubusercontent.com: whoever runs"
            " Pulumi must reach that host, or the chart in the mirror must lose its values.schema.json",
        )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    external_controller,
    without_effect,
    single_pod,
    unprovable,
    load_balancer_elsewhere,
    remote_schema,
)

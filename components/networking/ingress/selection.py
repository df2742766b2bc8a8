"""Which controllers a stack has, and which exposures of its apps each of them brings in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.networking.ingress.settings import Controller, Implementation, IngressSettings

if TYPE_CHECKING:
    from components.apps.exposure import ExposedSettings
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

CLASS_NAMES: dict[Controller, str] = {"istio": "istio", "alb": "alb", "nginx": "nginx"}
"""The IngressClass of each controller that serves Ingress objects."""

_NEEDED = ("host", "hosts", "controller", "tls", "internal")


@dataclass(frozen=True, slots=True)
class Exposure:
    """One way into an app: a host of its `ingress` or of its `route` (`key`)."""

    app: "AppSettings"
    key: str
    settings: "ExposedSettings"


def installed(settings: IngressSettings) -> tuple[Controller, ...]:
    """Return the stack's controllers, the one that apps use by default first."""
    return tuple(dict.fromkeys((settings.controller, *settings.additional)))


def gateway_implementation(settings: IngressSettings) -> Implementation | None:
    """Return who implements the Gateway API, None where the stack has no such controller."""
    return settings.gateway_api.implementation if "gateway-api" in installed(settings) else None


def load_balancer_controller_needed(settings: IngressSettings) -> bool:
    """Tell whether the AWS Load Balancer Controller is installed: for Ingress objects, or for the Gateway."""
    return "alb" in installed(settings) or gateway_implementation(settings) == "alb"


def ingress_class(settings: IngressSettings, controller: Controller) -> str | None:
    """Return the class that an Ingress names; None leaves it to the cluster's default class."""
    own = settings.class_name if controller == settings.controller else None
    return own or CLASS_NAMES.get(controller)


def exposures(settings: "StackSettings", controller: Controller) -> Iterator[Exposure]:
    """Yield every exposure that a controller brings in.

    What is wrong in itself is absent while the checks look at the rest: an exposure of which something is missing is
    left out.
    """
    for app in settings.apps:
        if not (hasattr(app, "name") and hasattr(app, "namespace")):
            continue
        for key in ("ingress", "route"):
            told = getattr(app, key, None)
            if told is None or not all(hasattr(told, name) for name in _NEEDED):
                continue
            if (told.controller or settings.ingress.controller) == controller:
                yield from (Exposure(app, key, each) for each in told.each() if hasattr(each, "host"))

"""What an Ingress tells the AWS Load Balancer Controller about one app, in annotations.

They are described in https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/.
What holds for every app alike (scheme, group, certificates, firewall, redirect) is in the controller's facts, and in
the class and its parameters.
"""

import json

from components.apps.affinity import COOKIE_SECONDS, target_group
from components.apps.alb_order import order
from components.apps.backends import Backend, Division
from components.apps.exposure import ExposedSettings
from components.apps.health_check import HealthCheck, health_check, protocol, version
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts

PREFIX = "alb.ingress.kubernetes.io/"
BY_ANNOTATION = "use-annotation"
"""The port of a backend that stands for an action in an annotation, which the backend's name names."""

HEADER = "header"
"""The name of the header's action; that of the sharing is `Division.action`.

Their annotations are one Ingress's own, so that they need not name the app.
"""


def _checked(check: HealthCheck | None) -> dict[str, str]:
    if check is None:
        return {}
    return {
        "healthcheck-path": check.path,
        "healthcheck-port": check.port,
        "healthcheck-protocol": check.protocol,
        "healthcheck-interval-seconds": str(check.interval),
        "healthcheck-timeout-seconds": str(check.timeout),
        "success-codes": check.codes,
    }


def _action(*backends: Backend, sticky: bool = False) -> str:
    groups = [{"serviceName": each.service, "servicePort": each.port, "weight": each.weight} for each in backends]
    kept = {"targetGroupStickinessConfig": {"enabled": True, "durationSeconds": COOKIE_SECONDS}} if sticky else {}
    return json.dumps({"type": "forward", "forwardConfig": {"targetGroups": groups, **kept}})


def _divided(parts: Division, *, sticky: bool) -> dict[str, str]:
    if len(parts.shares) == 1:
        return {}
    # a client that stays with a pod stays with its version, too
    found = {f"actions.{parts.action}": _action(*parts.shares, sticky=sticky)}
    if parts.header is not None and parts.chosen is not None:
        found[f"actions.{HEADER}"] = _action(parts.chosen)
        carries = {"httpHeaderName": parts.header.name, "values": [parts.header.value]}
        found[f"conditions.{HEADER}"] = json.dumps([{"field": "http-header", "httpHeaderConfig": carries}])
    return found


def annotations(app: AppSettings, parts: Division, facts: ControllerFacts) -> dict[str, str]:
    """Return the annotations of an exposure's Ingress: where its targets are, their health, and who gets how much."""
    port = parts.shares[0].port_name
    attributes = target_group(app, facts)
    told = {
        "target-type": "instance" if facts.node_targets else "ip",
        **_checked(health_check(app, port, node_targets=facts.node_targets)),
        **_divided(parts, sticky="stickiness.enabled" in attributes),
        **(
            {"target-group-attributes": ",".join(f"{key}={value}" for key, value in attributes.items())}
            if attributes
            else {}
        ),
    }
    if protocol(app, port) == "HTTPS":
        told["backend-protocol"] = "HTTPS"
    if (spoken := version(app, port)) != "HTTP1":
        told["backend-protocol-version"] = spoken
    return {f"{PREFIX}{key}": value for key, value in told.items()}


def ordered(exposure: ExposedSettings) -> dict[str, str]:
    """Return the annotation by which the rules of an Ingress come before, or after, others of its load balancer."""
    place = order(exposure)
    return {f"{PREFIX}group.order": str(place)} if place else {}


def backends(parts: Division) -> list[Manifest]:
    """Return the backends of one path; the controller keeps the order of those that have the same path."""
    if len(parts.shares) == 1:
        (only,) = parts.shares
        return [{"service": {"name": only.service, "port": {"name": only.port_name}}}]
    actions = [HEADER, parts.action] if parts.chosen else [parts.action]
    return [{"service": {"name": action, "port": {"name": BY_ANNOTATION}}} for action in actions]

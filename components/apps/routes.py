"""What an app says to the Gateway API: a HTTPRoute to the stack's Gateway, and how its pods' health is asked."""

from collections.abc import Iterator

from components.apps.affinity import target_group
from components.apps.backends import Backend, division
from components.apps.context import AppContext
from components.apps.exposure import ExposedSettings, HeaderSettings
from components.apps.health_check import health_check, protocol, version
from components.apps.labels import metadata
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts

API = "gateway.networking.k8s.io/v1"


def parent(exposure: ExposedSettings, facts: ControllerFacts) -> Manifest:
    """Return the `parentRef` by which a route names the stack's Gateway."""
    if facts.gateway is None:
        raise ValueError("the stack has no Gateway: the checks refuse such an app")
    return {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": facts.gateway.name,
        "namespace": facts.gateway.namespace,
        "sectionName": facts.gateway.section(exposure.host, tls=exposure.tls),
    }


def _matches(paths: tuple[str, ...], header: HeaderSettings | None) -> list[Manifest]:
    """Return what matches the paths and what is below them: a PathPrefix of /api is not one of /apis."""
    named = {"headers": [{"type": "Exact", "name": header.name, "value": header.value}]} if header else {}
    return [{"path": {"type": "PathPrefix", "value": path}, **named} for path in paths]


def _backend(backend: Backend) -> Manifest:
    reference = {"group": "", "kind": "Service", "name": backend.service, "port": backend.port}
    return {**reference, "weight": backend.weight}


def http_route(app: AppSettings, key: str, exposure: ExposedSettings, context: AppContext) -> Manifest:
    """Return the HTTPRoute of an exposure (`key` is ingress or route).

    A request with the canary's header matches both rules; the Gateway API prefers the one that says more.
    """
    parts = division(app, exposure)
    rules: list[Manifest] = [
        {"matches": _matches(exposure.paths, None), "backendRefs": [_backend(each) for each in parts.shares]}
    ]
    if parts.header is not None and parts.chosen is not None:
        rules.insert(0, {"matches": _matches(exposure.paths, parts.header), "backendRefs": [_backend(parts.chosen)]})
    return {
        "apiVersion": API,
        "kind": "HTTPRoute",
        "metadata": metadata(app, f"{app.name}-{key}{exposure.suffix}"),
        "spec": {
            "parentRefs": [parent(exposure, context.controller_of(exposure))],
            "hostnames": [exposure.host],
            "rules": rules,
        },
    }


def target_groups(
    app: AppSettings, exposure: ExposedSettings, facts: ControllerFacts
) -> Iterator[tuple[str, Manifest]]:
    """Yield the TargetGroupConfiguration of each Service that AWS's controller balances, with its suffix.

    Such an object is a Service's, and there may be one only: of two exposures it is the first one's.
    """
    parts = division(app, exposure)
    port = parts.shares[0].port_name
    check = health_check(app, port, node_targets=facts.node_targets)
    configuration: Manifest = {
        "targetType": "instance" if facts.node_targets else "ip",
        "protocol": protocol(app, port),
        "protocolVersion": version(app, port),
    }
    if check is not None:
        configuration["healthCheckConfig"] = {
            "healthCheckPath": check.path,
            "healthCheckPort": check.port,
            "healthCheckProtocol": check.protocol,
            "healthCheckInterval": check.interval,
            "healthCheckTimeout": check.timeout,
            "matcher": {"httpCode": check.codes},
        }
    if attributes := target_group(app, facts):
        configuration["targetGroupAttributes"] = [{"key": key, "value": value} for key, value in attributes.items()]
    for backend in parts.shares:
        yield (
            f"targets-{backend.service.removeprefix(f'{app.name}-')}",
            {
                "apiVersion": "gateway.k8s.aws/v1",
                "kind": "TargetGroupConfiguration",
                "metadata": metadata(app, backend.service),
                "spec": {
                    "targetReference": {"group": "", "kind": "Service", "name": backend.service},
                    "defaultConfiguration": configuration,
                },
            },
        )

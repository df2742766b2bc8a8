"""Network policies: every allowance is one object with explicit ports, on top of the namespace's default-deny."""

from collections.abc import Iterable, Iterator

from components.apps.context import MONITORING_NAMESPACE, AppContext, Gateway
from components.apps.exposure import ExposedSettings, exposed_port
from components.apps.labels import metadata, selector
from components.apps.ports import METRICS, PortSettings, serving
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import pods_in


def flows(apps: Iterable[AppSettings]) -> frozenset[tuple[str, str]]:
    """Return who may call whom as (client, server) names.

    `allowFrom` and `allowTo` say the same from two sides: one declaration opens both, and two count once.
    """
    allowed = set()
    for app in apps:
        allowed |= {(client, app.name) for client in app.allow_from}
        allowed |= {(app.name, server) for server in app.allow_to}
    return frozenset(allowed)


def _ports(ports: Iterable[PortSettings]) -> list[Manifest]:
    """Return policy ports: numbers of the container, for a policy sees packets after the Service's translation."""
    pairs = sorted({(port.container_port, port.protocol) for port in ports})
    return [{"port": number, "protocol": protocol} for number, protocol in pairs]


def _from(app: AppSettings, suffix: str, peer: Manifest, ports: list[Manifest]) -> Manifest:
    return _policy(app, suffix, "Ingress", {"ingress": [{"from": [peer], "ports": ports}]})


def _policy(app: AppSettings, suffix: str, direction: str, rules: Manifest) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, f"{app.name}-{suffix}"),
        "spec": {"podSelector": {"matchLabels": selector(app)}, "policyTypes": [direction], **rules},
    }


def _between_apps(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    for client, server in sorted(flows(context.apps.values())):
        if server == app.name:
            other = context.apps[client]
            ports = _ports(serving(app.ports).values())
            yield f"from-{client}", _from(app, f"from-{client}", pods_in(other.namespace, selector(other)), ports)
        if client == app.name:
            other = context.apps[server]
            rule = {
                "to": [pods_in(other.namespace, selector(other))],
                "ports": _ports(serving(other.ports).values()),
            }
            yield f"to-{server}", _policy(app, f"to-{server}", "Egress", {"egress": [rule]})


def _from_outside(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    entries: list[tuple[str, ExposedSettings | None, Gateway | None]] = [
        ("allow-ingress", app.ingress, context.ingress_from),
        ("allow-gateway", app.route, context.gateway),
    ]
    for suffix, exposure, source in entries:
        name = exposed_port(exposure, app.ports) if exposure else None
        if name:
            yield suffix, _from(app, suffix, _outside(source), _ports([app.ports[name]]))


def _outside(source: Gateway | None) -> Manifest:
    """Return the pods that bring traffic in; any namespace where the controller is not Slipway's to know."""
    return pods_in(source.namespace, dict(source.labels)) if source else {"namespaceSelector": {}}


def _to_networks(app: AppSettings) -> list[Manifest]:
    return [
        {
            "to": [{"ipBlock": {"cidr": cidr}} for cidr in rule.cidrs],
            "ports": [{"port": port, "protocol": rule.protocol} for port in rule.ports],
        }
        for rule in app.egress
    ]


def policies(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the network policies that select an app's pods, with their suffixes.

    DNS, and what a mesh's sidecar needs, come with the namespace.
    """
    yield from _between_apps(app, context)
    yield from _from_outside(app, context)
    if METRICS in app.ports:
        scraped = _ports([app.ports[METRICS]])
        yield "allow-monitoring", _from(app, "allow-monitoring", pods_in(MONITORING_NAMESPACE), scraped)
    if app.egress:
        yield "allow-networks", _policy(app, "allow-networks", "Egress", {"egress": _to_networks(app)})

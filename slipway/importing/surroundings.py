"""The stack that imported apps are rendered for: it has what the documents show, and nothing else."""

from collections.abc import Iterable

from components.apps.context import AppContext
from components.apps.settings import AppSettings
from components.networking.ingress.facts import ControllerFacts, GatewayRef, Source
from components.networking.ingress.names import ENVOY_LABELS, ENVOY_NAMESPACE, GATEWAY
from components.networking.mesh.membership import GATEWAY_LABELS, GATEWAY_NAMESPACE

ISTIO = frozenset({"VirtualService", "DestinationRule"})
MONITORS = frozenset({"ServiceMonitor", "PodMonitor"})

_CONTROLLERS = (
    ControllerFacts("external"),
    ControllerFacts("istio", source=Source(GATEWAY_NAMESPACE, GATEWAY_LABELS), weights=True),
    ControllerFacts(
        "gateway-api",
        "envoy-gateway",
        source=Source(ENVOY_NAMESPACE, ENVOY_LABELS),
        weights=True,
        gateway=GatewayRef(GATEWAY, ENVOY_NAMESPACE),
    ),
)


def context_of(apps: Iterable[AppSettings], environment: str, kinds: Iterable[str] = ()) -> AppContext:
    """Return a context for apps of documents of some kinds.

    Without any it adds nothing of a stack's own: no mesh, no monitoring, no pools, whichever controller is there.
    """
    known, settings = set(kinds), list(apps)
    mesh = bool(known & ISTIO)
    return AppContext(
        environment=environment,
        mesh="istio" if mesh else "none",
        meshed=frozenset(app.namespace for app in settings) if mesh else frozenset(),
        monitoring=bool(known & MONITORS),
        controllers={facts.controller: facts for facts in _CONTROLLERS},
        zoned=True,
        apps={app.name: app for app in settings},
    )

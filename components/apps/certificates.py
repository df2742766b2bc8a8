"""The Certificates of an app: those that its way in cannot ask for by itself."""

from collections.abc import Iterator

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.ingress import way_in_label
from components.apps.labels import labels
from components.apps.naming import tls_name
from components.apps.settings import AppSettings
from components.apps.shared_hosts import opens_host
from components.apps.virtual_server import route_tls_name
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts
from components.networking.ingress.settings import Controller

TEMPORARY = {"cert-manager.io/issue-temporary-certificate": "true"}
"""Has cert-manager leave a certificate of its own in the Secret until the issuer's comes."""


def gateway_hosts(app: AppSettings, context: AppContext) -> dict[Controller, list[str]]:
    """Return the hosts whose TLS a gateway terminates for the app itself, by the controller whose gateway it is."""
    found: dict[Controller, set[str]] = {}
    for key, exposure in exposures(app):
        facts = context.controller_of(exposure)
        by_istio = key == "route" and facts.controller == "istio"
        if by_istio and opens_host(exposure.host, context, app)[0].name != app.name:
            continue  # the app that opens the host has its certificate
        if exposure.tls and facts.certificates == "cert-manager" and facts.tls_namespace is not None:
            found.setdefault(facts.controller, set()).add(exposure.host)
    return {controller: sorted(hosts) for controller, hosts in sorted(found.items())}


def _until_proved(app: AppSettings, context: AppContext, controller: Controller) -> dict[str, str]:
    """Return the annotations of a certificate whose proof over HTTP is redirected, as every Ingress's is by Istio.

    The answer is then served over TLS, by the routes that istiod makes of all Ingresses of the host together.
    """
    redirected = any(
        each.tls and context.controller_of(each).controller == "istio" and context.proved_over_http(each.host)
        for key, each in exposures(app)
        if key == "ingress"
    )
    return dict(TEMPORARY) if controller == "istio" and redirected else {}


def _certificate(
    app: AppSettings,
    context: AppContext,
    facts: ControllerFacts,
    hosts: list[str],
    *,
    name: str,
    annotations: dict[str, str] | None = None,
) -> Manifest | None:
    if context.issuer is None:
        return None
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {
            "name": name,
            "namespace": facts.tls_namespace or app.namespace,
            "labels": {**labels(app), **way_in_label(facts, context)},
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": {
            "secretName": name,
            "dnsNames": hosts,
            "privateKey": {"rotationPolicy": "Always"},
            "issuerRef": dict(context.issuer),
        },
    }


def certificates(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the Certificates (cert-manager.io/v1) with their suffixes.

    App names are unique in an environment, so that in a gateway's namespace two apps never share one. That of another
    gateway than the stack's default one has its controller in the suffix, so that nothing is renamed when an app is
    exposed by both.
    """
    for controller, hosts in gateway_hosts(app, context).items():
        suffix = "tls" if controller == context.controller else f"tls-{controller}"
        facts, annotations = context.controllers[controller], _until_proved(app, context, controller)
        yield suffix, _certificate(app, context, facts, hosts, name=tls_name(app), annotations=annotations)
    for route in app.route.each() if app.route is not None else ():
        if route.tls and (facts := context.controller_of(route)).controller == "nginx":
            name, suffix = route_tls_name(app, route), f"tls-route{route.suffix}"
            yield suffix, _certificate(app, context, facts, [route.host], name=name, annotations=dict(TEMPORARY))

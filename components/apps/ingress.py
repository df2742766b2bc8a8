"""The Ingress of an app, for whichever controller serves Ingress objects."""

from components.apps import alb, nginx
from components.apps.backends import division, names_versions, undivided
from components.apps.context import AppContext
from components.apps.exposure import AppIngressSettings, ExposedSettings
from components.apps.labels import metadata
from components.apps.naming import tls_name
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.apps.workload import SKIP_AWAIT
from components.networking.certificates.issuers import CONTROLLER_LABEL, issuer_annotations
from components.networking.ingress.facts import ControllerFacts


def way_in_label(facts: ControllerFacts, context: AppContext) -> dict[str, str]:
    """Return the label by which cert-manager finds who answers for a host that comes in by another controller."""
    return {} if facts.controller == context.controller else {CONTROLLER_LABEL: facts.controller}


def _asks_for_certificate(exposure: ExposedSettings, facts: ControllerFacts) -> bool:
    """Tell whether cert-manager makes the Certificate because of the Ingress, and not `certificates.py`."""
    return exposure.tls and facts.certificates == "cert-manager" and facts.tls_namespace is None


def _prefix(path: str, facts: ControllerFacts) -> list[Manifest]:
    """Return what leads to a path and what is below it.

    For NGINX `Prefix` is its own prefix, by which /api takes /apis, too (createLocation in its internal/configs).
    """
    stem = path.rstrip("/")
    if facts.controller != "nginx" or not stem:
        return [{"path": path, "pathType": "Prefix"}]
    return [{"path": stem, "pathType": "Exact"}, {"path": f"{stem}/", "pathType": "Prefix"}]


def ingress(app: AppSettings, key: str, exposure: ExposedSettings, context: AppContext, *, end: str = "") -> Manifest:
    """Return the Ingress of an exposure (`key` is ingress or route, `end` that of its name).

    A gateway takes the certificate from its own namespace, where `certificates.py` puts it; another controller takes
    it from the Ingress's own, where cert-manager puts it because of the annotation; a load balancer of AWS has its
    own. The address is waited for where one is sure to come, and where there are pods behind it, which Pulumi waits
    for, too; not where a backend is an action in an annotation, of whose name Pulumi would look for a Service.
    """
    facts = context.controller_of(exposure)
    parts = division(app, exposure) if names_versions(key, facts) else undivided(app, exposure)
    annotations = facts.annotations_of(exposure)
    if facts.controller == "alb":
        annotations |= alb.annotations(app, parts, facts)
        annotations |= alb.ordered(exposure) if facts.group is not None else {}
    if facts.controller == "nginx":
        annotations |= nginx.annotations(app, parts.shares[0].port_name)
    if context.issuer is not None and _asks_for_certificate(exposure, facts):
        annotations |= issuer_annotations(context.issuer)
    if isinstance(exposure, AppIngressSettings):
        annotations |= exposure.annotations
    if not (facts.awaits_address and app.wait and app.initial_replicas > 0 and len(parts.shares) == 1):
        annotations |= SKIP_AWAIT
    paths = [
        {**prefix, "backend": backend}
        for path in exposure.paths
        for prefix in _prefix(path, facts)
        for backend in alb.backends(parts)
    ]
    # A Certificate that cert-manager makes because of the Ingress has that one's hosts only.
    name = tls_name(app) + (exposure.suffix if _asks_for_certificate(exposure, facts) else "")
    secret = {} if facts.certificates == "acm" else {"secretName": name}
    class_name = facts.class_of(exposure)
    described = metadata(app, f"{app.name}-{key}{exposure.suffix}{end}", annotations=annotations)
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {**described, "labels": {**described["labels"], **way_in_label(facts, context)}},
        "spec": {
            **({"ingressClassName": class_name} if class_name else {}),
            "rules": [{"host": exposure.host, "http": {"paths": paths}}],
            **({"tls": [{"hosts": [exposure.host], **secret}]} if exposure.tls else {}),
        },
    }

"""Who may call an app, as Istio asks for it: AuthorizationPolicy, and the ports on which plain text is taken."""

from collections.abc import Iterable, Iterator

from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.mesh.admissions import Admission, admissions
from components.apps.naming import service_name, track_service_name
from components.apps.settings import AppSettings
from components.apps.tracks import TRACKS, needs_track_services
from components.apps.words import Manifest
from components.networking.mesh.membership import principal

API = "security.istio.io/v1"


def _object(app: AppSettings, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": API, "kind": kind, "metadata": metadata(app, name), "spec": spec}


def _principals(found: Iterable[Admission]) -> list[str]:
    return sorted({principal(*each.identity) for each in found if each.identity})


def _source(admission: Admission) -> list[Manifest]:
    """Return the `from` of a rule.

    Who comes without an identity is admitted as such, and no meshed caller with it: which of those without it get here
    is the network policy's to say.
    """
    if admission.anyone:
        return []
    return [{"source": {"principals": _principals([admission])} if admission.identity else {"notPrincipals": ["*"]}}]


def _rules(found: Iterable[Admission]) -> list[Manifest]:
    """Return the rules: callers on the same ports together, then each of the others."""
    by_ports: dict[tuple[int, ...], list[Admission]] = {}
    rules: list[Manifest] = []
    for admission in found:
        ports = tuple(admission.tcp)
        if admission.identity and ports:
            by_ports.setdefault(ports, []).append(admission)
        elif ports:
            rule: Manifest = {"to": [{"operation": {"ports": [str(port) for port in ports]}}]}
            source = _source(admission)
            rule = {**({"from": source} if source else {}), **rule}
            if rule not in rules:
                rules.append(rule)
    named = [
        {
            "from": [{"source": {"principals": _principals(callers)}}],
            "to": [{"operation": {"ports": [str(port) for port in ports]}}],
        }
        for ports, callers in by_ports.items()
    ]
    return [*named, *rules]


def plain_ports(app: AppSettings, context: AppContext) -> list[int]:
    """Return the container ports on which somebody calls who has no identity in the mesh."""
    return sorted({port for each in admissions(app, context) if each.identity is None for port in each.tcp})


def _plain(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return what takes plain text on those ports beside mutual TLS; on all others the mesh's mode holds."""
    ports = plain_ports(app, context)
    if not ports:
        return None
    spec = {
        "selector": {"matchLabels": selector(app)},
        "portLevelMtls": {str(port): {"mode": "PERMISSIVE"} for port in ports},
    }
    return _object(app, "PeerAuthentication", f"{app.name}-plain", spec)


def _at_waypoint(app: AppSettings, context: AppContext, found: list[Admission]) -> Manifest | None:
    """Return what the namespace's waypoint asks of callers of the app's Services; None where it admits nobody.

    Without ports: those Services have no others than the ones that are open to every caller.
    """
    callers = _principals(each for each in found if each.is_app)
    if not callers:
        return None
    tracks = TRACKS if needs_track_services(app, context) else ()
    names = [service_name(app), *(track_service_name(app, track) for track in tracks)]
    spec = {
        "targetRefs": [{"group": "", "kind": "Service", "name": name} for name in names],
        "action": "ALLOW",
        "rules": [{"from": [{"source": {"principals": callers}}]}],
    }
    return _object(app, "AuthorizationPolicy", f"{app.name}-authz-waypoint", spec)


def istio_authorization(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the app's policies with their suffixes, for a namespace in Istio.

    The namespace denies what no policy allows. A sidecar and ztunnel both read the policy that selects the pods, by
    identities and ports; what passed a waypoint has its identity, which the namespace admits, so that the waypoint must
    ask for the caller's.
    """
    yield "plain", _plain(app, context)
    if not context.authorization:
        return
    found = list(admissions(app, context))
    if rules := _rules(found):
        spec = {"selector": {"matchLabels": selector(app)}, "action": "ALLOW", "rules": rules}
        yield "authz", _object(app, "AuthorizationPolicy", f"{app.name}-authz", spec)
    if context.ambient:
        yield "authz-waypoint", _at_waypoint(app, context, found)

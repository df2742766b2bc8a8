"""Ports, the Service, the ways in and out, and how a mesh treats the app's callers."""

from typing import Any

from hypothesis import strategies as st

from tests.support.generate.place import WIDTH, Place, maybe, pick, some
from tests.support.generate.rooms import Document

PORT_NAMES = ("http", "grpc", "https", "admin", "h2", "tcp-x", "a1-b2-c3", "http-b")
MESH_SPEAKS = ("http", "grpc", "http2")
PATHS = ("/", "/api", "/v1/", "/a/b")
AUTH_UPSTREAM = 7900
"""What apps listen on behind their auth proxy, and declare nowhere."""

durations = st.sampled_from(["500ms", "2s", "10s"])


def port(draw: st.DrawFn, place: Place, offset: int) -> Any:
    """Return one port: explicit in each of its forms, or one to be allocated in each of its."""
    number = 7000 + WIDTH * place.index + offset
    low = 80 + WIDTH * place.index + offset
    forms: list[Any] = [
        number,
        {"port": low, "targetPort": number},
        {"port": number, "protocol": "UDP"},
        low,
        "auto",
        {"preferred": 8080},
        {"preferred": 8085, "fallback": "8080-8090"},
        {"fallback": "8900-9000", "port": low},
    ]
    return pick(draw, forms)


def ports(draw: st.DrawFn, place: Place) -> Document:
    """Return the app's ports; nothing that ends has any."""
    if place.ends:
        return {}
    names = draw(st.lists(st.sampled_from(PORT_NAMES), max_size=3, unique=True))
    found = {name: port(draw, place, offset) for offset, name in enumerate(names)}
    if maybe(draw, one_in=2):
        found["metrics"] = 9090
    return found


def is_tcp(value: Any) -> bool:
    """Tell whether a declared port is TCP's."""
    return not isinstance(value, dict) or value.get("protocol", "TCP") == "TCP"


def tcp(declared: Document) -> list[str]:
    """Return the names of the ports that an Ingress could lead to."""
    return [name for name, value in declared.items() if name != "metrics" and is_tcp(value)]


def sees_requests(declared: Document) -> bool:
    """Tell whether a mesh sees requests on one of the ports."""
    return any(name.partition("-")[0] in MESH_SPEAKS for name in tcp(declared))


def exposure(draw: st.DrawFn, place: Place, declared: Document, key: str, avoid: frozenset[str]) -> Document | None:
    """Return an Ingress or a route by a controller that can have it and is none of those to avoid."""
    has = place.has
    able = [each for each in (has.able_to_route if key == "route" else has.controllers) if each not in avoid]
    if not able:
        return None
    controller = pick(draw, able)
    chosen = pick(draw, tcp(declared))
    found: Document = {"host": f"{place.name}-{key}.example.com", "port": chosen, "controller": controller}
    if controller == has.controllers[0] and maybe(draw):
        del found["controller"]
    plain = chosen.partition("-")[0] not in {"grpc", "http2"}
    if not (has.acm(controller) and has.existing) and plain and maybe(draw):
        found["tls"] = False
    if controller == "alb" and maybe(draw):
        found["internal"] = True
    found |= some(draw, {"paths": st.lists(st.sampled_from(PATHS), min_size=1, max_size=2, unique=True)})
    if key == "ingress" and maybe(draw, one_in=4):
        found["annotations"] = {"example.com/note": "by hand"}
    return found


def service(draw: st.DrawFn, place: Place, declared: Document, *, exposed: bool) -> Document:
    """Return the kind of Service."""
    serving = [name for name in declared if name != "metrics"]
    near = {"trafficDistribution": pick(draw, ["PreferSameZone", "PreferSameNode"])} if maybe(draw) else {}
    affinity: Document = {"sessionAffinity": True} if maybe(draw) else {}
    kind = pick(draw, ["ClusterIP", "ClusterIP", "headless", "NodePort", "LoadBalancer"]) if serving else "ClusterIP"
    translated = any(isinstance(declared[name], dict) and "port" in declared[name] for name in serving)
    if kind == "headless" and not translated and not (place.has.overlay and exposed):
        return {"headless": True, "publishNotReadyAddresses": draw(st.booleans())}
    if kind == "NodePort":
        fixed = {name: 30000 + WIDTH * place.index + offset for offset, name in enumerate(serving)}
        own: Document = {"nodePorts": fixed} if draw(st.booleans()) else {}
        return {"type": kind, **own, **near, **affinity, **some(draw, OUTSIDE)}
    if kind == "LoadBalancer" and not place.has.existing:
        return {"type": kind, **near, **some(draw, {**OUTSIDE, "internal": st.booleans()})}
    return {**near, **affinity}


OUTSIDE: dict[str, st.SearchStrategy[Any]] = {
    "externalTrafficPolicy": st.just("Local"),
    "allowedCidrs": st.just(["192.0.2.0/24"]),
}


def egress(draw: st.DrawFn, place: Place) -> list[Document]:
    """Return where the app may go outside: networks, and hosts where somebody reads their names."""
    rules: list[Document] = [
        {"cidrs": ["203.0.113.0/24"], "ports": [443, 8443]},
        {"cidrs": ["0.0.0.0/0"]},
        {"cidrs": ["198.51.100.0/24"], "ports": [53], "protocol": "UDP"},
    ]
    if place.meshed and not place.has.ambient:
        rules += [{"hosts": ["api.example.org"]}, {"hosts": ["a.example.org", "b.example.org"], "ports": [80, 443]}]
        if not place.has.egress_gateway:
            rules += [
                {"hosts": ["*.example.net"], "ports": [8443]},
                {"hosts": ["c.example.org"], "cidrs": ["10.9.0.0/16"]},
            ]
    return draw(st.lists(st.sampled_from(rules), max_size=3, unique_by=str))


def treatment(draw: st.DrawFn, place: Place, declared: Document) -> Document:
    """Return how callers in a mesh treat the app."""
    if not place.meshed or not [name for name in declared if name != "metrics"]:
        return {}
    breaker = {
        "consecutiveErrors": st.integers(1, 9),
        "maxConnections": st.integers(1, 999),
        "baseEjectionTime": durations,
    }
    found = some(draw, {"circuitBreaker": st.fixed_dictionaries({}, optional=breaker)})
    if sees_requests(declared):
        again = {"attempts": st.integers(1, 10), "perTryTimeout": st.just("1s"), "retryOn": st.just(["server-error"])}
        found |= some(
            draw, {"retries": st.fixed_dictionaries({}, optional=again), "timeout": st.sampled_from(["1s", "1m"])}
        )
    return found


def aliases(draw: st.DrawFn) -> Document:
    """Return names in the cluster for hosts outside."""
    return {"ledger": {"externalName": "db.example.org", **pick(draw, [{}, {"ports": {"postgres": 5432}}])}}

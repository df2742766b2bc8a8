"""Checks of the kinds of Service: what goes together, what the cluster's version knows, and what is taken already."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import exposures
from components.apps.each_app import each_app, gather
from components.apps.exposure_checks import brought_in_by, takes_acm
from components.apps.naming import headless_name, metrics_name, preview_name, service_name, track_service_name
from components.apps.ports import METRICS, serving
from components.apps.services import FIRST_WITH_SAME_ZONE, external_name
from components.apps.strategies import made_by_flagger, shifts
from components.foundation.versions import minor
from components.networking.cni import overlay
from components.problem import Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _contradiction(app: "AppSettings", key: str, why: str, found: str, allowed: str) -> Problem:
    return Problem(path=("service", key), message=why, found=found, allowed=allowed, app=app.name)


@each_app
def for_clients_outside(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What is about clients outside needs a Service that they reach."""
    own = app.service
    if own.type != "ClusterIP":
        if not serving(app.ports):
            why = "there is no port that clients could reach"
            yield _contradiction(app, "type", why, own.type, "ClusterIP, or an app with a port besides metrics")
        return
    given = {"nodePorts": bool(own.node_ports), "allowedCidrs": bool(own.allowed_cidrs)}
    given["externalTrafficPolicy"] = own.external_traffic_policy != "Cluster"
    for key in (key for key, there in given.items() if there):
        why = "a Service of type ClusterIP has no clients outside the cluster"
        yield _contradiction(app, key, why, "type ClusterIP", "unset, or type: NodePort or LoadBalancer")


@each_app
def named(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A name is that of a Service, which an app without ports has not."""
    if app.service.name and not serving(app.ports):
        allowed = "unset, or an app with a port besides metrics"
        yield _contradiction(app, "name", "the app has no Service for clients", app.service.name, allowed)


@each_app
def public_load_balancer(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Whether addresses are internal is a load balancer's matter, and SCTP none of AWS's."""
    own = app.service
    if own.type != "LoadBalancer":
        if not own.internal:
            why = "only a load balancer of its own has addresses on the internet"
            yield _contradiction(app, "internal", why, f"false with type {own.type}", "true, or type: LoadBalancer")
        return
    for name, port in serving(app.ports).items():
        if port.protocol == "SCTP":
            yield Problem(
                path=("ports", name, "protocol"),
                message="network load balancers of AWS carry TCP and UDP only",
                found="SCTP",
                allowed="TCP or UDP, or service: {type: NodePort}",
                app=app.name,
            )


@each_app
def counted_load_balancers(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A namespace's quota has room for the load balancers of its apps; the API server refuses what is above it."""
    namespace = settings.namespaces.get(app.namespace)
    if app.service.type != "LoadBalancer" or namespace is None or namespace.quota is None:
        return
    same = [
        other.name
        for other, (name, kind) in gather(lambda each: iter([(each.namespace, each.service.type)]), settings)
        if (name, kind) == (app.namespace, "LoadBalancer")
    ]
    if same.index(app.name) >= namespace.quota.load_balancers:
        why = f"the quota of the namespace {app.namespace} allows {namespace.quota.load_balancers} load balancers"
        allowed = f"ClusterIP, or namespaces: {{{app.namespace}: {{quota: {{loadBalancers: {len(same)}}}}}}}"
        yield _contradiction(app, "type", why, f"LoadBalancer in {', '.join(same)}", f"{allowed} in the stack file")


@each_app
def headless(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A headless Service has no address, so that nothing is balanced, and no port of a node leads to it."""
    own = app.service
    if not own.headless:
        if own.publish_not_ready_addresses:
            why = (
                "requests would be sent to pods that are not ready; the names of single pods are for headless Services"
            )
            yield _contradiction(app, "publishNotReadyAddresses", why, "headless: false", "false, or headless: true")
        return
    if own.type != "ClusterIP":
        why = "a headless Service has no cluster address that a node or a load balancer could lead to"
        yield _contradiction(app, "headless", why, f"true with type {own.type}", "false, or type: ClusterIP")
    balancing = {"sessionAffinity": own.session_affinity, "trafficDistribution": own.traffic_distribution is not None}
    for key in (key for key, there in balancing.items() if there):
        why = "clients of a headless Service choose a pod themselves"
        yield _contradiction(app, key, why, "headless: true", "unset, or headless: false")
    if overlay(settings) and any(takes_acm(brought_in_by(each, settings), settings) for _, each in exposures(app)):
        why = "with mode cni load balancers of AWS reach pods by ports of the nodes, which a headless Service has not"
        yield _contradiction(app, "headless", why, "cni.mode cni", "false, or another ingress controller")
    for name, port in serving(app.ports).items():
        if port.port != port.container_port:
            yield Problem(
                path=("ports", name, "targetPort"),
                message="clients of a headless Service connect to the pod itself: nothing translates the port",
                found=f"{port.port} to {port.container_port}",
                allowed="one number for both, or headless: false",
                nearest=str(port.port),
                app=app.name,
            )


@each_app
def node_ports(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A port of the nodes is one app's, and leads to a port that it has."""
    owners: dict[tuple[int, str], tuple[str, str]] = {}
    for other, (name, number, protocol) in gather(_node_ports, settings):
        owners.setdefault((number, protocol), (other.name, name))
    for name, number, protocol in _node_ports(app):
        owner = owners[number, protocol]
        if owner != (app.name, name):
            yield Problem(
                path=("service", "nodePorts", name),
                message=f"the nodes' port {number} already leads to {owner[1]} of {owner[0]}",
                found=str(number),
                allowed="a port from 30000 to 32767 that no other app has, or unset",
                app=app.name,
            )
    for name in app.service.node_ports.keys() - serving(app.ports).keys():
        what = "port of the app for its clients"
        yield unknown_word(("service", "nodePorts", name), what, name, serving(app.ports), app.name)


def _node_ports(app: "AppSettings") -> Iterator[tuple[str, int, str]]:
    for name, port in serving(app.ports).items():
        if name in app.service.node_ports:
            yield name, app.service.node_ports[name], port.protocol


@each_app
def known_distribution(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """`PreferSameNode` came with Kubernetes 1.34 (KEP-3015)."""
    version = settings.cluster.version
    if app.service.traffic_distribution != "PreferSameNode" or version is None:
        return
    if minor(version) < FIRST_WITH_SAME_ZONE:
        why = f"Kubernetes knows this from 1.{FIRST_WITH_SAME_ZONE}"
        allowed = f"PreferSameZone, or cluster.version 1.{FIRST_WITH_SAME_ZONE}"
        yield _contradiction(app, "trafficDistribution", why, f"PreferSameNode on {version}", allowed)


def _services(app: "AppSettings") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the Services that an app may have, as (namespace, name, the key that the name is from)."""
    own = ("name",)
    told = app.stateful_set.service_name if app.stateful_set is not None else None
    if serving(app.ports):
        yield app.namespace, service_name(app), ("service", "name") if app.service.name else own
    if METRICS in app.ports:
        yield app.namespace, metrics_name(app), own
    if app.kind == "StatefulSet":
        yield app.namespace, headless_name(app), ("statefulSet", "serviceName") if told else own
    if app.strategy.type == "blue-green":
        yield app.namespace, preview_name(app), own
    if app.canary is not None or shifts(app):
        for track in ("stable", "canary"):
            yield app.namespace, track_service_name(app, track), own
    for kind, name, _ in made_by_flagger(app):
        if kind == "Service" and name != service_name(app):
            yield app.namespace, name, own
    for name in app.external_services:
        yield app.namespace, external_name(app, name), ("externalServices", name)


@each_app
def distinct_services(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No two Services of a namespace have one name, and none a longer one than DNS takes."""
    owners: dict[tuple[str, str], str] = {}
    for other, (namespace, name, _) in gather(_services, settings):
        owners.setdefault((namespace, name), other.name)
    mine = list(_services(app))
    for index, (namespace, name, path) in enumerate(mine):
        owner = owners[namespace, name]
        if owner != app.name or (namespace, name) in [each[:2] for each in mine[:index]]:
            yield Problem(
                path=path,
                message=f"{owner} has the Service {name} already",
                found=app.name if path == ("name",) else path[-1] if path[0] == "externalServices" else name,
                allowed="another name",
                app=app.name,
            )
        elif len(name) > 63:
            yield Problem(
                path=path,
                message=f"the Service would be called {name}, which is longer than a DNS label",
                found=f"{len(name)} characters",
                allowed="at most 63",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    for_clients_outside,
    named,
    public_load_balancer,
    counted_load_balancers,
    headless,
    node_ports,
    known_distribution,
    distinct_services,
)

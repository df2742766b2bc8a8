"""What is worth knowing about an app's Services before they are made."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import ways
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.lifecycle import own_balancer
from components.apps.strategies import by_flagger
from components.foundation.regions import default_zones
from components.problem import Advice

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def unknown_balancer(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say where nobody may be there to make a load balancer."""
    if app.service.type == "LoadBalancer" and settings.cluster.existing is not None:
        yield Advice(
            ("service", "type"),
            "in an existing cluster the load balancer comes from whatever makes them there; where nothing does (kind),"
            " the Service never gets an address and pulumi up waits for it: wait: false, or type: NodePort",
            app=app.name,
        )


@each_app
def unknown_clients(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say whose node ports and load balancers are open to more than their clients."""
    own = app.service
    if own.type == "ClusterIP" or (own.type == "LoadBalancer" and not own.internal and not own.allowed_cidrs):
        if own.type == "LoadBalancer":
            yield Advice(
                ("service", "allowedCidrs"),
                "the load balancer is reached from all of the internet: allowedCidrs names the networks that may",
                app=app.name,
            )
        return
    if settings.network is None and not (own.allowed_cidrs and own.external_traffic_policy == "Local"):
        yield Advice(
            ("service", "allowedCidrs"),
            "the nodes' network is not known here, so that the network policy admits every address: allowedCidrs with"
            " externalTrafficPolicy: Local admits the clients' own only",
            app=app.name,
        )


@each_app
def lost_in_between(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say where a node that is asked may have no pod to answer."""
    if app.service.type == "NodePort" and app.service.external_traffic_policy == "Local":
        yield Advice(
            ("service", "externalTrafficPolicy"),
            "with Local a node without a pod of the app drops what it is sent: clients must know which nodes have one",
            app=app.name,
        )


@each_app
def closed_alias(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which names for hosts outside lead where the app may not go."""
    for name, service in app.external_services.items():
        opened = {(port, rule.protocol) for rule in app.egress for port in rule.ports}
        closed = sorted(port.port for port in service.ports.values() if (port.port, port.protocol) not in opened)
        if closed:
            yield Advice(
                ("externalServices", name),
                f"the name is an alias in DNS and opens nothing: no egress of the app has the port"
                f" {', '.join(map(str, closed))} of {service.external_name}",
                app=app.name,
            )


@each_app
def crowded_zone(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say where keeping requests in their zone may leave one pod with all of them."""
    if app.service.traffic_distribution is None or settings.network is None or settings.aws is None:
        return
    zones = len(settings.network.zones or default_zones(settings.aws.region))
    fewest = app.scaling.min_replicas if app.scaling else app.initial_replicas
    if 0 < fewest < zones:
        yield Advice(
            ("service", "trafficDistribution"),
            f"{fewest} pods in {zones} zones: all requests of a zone go to the one pod there, whatever its load, and an"
            " autoscaler sees only the average of all pods",
            app=app.name,
        )


@each_app
def affinity(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say for whom a client does not stay with one pod, because nobody there could see to it."""
    if app.service.session_affinity:
        for why in dict.fromkeys(_wandering(app, settings)):
            yield Advice(("service", "sessionAffinity"), why, app=app.name)


def _wandering(app: "AppSettings", settings: "StackSettings") -> Iterator[str]:
    """Yield who chooses a pod for each request anew."""
    stack = context(settings)
    if stack.mesh_of(app.namespace) == "linkerd":
        yield (
            "has no effect for callers in Linkerd: its proxies choose a pod for each request, and know no affinity;"
            " keep sessions in a store, such as Redis"
        )
    if app.service.type == "LoadBalancer" and (own := own_balancer(app, stack)) and own.deregistration_delay is None:
        yield "has no effect behind the network load balancer: its targets are nodes, and each passes on as it likes"
    for _, way in ways(app):
        facts = stack.controller_of(way)
        if facts.certificates == "acm" and facts.node_targets:
            yield "has no effect behind the application load balancer: its targets are nodes (cni.mode cni)"
        elif facts.controller == "nginx":
            yield (
                "NGINX knows a client by the address that it sees, which behind a network load balancer is that of the"
                " balancer or of a node: clients that come by one address share a pod"
            )
        elif facts.controller == "external":
            yield "has no effect for what comes in by an external controller, but by annotations of its own"
        elif facts.implementation == "envoy-gateway" and by_flagger(app):
            yield "has no effect behind Envoy Gateway: Flagger makes the route, and no policy of it"


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    unknown_balancer,
    unknown_clients,
    lost_in_between,
    closed_alias,
    crowded_zone,
    affinity,
)

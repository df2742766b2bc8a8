"""The Services of an app: for clients, for each version, to scrape, for single pods by name, for hosts outside."""

from collections.abc import Iterator, Mapping

from components.apps.backends import divided_outside, exposures
from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.lifecycle import own_balancer
from components.apps.mesh.linkerd_traffic import service_annotations
from components.apps.naming import headless_name, metrics_name, preview_name, service_name, track_service_name
from components.apps.ports import METRICS, PortSettings, app_protocol, serving
from components.apps.service_settings import ServiceType, TrafficDistribution
from components.apps.settings import AppSettings
from components.apps.strategies import by_argo, by_flagger, idle, serving_selector, shifts
from components.apps.tracks import needs_track_services
from components.apps.words import Manifest
from components.apps.workload import SKIP_AWAIT
from components.networking.ingress.load_balancer import NetworkLoadBalancer

FIRST_WITH_SAME_ZONE = 34
"""The minor version of Kubernetes from which the API takes PreferSameZone and PreferSameNode: KEP-3015, on by default
as a beta there. The versions before call the former PreferClose."""


OFFICIAL = {"http2": "kubernetes.io/h2c"}
"""Words of a Service's `appProtocol` by that of Kubernetes, for who knows no other: Envoy Gateway speaks HTTP/1.1 to
http2. (Istio and Linkerd know both.) https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
"""


def external_name(app: AppSettings, name: str) -> str:
    """Return the name of the Service that stands for a host outside."""
    return f"{app.name}-{name}"


def service_type(app: AppSettings, context: AppContext) -> ServiceType:
    """Return the type of the Services that take requests: one with a node port where load balancers need that."""
    by_node = any(context.controller_of(exposure).node_targets for _, exposure in exposures(app))
    return "NodePort" if by_node and app.service.type == "ClusterIP" else app.service.type


def distribution(wanted: TrafficDistribution | None, version: str | None) -> str | None:
    """Return the word for a `trafficDistribution` in a Kubernetes version, None being a cluster's own and unknown.

    The checks refuse PreferSameNode where there is no word for it.
    """
    if wanted == "PreferSameZone" and version is not None and int(version.partition(".")[2]) < FIRST_WITH_SAME_ZONE:
        return "PreferClose"
    return wanted


def _ports(ports: Mapping[str, PortSettings], node_ports: Mapping[str, int] | None = None) -> list[Manifest]:
    described = []
    for name, port in ports.items():
        spoken = OFFICIAL.get(app_protocol(name, port) or "", app_protocol(name, port))
        fixed = (node_ports or {}).get(name)
        described.append(
            {
                "name": name,
                "port": port.port,
                "targetPort": name,
                "protocol": port.protocol,
                **({"appProtocol": spoken} if spoken else {}),
                **({"nodePort": fixed} if fixed else {}),
            }
        )
    return described


def _service(app: AppSettings, name: str, spec: Manifest, annotations: Mapping[str, str] | None = None) -> Manifest:
    # Pulumi waits until a Service has ready pods behind it, which without pods it never has; a headless one need not be
    # waited for, because the workload is
    # (a Rollout's pods wait for its Services and routes in their turn)
    waits = app.wait and app.initial_replicas > 0 and spec.get("clusterIP") != "None" and not by_argo(app)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app, name, annotations={**(annotations or {}), **({} if waits else SKIP_AWAIT)}),
        "spec": {"type": "ClusterIP", **spec, "selector": spec.get("selector", selector(app))},
    }


def _kept(app: AppSettings, context: AppContext) -> Manifest:
    """Return what a Service for clients says whatever its type: where requests go, and that clients may stay."""
    word = distribution(app.service.traffic_distribution, context.version)
    return {
        **({"trafficDistribution": word} if word else {}),
        **({"sessionAffinity": "ClientIP"} if app.service.session_affinity else {}),
    }


def _balanced(app: AppSettings, context: AppContext) -> tuple[Manifest, Mapping[str, str]]:
    """Return what a Service says to get its load balancer, in spec and annotations.

    Without networks of its clients an internal one admits the VPC's, whatever is routed to it otherwise.
    """
    own, balancer = app.service, own_balancer(app, context) or NetworkLoadBalancer()
    vpc = (context.vpc_cidr,) if own.internal and context.vpc_cidr else ()
    ranges = list(own.allowed_cidrs or vpc)
    spec = {
        **({"loadBalancerClass": balancer.load_balancer_class} if balancer.load_balancer_class else {}),
        **({"loadBalancerSourceRanges": ranges} if ranges else {}),
    }
    return spec, balancer.sticky() if own.session_affinity else balancer.annotations


def _for_clients(app: AppSettings, context: AppContext) -> Manifest:
    own, kind = app.service, service_type(app, context)
    spec: Manifest = {"type": kind, "ports": _ports(serving(app.ports), own.node_ports), **_kept(app, context)}
    spec["selector"] = serving_selector(app)
    annotations: Mapping[str, str] = service_annotations(app, context)
    if own.headless:
        spec |= {"clusterIP": "None"}
        spec |= {"publishNotReadyAddresses": True} if own.publish_not_ready_addresses else {}
    if own.type != "ClusterIP":
        spec |= {"externalTrafficPolicy": own.external_traffic_policy}
    if own.type == "LoadBalancer":
        balanced, wanted = _balanced(app, context)
        spec |= balanced
        annotations = {**annotations, **wanted}
    return _service(app, service_name(app), spec, {**annotations, **own.annotations})


def _tracks(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    kind = "NodePort" if service_type(app, context) == "NodePort" and divided_outside(app, context) else "ClusterIP"
    for track in ("stable", "canary"):
        spec = {
            "type": kind,
            "ports": _ports(serving(app.ports)),
            **_kept(app, context),
            # Argo Rollouts adds the hash of the version that each of the two is for
            "selector": selector(app) if shifts(app) else {**selector(app), "track": track},
        }
        yield f"service-{track}", _service(app, track_service_name(app, track), spec, service_annotations(app, context))


def preview(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Service of the version that is not active; nothing for an app without blue-green.

    Argo Rollouts adds the hash of the next version to the selector, and to that of the app's own Service the hash of
    the present one.
    """
    other = idle(app)
    chosen = selector(app) if by_argo(app) and app.strategy.type == "blue-green" else None
    if other is not None:
        chosen = {**selector(app), "track": other}
    if chosen is not None:
        spec = {"ports": _ports(serving(app.ports)), **_kept(app, context), "selector": chosen}
        yield "preview", _service(app, preview_name(app), spec, service_annotations(app, context))


def _outside(app: AppSettings) -> Iterator[tuple[str, Manifest]]:
    for name, service in app.external_services.items():
        ports = [{key: value for key, value in each.items() if key != "targetPort"} for each in _ports(service.ports)]
        yield (
            f"external-{name}",
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": metadata(app, external_name(app, name)),
                "spec": {
                    "type": "ExternalName",
                    "externalName": service.external_name,
                    **({"ports": ports} if ports else {}),
                },
            },
        )


def services(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Services with their suffixes.

    Pods that are not ready (`publishNotReadyAddresses`, the seed's tolerate-unready-endpoints) are listed by those
    Services only that are scraped or that name single pods: a starting database must find its peers, a client must not
    be sent to it.
    """
    clients = serving(app.ports)
    scraped = {name: port for name, port in app.ports.items() if name == METRICS}
    if clients and not by_flagger(app):
        yield "service", _for_clients(app, context)
        yield from preview(app, context)
        if needs_track_services(app, context):
            yield from _tracks(app, context)
    if scraped:
        spec = {"ports": _ports(scraped), "publishNotReadyAddresses": True}
        yield "metrics", _service(app, metrics_name(app), spec)
    if app.kind == "StatefulSet":
        listed = {"ports": _ports(clients)} if clients else {}
        spec = {"clusterIP": "None", "publishNotReadyAddresses": True, **listed}
        yield "headless", _service(app, headless_name(app), spec)
    yield from _outside(app)

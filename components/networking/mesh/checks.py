"""What is wrong, or worth knowing, about a stack's mesh."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.ingress.facts import installed
from components.networking.mesh import revision_checks, unused
from components.networking.mesh.membership import collector_namespace, is_ambient
from components.problem import Advice, Problem
from components.tenancy.quota import ComputeSettings, exceeds

if TYPE_CHECKING:
    from components.settings import StackSettings


def replica_order(settings: "StackSettings") -> Iterator[Problem]:
    """Gateways and waypoints have at least as many pods at most as at least."""
    istio = settings.mesh.istio
    for key, scaled in (
        ("gateway", istio.gateway),
        ("egressGateway", istio.egress_gateway),
        ("waypoint", istio.waypoint),
    ):
        if scaled is not None and scaled.min_replicas > scaled.max_replicas:
            yield Problem(
                ("mesh", "istio", key, "minReplicas"),
                f"more than maxReplicas, which is {scaled.max_replicas}",
                str(scaled.min_replicas),
                f"1 to {scaled.max_replicas}",
                str(scaled.max_replicas),
            )


def egress_gateway_in_ambient(settings: "StackSettings") -> Iterator[Problem]:
    """Ambient pods have no proxy that would send their calls by way of a gateway."""
    if is_ambient(settings.mesh) and settings.mesh.istio.egress_gateway is not None:
        yield Problem(
            ("mesh", "istio", "egressGateway"),
            "with dataPlane ambient nothing would go through it: ztunnel sends calls out itself, and reads no route",
            "an egress gateway",
            "no egressGateway, or dataPlane: sidecar",
        )


def collector_in_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """The proxies find the collector among the mesh's Services, and network policies among its namespaces."""
    tracing = settings.mesh.tracing
    if settings.mesh.kind != "none" and tracing is not None and collector_namespace(tracing.host) is None:
        yield Problem(
            ("mesh", "tracing", "host"),
            "not a Service of the cluster: the proxies know no other host to send spans to, and the network policies"
            " open the way to its namespace",
            tracing.host,
            "NAME.NAMESPACE.svc.cluster.local; a collector in the cluster passes spans on to anywhere",
        )


def proxies_within_limits(settings: "StackSettings") -> Iterator[Problem]:
    """A proxy is a container of the namespace: above its maximum no meshed pod is admitted."""
    mesh = settings.mesh
    if mesh.kind == "none":
        return
    ambient = is_ambient(mesh)
    limits = mesh.istio.waypoint.limits if ambient else mesh.sidecar.limits
    for name, namespace in settings.namespaces.items():
        largest = namespace.limits.max
        if namespace.mesh and largest is not None and exceeds(limits, largest):
            yield Problem(
                ("mesh", "istio", "waypoint", "limits") if ambient else ("mesh", "sidecar", "limits"),
                f"more than the namespace {name} lets one container have",
                _text(limits),
                f"at most {_text(largest)}, or a larger namespaces.{name}.limits.max",
            )


def _text(amount: ComputeSettings) -> str:
    return f"{amount.cpu} CPU and {amount.memory}"


def plain_text(settings: "StackSettings") -> Iterator[Advice]:
    """PERMISSIVE is for moving into the mesh."""
    if settings.mesh.kind == "istio" and settings.mesh.istio.mtls == "PERMISSIVE":
        yield Advice(
            ("mesh", "istio", "mtls"),
            "PERMISSIVE lets anybody in the cluster talk to meshed pods in plain text: once all callers are in the"
            " mesh, STRICT refuses that",
        )


def single_gateway(settings: "StackSettings") -> Iterator[Advice]:
    """A single pod through which all requests pass is an outage at each node upgrade."""
    istio = settings.mesh.istio
    if settings.mesh.kind != "istio":
        return
    waypoint = istio.waypoint if is_ambient(settings.mesh) else None
    gateway = istio.gateway if "istio" in installed(settings.ingress) else None
    for key, scaled in (("gateway", gateway), ("egressGateway", istio.egress_gateway), ("waypoint", waypoint)):
        if scaled is not None and scaled.min_replicas == 1:
            yield Advice(
                ("mesh", "istio", key, "minReplicas"),
                "with one pod nothing passes while it moves to another node; 2 or more take turns",
            )


def bypassed_egress_gateway(settings: "StackSettings") -> Iterator[Advice]:
    """Only what is declared is sent through the egress gateway."""
    if settings.mesh.kind == "istio" and settings.mesh.istio.egress_gateway and settings.mesh.egress == "any":
        yield Advice(
            ("mesh", "egress"),
            "any lets pods go straight to hosts that no app declares, past the egress gateway; declared refuses that",
        )


def load_balancer_elsewhere(settings: "StackSettings") -> Iterator[Advice]:
    """A cluster that Slipway did not build may have nobody who makes load balancers."""
    if (
        "istio" in installed(settings.ingress)
        and settings.cluster.existing is not None
        and settings.mesh.istio.gateway.service_type == "LoadBalancer"
    ):
        yield Advice(
            ("mesh", "istio", "gateway", "serviceType"),
            "the installation waits for a load balancer: where nobody makes one (kind has none), choose NodePort or"
            " ClusterIP",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    replica_order,
    egress_gateway_in_ambient,
    collector_in_cluster,
    proxies_within_limits,
    *revision_checks.CHECKS,
    *unused.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    plain_text,
    single_gateway,
    bypassed_egress_gateway,
    load_balancer_elsewhere,
    *revision_checks.ADVICE,
    *unused.ADVICE,
)

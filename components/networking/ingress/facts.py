"""What an app must know of the controller that brings its requests in: decided before any resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from components.networking.cni import overlay
from components.networking.ingress import names
from components.networking.ingress.membership import joins_mesh
from components.networking.ingress.selection import (
    CLASS_NAMES,
    exposures,
    gateway_implementation,
    ingress_class,
    installed,
    load_balancer_controller_needed,
)
from components.networking.ingress.settings import Controller, Implementation, Scheme
from components.networking.mesh.membership import GATEWAY_LABELS, GATEWAY_NAME, GATEWAY_NAMESPACE, pods_in

if TYPE_CHECKING:
    from components.apps.exposure import ExposedSettings
    from components.settings import StackSettings

__all__ = [
    "CLASS_NAMES",
    "ControllerFacts",
    "GatewayRef",
    "Source",
    "controllers",
    "gateway_implementation",
    "ingress_class",
    "installed",
    "load_balancer_controller_needed",
]

ALB_PREFIX = "alb.ingress.kubernetes.io"
"""Before each annotation that the AWS Load Balancer Controller reads in an Ingress."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a controller's packets to an app come from: pods of a namespace, or networks (load balancers)."""

    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    cidrs: tuple[str, ...] = ()

    def peers(self) -> list[dict[str, Any]]:
        """Return the peers of a NetworkPolicy's rule."""
        pods = [pods_in(self.namespace, dict(self.labels))] if self.namespace else []
        return [*pods, *({"ipBlock": {"cidr": cidr}} for cidr in self.cidrs)]


@dataclass(frozen=True, slots=True)
class GatewayRef:
    """The Gateway (gateway.networking.k8s.io/v1) that an HTTPRoute names as its parent.

    `listener_per_host` is whether each host with TLS has a listener of its own, with its own certificate.
    """

    name: str
    namespace: str
    listener_per_host: bool = True

    def section(self, host: str, *, tls: bool) -> str:
        """Return the listener (`sectionName`) that a host's route is attached to."""
        if not tls:
            return names.HTTP
        return names.listener(host) if self.listener_per_host else names.HTTPS


@dataclass(frozen=True, slots=True)
class ControllerFacts:
    """One installed controller as apps see it.

    `class_name` is the IngressClass, None for the cluster's default one; `internal_class_name` that of an Ingress with
    `internal: true`, None where it is the same. `group` is the name of the load balancer that Ingresses share, None
    where each has its own. `annotations` are what every Ingress needs, `plain_annotations` and `tls_annotations` what
    one without and with TLS needs besides. `source` is None where only its operator knows.
    `awaits_address` is whether an Ingress gets an address in its status. `certificates` is who must issue: acm where
    the load balancer takes no Secret. `tls_namespace` is where its TLS Secrets must be, None for the app's own.
    `weights` is whether it divides requests between two versions. `service_account` is its mesh identity as
    (namespace, name), None outside the mesh. `gateway` is the shared Gateway with gateway-api. `node_targets` is
    whether its load balancer reaches pods by a port of the nodes only, so that a Service must be a NodePort.
    `deregistration_delay` is how many seconds a load balancer of AWS waits for the open requests of a leaving pod, None
    where it has no pods as targets.
    """

    controller: Controller
    implementation: Implementation | None = None
    class_name: str | None = None
    internal_class_name: str | None = None
    group: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    plain_annotations: Mapping[str, str] = field(default_factory=dict)
    tls_annotations: Mapping[str, str] = field(default_factory=dict)
    source: Source | None = None
    awaits_address: bool = False
    certificates: Literal["cert-manager", "acm"] = "cert-manager"
    tls_namespace: str | None = None
    weights: bool = False
    service_account: tuple[str, str] | None = None
    gateway: GatewayRef | None = None
    node_targets: bool = False
    deregistration_delay: int | None = None

    @property
    def pod_targets(self) -> bool:
        """Whether a load balancer of AWS sends to the pods themselves, and knows of each whether it is healthy."""
        return self.deregistration_delay is not None and not self.node_targets

    def class_of(self, exposure: "ExposedSettings") -> str | None:
        """Return the IngressClass of one exposure."""
        return (exposure.internal and self.internal_class_name) or self.class_name

    def annotations_of(self, exposure: "ExposedSettings") -> dict[str, str]:
        """Return the annotations without which the controller does not serve an exposure's Ingress as declared.

        A load balancer's addresses are all public or all internal, and its port 80 redirects for all or for none: what
        differs from the stack's has a group, and so a load balancer, of its own.
        """
        found = {**self.annotations, **(self.tls_annotations if exposure.tls else self.plain_annotations)}
        if self.group is not None:
            internal = ["internal"] if exposure.internal and self.internal_class_name else []
            found[f"{ALB_PREFIX}/group.name"] = "-".join([self.group, *internal, *([] if exposure.tls else ["plain"])])
        return found


def controllers(settings: "StackSettings") -> dict[Controller, ControllerFacts]:
    """Return what apps must know of each controller of the stack."""
    return {controller: _facts(controller, settings) for controller in installed(settings.ingress)}


def _facts(controller: Controller, settings: "StackSettings") -> ControllerFacts:
    if controller == "istio":
        return _istio(settings)
    if controller == "alb":
        return _alb(settings)
    if controller == "nginx":
        return _nginx(settings)
    if controller == "gateway-api":
        return _gateway_api(settings)
    return ControllerFacts(controller, class_name=ingress_class(settings.ingress, controller))


def _istio(settings: "StackSettings") -> ControllerFacts:
    return ControllerFacts(
        "istio",
        class_name=ingress_class(settings.ingress, "istio"),
        source=Source(GATEWAY_NAMESPACE, GATEWAY_LABELS),
        awaits_address=settings.mesh.istio.gateway.service_type == "LoadBalancer",
        tls_namespace=GATEWAY_NAMESPACE,
        weights=True,
        service_account=(GATEWAY_NAMESPACE, GATEWAY_NAME),
    )


def _alb(settings: "StackSettings") -> ControllerFacts:
    alb = settings.ingress.alb
    class_name = ingress_class(settings.ingress, "alb")
    internal = any(each.settings.internal for each in exposures(settings, "alb"))
    return ControllerFacts(
        "alb",
        class_name=class_name,
        internal_class_name=f"{class_name}-internal" if alb.scheme == "internet-facing" else None,
        group=alb.group,
        # No field of IngressClassParams says any of these.
        annotations={
            f"{ALB_PREFIX}/target-group-attributes": f"deregistration_delay.timeout_seconds={alb.deregistration_delay}"
        },
        plain_annotations={f"{ALB_PREFIX}/listen-ports": '[{"HTTP":80}]'},
        tls_annotations={
            f"{ALB_PREFIX}/listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
            f"{ALB_PREFIX}/ssl-redirect": "443",
        },
        source=load_balancer_source(settings, alb.scheme, internal=internal),
        awaits_address=True,
        certificates="acm",
        weights=True,
        node_targets=overlay(settings),
        deregistration_delay=alb.deregistration_delay,
    )


def _nginx(settings: "StackSettings") -> ControllerFacts:
    return ControllerFacts(
        "nginx",
        class_name=ingress_class(settings.ingress, "nginx"),
        # It serves one Ingress for each host and redirects all of that to HTTPS. So cert-manager writes the answer to
        # a challenge into the app's own Ingress, with a temporary certificate for the time until then, and the next
        # deployment takes the field back from it.
        tls_annotations={"acme.cert-manager.io/http01-edit-in-place": "true", "pulumi.com/patchForce": "true"},
        source=Source(names.NGINX_NAMESPACE, names.NGINX_LABELS),
        awaits_address=settings.ingress.nginx.service_type == "LoadBalancer",
        weights=True,
        service_account=(names.NGINX_NAMESPACE, names.NGINX_RELEASE) if joins_mesh(settings) else None,
    )


def _gateway_api(settings: "StackSettings") -> ControllerFacts:
    implementation = settings.ingress.gateway_api.implementation
    namespace = names.GATEWAY_NAMESPACES[implementation]
    gateway = GatewayRef(names.GATEWAY, namespace, listener_per_host=implementation != "alb")
    if implementation == "alb":
        return ControllerFacts(
            "gateway-api",
            "alb",
            source=load_balancer_source(settings, settings.ingress.gateway_api.scheme),
            certificates="acm",
            weights=True,
            gateway=gateway,
            node_targets=overlay(settings),
            deregistration_delay=settings.ingress.alb.deregistration_delay,
        )
    own = implementation == "istio"
    account = names.ISTIO_GATEWAY_ACCOUNT if own else names.ENVOY_ACCOUNT
    return ControllerFacts(
        "gateway-api",
        implementation,
        source=Source(namespace, names.ISTIO_GATEWAY_LABELS if own else names.ENVOY_LABELS),
        tls_namespace=namespace,
        weights=True,
        service_account=(namespace, account) if own or joins_mesh(settings) else None,
        gateway=gateway,
    )


def load_balancer_source(settings: "StackSettings", scheme: Scheme, *, internal: bool = False) -> Source | None:
    """Return whence an application load balancer sends: its addresses in the subnets of its scheme.

    `internal` adds those of internal load balancers beside it. Where nodes are its targets, a node that has no pod of
    the app passes packets on under its own address: one of a private subnet, or of its VXLAN interface, which is in the
    pods' network. None without a network of Slipway's.
    """
    if settings.network is None or settings.aws is None:
        return None
    if not settings.network.can_plan(settings.aws.region):  # the network's own checks refuse it
        return Source(cidrs=(settings.network.cidr,))
    plan = settings.network.plan(settings.aws.region)
    roles = {"public" if scheme == "internet-facing" else "private"}
    if internal or overlay(settings):
        roles.add("private")
    cidrs = [cidr for role in plan if role in roles for cidr in plan[role].values()]
    return Source(cidrs=(*sorted(cidrs), *((settings.cni.pod_cidr,) if overlay(settings) else ())))

"""What is wrong, or worth knowing, about a stack's pod network, mesh, ingress and certificates."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings


def calico_on_an_existing_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """Calico is set up for EKS, with or beside the CNI that Slipway chose there."""
    if settings.calico is not None and settings.cluster.existing is not None:
        yield Problem(
            ("calico",),
            "an existing cluster has its own CNI, which Slipway does not know",
            f"mode {settings.calico.mode}",
            "no calico with cluster.existing: its own network policy engine, if it has one, enforces the policies",
        )


def mesh_under_overlay(settings: "StackSettings") -> Iterator[Problem]:
    """With Calico as the CNI no mesh works: the API server cannot call the webhooks that inject sidecars.

    The control plane of EKS has no route to the overlay's addresses. Such webhooks need the host network, and neither
    istiod's chart nor Linkerd's has a value for it.
    """
    if settings.calico is not None and settings.calico.mode == "cni" and settings.mesh.kind != "none":
        who = "istiod" if settings.mesh.kind == "istio" else "Linkerd's proxy injector"
        yield Problem(
            ("calico", "mode"),
            f"{settings.mesh.kind} does not work on Calico's pod network: the EKS control plane cannot reach pods with"
            f" overlay addresses, and the chart of {who} cannot put its webhook on the host network",
            f"cni with mesh.kind {settings.mesh.kind}",
            "policy-only, or mesh.kind none",
            "policy-only",
        )


def pod_network(settings: "StackSettings") -> Iterator[Problem]:
    """Calico's pods share no address with the VPC, nor with Services: a packet would not find the right one."""
    if settings.calico is None or settings.calico.mode != "cni":
        return
    pods = IPv4Network(settings.calico.pod_cidr)
    others = {"the Services": settings.cluster.service_cidr}
    if settings.network is not None:
        others["the VPC"] = settings.network.cidr
    for what, cidr in others.items():
        if pods.overlaps(IPv4Network(cidr)):
            yield Problem(
                ("calico", "podCidr"),
                f"overlaps the network of {what}, {cidr}",
                str(pods),
                f"a network that shares no address with {cidr}, such as the default 172.16.0.0/16",
            )


def ingress_by_istio(settings: "StackSettings") -> Iterator[Problem]:
    """Istio serves Ingress objects only where it is installed."""
    if settings.ingress.controller == "istio" and settings.mesh.kind != "istio":
        yield Problem(
            ("ingress", "controller"),
            "Istio's gateway is to serve Ingress objects, but the mesh is not Istio",
            f"istio with mesh.kind {settings.mesh.kind}",
            "external, or mesh.kind istio",
            "external",
        )


def gateway_replicas(settings: "StackSettings") -> Iterator[Problem]:
    """The gateway has at least as many pods at most as at least."""
    gateway = settings.mesh.istio.gateway
    if gateway.min_replicas > gateway.max_replicas:
        yield Problem(
            ("mesh", "istio", "gateway", "minReplicas"),
            f"more than maxReplicas, which is {gateway.max_replicas}",
            str(gateway.min_replicas),
            f"1 to {gateway.max_replicas}",
            str(gateway.max_replicas),
        )


def linkerd_identity(settings: "StackSettings") -> Iterator[Problem]:
    """Linkerd's certificates are given, and the issuer's key is a declared secret."""
    if settings.mesh.kind != "linkerd":
        return
    linkerd = settings.mesh.linkerd
    if linkerd is None:
        yield Problem(
            ("mesh", "linkerd"),
            "Linkerd needs certificates that outlive it: a chart that makes its own makes other ones at every upgrade",
            "nothing",
            "trustAnchorPem, issuerCertificatePem and issuerKeySecret",
        )
    elif linkerd.issuer_key_secret not in settings.secrets:
        yield unknown_word(
            ("mesh", "linkerd", "issuerKeySecret"), "secret", linkerd.issuer_key_secret, settings.secrets
        )


def dns01_identity(settings: "StackSettings") -> Iterator[Problem]:
    """Proof by DNS needs an AWS identity, which only a cluster that Slipway builds has."""
    certificates = settings.certificates
    if certificates is not None and certificates.dns01 is not None and settings.cluster.existing is not None:
        yield Problem(
            ("certificates", "dns01"),
            "an existing cluster gets no AWS identity from Slipway, and Route 53 admits nobody without",
            f"hosted zone {certificates.dns01.hosted_zone_id}",
            "no dns01 with cluster.existing: names are proved over HTTP",
        )


def policies_without_engine(settings: "StackSettings") -> Iterator[Advice]:
    """Network policies are made in any case, and enforced by nobody without Calico."""
    if settings.calico is None and settings.cluster.existing is None:
        yield Advice(
            ("calico",),
            "no network policy engine: the default-deny of every namespace is made, and enforced by nobody;"
            " calico: {mode: policy-only} enforces it",
        )


def unused_pod_network(settings: "StackSettings") -> Iterator[Advice]:
    """A pod network that was set has no effect while the VPC CNI gives the addresses."""
    calico = settings.calico
    if calico is not None and calico.mode == "policy-only" and "pod_cidr" in calico.model_fields_set:
        yield Advice(("calico", "podCidr"), "has no effect with mode policy-only: pods have addresses of the VPC")


def plain_text(settings: "StackSettings") -> Iterator[Advice]:
    """PERMISSIVE is for moving into the mesh."""
    if settings.mesh.kind == "istio" and settings.mesh.istio.mtls == "PERMISSIVE":
        yield Advice(
            ("mesh", "istio", "mtls"),
            "PERMISSIVE lets anybody in the cluster talk to meshed pods in plain text: once all callers are in the"
            " mesh, STRICT refuses that",
        )


def single_gateway(settings: "StackSettings") -> Iterator[Advice]:
    """A single gateway pod is an outage at each node upgrade."""
    if settings.mesh.kind == "istio" and settings.mesh.istio.gateway.min_replicas == 1:
        yield Advice(
            ("mesh", "istio", "gateway", "minReplicas"),
            "with one gateway pod nothing comes in while it moves to another node; 2 or more take turns",
        )


def load_balancer_elsewhere(settings: "StackSettings") -> Iterator[Advice]:
    """A cluster that Slipway did not build may have nobody who makes load balancers."""
    gateway = settings.mesh.istio.gateway
    if (
        settings.mesh.kind == "istio"
        and settings.cluster.existing is not None
        and gateway.service_type == "LoadBalancer"
    ):
        yield Advice(
            ("mesh", "istio", "gateway", "serviceType"),
            "the installation waits for a load balancer: where nobody makes one (kind has none), choose NodePort or"
            " ClusterIP",
        )


def untrusted_certificates(settings: "StackSettings") -> Iterator[Advice]:
    """Production serves certificates that browsers trust."""
    certificates = settings.certificates
    if certificates and certificates.issuer == "letsencrypt-staging" and settings.environment == "production":
        yield Advice(
            ("certificates", "issuer"),
            "browsers do not trust certificates of letsencrypt-staging: letsencrypt-production is the one for users",
        )


def external_controller(settings: "StackSettings") -> Iterator[Advice]:
    """An external controller must come from somewhere."""
    served = [app.name for app in settings.apps if app.ingress is not None]
    if settings.ingress.controller == "external" and served:
        what = f"the class {settings.ingress.class_name}" if settings.ingress.class_name else "the default class"
        yield Advice(
            ("ingress", "controller"),
            f"Slipway does not install the controller that serves {what}: until somebody does, nothing reaches the"
            f" Ingress of {', '.join(served)}",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    calico_on_an_existing_cluster,
    mesh_under_overlay,
    pod_network,
    ingress_by_istio,
    gateway_replicas,
    linkerd_identity,
    dns01_identity,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    policies_without_engine,
    unused_pod_network,
    plain_text,
    single_gateway,
    load_balancer_elsewhere,
    untrusted_certificates,
    external_controller,
)

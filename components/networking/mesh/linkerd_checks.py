"""What is wrong, or worth knowing, about Linkerd."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.mesh.membership import collector_namespace
from components.problem import Advice, Problem, unknown_secret

if TYPE_CHECKING:
    from components.settings import StackSettings


def linkerd_identity(settings: "StackSettings") -> Iterator[Problem]:
    """Somebody makes Linkerd's certificates, or they are given and the issuer's key is a declared secret."""
    if settings.mesh.kind != "linkerd":
        return
    given = settings.mesh.linkerd.identity
    if given is not None and given.issuer_key_secret not in settings.secrets:
        yield unknown_secret(
            ("mesh", "linkerd", "identity", "issuerKeySecret"), "secret", given.issuer_key_secret, settings.secrets
        )
    elif given is None and settings.certificates is None:
        yield Problem(
            ("mesh", "linkerd"),
            "Linkerd's certificates are made and renewed by cert-manager, which the stack does not install",
            "nothing",
            "the line `certificates: {}` in the stack file, or mesh.linkerd.identity with certificates of your own",
        )


def linkerd_collector(settings: "StackSettings") -> Iterator[Problem]:
    """Spans go to a Service of the cluster, whose namespace is in its name."""
    mesh = settings.mesh
    if mesh.kind == "linkerd" and mesh.tracing is not None and collector_namespace(mesh.tracing.host) is None:
        yield Problem(
            ("mesh", "tracing", "host"),
            "Linkerd sends spans only to a collector in the mesh, whose identity it checks, so the host must be a"
            " Service's name in full",
            mesh.tracing.host,
            "name.namespace.svc.cluster.local",
        )


def linkerd_sampling(settings: "StackSettings") -> Iterator[Advice]:
    """Linkerd's proxies do not sample."""
    tracing = settings.mesh.tracing
    if settings.mesh.kind == "linkerd" and tracing is not None and "sampling_percentage" in tracing.model_fields_set:
        yield Advice(
            ("mesh", "tracing", "samplingPercentage"),
            "has no effect with Linkerd: its proxies add spans to the requests that already carry a sampled trace, so"
            " whoever sends the first request decides, which is the ingress controller or the app",
        )


def linkerd_webhook_certificates(settings: "StackSettings") -> Iterator[Advice]:
    """Without cert-manager the webhooks' certificates end after a year."""
    mesh = settings.mesh
    if mesh.kind == "linkerd" and mesh.linkerd.identity is not None and settings.certificates is None:
        yield Advice(
            ("mesh", "linkerd"),
            "without the room certificates the chart makes the webhooks' certificates, at each deployment of a changed"
            " control plane; after a year without one they end, and no meshed pod starts any more",
        )


def linkerd_single_replica(settings: "StackSettings") -> Iterator[Advice]:
    """A single injector cannot be required."""
    if settings.mesh.kind == "linkerd" and settings.mesh.linkerd.replicas == 1:
        yield Advice(
            ("mesh", "linkerd", "replicas"),
            "with one replica a pod that starts while the injector is away has no sidecar, and nobody notices; with 2"
            " or more it waits",
        )


def linkerd_trust_anchors(settings: "StackSettings") -> Iterator[Advice]:
    """Trust anchors are without effect, or in the middle of a rotation."""
    linkerd = settings.mesh.linkerd
    if settings.mesh.kind != "linkerd":
        return
    path = ("mesh", "linkerd", "trustAnchors")
    if linkerd.identity is not None and "trust_anchors" in linkerd.model_fields_set:
        yield Advice(path, "has no effect with mesh.linkerd.identity: the trust anchor is the one given there")
    elif len(linkerd.trust_anchors) > 1:
        yield Advice(
            path,
            f"a rotation is under way: {linkerd.trust_anchors[0]} signs, all {len(linkerd.trust_anchors)} are trusted;"
            " restart the control plane and all meshed pods after each step, then remove the old one",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (linkerd_identity, linkerd_collector)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    linkerd_sampling,
    linkerd_webhook_certificates,
    linkerd_single_replica,
    linkerd_trust_anchors,
)

"""What of the platform an app waits for: what serves the objects that it is made of, and nothing else.

Every app waits for its namespace, the network policies' engine and the mesh, without which its pods would start open or
outside of it. The rest is decided here from its objects.
"""

from collections.abc import Collection, Iterable, Iterator

from components.apps.words import Manifest

WAYS_IN, STORAGE = "ways-in", "storage"
"""What brings requests in (controllers, gateways, certificates, DNS records), and what makes volumes and snapshots.

Beside these two, what serves objects is known by their API group."""

MAKES_SOMETHING_OUTSIDE = frozenset(
    {"Certificate", "Gateway", "Ingress", "PersistentVolumeClaim", "TargetGroupConfiguration", "VirtualServer"}
)
"""Kinds whose controller must still run when they are deleted.

As it must for a Service of type LoadBalancer, and a HTTPRoute to a Gateway: one inside the mesh has a Service instead.
"""

PLAIN = frozenset({"apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "v1"})
"""The API groups of Kubernetes itself; `v1` is the one without a name."""

OF_THE_MESH = frozenset({"policy.linkerd.io", "security.istio.io", "telemetry.istio.io"})
OF_WAYS_IN = frozenset(
    {
        "cert-manager.io",
        "elbv2.k8s.aws",
        "gateway.envoyproxy.io",
        "gateway.k8s.aws",
        "gateway.networking.k8s.io",
        "k8s.nginx.org",
        "networking.istio.io",
    }
)
SNAPSHOTS = "snapshot.storage.k8s.io"


def makes_something_outside(manifest: Manifest) -> bool:
    """Tell whether a controller keeps something for an object, such as a load balancer, that must go before it does."""
    spec = manifest.get("spec", {})
    if manifest["kind"] == "HTTPRoute":
        return any(parent.get("kind", "Gateway") == "Gateway" for parent in spec["parentRefs"])
    return manifest["kind"] in MAKES_SOMETHING_OUTSIDE or spec.get("type") == "LoadBalancer"


def _of(manifest: Manifest, served: Collection[str]) -> Iterator[str]:
    group = manifest["apiVersion"].partition("/")[0]
    if group in PLAIN:
        if manifest["kind"] == "PersistentVolumeClaim" or "volumeClaimTemplate" in str(manifest.get("spec", "")):
            yield STORAGE
        elif makes_something_outside(manifest) or "external-dns" in str(manifest["metadata"].get("annotations", "")):
            yield WAYS_IN
    elif group == SNAPSHOTS:
        yield STORAGE
    elif group in OF_WAYS_IN:
        yield WAYS_IN
    elif group in served:
        yield group
    elif group not in OF_THE_MESH:
        yield from served  # whatever serves it, it is among them


def needs(manifests: Iterable[Manifest], served: Collection[str]) -> tuple[str, ...]:
    """Return what the objects of an app wait for, of what is `served`: each once, in the order of `served`."""
    wanted = {each for manifest in manifests for each in _of(manifest, served)}
    return tuple(each for each in served if each in wanted)

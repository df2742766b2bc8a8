"""What a mesh's sidecar takes for itself in every pod.

Sources: https://istio.io/latest/docs/ops/deployment/application-requirements/ and the proxy values of Linkerd's
control-plane chart.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.networking.mesh.settings import MeshKind
    from components.settings import StackSettings

PROXY_PORTS: dict["MeshKind", frozenset[int]] = {
    "none": frozenset(),
    "istio": frozenset({15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090}),
    "linkerd": frozenset({4140, 4143, 4190, 4191}),
}
"""The ports that the sidecar listens on."""

PROXY_USERS: dict["MeshKind", int | None] = {"none": None, "istio": 1337, "linkerd": 2102}
"""The user that the sidecar runs as, and by which its own traffic is told from the app's."""


def mesh_of(app: "AppSettings", settings: "StackSettings") -> "MeshKind":
    """Return the mesh that an app's pods are in: the stack's, unless their namespace stays out of it."""
    namespace = settings.namespaces.get(app.namespace)
    return settings.mesh.kind if namespace is None or namespace.mesh else "none"

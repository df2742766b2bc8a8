"""Istio's default of admitting nobody, in one namespace; what apps allow is added to it by policies of their own."""

from typing import Any

from components.networking.mesh.membership import WAYPOINT, is_ambient, principal
from components.networking.mesh.settings import MeshSettings


def default_denial(mesh: MeshSettings, namespace: str) -> dict[str, dict[str, Any]]:
    """Return the specs of the AuthorizationPolicies of a meshed namespace by name; none where all are admitted.

    A policy that allows and has no rule admits nothing that no other policy allows. In ambient mode that is said twice,
    since a waypoint reads only policies that name it or a Service, and ztunnel only the others; what passed the
    waypoint comes to the pods under the waypoint's identity.
    """
    if mesh.kind != "istio" or mesh.authorization != "deny":
        return {}
    denial: dict[str, dict[str, Any]] = {"allow-nothing": {}}
    if is_ambient(mesh):
        waypoint = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": WAYPOINT}
        source = {"principals": [principal(namespace, WAYPOINT)]}
        denial["allow-nothing-at-waypoint"] = {"targetRefs": [waypoint]}
        denial["allow-waypoint"] = {"action": "ALLOW", "rules": [{"from": [{"source": source}]}]}
    return denial

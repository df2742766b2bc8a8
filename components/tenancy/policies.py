"""The network policies that every application namespace starts with; its apps add what each of them needs."""

from typing import Any

from components.networking.issuers import SOLVER_LABELS, SOLVER_PORT
from components.networking.mesh.membership import control_plane_egress, pods_in
from components.networking.mesh.settings import MeshKind

DNS_LABELS = {"k8s-app": "kube-dns"}
"""The labels of CoreDNS's pods."""


def baseline_policies(mesh: MeshKind, *, acme_solvers: bool) -> dict[str, dict[str, Any]]:
    """Return the specs of the NetworkPolicies by name.

    All pods: no traffic at all but DNS and, in a mesh, the sidecar's to its control plane. With `acme_solvers`,
    cert-manager's pods that answer HTTP-01 are reached from anywhere: what they say is public by nature.
    """
    dns = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    policies: dict[str, dict[str, Any]] = {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        "allow-dns": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{"to": [pods_in("kube-system", DNS_LABELS)], "ports": dns}],
        },
    }
    if control_plane := control_plane_egress(mesh):
        policies["allow-mesh"] = {"podSelector": {}, "policyTypes": ["Egress"], "egress": control_plane}
    if acme_solvers:
        policies["allow-acme-solvers"] = {
            "podSelector": {"matchLabels": dict(SOLVER_LABELS)},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": SOLVER_PORT}]}],
        }
    return policies

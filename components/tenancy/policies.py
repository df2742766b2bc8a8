"""The network policies that every application namespace starts with; its apps add what each of them needs."""

from collections.abc import Sequence
from typing import Any

from components.networking.certificates.issuers import SOLVER_LABELS, SOLVER_PORT
from components.networking.mesh.membership import (
    AMBIENT_LABELS,
    HBONE_PORT,
    PROBE_CIDR,
    WAYPOINT_LABELS,
    control_plane_egress,
    egress,
    gateway_peer,
    is_ambient,
    pods_in,
    tracing_egress,
)
from components.networking.mesh.settings import MeshSettings
from components.operations.monitoring_names import NAMESPACE as MONITORING

PROXY_METRICS_PORT = 15090
"""Where a waypoint shows what it counted (istiod's template of it, the port http-envoy-prom)."""

DNS_LABELS = {"k8s-app": "kube-dns"}
"""The labels of CoreDNS's pods."""

_HBONE = [{"protocol": "TCP", "port": HBONE_PORT}]


def baseline_policies(
    mesh: MeshSettings, *, acme_solvers: bool, dns_cidrs: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the specs of the NetworkPolicies by name; `mesh` is the namespace's, kind none where it has none.

    All pods: no traffic at all but DNS and, in a mesh, the proxies' own. `dns_cidrs` are the addresses of the cluster's
    DNS that are no pod's: a cache on the node, the Service's. With `acme_solvers`, cert-manager's pods that answer
    HTTP-01 are reached from anywhere: what they say is public by nature.
    """
    dns = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    servers = [pods_in("kube-system", DNS_LABELS), *({"ipBlock": {"cidr": cidr}} for cidr in dns_cidrs)]
    policies: dict[str, dict[str, Any]] = {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        "allow-dns": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{"to": servers, "ports": dns}],
        },
    }
    proxies = [*control_plane_egress(mesh.kind), *tracing_egress(mesh)]
    if is_ambient(mesh):
        policies |= _ambient(proxies)
    elif proxies:
        policies["allow-mesh"] = {"podSelector": {}, "policyTypes": ["Egress"], "egress": proxies}
    if acme_solvers:
        policies["allow-acme-solvers"] = {
            "podSelector": {"matchLabels": dict(SOLVER_LABELS)},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": SOLVER_PORT}]}],
        }
    return policies


def _ambient(proxies: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what lets ambient pods be probed, and calls pass the waypoint, the only proxy that is a pod here.

    Who in the mesh may use the waypoint is not for network policies, which cannot tell the Service that is called, but
    for its authorization policies.
    """
    waypoint = {"matchLabels": dict(WAYPOINT_LABELS)}
    meshed = {"namespaceSelector": {"matchLabels": dict(AMBIENT_LABELS)}}
    return {
        "allow-probes": {
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"ipBlock": {"cidr": PROBE_CIDR}}]}],
        },
        "allow-from-waypoint": {
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": waypoint}], "ports": _HBONE}],
        },
        "allow-waypoint": {
            "podSelector": waypoint,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {"from": [meshed, gateway_peer()], "ports": _HBONE},
                {"from": [pods_in(MONITORING)], "ports": [{"protocol": "TCP", "port": PROXY_METRICS_PORT}]},
            ],
            "egress": [egress({"podSelector": {}}, (HBONE_PORT,)), *proxies],
        },
    }

"""Names that Linkerd fixes, or that others attach to: its namespaces, Secrets, webhooks, and where traffic leaves."""

from typing import Any

from components.networking.mesh.membership import LINKERD_CNI_NAMESPACE, LINKERD_NAMESPACE

TRUST_DOMAIN = "cluster.local"
"""The end of every identity: the cluster's domain, which EKS fixes."""

ISSUER = "linkerd-identity-issuer"
"""The Secret with the certificate that signs for the pods. The chart fixes its name and its namespace."""

TRUST_ROOTS = "linkerd-identity-trust-roots"
"""The ConfigMap with the certificates that every proxy trusts, and its Bundle: trust-manager gives both one name."""

TRUST_ROOTS_KEY = "ca-bundle.crt"

WEBHOOKS = {
    "proxyInjector": "linkerd-proxy-injector",
    "profileValidator": "linkerd-sp-validator",
    "policyValidator": "linkerd-policy-validator",
}
"""The Services that the API server calls, by their key in the chart's values; the Secret of each ends in `-k8s-tls`."""

NEVER_MESHED = (
    "calico-apiserver",
    "calico-system",
    "cert-manager",
    "kube-system",
    LINKERD_NAMESPACE,
    LINKERD_CNI_NAMESPACE,
    "tigera-operator",
)
"""Namespaces whose pods the injector is not asked about: without them it cannot start, so they may not need it."""

CLUSTER_NETWORKS = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8")
"""Where Linkerd looks for pods and Services: the chart's default, all private addresses."""

LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
"""The node's own services: instance metadata, EKS Pod Identity, NodeLocal DNS. Network policies decide on them."""

EGRESS_NAMESPACE = "linkerd-egress"
"""The namespace whose EgressNetworks hold for the pods of every namespace that has none of its own.

One EgressNetwork in an app's namespace, whatever it covers, puts all of these out of force there.
"""

EGRESS_NETWORK = "outside"
"""The EgressNetwork of all addresses outside the cluster's networks; what no route allows is refused."""


def identity_of(service_account: str, namespace: str) -> str:
    """Return the identity of a service account's pods: what a MeshTLSAuthentication admits."""
    return f"{service_account}.{namespace}.serviceaccount.identity.{LINKERD_NAMESPACE}.{TRUST_DOMAIN}"


def egress_parent(port: int) -> dict[str, Any]:
    """Return the parentRef by which a route lets the pods of its own namespace out on `port`.

    Of the routes on one port only one kind counts, cluster-wide: a TLSRoute is refused where an HTTPRoute has the port
    (Linkerd's status is RouteReasonConflicted), a TCPRoute where either has it.
    """
    return {
        "group": "policy.linkerd.io",
        "kind": "EgressNetwork",
        "name": EGRESS_NETWORK,
        "namespace": EGRESS_NAMESPACE,
        "port": port,
    }


def egress_backend() -> dict[str, Any]:
    """Return the backendRef of such a route: on to the address that the pod asked for."""
    return {key: value for key, value in egress_parent(0).items() if key != "port"}

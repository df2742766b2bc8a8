"""What Calico enforces before and after the network policies of the namespaces: decided here, without a resource.

The objects are written as Calico stores them (crd.projectcalico.org/v1), which needs no aggregated API to be up. That
skips the defaults of Calico's API server, so that every field is said.
"""

from collections.abc import Sequence
from typing import Any

from components.networking.cni import BaselineSettings

TIER = "slipway"
TIER_ORDER = 500
"""After the operator's own tier (calico-system, 100), before those of cluster-wide policies (1,000) and of the
namespaces' (default, 1,000,000)."""

AFTER_NAMESPACES = 2000
"""An order in the tier default behind that of every Kubernetes NetworkPolicy, 1000."""

METADATA = {4: "169.254.169.254/32", 6: "fd00:ec2::254/128"}
"""The instance metadata service by IP version (AWS, "Instance metadata service"). Pod Identity has other addresses."""

LOGGING = {"logPrefix": "calico-packet", "logActionRateLimit": "10/second", "logActionRateLimitBurst": 20}
"""How much each node's kernel logs: a scan of many ports must not fill its journal. The prefix is Calico's default."""

DNS_PODS = {
    "namespaceSelector": "kubernetes.io/metadata.name == 'kube-system'",
    "selector": "k8s-app == 'kube-dns'",
}


def tier_spec() -> dict[str, Any]:
    """Return the tier's spec. What none of its policies decides goes on to the namespaces' policies."""
    return {"order": TIER_ORDER, "defaultAction": "Pass"}


def in_namespaces(names: Sequence[str]) -> str:
    """Return the selector of the namespaces by name."""
    return f"kubernetes.io/metadata.name in {_listed(names)}"


def baseline_policies(settings: BaselineSettings, dns_cidrs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the specs of the tier's policies by name; `dns_cidrs` are where DNS answers beside CoreDNS's pods.

    A name starts with its tier's, as Calico before 3.32 demands. Policies of a namespace cannot undo them.
    """
    policies: dict[str, dict[str, Any]] = {}
    if settings.deny_instance_metadata:
        excepted = settings.metadata_namespaces
        policies[f"{TIER}.deny-instance-metadata"] = {
            "tier": TIER,
            "order": 10,
            "namespaceSelector": f"kubernetes.io/metadata.name not in {_listed(excepted)}" if excepted else "all()",
            "types": ["Egress"],
            "egress": [
                {"action": "Deny", "ipVersion": version, "destination": {"nets": [address]}}
                for version, address in METADATA.items()
            ],
        }
    if settings.allow_dns:
        destinations: list[dict[str, Any]] = [dict(DNS_PODS)]
        if dns_cidrs:
            destinations.append({"nets": list(dns_cidrs)})
        policies[f"{TIER}.allow-dns"] = {
            "tier": TIER,
            "order": 20,
            "namespaceSelector": "all()",
            "types": ["Egress"],
            "egress": [
                {"action": "Allow", "protocol": protocol, "destination": {**destination, "ports": [53]}}
                for destination in destinations
                for protocol in ("UDP", "TCP")
            ],
        }
    return policies


def log_policy_spec(namespaces: Sequence[str]) -> dict[str, Any]:
    """Return the spec of the policy that logs what no policy of `namespaces` has allowed, in both directions.

    A packet comes to it only when no NetworkPolicy took it, just before the end of the tier, which drops it. It selects
    pods like any other policy: a namespace without a default-deny would be closed by it, so that none may be given.
    """
    return {
        "tier": "default",
        "order": AFTER_NAMESPACES,
        "namespaceSelector": in_namespaces(namespaces),
        "types": ["Ingress", "Egress"],
        "ingress": [{"action": "Log"}],
        "egress": [{"action": "Log"}],
    }


def _listed(names: Sequence[str]) -> str:
    return "{{{}}}".format(", ".join(f"'{name}'" for name in sorted(names)))

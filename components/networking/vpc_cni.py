"""How the stack's nodes get addresses for their pods, and what that means for the EKS add-ons."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import Addresses, missing, resolve
from components.networking.cni import CniSettings, overlay, pod_network
from components.networking.host_network import host_network_values

if TYPE_CHECKING:
    from components.foundation.addons import AddonName
    from components.settings import StackSettings

WARM_PREFIXES = "1"
"""The free prefixes that a node keeps ready, as AWS recommends for prefix delegation."""


def types_without_prefixes(settings: "StackSettings") -> Iterator[tuple[str, str]]:
    """Give (pool, instance type) of everything that cannot take prefixes, or that Slipway does not know.

    AWS assigns prefixes to interfaces of the Nitro system only: docs.aws.amazon.com/eks, "Assign more IP addresses to
    Amazon EKS nodes with prefixes".
    """
    for name, pool in (settings.node_pools or {}).items():
        if not missing(name, pool):
            for each in resolve(name, pool).instance_types:
                if each not in INSTANCE_TYPES or not INSTANCE_TYPES[each].nitro:
                    yield name, each


def prefix_delegation(settings: "StackSettings") -> bool:
    """Tell whether nodes take prefixes: as the stack says, else with the VPC CNI alone where every type can."""
    network = pod_network(settings)
    if network is None or overlay(settings):
        return False
    if network.prefix_delegation is not None:
        return network.prefix_delegation
    return network.policy == "vpc-cni" and not any(types_without_prefixes(settings))


def addresses(settings: "StackSettings") -> Addresses:
    """Return where the stack's pods get their addresses from."""
    if overlay(settings):
        return "overlay"
    return "prefixes" if prefix_delegation(settings) else "interfaces"


def vpc_cni_configuration(network: CniSettings, *, prefixes: bool) -> dict[str, Any]:
    """Return the configuration of the add-on vpc-cni, which is not installed where Calico is the CNI.

    Calico's policy-only mode needs each pod's address as an annotation sooner than the kubelet reports it (the
    permission to write it is Calico's to grant), and no second engine beside it. Alone, the VPC CNI's own agent
    enforces policies, in its standard mode: the strict one would stop every pod that no policy selects, CoreDNS first.
    """
    env: dict[str, str] = {}
    configuration: dict[str, Any] = {"enableNetworkPolicy": "false" if network.policy == "calico" else "true"}
    if network.policy == "calico":
        env["ANNOTATE_POD_IP"] = "true"
    elif network.flow_logs:
        configuration["nodeAgent"] = {"enablePolicyEventLogs": "true"}
    if prefixes:
        env |= {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": WARM_PREFIXES}
    return {**configuration, "env": env} if env else configuration


def addon_configurations(settings: "StackSettings") -> "dict[AddonName, dict[str, Any]]":
    """Return what the pod network asks of the EKS add-ons, by add-on."""
    return {
        "vpc-cni": vpc_cni_configuration(settings.cni, prefixes=prefix_delegation(settings)),
        "metrics-server": host_network_values("metrics-server", overlay=overlay(settings)),
    }

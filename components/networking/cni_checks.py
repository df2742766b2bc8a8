"""What is wrong, or worth knowing, about a stack's pod network."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.subnets import next_free
from components.networking.called import CALLED
from components.networking.cni import overlay, pod_network
from components.networking.vpc_cni import types_without_prefixes
from components.problem import Advice, KeyPath, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

MESH_CHARTS = {"istio": "istiod", "linkerd": "linkerd-control-plane"}
"""The chart of each mesh whose webhooks the API server calls."""

ADDON: KeyPath = ("cluster", "addons", "vpc-cni", "configuration")


def cni_of_an_existing_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """Calico is set up for EKS, with or beside the CNI that Slipway chose there."""
    if "cni" in settings.model_fields_set and settings.cluster.existing is not None:
        yield Problem(
            ("cni",),
            "an existing cluster has its own CNI, which Slipway does not know",
            f"policy {settings.cni.policy}",
            "no cni with cluster.existing: its own network policy engine, if it has one, enforces the policies",
        )


def mesh_on_an_overlay(settings: "StackSettings") -> Iterator[Problem]:
    """With Calico as the CNI no mesh works: the API server cannot call the webhooks that inject sidecars."""
    chart = MESH_CHARTS.get(settings.mesh.kind)
    if chart and overlay(settings):
        yield Problem(
            ("cni", "mode"),
            f"{settings.mesh.kind} does not work on Calico's pod network: the EKS control plane cannot reach pods with"
            f" overlay addresses, and {CALLED[chart].unreachable}",
            f"cni with mesh.kind {settings.mesh.kind}",
            "policy-only, or mesh.kind none",
            "policy-only",
        )


def pod_network_apart(settings: "StackSettings") -> Iterator[Problem]:
    """Calico's pods share no address with the VPC, nor with Services: a packet would not find the right one."""
    if not overlay(settings):
        return
    pods = IPv4Network(settings.cni.pod_cidr)
    others = [("the Services", settings.cluster.service_cidr)]
    if settings.network is not None:
        others.append(("the VPC", settings.network.cidr))
        others += [("a reserved network", cidr) for cidr in settings.network.reserved_cidrs]
    for what, cidr in others:
        if pods.overlaps(IPv4Network(cidr)):
            yield Problem(
                ("cni", "podCidr"),
                f"overlaps the addresses of {what}, {cidr}",
                str(pods),
                f"a network that shares no address with {cidr}",
                next_free(str(pods), [each for _, each in others]),
            )


def calicos_settings(settings: "StackSettings") -> Iterator[Problem]:
    """What only Calico does is not asked of the VPC CNI: a rule that nobody enforces is worse than none."""
    network = pod_network(settings)
    if network is None or network.policy == "calico":
        return
    for key in ("mode", "baseline"):
        if key in network.model_fields_set:
            yield Problem(
                ("cni", key),
                "only Calico has it, and the VPC CNI is chosen",
                f"{key} with policy vpc-cni",
                f"policy calico, or no {key}",
            )


def prefixes(settings: "StackSettings") -> Iterator[Problem]:
    """Prefixes are the VPC CNI's, and AWS gives them to the interfaces of Nitro instances only."""
    network = pod_network(settings)
    if network is None or not network.prefix_delegation:
        return
    path = ("cni", "prefixDelegation")
    if overlay(settings):
        yield Problem(
            path,
            "with mode cni pods have no address of the VPC, so that nodes take no prefixes from it",
            "true",
            "no prefixDelegation with mode cni",
        )
    elif without := list(types_without_prefixes(settings)):
        yield Problem(
            path,
            "prefixes need instance types built on Nitro, or their nodes get fewer addresses than pods",
            _named(without),
            "Nitro instance types that Slipway knows in every pool, such as m6i.xlarge for m4.xlarge; or false",
            "false",
        )


def addon_in_agreement(settings: "StackSettings") -> Iterator[Problem]:
    """The configuration of the add-on vpc-cni does not undo what `cni` says."""
    network = pod_network(settings)
    configuration = _addon_configuration(settings)
    if network is None or not configuration:
        return
    enabled, own = str(configuration.get("enableNetworkPolicy", "")).lower(), network.policy == "vpc-cni"
    if enabled and enabled != str(own).lower():
        yield Problem(
            (*ADDON, "enableNetworkPolicy"),
            "nobody enforces network policies then" if own else "two engines on one node undo each other's rules",
            f"{enabled} with cni.policy {network.policy}",
            f"nothing here, or cni: {'calico' if own else 'vpc-cni'}",
        )
    if "ENABLE_PREFIX_DELEGATION" in _env(configuration):
        yield Problem(
            (*ADDON, "env", "ENABLE_PREFIX_DELEGATION"),
            "the number of pods per node follows from it, which EKS counts without prefixes",
            str(_env(configuration)["ENABLE_PREFIX_DELEGATION"]),
            "cni: {prefixDelegation: true} or false in its place",
        )


def unused_pod_network(settings: "StackSettings") -> Iterator[Advice]:
    """A pod network that was set has no effect while the VPC CNI gives the addresses."""
    network = pod_network(settings)
    if network and not overlay(settings) and "pod_cidr" in network.model_fields_set:
        yield Advice(("cni", "podCidr"), "has no effect without mode cni: pods have addresses of the VPC")


def prefixes_in_reach(settings: "StackSettings") -> Iterator[Advice]:
    """Say why the VPC CNI alone takes no prefixes, where the stack left that open."""
    network = pod_network(settings)
    if network is None or network.policy == "calico" or network.prefix_delegation is not None:
        return
    if without := list(types_without_prefixes(settings)):
        yield Advice(
            ("cni", "prefixDelegation"),
            f"off, and nodes run as many pods as they have addresses for, because of {_named(without)}: with Nitro"
            " types in every pool each node runs 110 pods or more; prefixDelegation: false ends this advice",
        )


def logs_of_nobody(settings: "StackSettings") -> Iterator[Advice]:
    """Refused connections are logged for the application namespaces."""
    network = pod_network(settings)
    if network and network.baseline.log_denied and not settings.namespaces:
        yield Advice(("cni", "baseline", "logDenied"), "has no effect: the stack declares no namespaces")


def strict_enforcement(settings: "StackSettings") -> Iterator[Advice]:
    """In its strict mode the VPC CNI's agent denies all to a pod that no policy selects, in every namespace."""
    if _env(_addon_configuration(settings)).get("NETWORK_POLICY_ENFORCING_MODE") == "strict" and not overlay(settings):
        yield Advice(
            (*ADDON, "env", "NETWORK_POLICY_ENFORCING_MODE"),
            "strict denies all to pods that no NetworkPolicy selects: CoreDNS and every other pod of the platform need"
            " policies of their own first, which Slipway makes in application namespaces only",
        )


def _addon_configuration(settings: "StackSettings") -> Mapping[str, Any]:
    addon = settings.cluster.addons.get("vpc-cni")
    return addon.configuration if addon else {}


def _env(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    env = configuration.get("env")
    return env if isinstance(env, Mapping) else {}


def _named(types: list[tuple[str, str]]) -> str:
    """Return pools with their types, and what is the matter with each."""
    return ", ".join(
        f"{each} of the pool {pool} ({'Xen' if each in INSTANCE_TYPES else 'not known to Slipway'})"
        for pool, each in types
    )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    cni_of_an_existing_cluster,
    mesh_on_an_overlay,
    pod_network_apart,
    calicos_settings,
    prefixes,
    addon_in_agreement,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    unused_pod_network,
    prefixes_in_reach,
    logs_of_nobody,
    strict_enforcement,
)

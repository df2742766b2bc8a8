"""A whole recorded stack against the contracts of its charts: what the API server calls, and who reads its routes."""

from collections.abc import Iterator
from typing import Any

from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from tests.support.chart_contracts import called, contracts, faults, served
from tests.support.chart_values import RELEASE, lock_entry, plain
from tests.support.graph import CHART

ADDON = "aws:eks/addon:Addon"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GATEWAY_API = "gateway.networking.k8s.io"
KUBELET = 10250
ADDON_PORTS = {"metrics-server": 10251}
"""What the API server calls of EKS's add-ons: docs.aws.amazon.com/eks, "Amazon EKS add-ons"."""


def charts(recording: Recording) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (lock entry, values) of every chart of a stack."""
    for each in recording.of_type(RELEASE, CHART):
        inputs: dict[str, Any] = dict(each.inputs)
        yield lock_entry(inputs), plain(inputs.get("values") or {})


def opened(recording: Recording) -> set[int]:
    """Return the ports of the nodes that the control plane reaches."""
    rules = (each for each in recording.of_type(RULE) if "-control-plane-to-nodes-" in each.name)
    return {int(str(each.inputs["fromPort"])) for each in rules}


def needed(recording: Recording) -> set[int]:
    """Return the ports on which the API server calls what a stack installs, as the charts' contracts have it."""
    addons = {str(each.inputs["addonName"]) for each in recording.of_type(ADDON)}
    on_overlay = "vpc-cni" not in addons
    found = {KUBELET, *(port for addon, port in ADDON_PORTS.items() if addon in addons)}
    for entry, values in charts(recording):
        found |= called(entry, values, overlay=on_overlay)
    return found


def unheard(recording: Recording) -> Iterator[str]:
    """Yield the objects of the Gateway API that no installed controller reads in a version that is served."""
    readers = {
        watch.kind: set(watch.versions) & served(GATEWAY_API, watch.kind)
        for entry, _ in charts(recording)
        for watch in contracts()[entry].watches
        if watch.group == GATEWAY_API
    }
    for each in recording.resources:
        group, _, version = str(each.inputs.get("apiVersion", "")).rpartition("/")
        kind = str(each.inputs.get("kind", ""))
        if group == GATEWAY_API and version not in served(group, kind):
            yield f"{each.name}: {kind} is not served as {version}"
        elif group == GATEWAY_API and not readers.get(kind):
            yield f"{dig(each.inputs, 'metadata', 'name')}: no installed chart reads {kind}"


def chart_faults(recording: Recording) -> list[str]:
    """Return all that is wrong with the charts of a stack, apart from ports of the security group."""
    own = [found for entry, values in charts(recording) for found in faults(entry, values)]
    return [*own, *unheard(recording)]

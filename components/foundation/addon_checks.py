"""What is wrong, or worth knowing, about a stack's EKS add-ons."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from components.foundation.addons import ADDONS, OTHER, AddonSettings
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

_BUILD = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")

OTHERS = frozenset(
    {
        "adot",
        "amazon-cloudwatch-observability",
        "aws-efs-csi-driver",
        "aws-fsx-csi-driver",
        "aws-guardduty-agent",
        "aws-mountpoint-s3-csi-driver",
        "aws-network-flow-monitoring-agent",
        "aws-privateca-connector-for-kubernetes",
        "aws-secrets-store-csi-driver-provider",
        "cert-manager",
        "eks-node-monitoring-agent",
        "external-dns",
        "fluent-bit",
        "kube-state-metrics",
        "prometheus-node-exporter",
    }
)
"""Further add-ons of AWS and the community, which are no typing mistakes of the own ones. Not all that there are:
https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html and community-addons.html."""

OWN_CHARTS = {
    "cert-manager": "`certificates`",
    "external-dns": "`dns`",
    "kube-state-metrics": "`monitoring`",
    "prometheus-node-exporter": "`monitoring`",
}
"""What Slipway installs by a chart of its own, and the key that does."""


def _addons(settings: "StackSettings") -> Iterator[tuple[str, AddonSettings]]:
    """Give the add-ons that a cluster says something of, if it is built."""
    if settings.cluster is not None and settings.cluster.existing is None:
        yield from settings.cluster.addons.items()


def required_addons(settings: "StackSettings") -> Iterator[Problem]:
    """Some add-ons are the cluster."""
    for name, addon in _addons(settings):
        if ADDONS.get(name, OTHER).required and not addon.enabled:
            yield Problem(("cluster", "addons", name, "enabled"), "no cluster works without it", "false", "true")


def versions(settings: "StackSettings") -> Iterator[Problem]:
    """AWS builds its add-ons for EKS: their versions say which build."""
    for name, addon in _addons(settings):
        if name in ADDONS and addon.version.startswith("v") and not _BUILD.fullmatch(addon.version):
            path = ("cluster", "addons", name, "version")
            yield Problem(path, "not a version of this add-on", addon.version, "vX.Y.Z-eksbuild.N, default or latest")


def addon_identities(settings: "StackSettings") -> Iterator[Problem]:
    """An add-on that Slipway installs itself has the identity that Slipway makes."""
    for name, addon in _addons(settings):
        if addon.pod_identities and name in ADDONS:
            yield Problem(
                ("cluster", "addons", name, "podIdentities"),
                "Slipway makes the identity of this add-on itself, where it needs one",
                ", ".join(addon.pod_identities),
                "none: podIdentities are for add-ons that Slipway does not install itself",
            )


def other_addons(settings: "StackSettings") -> Iterator[Advice]:
    """Say what is taken for granted of an add-on that Slipway has no record of."""
    for name, addon in _addons(settings):
        if name in ADDONS or not addon.enabled:
            continue
        alike = get_close_matches(name, ADDONS, 1, 0.8) if name not in OTHERS else []
        meant = f" (or is {alike[0]} meant?)" if alike else ""
        chart = OWN_CHARTS.get(name)
        twice = f"; Slipway has {name} by {chart}, and two in one cluster are in conflict" if chart else ""
        yield Advice(
            ("cluster", "addons", name),
            f"not one that Slipway installs itself{meant}: it comes after the nodes, has no AWS permissions but those"
            f" of podIdentities, and whether AWS has it is only asked at a deployment{twice}",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    required_addons,
    versions,
    addon_identities,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (other_addons,)

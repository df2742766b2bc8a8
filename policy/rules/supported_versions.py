"""supported-versions and extended-support: what AWS still runs, and what it runs for six times the price."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from components.foundation import versions
from policy.model import Rule, Stack
from policy.rules.reading import by_type, open_value, parameter
from slipway.recording.objects import text
from slipway.recording.resource import Resource

MAX_SKEW = 3
"""How many minors a kubelet may be behind its API server (https://kubernetes.io/releases/version-skew-policy/)."""

AL2_ENDED = date(2025, 11, 26)
"""Since when EKS publishes no image of Amazon Linux 2 (EKS user guide, "Build a custom Amazon Linux AMI")."""

_CLUSTER = "aws:eks/cluster:Cluster"
_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


def _version(resource: Resource) -> str | None:
    found = text(resource.inputs, "version")
    return None if found is None or open_value(found) else found


def _cluster(resource: Resource, stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    version = _version(resource)
    if version is None:
        if not open_value(resource.inputs.get("version")):
            yield "no Kubernetes version is set, so AWS takes whatever is its newest on the day: set cluster.version"
        return
    supported = versions.supported(stack.on)
    if version not in supported:
        yield (
            f"EKS does not support Kubernetes {version} on {stack.on}: set cluster.version to one of"
            f" {', '.join(supported) or 'those of a newer Slipway'}"
        )


def _group(resource: Resource, stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    if str(resource.inputs.get("amiType")).startswith("AL2_") and stack.on > AL2_ENDED:
        yield (
            f"the image {resource.inputs['amiType']} is Amazon Linux 2, of which EKS has made none since"
            f" {AL2_ENDED}: take AL2023"
        )
    nodes = _version(resource)
    control_planes = [each for each in map(_version, stack.recording.of_type(_CLUSTER)) if each is not None]
    if nodes is None or len(control_planes) != 1:
        return
    (control_plane,) = control_planes
    behind = versions.minor(control_plane) - versions.minor(nodes)
    if behind < 0:
        yield f"nodes of Kubernetes {nodes} are newer than the control plane ({control_plane}): upgrade that first"
    elif behind > MAX_SKEW:
        yield (
            f"nodes of Kubernetes {nodes} are {behind} minors behind the control plane ({control_plane}), and may be"
            f" {MAX_SKEW}"
        )


def _extended(resource: Resource, stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    note = versions.support_note(_version(resource) or "", stack.on, timedelta(days=parameters["noticeDays"]))
    if note is not None:
        yield note


RULES = (
    Rule(
        id=versions.SUPPORT_RULE,
        title="Kubernetes is in standard support, and not about to leave it",
        description="Extended support costs six times the control plane's hourly price.",
        severity="advisory",
        parameters=(
            parameter(
                "noticeDays",
                versions.ENDING_SOON.days,
                "How many days before standard support ends it is said.",
                type="integer",
                minimum=0,
                maximum=365,
            ),
        ),
        check=by_type({_CLUSTER: _extended}),
    ),
    Rule(
        id="supported-versions",
        title="AWS supports the versions of Kubernetes and of the nodes' image",
        description="The control plane's version, the nodes' distance to it, and an image that still gets fixes.",
        severity="mandatory",
        check=by_type({_CLUSTER: _cluster, _NODE_GROUP: _group}),
    ),
)

"""Recording components that live in a cluster, and what holds for all that they make."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi_kubernetes.provider import Provider

from components.charts import Charts, ChartSettings
from components.component import Target
from tests.support.chart_values import RELEASE, release_problems
from tests.support.recorded import Recorded, Recording
from tests.support.recording import record
from tests.support.schemas import recording_problems

CHARTS = Charts(ChartSettings(), Charts.read_lock())
CHART = "kubernetes:helm.sh/v4:Chart"
NAMESPACE = "kubernetes:core/v1:Namespace"
CLUSTER = "aws:eks/cluster:Cluster"


def record_in_cluster(
    build: Callable[[Target, pulumi.Resource], object], *, owned: bool = True, known: bool = True
) -> Recording:
    """Record what `build` makes in a target; its second argument stands for the nodes, to wait for.

    The target's cluster is called `cluster` when `owned`, and there is none otherwise.
    """

    def program() -> None:
        lifetime = pulumi.CustomResource(CLUSTER, "cluster", {}) if owned else None
        nodes = pulumi.CustomResource("aws:eks/nodeGroup:NodeGroup", "nodes", {})
        build(Target("slipway-test", Provider("cluster"), lifetime=lifetime), nodes)

    return record(program, known=known)


def unsound(recording: Recording) -> list[str]:
    """Return what is wrong with recorded releases (values that do not exist) and objects (fields that do not)."""
    values = [problem for release in recording.all(RELEASE) for problem in release_problems(release)]
    return values + recording_problems(recording)


def in_cluster(recording: Recording) -> list[Recorded]:
    """Return everything that was made inside the cluster."""
    return [found for found in recording.resources if found.type.startswith("kubernetes:")]


def outliving(recording: Recording) -> list[str]:
    """Return the names of what is deleted one by one, and not with the cluster."""
    cluster = recording.one(CLUSTER).urn
    return sorted(found.name for found in in_cluster(recording) if found.deleted_with != cluster)


def waits_for(recording: Recording, resource: Recorded) -> set[str]:
    """Return the names of what a resource waits for, directly."""
    names = {found.urn: found.name for found in recording.resources}
    return {names[urn] for urn in resource.dependencies}


def level(namespace: Recorded) -> str:
    """Return the Pod Security level that a namespace enforces."""
    labels: Mapping[str, Any] = namespace.inputs["metadata"]["labels"]
    return str(labels["pod-security.kubernetes.io/enforce"])

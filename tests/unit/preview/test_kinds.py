"""Apps of every kind and strategy, as rendered: their pods are counted and placed, and all of it can be shown."""

import io
from decimal import Decimal
from typing import Any

import pytest

from components.apps.manifests import render
from slipway.preview import purposes
from slipway.preview.apps_text import pods_of
from slipway.preview.consoles import console
from slipway.preview.facts import facts
from slipway.preview.grouping import group
from slipway.preview.pods import Workload, workloads
from slipway.preview.summary import summarise
from slipway.preview.summary_text import summary_lines
from slipway.preview.tree import tree
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json
from tests.unit.apps.meshes import app, context

KEDA: dict[str, Any] = {"triggers": {"cpu": {"cpu": {"averageUtilization": 50}}}}
SCALING = {"minReplicas": 0, "maxReplicas": 6, "keda": KEDA}
PORTS = {"http": 8080}
CRON = {"schedule": "0 3 * * *", "timeZone": "Europe/Berlin"}
SWITCH = {"type": "blue-green", "green": {"image": "registry.example.com/api:2.0.0"}}


def pool(name: str, nodes: int, most: int, taints: Json = None) -> Resource:
    inputs: dict[str, Json] = {
        "labels": {"slipway.dev/pool": name},
        "instanceTypes": ["t3.large"],
        "scalingConfig": {"desiredSize": nodes, "minSize": 1, "maxSize": most},
        "taints": taints,
    }
    return Resource(f"urn:{name}", "aws:eks/nodeGroup:NodeGroup", name, None, True, inputs)


TAINT: Json = [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]
POOLS = (pool("general", 4, 12), pool("gpu", 2, 6, TAINT))


def recorded(*pools: Resource, mesh: str = "none", **fields: Any) -> Recording:
    own = app(**fields)
    where = context(mesh, own, monitoring=True)
    made = [
        Resource(f"urn:{suffix}", f"kubernetes:{each['apiVersion']}:{each['kind']}", f"api-{suffix}", None, True, each)
        for suffix, each in render(own, where).items()
    ]
    return Recording("p", "demo", (*pools, *made))


def shown(recording: Recording) -> dict[str, str]:
    """Return each workload in words, after everything else has been shown, too."""
    stream = io.StringIO()
    console(stream).print(tree("demo", group(recording, {})))
    assert stream.getvalue()
    assert list(summary_lines(summarise(recording, environment="staging"), None))
    assert [each.type for each in recording.resources if not purposes.of_type(each.type)] == []
    return {f"{each.kind} {each.name}": pods_of(each) for each in workloads(recording)}


def told(recording: Recording, kind: str) -> str:
    (one,) = [each for each in recording.resources if each.inputs.get("kind") == kind]
    return ", ".join(facts(one))


def only(recording: Recording) -> Workload:
    (one,) = workloads(recording)
    return one


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ports": PORTS}, {"Deployment api": "2 pods"}),
        (
            {"ports": PORTS, "replicas": 2, "scaling": {"minReplicas": 2, "maxReplicas": 4}},
            {"Deployment api": "2 to 4 pods"},
        ),
        ({"ports": PORTS, "replicas": 1, "scaling": SCALING}, {"Deployment api": "1 to 6 pods"}),
        ({"kind": "Job", "job": {"parallelism": 3}}, {"Job api": "3 pods until done"}),
        ({"kind": "Job", "job": {"parallelism": 3, "completions": 1}}, {"Job api": "1 pod until done"}),
        ({"kind": "Job", "job": {"parallelism": 2}, "scaling": SCALING}, {"ScaledJob api": "0 to 12 pods"}),
        ({"kind": "CronJob", "cron": CRON}, {"CronJob api": "1 pod at 0 3 * * * Europe/Berlin"}),
        (
            {"kind": "CronJob", "cron": {**CRON, "suspend": True}},
            {"CronJob api": "1 pod at 0 3 * * * Europe/Berlin, suspended"},
        ),
        ({"ports": PORTS, "strategy": SWITCH}, {"Deployment api-blue": "2 pods", "Deployment api-green": "2 pods"}),
        (
            {"ports": PORTS, "strategy": {"type": "canary", "by": "argo-rollouts"}, "replicas": 3},
            {"Rollout api": "3 pods"},
        ),
        ({"ports": PORTS, "strategy": {"type": "canary", "by": "flagger"}}, {"Deployment api": "2 pods"}),
    ],
)
def test_every_kind_in_words(fields: dict[str, Any], words: dict[str, str]) -> None:
    mesh = "sidecar" if "by" in fields.get("strategy", {}) else "none"
    assert shown(recorded(mesh=mesh, **fields)) == words


def test_a_rollout_is_scaled_as_a_deployment_is() -> None:
    strategy = {"type": "blue-green", "by": "argo-rollouts"}
    found = recorded(ports=PORTS, strategy=strategy, scaling={"minReplicas": 2, "maxReplicas": 5})
    assert shown(found) == {"Rollout api": "2 to 5 pods"}
    assert told(found, "Rollout").endswith("blue-green")


@pytest.mark.parametrize(
    ("fields", "kind", "fact"),
    [
        ({"kind": "CronJob", "cron": CRON}, "CronJob", "0 3 * * * Europe/Berlin, 1 pod"),
        ({"kind": "CronJob", "cron": {**CRON, "suspend": True}}, "CronJob", "suspended"),
        ({"kind": "Job", "job": {"parallelism": 2, "completions": 9}}, "Job", "2 pods, until 9 have succeeded"),
        ({"kind": "DaemonSet"}, "DaemonSet", "one pod on each node, registry.example.com/api:1.0.0"),
        ({"ports": PORTS, "replicas": 1, "scaling": SCALING}, "ScaledObject", "0 to 6 pods, cpu"),
        ({"kind": "Job", "scaling": SCALING}, "ScaledJob", "0 to 6 Jobs, cpu"),
    ],
)
def test_what_the_tree_tells_of_a_kind(fields: dict[str, Any], kind: str, fact: str) -> None:
    assert fact in told(recorded(**fields), kind)


def test_a_canarys_weights_are_told() -> None:
    found = recorded(mesh="sidecar", ports=PORTS, strategy={"type": "canary", "by": "argo-rollouts"})
    assert told(found, "Rollout").endswith("canary 2, 25, 75, 100 %")


def test_a_daemon_set_has_a_pod_on_each_node_that_it_tolerates() -> None:
    found = recorded(*POOLS, kind="DaemonSet")  # its context knows no pools, so it tolerates no taint
    one = only(found)
    assert (one.pods, one.most, one.pools) == (4, 12, ("general",))
    assert shown(found) == {"DaemonSet api": "one pod per node, 4 to 12 pods in general"}
    uses = {use.name: (use.pods, use.cpu) for use in summarise(found, environment="staging").uses}
    assert uses == {"general": (4, 4 * one.cpu), "gpu": (0, Decimal(0))}


@pytest.mark.parametrize(
    "toleration",
    [
        {"key": "nvidia.com/gpu", "operator": "Exists"},
        {"operator": "Exists"},
        {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"},
    ],
)
def test_a_daemon_set_that_tolerates_all_is_on_all_nodes(toleration: dict[str, str]) -> None:
    patch = {"spec": {"template": {"spec": {"tolerations": [toleration]}}}}
    found = recorded(*POOLS, kind="DaemonSet", patches={"daemonset": patch})
    assert (only(found).pods, only(found).pools) == (6, ("general", "gpu"))
    uses = {use.name: use.pods for use in summarise(found, environment="staging").uses}
    assert uses == {"general": 4, "gpu": 2}


@pytest.mark.parametrize(
    "toleration",
    [{"key": "other", "operator": "Exists"}, {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoExecute"}],
)
def test_another_toleration_does_not_help(toleration: dict[str, str]) -> None:
    patch = {"spec": {"template": {"spec": {"tolerations": [toleration]}}}}
    assert only(recorded(*POOLS, kind="DaemonSet", patches={"daemonset": patch})).pools == ("general",)


def test_a_taint_that_only_asks_keeps_no_pod_off() -> None:
    asking: Json = [{"key": "a", "value": "b", "effect": "PREFER_NO_SCHEDULE"}]
    assert only(recorded(pool("general", 3, 3, asking), kind="DaemonSet")).pods == 3


def test_where_nobody_knows_the_nodes() -> None:
    found = recorded(kind="DaemonSet")
    assert (only(found).pods, only(found).most) == (None, None)
    assert shown(found) == {"DaemonSet api": "one pod per node"}


@pytest.mark.parametrize(("policy", "most"), [("Forbid", 2), ("Replace", 2), ("Allow", None)])
def test_the_pods_of_a_cron_job_are_none_before_its_time(policy: str, most: int | None) -> None:
    one = only(recorded(kind="CronJob", cron={**CRON, "concurrencyPolicy": policy}, job={"parallelism": 2}))
    assert (one.pods, one.most, one.each) == (0, most, 2)

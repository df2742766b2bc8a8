"""How many pods an app has at the most, whatever its kind, and what nodes and quotas are asked for them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps import advice, capacity_checks
from components.apps.capacity import pod_room
from components.apps.cron_words import shortest_gap
from components.apps.pod_counts import fewest_path, fewest_pods, most_pods
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolvable
from components.tenancy import checks as tenancy
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app

POOLS = resolvable(
    {name: NodePoolSettings(size=size, max_size=most) for name, size, most in (("general", 2, 5), ("gpu", 1, 3))}
)
CRON = {"schedule": "0 * * * *"}
SMALL = {"limits": {"cpu": "100m", "memory": "128Mi"}}


def most(**fields: Any) -> int:
    return most_pods(app(**{"ports": {"http": 80}, **fields}), POOLS)


@pytest.mark.parametrize(
    ("fields", "pods"),
    [
        ({"pool": "general"}, 5),
        ({}, 8),
        ({"gpu": {"count": 1}}, 3),
        ({"pool": "general", "strategy": {"maxSurge": "20%"}}, 6),
    ],
)
def test_a_daemon_set_is_on_every_node_that_there_may_be(fields: dict[str, Any], pods: int) -> None:
    assert most(kind="DaemonSet", **fields) == pods


def test_where_no_pool_is_known_one_pod_is_counted() -> None:
    assert most_pods(app(kind="DaemonSet"), {}) == 1


@pytest.mark.parametrize(
    ("fields", "pods"),
    [
        ({"job": {"parallelism": 4}}, 4),
        ({"job": {"parallelism": 4, "completions": 3}}, 3),
    ],
)
def test_a_job_has_no_more_pods_than_are_to_succeed(fields: dict[str, Any], pods: int) -> None:
    assert most(kind="Job", ports={}, **fields) == pods


@pytest.mark.parametrize(
    ("cron", "deadline", "pods"),
    [
        ({}, None, 2),
        ({"concurrencyPolicy": "Forbid"}, None, 2),
        ({"concurrencyPolicy": "Replace"}, None, 4),
        ({"concurrencyPolicy": "Allow"}, None, 4),
        ({"concurrencyPolicy": "Allow"}, 3600, 2),
        ({"concurrencyPolicy": "Allow"}, 9000, 6),
        ({"concurrencyPolicy": "Allow", "suspend": True}, 9000, 0),
    ],
)
def test_jobs_of_a_cron_job_may_meet(cron: dict[str, Any], deadline: int | None, pods: int) -> None:
    job = {"parallelism": 2, "activeDeadlineSeconds": deadline}
    assert most(kind="CronJob", ports={}, cron={**CRON, **cron}, job=job) == pods


@pytest.mark.parametrize(
    ("strategy", "pods"),
    [
        ({}, 5),
        ({"type": "canary", "by": "argo-rollouts"}, 8),
        ({"type": "canary", "by": "flagger"}, 9),
        ({"type": "blue-green", "by": "argo-rollouts"}, 8),
    ],
)
def test_two_versions_side_by_side_are_as_large_as_each_other(strategy: dict[str, Any], pods: int) -> None:
    assert most(replicas=4, strategy=strategy) == pods


def test_jobs_by_events_are_counted_with_their_pods() -> None:
    scaling = {"minReplicas": 0, "maxReplicas": 5, "keda": {"triggers": {"cpu": {"cpu": {"averageUtilization": 50}}}}}
    assert most(kind="Job", ports={}, job={"parallelism": 3}, scaling=scaling) == 15


def test_the_fewest_pods_and_what_decides_them() -> None:
    keda = {"triggers": {"cpu": {"cpu": {"averageUtilization": 50}}}}
    scaling = {"minReplicas": 2, "maxReplicas": 5}
    idle = app(scaling={**scaling, "keda": {**keda, "idleReplicaCount": 0}})
    found = [(fewest_pods(each), fewest_path(each)[-1]) for each in (app(), app(scaling=scaling), idle)]
    assert found == [(2, "replicas"), (2, "minReplicas"), (0, "idleReplicaCount")]


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("* * * * *", 60),
        ("*/15 * * * *", 900),
        ("5/20 * * * *", 1200),
        ("0 3 * * *", 86400),
        ("0 3 1 jan mon", 86400),
        ("30 22,23 * * *", 3600),
        ("0 0,23 * * *", 3600),
        ("10-12,50 8 * * *", 60),
    ],
)
def test_how_close_two_times_of_a_schedule_are(schedule: str, seconds: int) -> None:
    assert shortest_gap(schedule) == seconds


@given(st.integers(1, 59), st.integers(1, 23))
def test_no_schedule_is_closer_than_a_minute_or_further_than_a_day(minute: int, hour: int) -> None:
    assert 60 <= shortest_gap(f"*/{minute} */{hour} * * *") <= 86400


def test_a_quota_holds_a_daemon_set_on_all_its_nodes() -> None:
    rooms: dict[str, Any] = {
        "nodePools": {"general": {"size": 2, "maxSize": 5}},
        "apps": [document(kind="DaemonSet", resources=SMALL)],
    }
    (problem,) = Judge(tenancy).problems(stack(**rooms, namespaces={"web": {"quota": {"pods": 4}}}))
    assert problem.path == ("namespaces", "web", "quota", "pods")
    assert problem.nearest == "5"
    assert "web 5 pods" in problem.message
    assert Judge(tenancy).problems(stack(**rooms, namespaces={"web": {"quota": {"pods": 5}}})) == []


def test_an_init_container_counts_while_it_is_larger() -> None:
    first = {"image": "registry.example.com/x:1", "resources": {"limits": {"cpu": "4", "memory": "4Gi"}}}
    rooms: dict[str, Any] = {"namespaces": {"web": {}}, "nodePools": {"general": {}}}
    settings = stack(**rooms, apps=[document(tier=2, initContainers={"first": first}, resources=SMALL)])
    room = pod_room(settings.apps[0], settings)
    assert (str(room.cpu), str(room.memory / 1024**2)) == ("2.800", "2868")
    (problem,) = Judge(capacity_checks).problems(settings)
    assert problem.path == ("resources",)
    assert problem.found == "2800m CPU and 2868Mi"


def test_a_daemon_set_fits_on_a_node_of_every_pool() -> None:
    pools: dict[str, Any] = {"general": {}, "memory": {}}
    large = {"limits": {"cpu": "1", "memory": "20Gi"}}
    settings = stack(nodePools=pools, namespaces={"web": {}}, apps=[document(kind="DaemonSet", resources=large)])
    (problem,) = Judge(capacity_checks).problems(settings)
    assert "no node of the pool general" in problem.message


def test_pools_have_room_for_the_daemon_sets_of_all_their_nodes() -> None:
    rooms: dict[str, Any] = {"nodePools": {"general": {"size": 1, "maxSize": 2}, "memory": {"size": 1, "maxSize": 1}}}
    agent = document("agent", kind="DaemonSet", ports={}, resources={"limits": {"cpu": "1", "memory": "1Gi"}})
    web = document(replicas=1, pool="general", resources={"limits": {"cpu": "1900m", "memory": "1Gi"}})
    rooms["autoscaling"] = {"nodes": "external"}
    found = Judge(advice).advice(stack(**rooms, namespaces={"web": {}}, apps=[agent, web]))
    (full,) = [each for each in found if each.path[0] == "nodePools"]
    assert full.path == ("nodePools", "general", "maxSize")
    assert full.text.startswith("agent, web at their most request 4060m CPU")  # 2 agents of 700m, 2 webs of 1330m


def test_no_proxy_is_counted_where_there_is_none() -> None:
    ambient = {"kind": "istio", "istio": {"dataPlane": "ambient"}}
    for mesh, cpu in (({"kind": "istio"}, "170m"), (ambient, "70m")):
        settings = stack(mesh=mesh, namespaces={"web": {"mesh": True}}, apps=[document(resources=SMALL)])
        assert str(pod_room(settings.apps[0], settings)).startswith(cpu)

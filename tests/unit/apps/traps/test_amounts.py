"""Amounts with a forgotten or a wrong unit, and targets that no pod can reach."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.problem import KeyPath, RefusedError
from components.quantity import parse
from tests.unit.apps.shipped import app
from tests.unit.apps.traps.told import places, refused, told

LOGIN = {"queue": {"cron": {"timezone": "UTC", "start": "0 8 * * *", "end": "0 9 * * *", "desiredReplicas": 1}}}


def limits(cpu: object = "500m", memory: object = "512Mi", **requested: object) -> dict[str, Any]:
    """Limits, and requests with the prefix `request_`."""
    requests = {key.removeprefix("request_"): value for key, value in requested.items()}
    return {"resources": {"limits": {"cpu": cpu, "memory": memory}, "requests": requests}}


@pytest.mark.parametrize(
    ("fields", "nearest"),
    [
        (limits(memory=512), "512Mi"),
        (limits(memory="512m"), "512Mi"),
        (limits(memory=4), "4Gi"),
        (limits(memory="512Ti"), "512Mi"),
        (limits(memory="64P"), "64Mi"),
        (limits(cpu="2000"), "2000m"),
        (limits(cpu="5k"), "5m"),
        (limits(memory="512Mi", request_memory=256), None),
        ({"volumes": {"v": {"type": "emptyDir", "size": 20, "mountPath": "/v"}}}, "20Mi"),
        ({"scratchSize": 2}, "2Gi"),
        ({"sidecars": {"s": {"image": "a.example.com/b:1", **limits(memory=64)}}}, "64Mi"),
        ({"verticalScaling": {"containerPolicies": [{"maxAllowed": {"memory": 512}}]}}, "512Mi"),
    ],
    ids=str,
)
def test_no_amount_of_any_machine(fields: dict[str, Any], nearest: str | None) -> None:
    with pytest.raises(ValidationError) as caught:
        app(**fields)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, RefusedError)
    if nearest is not None:
        assert error.nearest == nearest


def test_a_limit_that_no_node_of_the_pool_has() -> None:
    (advice,) = told(limits(cpu="500", request_cpu="100m"))
    assert advice.path == ("resources", "limits", "cpu")
    assert "500 are 500 cores, more than the largest node of the pool general has" in advice.text
    assert "500m is 0.500 of one" in advice.text
    assert places(limits(memory="900Gi")) == [("resources", "limits", "memory")]
    assert places({"sidecars": {"s": {"image": "a.example.com/b:1", **limits(cpu="200", request_cpu="10m")}}}) == [
        ("sidecars", "s", "resources", "limits", "cpu")
    ]
    assert places(limits(cpu="1")) == []


def test_where_no_node_is_known() -> None:
    assert places(limits(cpu="500", request_cpu="1"), name="local") == [("resources", "limits", "cpu")]
    assert places(limits(cpu="48", memory="900Gi"), name="local") == []


def test_a_disk_larger_than_ebs_makes_one() -> None:
    data = {"kind": "StatefulSet", "volumes": {"data": {"size": "500Ti", "mountPath": "/data"}}}
    (problem,) = refused(data)
    assert (problem.path, problem.found, problem.nearest) == (("volumes", "data", "size"), "500Ti", "500Mi")
    assert refused({**data, "volumes": {"data": {"size": "64Ti", "mountPath": "/data"}}}) == []


def test_directories_larger_than_what_the_pod_may_use() -> None:
    memory = {"volumes": {"m": {"type": "emptyDir", "medium": "Memory", "size": "1Gi", "mountPath": "/m"}}}
    (advice,) = told(memory)
    assert advice.path == ("volumes", "m", "size")
    assert "1Gi in memory is more than the pod's containers may use (512Mi)" in advice.text
    assert places({**memory, **limits(memory="1Gi")}) == []
    disk = {"volumes": {"d": {"type": "emptyDir", "size": "3Gi", "mountPath": "/d"}}}
    tight = {"resources": {"limits": {"ephemeralStorage": "2Gi"}}}
    assert places(disk) == []
    assert places({**disk, **tight}) == [("volumes", "d", "size")]
    assert places({**disk, "resources": {"limits": {"ephemeralStorage": "3Gi"}}}) == []


def scaled(**scaling: Any) -> dict[str, Any]:
    return {"scaling": {"minReplicas": 2, "maxReplicas": 4, **scaling}}


@pytest.mark.parametrize(
    ("scaling", "place", "nearest"),
    [
        ({"cpu": 700}, ("scaling", "cpu"), "70"),
        ({"cpu": None, "memory": 800}, ("scaling", "memory"), "70"),
        (
            {"metrics": [{"resource": {"name": "cpu", "target": {"averageUtilization": 700}}}]},
            ("scaling", "metrics", 0, "resource", "target", "averageUtilization"),
            "70",
        ),
        (
            {"cpu": None, "metrics": [{"containerResource": {"name": "cpu", "target": {"averageValue": "700"}}}]},
            ("scaling", "metrics", 0, "containerResource", "target", "averageValue"),
            "700m",
        ),
        (
            {"keda": {"triggers": {**LOGIN, "load": {"cpu": {"averageUtilization": 700}}}}},
            ("scaling", "keda", "triggers", "load", "cpu", "averageUtilization"),
            "70",
        ),
        (
            {"keda": {"triggers": {**LOGIN, "load": {"memory": {"averageValue": "400Gi"}}}}},
            ("scaling", "keda", "triggers", "load", "memory", "averageValue"),
            "400Mi",
        ),
    ],
    ids=str,
)
def test_a_target_that_no_pod_can_reach(scaling: dict[str, Any], place: KeyPath, nearest: str) -> None:
    (problem,) = refused(scaled(**scaling))
    assert (problem.path, problem.nearest) == (place, nearest)
    assert "would never add one" in problem.message


def test_what_the_limits_let_pods_use_is_reachable() -> None:
    assert refused({**scaled(cpu=700), **limits(cpu="4", request_cpu="250m")}) == []
    assert places(
        {**scaled(cpu=95), **limits(cpu="1", request_cpu="1", request_memory="512Mi")}, name="development"
    ) == [("scaling", "cpu")]
    assert places({**scaled(cpu=90), **limits(cpu="1", request_cpu="1")}, name="development") == []


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 1000))
def test_a_target_is_refused_just_where_it_is_out_of_reach(request: int, more: int, percent: int) -> None:
    limit = min(request + more, 4000)
    resources = limits(cpu=f"{limit}m", request_cpu=f"{min(request, limit)}m")
    found = refused({**scaled(cpu=percent), **resources}, name="development")
    reach = int(100 * parse(f"{limit}m") / parse(f"{min(request, limit)}m"))
    assert bool(found) == (percent > reach)


def test_what_runs_before_the_app_gives_it_no_reach() -> None:
    before = {"initContainers": {"i": {"image": "a.example.com/b:1", **limits(cpu="4", request_cpu="1m")}}}
    assert len(refused({**scaled(cpu=700), **before}, name="development")) == 1

"""Whatever triggers scale an app, what is rendered is valid and names what is there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.apps.test_scaling import CRON, KAFKA, QUERY, QUEUE, objects

TRIGGERS = st.sampled_from(
    [
        {"cron": CRON},
        {"awsSqsQueue": {"queueArn": QUEUE}},
        {"kafka": KAFKA},
        {"prometheus": QUERY},
        {"cpu": {"averageUtilization": 70}},
        {"memory": {"averageValue": "1Gi"}},
    ]
)


@given(
    least=st.integers(0, 5),
    more=st.integers(0, 20),
    triggers=st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), TRIGGERS, min_size=1),
    kind=st.sampled_from(["Deployment", "StatefulSet"]),
)
def test_whatever_the_triggers_all_is_valid(least: int, more: int, triggers: dict[str, Any], kind: str) -> None:
    scaling = {"minReplicas": least, "maxReplicas": max(least + more, 1), "keda": {"triggers": triggers}}
    found = objects(kind=kind, scaling=scaling)
    spec = found["scaledobject"]["spec"]
    assert [each["name"] for each in spec["triggers"]] == list(triggers)
    assert spec["minReplicaCount"] <= found[kind.lower()]["spec"]["replicas"] <= spec["maxReplicaCount"]
    named = {each["authenticationRef"]["name"] for each in spec["triggers"] if "authenticationRef" in each}
    assert named == {each["metadata"]["name"] for suffix, each in found.items() if suffix.startswith("trigger-")}
    assert all(isinstance(value, str) for each in spec["triggers"] for value in each["metadata"].values())

"""The rules on many apps: twice as many take twice as long, not four times."""

import sys
from collections.abc import Iterator

import pytest

from components.policy_settings import PolicySettings
from policy.model import Stack
from policy.run import run_rules
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.unit.policy.rules.building import TODAY, kube, workload


def app(number: int) -> Iterator[Resource]:
    """Yield an app with what it has in a namespace of ten of them."""
    name, space = f"web-{number}", f"team-{number // 10}"
    yield workload(name=name, namespace=space)
    yield kube(
        "policy/v1",
        "PodDisruptionBudget",
        name,
        namespace=space,
        spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": name}}},
    )
    target = {"scaleTargetRef": {"kind": "Deployment", "name": name}, "minReplicas": 2, "maxReplicas": 9}
    yield kube("autoscaling/v2", "HorizontalPodAutoscaler", name, namespace=space, spec=target)
    yield kube("v1", "Service", name, namespace=space, spec={"selector": {"app": name}})


def calls(apps: int) -> int:
    """Return how many functions of Python all rules call; that does not depend on the machine."""
    recording = Recording("slipway", "test", tuple(each for number in range(apps) for each in app(number)))
    count = 0

    def counted(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        run_rules(Stack(recording, "production", TODAY), PolicySettings())
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.slow
def test_twice_as_many_apps_are_twice_the_work() -> None:
    calls(10)  # what is made once
    assert calls(160) < 2.2 * calls(80)

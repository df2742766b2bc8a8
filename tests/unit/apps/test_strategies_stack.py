"""What AppStack registers of apps with a strategy: order, and the fields that controllers own."""

from typing import Any

import pytest

from tests.support.incluster import waits_for
from tests.support.recorded import Recording
from tests.support.schemas import recording_problems
from tests.unit.apps.meshes import app, context
from tests.unit.apps.test_stack import deploy, named

SCALED = {"minReplicas": 2, "maxReplicas": 4}


def deployed(strategy: dict[str, Any]) -> Recording:
    settings = app(ports={"http": 8080}, strategy=strategy, scaling=SCALED)
    return deploy(settings, context("sidecar", settings, monitoring=True))


def owned(recording: Recording) -> dict[str, tuple[str, ...]]:
    return {each.name: each.ignore_changes for each in recording.resources if each.ignore_changes}


@pytest.mark.parametrize("kind", ["canary", "blue-green"])
def test_a_rollout_comes_after_what_it_names(kind: str) -> None:
    recording = deployed({"type": kind, "by": "argo-rollouts", "analysis": {}})
    assert recording_problems(recording) == []
    needed = {"canary": {"api-service-canary", "api-mesh"}, "blue-green": {"api-preview"}}[kind]
    assert {*needed, "api-service", "api-analysis"} <= {*waits_for(recording, named(recording, "api-rollout"))}
    selectors = {name for name, fields in owned(recording).items() if fields == ("spec.selector",)}
    tracks = {"api-service-stable", "api-service-canary"} if kind == "canary" else {"api-preview"}
    assert selectors == {"api-service", *tracks}
    assert owned(recording)["api-rollout"] == ("spec.replicas",)


def test_the_switch_waits_for_both_colours() -> None:
    recording = deployed({"type": "blue-green", "green": {"image": "registry.example.com/api:2.0.0"}})
    assert {"api-blue", "api-green"} <= {*waits_for(recording, named(recording, "api-service"))}
    assert owned(recording) == {"api-blue": ("spec.replicas",), "api-green": ("spec.replicas",)}


def test_flagger_owns_the_replicas() -> None:
    recording = deployed({"type": "canary", "by": "flagger"})
    assert recording_problems(recording) == []
    assert "spec.replicas" in owned(recording)["api-deployment"]
    assert {"api-deployment", "api-success-rate"} <= {*waits_for(recording, named(recording, "api-flagger"))}

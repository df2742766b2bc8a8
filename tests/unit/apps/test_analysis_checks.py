"""What judges a new version: refused where it could not."""

from typing import Any

import pytest

from components.apps import analysis_checks
from components.apps.analysis import analysis_of, measurements
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app

JUDGE = Judge(analysis_checks)
ROOMS: dict[str, Any] = {
    "mesh": {"kind": "istio"},
    "ingress": {"controller": "istio", "additional": ["alb"]},
    "namespaces": {"web": {"mesh": True}},
    "delivery": {"argoRollouts": {}, "flagger": {}},
    "monitoring": {},
}
ARGO: dict[str, Any] = {"type": "canary", "by": "argo-rollouts"}
BY_ALB = {"ingress": {"host": "api.example.com", "controller": "alb"}}
PORTS = {"http": 8080, "metrics": 9090}
COUNTED = {"requests": "http_requests_total"}
TIMED = {**COUNTED, "latency": "http_request_duration_seconds"}
NO_MESH: dict[str, Any] = {"namespaces": {"web": {"mesh": False}}}
AMBIENT: dict[str, Any] = {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}
ELSEWHERE = {"prometheus": "http://prometheus.example.com:9090"}
OWN = {"successQuery": "vector(100)", "latencyQuery": "vector(1)"}


def problems(rooms: dict[str, Any], **fields: Any) -> list[str]:
    """Return what is allowed, of each problem."""
    found = JUDGE.problems(stack(**{**ROOMS, **rooms}, apps=[document(**{"strategy": ARGO, **fields})]))
    assert all(each.path[:2] == ("strategy", "analysis") for each in found)
    return [each.allowed for each in found]


@pytest.mark.parametrize(
    ("rooms", "fields", "allowed"),
    [
        ({"monitoring": None}, {}, "`slipway:monitoring: {}`"),
        (NO_MESH, BY_ALB, "successQuery and latencyQuery"),
        ({"monitoring": None}, {"strategy": {**ARGO, "analysis": ELSEWHERE}}, "successQuery and latencyQuery"),
        ({}, {"monitoring": False}, "successQuery and latencyQuery"),
        ({}, {"ports": PORTS, "monitoring": {"metrics": COUNTED}}, "latency: http_request_duration_seconds"),
        (AMBIENT, BY_ALB, "ingress: {controller: istio}"),
        ({}, {"strategy": {**ARGO, "steps": [100]}}, "a longer pause"),
        ({}, {"strategy": {**ARGO, "analysis": {"failureLimit": 20}}}, "a lower failureLimit"),
        ({}, {"strategy": {**ARGO, "pause": "1m", "steps": [50, 100]}}, "a longer pause"),
    ],
)
def test_what_could_not_be_judged_is_refused(rooms: dict[str, Any], fields: dict[str, Any], allowed: str) -> None:
    (found,) = problems(rooms, **fields)
    assert allowed in found


@pytest.mark.parametrize(
    ("rooms", "fields"),
    [
        ({}, {}),
        (AMBIENT, {"route": {"host": "api.example.com", "controller": "istio"}}),
        (AMBIENT, {**BY_ALB, "ports": PORTS, "monitoring": {"metrics": TIMED}}),
        (NO_MESH, {**BY_ALB, "ports": PORTS, "monitoring": {"metrics": TIMED}}),
        (NO_MESH, {**BY_ALB, "strategy": {**ARGO, "analysis": OWN}}),
        ({"monitoring": None}, {"strategy": {**ARGO, "analysis": {**ELSEWHERE, **OWN}}}),
        ({}, {"strategy": {"type": "blue-green", "by": "argo-rollouts", "analysis": {"failureLimit": 9}}}),
        ({}, {"strategy": {**ARGO, "by": "flagger", "pause": "1m", "analysis": {"failureLimit": 9}}}),
    ],
)
def test_what_is_judged_is_accepted(rooms: dict[str, Any], fields: dict[str, Any]) -> None:
    assert problems(rooms, **fields) == []


def test_blue_green_is_measured_more_often_than_it_may_fail() -> None:
    """Else no version could fail."""
    for limit in (0, 2, 9):
        own = app(strategy={"type": "blue-green", "by": "argo-rollouts", "analysis": {"failureLimit": limit}})
        analysis = analysis_of(own)
        assert analysis is not None
        assert measurements(own, analysis, 120) == max(3, limit + 1)

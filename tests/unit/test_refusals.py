"""For each guarantee one app of the production stack that breaks it: refused before anything is rendered."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.checks import problems
from components.problem import Problem
from tests.unit.apps.stacks import app_documents, stack


def refused(name: str, change: dict[str, Any], **rooms: Any) -> list[Problem]:
    """Return the problems of the production stack with `change` in the app called `name`."""
    documents = ({**each, **(change if each["name"] == name else {})} for each in app_documents("production"))
    return problems(stack("production", *documents, **rooms))


def test_the_stack_itself_is_accepted() -> None:
    assert refused("webapp", {}) == []


TWINS: dict[str, tuple[str, dict[str, Any], tuple[str | int, ...], str]] = {
    "over the quota": (
        "webapp",
        {"scaling": {"minReplicas": 3, "maxReplicas": 100, "cpu": 70}},
        ("namespaces", "web", "quota", "pods"),
        "too small for its apps at their most: webapp 103 pods, each with a sidecar",
    ),
    "a container above the maximum": (
        "postgres",
        {"resources": {"limits": {"cpu": "5", "memory": "4Gi"}, "requests": {"cpu": "1"}}},
        ("resources", "limits"),
        "more than the namespace data lets one container have",
    ),
    "a budget that selects nothing": (
        "webapp",
        {"labels": {"app": "nobody"}},
        ("labels", "app"),
        "Slipway or Kubernetes sets this label",
    ),
    "a port that the container does not have": (
        "webapp",
        {"route": {"host": "webapp.example.com", "port": "admin"}},
        ("route", "port"),
        "no such TCP port to expose",
    ),
    "a probe of a port that the container does not have": (
        "webapp",
        {"probes": {"readiness": {"path": "/ready", "port": "admin"}}},
        ("probes", "readiness", "port"),
        "no such port of the app",
    ),
    "an unknown storage class": (
        "postgres",
        {"volumes": {"data": {"size": "20Gi", "mountPath": "/data", "storageClass": "gp9"}}},
        ("volumes", "data", "storageClass"),
        "no such storage class",
    ),
    "a priority class of the system": (
        "webapp",
        {"priorityClass": "system-cluster-critical"},
        ("priorityClass",),
        "the namespace web admits no pod of this priority class",
    ),
    "a priority class that nobody made": (
        "webapp",
        {"priorityClass": "gold"},
        ("priorityClass",),
        "no such priority class",
    ),
    "volumes of a Deployment": (
        "webapp",
        {"volumes": {"data": {"size": "1Gi", "mountPath": "/data"}}},
        ("volumes",),
        "the pods of a Deployment cannot own volumes: all would want the same one",
    ),
    "a budget that says two things": (
        "webapp",
        {"disruption": {"maxUnavailable": 1, "minAvailable": 1}},
        ("disruption",),
        "a budget counts either the pods that may go or those that must stay",
    ),
    "an autoscaler upside down": (
        "webapp",
        {"scaling": {"minReplicas": 3, "maxReplicas": 2, "cpu": 70}},
        ("scaling", "maxReplicas"),
        "less than minReplicas, 3",
    ),
}


@pytest.mark.parametrize(("name", "change", "path", "message"), TWINS.values(), ids=TWINS)
def test_an_app_that_breaks_a_rule_is_refused(
    name: str, change: dict[str, Any], path: tuple[str | int, ...], message: str
) -> None:
    found = {problem.path: problem.message for problem in refused(name, change)}
    assert found.get(path) == message, found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"securityContext": {"privileged": True}}, "Extra inputs are not permitted"),
        ({"runAs": {"user": 0}}, "greater than or equal to 1"),
        ({"ports": {"http": 0}}, "greater than or equal to 1"),
        ({"replica": 3}, "Extra inputs are not permitted"),
    ],
    ids=["privileged", "runs as root", "no port", "a misspelt field"],
)
def test_what_no_setting_can_say_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        refused("webapp", change)

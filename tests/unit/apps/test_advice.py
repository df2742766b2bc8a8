"""What is said about apps that work."""

from typing import Any

import pytest

from tests.unit.apps.stacks import advice, stack


def said(name: str, app: dict[str, Any], **rooms: Any) -> list[tuple[str | None, tuple[str | int, ...]]]:
    return [(each.app, each.path) for each in advice(stack(name, app, **rooms))]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tier": 1, "replicas": 3}, [("api", ("tier",))]),
        ({"tier": 1, "replicas": 3, "disruption": {"maxUnavailable": 1}}, []),
        ({"tier": 1, "replicas": 0}, []),
        ({"tier": 3, "replicas": 1}, []),
        ({"replicas": 3, "disruption": {"minAvailable": 3}}, [("api", ("disruption",))]),
        ({"replicas": 3, "disruption": {"minAvailable": "67%"}}, [("api", ("disruption",))]),
        ({"replicas": 3, "disruption": {"minAvailable": "66%"}}, []),
        ({"replicas": 3, "disruption": {"maxUnavailable": "1%"}}, []),
        ({"replicas": 1}, [("api", ("replicas",))]),
        ({"scaling": {"minReplicas": 1, "maxReplicas": 3}}, [("api", ("scaling", "minReplicas"))]),
        ({"secrets": {"existing": ["given"]}}, [("api", ("secrets", "existing"))]),
        ({"imagePullSecrets": ["given"]}, [("api", ("secrets", "existing"))]),
        ({"env": {"X": {"secretKeyRef": {"name": "a", "key": "b"}}}}, [("api", ("secrets", "existing"))]),
    ],
)
def test_advice(change: dict[str, Any], expected: list[Any]) -> None:
    assert said("staging", change) == expected


def test_one_pod_is_normal_in_development() -> None:
    assert said("development", {"replicas": 1}) == []


def test_a_pool_that_does_not_grow_as_far_as_its_apps() -> None:
    scaling = {"minReplicas": 2, "maxReplicas": 19}
    app = {"scaling": scaling, "resources": {"limits": {"cpu": "1", "memory": "512Mi"}}}
    pools = {"general": {"size": 3, "maxSize": 7}}
    external = {"nodes": "external"}
    (one,) = advice(stack("development", app, nodePools=pools, autoscaling=external))
    assert one.path == ("nodePools", "general", "maxSize")
    assert one.text.startswith("api at their most request 14 CPU")  # 20 pods of 700m; 7 nodes have 13.51 cores
    assert said("development", app, nodePools={"general": {"size": 3, "maxSize": 8}}, autoscaling=external) == []


def test_a_pool_that_nobody_grows_has_its_size() -> None:
    app = {
        "scaling": {"minReplicas": 2, "maxReplicas": 19},
        "resources": {"limits": {"cpu": "1", "memory": "512Mi"}},
    }
    (one,) = advice(stack("development", app, nodePools={"general": {"size": 7, "maxSize": 9}}))
    assert one.path == ("nodePools", "general", "size")
    assert "; 7 nodes have 13510m CPU" in one.text
    assert said("development", app, nodePools={"general": {"size": 8}}) == []


def test_a_drain_by_an_autoscaler_is_told_only_where_there_is_one() -> None:
    app = {"tier": 1, "replicas": 3}
    (grown,) = advice(stack("staging", app, autoscaling={"nodes": "external"}))
    (fixed,) = advice(stack("staging", app))
    assert "(an upgrade, the autoscaler's scaling down)" in grown.text
    assert "(an upgrade)" in fixed.text


def test_the_production_stack() -> None:
    settings = stack("production")
    texts = {(each.app, each.path): each.text for each in advice(settings)}
    assert "disruption: {maxUnavailable: 1}" in texts["api-gateway", ("tier",)]
    assert set(texts) == {("api-gateway", ("tier",)), ("postgres", ("replicas",))}


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ({"secrets": {"existing": ["given"]}}, "pods must be restarted when its values change"),
        (
            {"volumes": {"x": {"type": "secret", "secretName": "given", "mountPath": "/etc/api/x"}}},
            "its files in the pods follow its values by themselves, within minutes",
        ),
    ],
)
def test_what_a_change_of_a_secret_that_is_not_the_stacks_takes(app: dict[str, Any], said: str) -> None:
    (one,) = [each for each in advice(stack("staging", app)) if "the Secret given" in each.text]
    assert one.text.endswith(f"; {said}")

"""Workloads, their labels, Services, autoscaler and budget where the shipped apps do not show it."""

from typing import Any

import pytest

from components.apps.labels import pod_labels
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.unit.apps.shipped import app, context


def objects(**fields: Any) -> dict[str, Manifest]:
    settings = app(**fields)
    return render(settings, context(settings))


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("example.com/api:v1.2.0", "v1.2.0"),
        ("example.com/api:v1@sha256:" + "a" * 64, "v1"),
        ("example.com/api@sha256:" + "a" * 64, None),
        ("example.com/api:_1", None),
        ("example.com/api:" + "a" * 64, None),
    ],
)
def test_the_version_label_is_the_tag_where_it_can_be(image: str, version: str | None) -> None:
    found = pod_labels(app(), "stable", image, None)
    assert (found.get("version"), found.get("app.kubernetes.io/version")) == (version, version)


def test_labels() -> None:
    found = pod_labels(app(labels={"example.com/team": "a"}), "stable", "example.com/api:1", "general")
    assert found == {
        "app": "api",
        "track": "stable",
        "version": "1",
        "app.kubernetes.io/name": "api",
        "app.kubernetes.io/version": "1",
        "app.kubernetes.io/component": "service",
        "app.kubernetes.io/part-of": "web",
        "app.kubernetes.io/managed-by": "slipway",
        "slipway.dev/tier": "2",
        "slipway.dev/pool": "general",
        "example.com/team": "a",
    }
    own = pod_labels(
        app(labels={"app.kubernetes.io/component": "database", "app": "x"}), "stable", "example.com/api:1", None
    )
    assert (own["app.kubernetes.io/component"], own["app"]) == ("database", "api")


def test_recreate() -> None:
    assert objects(strategy={"type": "Recreate"})["deployment"]["spec"]["strategy"] == {"type": "Recreate"}


def test_a_rolling_update_loses_no_capacity_by_default() -> None:
    rolling = {"maxSurge": 1, "maxUnavailable": 0}
    assert objects()["deployment"]["spec"]["strategy"]["rollingUpdate"] == rolling


@pytest.mark.parametrize(
    ("strategy", "canary"),
    [
        ({}, {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}, "type": "RollingUpdate"}),
        (
            {"maxSurge": 0, "maxUnavailable": 2},
            {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}, "type": "RollingUpdate"},
        ),
        (
            {"maxSurge": "0%", "maxUnavailable": 2},
            {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}, "type": "RollingUpdate"},
        ),
        (
            {"maxSurge": "50%", "maxUnavailable": 2},
            {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}, "type": "RollingUpdate"},
        ),
        ({"type": "Recreate"}, {"type": "Recreate"}),
    ],
)
def test_an_update_takes_no_pod_of_a_canary_away(strategy: dict[str, Any], canary: Manifest) -> None:
    made = objects(strategy=strategy, canary={"image": "registry.example.com/api:2.0.0"})
    assert made["canary"]["spec"]["strategy"] == canary


@pytest.mark.parametrize("own", [{"maxUnavailable": "25%"}, {"minAvailable": 2}])
def test_an_apps_own_budget_replaces_its_tiers(own: dict[str, Any]) -> None:
    spec = objects(disruption=own)["pdb"]["spec"]
    assert {key: value for key, value in spec.items() if key.endswith("vailable")} == own


def test_tier_3_budget() -> None:
    assert objects(tier=3)["pdb"]["spec"]["minAvailable"] == 0


def test_an_app_without_ports_has_no_service() -> None:
    assert not {"service", "metrics", "headless"} & objects().keys()
    assert "service" not in objects(ports={"metrics": 9090})
    headless = objects(kind="StatefulSet")["headless"]["spec"]
    assert headless["clusterIP"] == "None"
    assert "ports" not in headless


@pytest.mark.parametrize(
    ("name", "port", "spoken"),
    [
        ("http", 80, "http"),
        ("http-admin", 80, "http"),
        ("grpc-api", 80, "grpc"),
        ("https", 443, "https"),
        ("postgres", 5432, "tcp"),
        ("dns", {"port": 53, "protocol": "UDP"}, None),
        ("web", {"port": 80, "appProtocol": "kubernetes.io/h2c"}, "kubernetes.io/h2c"),
    ],
)
def test_a_mesh_need_not_guess_the_protocol(name: str, port: object, spoken: str | None) -> None:
    (found,) = objects(ports={name: port})["service"]["spec"]["ports"]
    assert found.get("appProtocol") == spoken


def test_nobody_waits_for_pods_that_do_not_come() -> None:
    skip = {"pulumi.com/skipAwait": "true"}
    none = objects(replicas=0, ports={"http": 80}, ingress={"host": "a.example.com"})
    assert none["service"]["metadata"]["annotations"] == skip
    assert none["ingress"]["metadata"]["annotations"] == skip
    assert "annotations" not in none["deployment"]["metadata"]
    some = objects(ports={"http": 80}, ingress={"host": "a.example.com"})
    assert "annotations" not in some["service"]["metadata"]
    assert "annotations" not in some["ingress"]["metadata"]
    assert objects(wait=False)["deployment"]["metadata"]["annotations"] == skip


def test_an_existing_service_account_is_not_made() -> None:
    assert "sa" not in objects(serviceAccount={"name": "given"})
    role = {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/api"}
    assert objects(serviceAccount={"annotations": role})["sa"]["metadata"]["annotations"] == role


def test_scaling_a_stateful_set_on_memory_alone() -> None:
    scaling = {"minReplicas": 1, "maxReplicas": 3, "cpu": None, "memory": 75}
    spec = objects(kind="StatefulSet", scaling=scaling)["hpa"]["spec"]
    assert spec["scaleTargetRef"]["kind"] == "StatefulSet"
    assert [metric["resource"]["name"] for metric in spec["metrics"]] == ["memory"]


def test_scaling_has_seventy_percent_of_cpu_as_its_aim() -> None:
    (metric,) = objects(scaling={"minReplicas": 1, "maxReplicas": 3})["hpa"]["spec"]["metrics"]
    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}


def test_scaling_behavior_is_kubernetes_own() -> None:
    rules = {"stabilizationWindowSeconds": 60, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 30}]}
    scaling = {"minReplicas": 1, "maxReplicas": 3, "behavior": {"scaleDown": {**rules, "selectPolicy": "Disabled"}}}
    behavior = objects(scaling=scaling)["hpa"]["spec"]["behavior"]
    assert behavior["scaleDown"] == {**rules, "selectPolicy": "Disabled"}
    assert behavior["scaleUp"]["policies"][0]["value"] == 100


def test_a_volume_without_a_class_takes_the_stacks_or_the_clusters() -> None:
    settings = app(kind="StatefulSet", volumes={"data": {"size": "1Gi", "mountPath": "/data"}})
    for default, expected in (("io2-perf", "io2-perf"), (None, None)):
        where = context(settings, storage_class=default)
        (claim,) = render(settings, where)["statefulset"]["spec"]["volumeClaimTemplates"]
        assert claim["spec"].get("storageClassName") == expected

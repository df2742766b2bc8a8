"""A claim on EBS is one node's at a time; whoever has more pods is told before they wait for ever."""

from typing import Any

import pytest

from tests.support.shipped import ROOT
from tests.unit.apps.traps.told import told

ONE = {"replicas": 1, "strategy": {"type": "Recreate"}}
KEDA = {
    "triggers": {"c": {"cron": {"timezone": "UTC", "start": "0 8 * * *", "end": "0 9 * * *", "desiredReplicas": 1}}}
}


def uploads(**volume: Any) -> dict[str, Any]:
    return {"volumes": {"uploads": {"type": "claim", "claimName": "uploads", "mountPath": "/uploads", **volume}}}


def claim(*modes: str) -> dict[str, Any]:
    spec = {"accessModes": list(modes), "resources": {"requests": {"storage": "1Gi"}}}
    return {
        "objects": {
            "c": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "uploads"}, "spec": spec}
        }
    }


def waits(*apps: dict[str, Any], **rooms: Any) -> list[str]:
    served = [{**({} if app.get("kind") in {"Job", "CronJob"} else {"ports": {"http": 8080}}), **app} for app in apps]
    return [each.text for each in told(*served, **rooms) if "Multi-Attach" in each.text]


@pytest.mark.parametrize(
    "app",
    [
        {"replicas": 3, **uploads()},  # the shared case: three pods and an update's fourth
        {"replicas": 3, "strategy": {"type": "Recreate"}, **uploads()},
        {"replicas": 1, **uploads()},  # a rolling update adds a pod before it takes the old one
        {"replicas": 1, "strategy": {"maxSurge": 1, "maxUnavailable": 1}, **uploads()},
        {**ONE, "scaling": {"minReplicas": 1, "maxReplicas": 2}, **uploads()},
        {**ONE, "scaling": {"minReplicas": 1, "maxReplicas": 2, "keda": KEDA}, **uploads()},
        {**ONE, "canary": {"image": "example.com/api:2"}, **uploads()},
        {"replicas": 1, "strategy": {"type": "canary", "by": "argo-rollouts", "analysis": None}, **uploads()},
        {"replicas": 1, "strategy": {"type": "canary", "by": "flagger", "analysis": None}, **uploads()},
        {"replicas": 1, "strategy": {"type": "blue-green", "by": "argo-rollouts", "analysis": None}, **uploads()},
        {"replicas": 1, "strategy": {"type": "blue-green", "green": {"image": "example.com/api:2"}}, **uploads()},
        {"kind": "StatefulSet", "replicas": 2, **uploads()},
        {"kind": "DaemonSet", **uploads()},
        {"kind": "Job", "job": {"parallelism": 2, "completions": 2}, **uploads()},
        {"kind": "CronJob", "cron": {"schedule": "0 3 * * *", "concurrencyPolicy": "Replace"}, **uploads()},
        {"replicas": 2, **uploads(readOnly=True)},
        {"replicas": 2, **uploads(), **claim("ReadWriteOnce")},
        {"replicas": 2, **uploads(), **claim("ReadWriteOncePod")},
    ],
    ids=str,
)
def test_several_pods_on_one_disk(app: dict[str, Any]) -> None:
    assert len(waits(app)) == 1


@pytest.mark.parametrize(
    "app",
    [
        {**ONE, **uploads()},
        {"replicas": 1, "strategy": {"maxSurge": 0, "maxUnavailable": 1}, **uploads()},
        {"replicas": 0, **uploads()},
        {"kind": "StatefulSet", "replicas": 1, **uploads()},
        {"kind": "StatefulSet", "replicas": 3, "volumes": {"data": {"size": "1Gi", "mountPath": "/data"}}},
        {"replicas": 3, "volumes": {"data": {"type": "ephemeral", "size": "1Gi", "mountPath": "/data"}}},
        {"kind": "Job", **uploads()},
        {"kind": "CronJob", "cron": {"schedule": "0 3 * * *"}, **uploads()},
        {"replicas": 3, **uploads(accessMode="ReadWriteMany")},
        {"replicas": 3, **uploads(accessMode="ReadOnlyMany", readOnly=True)},
        {"replicas": 3, **uploads(), **claim("ReadWriteMany")},
        {"replicas": 3, **uploads(), **claim("ReadWriteOnce", "ReadOnlyMany")},
    ],
    ids=str,
)
def test_one_pod_or_a_shared_claim(app: dict[str, Any]) -> None:
    assert waits(app) == []


def test_one_node_mounts_for_all_its_pods() -> None:
    pools = {"general": {"size": 1, "minSize": 1, "maxSize": 1}}
    assert waits({"replicas": 3, **uploads()}, name="development", nodePools=pools) == []


def test_two_apps_with_one_claim() -> None:
    first, second = waits({**ONE, **uploads()}, {"name": "other", **ONE, **uploads()})
    assert "its pod and those of other" in first
    assert "its pod and those of api" in second
    elsewhere = {"name": "other", "namespace": "data", **ONE, **uploads()}
    assert waits({**ONE, **uploads()}, elsewhere) == []


def test_the_numbers_and_the_way_out() -> None:
    (text,) = waits({"replicas": 3, **uploads()})
    assert "up to 4 pods" in text
    assert "`replicas: 1` with `strategy: {type: Recreate}`" in text
    (text,) = waits({"replicas": 1, "strategy": {"type": "canary", "by": "flagger", "analysis": None}, **uploads()})
    assert "one version at a time" in text


def test_the_guide_says_so() -> None:
    assert "accessMode: ReadWriteMany" in (ROOT / "docs/guide/app-workloads.md").read_text()

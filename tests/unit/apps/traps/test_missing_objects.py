"""What an app names and nobody in the stack makes is pointed out, wherever it is named."""

from typing import Any

import pytest

from components.apps.traps.missing_objects import unmade
from components.problem import KeyPath
from tests.unit.apps.stacks import stack

CLAIM = {
    "volumes": {"v": {"type": "claim", "claimName": "data-db-0", "mountPath": "/v", "accessMode": "ReadWriteMany"}}
}


def raw(kind: str, name: str, api: str = "v1") -> dict[str, Any]:
    return {"objects": {"o": {"apiVersion": api, "kind": kind, "metadata": {"name": name}}}}


def pod(**spec: Any) -> dict[str, Any]:
    return {"patches": {"deployment": {"spec": {"template": {"spec": spec}}}}}


def mounted(**source: Any) -> dict[str, Any]:
    return pod(volumes=[{"name": "v", **source}])


def variable(**source: Any) -> dict[str, Any]:
    return pod(containers=[{"name": "api", "env": [{"name": "A", "valueFrom": source}]}])


def said(*apps: dict[str, Any]) -> list[tuple[KeyPath, str]]:
    return [(each.path, each.text) for each in unmade(stack("staging", *apps))]


REFERENCES = [
    (CLAIM, "PersistentVolumeClaim", "data-db-0"),
    ({"serviceAccount": {"name": "shared"}}, "ServiceAccount", "shared"),
    (pod(serviceAccountName="shared"), "ServiceAccount", "shared"),
    (mounted(persistentVolumeClaim={"claimName": "shared"}), "PersistentVolumeClaim", "shared"),
    (mounted(configMap={"name": "shared"}), "ConfigMap", "shared"),
    (mounted(secret={"secretName": "shared"}), "Secret", "shared"),
    (mounted(projected={"sources": [{"configMap": {"name": "shared"}}]}), "ConfigMap", "shared"),
    (mounted(projected={"sources": [{"secret": {"name": "shared"}}]}), "Secret", "shared"),
    (variable(configMapKeyRef={"name": "shared", "key": "a"}), "ConfigMap", "shared"),
    (variable(secretKeyRef={"name": "shared", "key": "a"}), "Secret", "shared"),
    (pod(containers=[{"name": "api", "envFrom": [{"configMapRef": {"name": "shared"}}]}]), "ConfigMap", "shared"),
]


@pytest.mark.parametrize(("app", "kind", "name"), REFERENCES, ids=str)
def test_nobody_makes_it(app: dict[str, Any], kind: str, name: str) -> None:
    ((_, text),) = said(app)
    assert text.startswith(f"nobody in the stack makes the {kind} {name} in the namespace web: ")


@pytest.mark.parametrize(("app", "kind", "name"), REFERENCES, ids=str)
def test_another_app_makes_it(app: dict[str, Any], kind: str, name: str) -> None:
    assert said(app, {"name": "maker", **raw(kind, name)}) == []
    assert len(said(app, {"name": "maker", "namespace": "data", **raw(kind, name)})) == 1


def test_what_apps_make_by_themselves() -> None:
    store = {
        "name": "db",
        "kind": "StatefulSet",
        "replicas": 1,
        "volumes": {"data": {"size": "1Gi", "mountPath": "/d"}},
    }
    assert said(CLAIM, store) == []
    assert len(said(CLAIM, {**store, "statefulSet": {"firstOrdinal": 1}})) == 1
    assert said(mounted(configMap={"name": "other-config"}), {"name": "other", "config": {"A": "b"}}) == []
    assert said(pod(serviceAccountName="other"), {"name": "other"}) == []
    assert said(pod(serviceAccountName="default")) == []
    sealed = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "shared"}}
    assert said(mounted(secret={"secretName": "shared"}), {"name": "other", "objects": {"s": sealed}}) == []


def test_what_may_be_absent() -> None:
    assert said(mounted(configMap={"name": "shared", "optional": True})) == []
    assert said(variable(secretKeyRef={"name": "shared", "key": "a", "optional": True})) == []


def test_where_it_is_written() -> None:
    assert [path for path, _ in said(CLAIM)] == [("volumes", "v", "claimName")]
    assert [path for path, _ in said(mounted(configMap={"name": "x"}))] == [("patches", "deployment")]

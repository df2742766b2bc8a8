"""What of a cluster's objects is an author's."""

from copy import deepcopy
from typing import Any

import pytest

from slipway.importing.authored import authored
from slipway.importing.documents import Source, leaves
from tests.unit.importing.reading import service, workload

ADDED: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    ("Deployment", ("status",), {"replicas": 1, "conditions": [{"type": "Available"}]}),
    ("Deployment", ("metadata", "uid"), "1"),
    ("Deployment", ("metadata", "resourceVersion"), "2"),
    ("Deployment", ("metadata", "managedFields"), [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]),
    ("Deployment", ("metadata", "annotations", "deployment.kubernetes.io/revision"), "7"),
    ("Deployment", ("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"), "{}"),
    ("Deployment", ("spec", "template", "metadata", "creationTimestamp"), None),
    ("Deployment", ("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"), "2026"),
    ("Job", ("spec", "template", "metadata", "labels", "controller-uid"), "1"),
    ("Job", ("spec", "template", "metadata", "labels", "batch.kubernetes.io/job-name"), "shop"),
    ("Service", ("spec", "clusterIP"), "172.20.0.9"),
    ("Service", ("spec", "clusterIPs"), ["172.20.0.9"]),
    ("Service", ("spec", "ipFamilies"), ["IPv4"]),
)
KEPT: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    ("Deployment", ("metadata", "annotations", "example.com/owner"), "shop"),
    ("Service", ("spec", "clusterIP"), "None"),
    ("Service", ("spec", "clusterIPs"), ["None"]),
    ("Service", ("spec", "internalTrafficPolicy"), "Local"),
    ("Service", ("spec", "sessionAffinity"), "ClientIP"),
    ("Service", ("spec", "ipFamilyPolicy"), "RequireDualStack"),
)


def plain(kind: str) -> dict[str, Any]:
    return service("shop", 80) if kind == "Service" else workload(kind=kind)


def added(manifest: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    found = deepcopy(manifest)
    inner = found
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
    inner[path[-1]] = value
    return found


def of(*manifests: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Any]]:
    kept, gone = authored(Source("all.yaml", number, each) for number, each in enumerate(manifests, 1))
    return [each.manifest for each in kept], gone


@pytest.mark.parametrize(("kind", "path", "value"), ADDED, ids=lambda each: str(each)[:60])
def test_what_the_cluster_added_goes_and_is_said(kind: str, path: tuple[str, ...], value: Any) -> None:
    kept, gone = of(added(plain(kind), path, value))
    assert kept == [plain(kind)]
    assert [each.value for each in gone] == [each for _, each in leaves(value)]
    assert {(each.outcome, each.now) for each in gone} == {("changed", None)}


@pytest.mark.parametrize(("kind", "path", "value"), KEPT, ids=lambda each: str(each)[:60])
def test_what_an_author_wrote_stays(kind: str, path: tuple[str, ...], value: Any) -> None:
    manifest = added(plain(kind), path, value)
    assert of(manifest) == ([manifest], [])


@pytest.mark.parametrize(
    ("owner", "stays"),
    [
        ({"kind": "CronJob", "name": "nightly"}, False),
        ({"kind": "ReplicaSet", "name": "shop-5d4"}, False),
        ({"kind": "Prometheus", "name": "main"}, True),
    ],
)
def test_what_a_controller_owns_is_nobodys_document(owner: dict[str, str], stays: bool) -> None:
    kept, gone = of(added(workload(kind="Job"), ("metadata", "ownerReferences"), [owner]))
    assert bool(kept) == stays
    assert gone


def test_an_owner_of_any_kind_among_the_documents_made_it() -> None:
    owner = {"apiVersion": "example.com/v1", "kind": "Prometheus", "metadata": {"name": "main"}}
    owned = added(workload(), ("metadata", "ownerReferences"), [{"kind": "Prometheus", "name": "main"}])
    assert of(owner, owned)[0] == [owner]


def test_the_roots_of_trust_of_each_namespace_are_the_clusters() -> None:
    roots = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "x"}}
    kept, gone = of(roots)
    assert (kept, {each.why for each in gone}) == ([], {"made by the cluster, which makes it again"})

"""A StatefulSet that goes leaves its claims; where its namespace goes in the same plan, it does not."""

from typing import Any

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.plans import CONFIG_MAP, KUBERNETES, only, plan, recording, resource

NAMESPACE, SET = "kubernetes:core/v1:Namespace", "kubernetes:apps/v1:StatefulSet"
CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
KEPT, GONE = "the claims (data-db-0 …) are kept as they are", "the claims (data-db-0 …) go with their namespace"


def kube(type_: str, name: str, namespace: str | None = None, **rest: Any) -> Resource:
    group_version, _, kind = type_.removeprefix("kubernetes:").rpartition(":")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    provider = rest.pop("provider", None)
    inputs = {"apiVersion": group_version.removeprefix("core/"), "kind": kind, "metadata": metadata, **rest}
    return resource(type_, f"{namespace}-{name}", inputs, provider=provider)


def database(namespace: str, **rest: Any) -> Resource:
    templates = [{"metadata": {"name": "data"}, "spec": {"storageClassName": "gp3"}}]
    return kube(SET, "db", namespace, spec={"volumeClaimTemplates": templates}, **rest)


def lost(old: Recording, new: Recording, name: str) -> str:
    return only(plan(old, new), name).loss or ""


def test_alone_it_leaves_them() -> None:
    space = kube(NAMESPACE, "data")
    assert KEPT in lost(recording(space, database("data")), recording(space), "data-db")


def test_with_its_namespace_they_go_and_the_class_decides_about_the_volumes() -> None:
    for policy, fate in (("Retain", "keeps the volume"), ("Delete", "deletes the volume")):
        storage = kube(CLASS, "gp3", reclaimPolicy=policy)
        old = recording(storage, kube(NAMESPACE, "data"), database("data"))
        said = lost(old, recording(storage), "data-db")
        assert GONE in said
        assert f"the class gp3 {fate}" in said


def test_another_namespace_is_another_matter() -> None:
    old = recording(kube(NAMESPACE, "web"), kube(NAMESPACE, "data"), database("data"))
    assert KEPT in lost(old, recording(kube(NAMESPACE, "data")), "data-db")


def test_so_is_one_of_the_same_name_in_another_cluster() -> None:
    one, other = (resource(KUBERNETES, each, {"clusterIdentifier": each}) for each in ("one", "other"))
    space = kube(NAMESPACE, "data", provider=one.urn)
    far = kube(NAMESPACE, "data", "far", provider=other.urn)
    old = recording(one, other, space, far, database("data", provider=one.urn))
    assert KEPT in lost(old, recording(one, other, space), "data-db")


def test_what_loses_nothing_still_loses_nothing() -> None:
    old = recording(kube(NAMESPACE, "data"), kube(CONFIG_MAP, "c", "data"))
    assert only(plan(old, recording()), "data-c").loss is None
    assert "everything in the namespace data" in lost(old, recording(), "None-data")


def test_a_cluster_that_is_left_takes_them_too() -> None:
    def stack(cluster: str) -> Recording:
        provider = resource(KUBERNETES, "k", {"clusterIdentifier": cluster})
        inside = [kube(NAMESPACE, "data", provider=provider.urn), database("data", provider=provider.urn)]
        return recording(provider, *inside)

    assert GONE in lost(stack("one"), stack("other"), "data-db")

"""Storage classes as they are registered."""

from functools import cache
from typing import Any

import kubernetes_validate
import pytest
from pydantic import ValidationError

from components.component import Nodes
from components.foundation.addons import Addons
from components.foundation.cluster import EksCluster
from components.foundation.existing import ExistingCluster, ExistingClusterSettings
from components.foundation.network import Network
from components.foundation.storage import (
    CLASS_DEFAULTS,
    StorageClasses,
    StorageClassSettings,
    StorageSettings,
    parameters,
    storage_class_names,
)
from tests.support.eks import names, record_cluster
from tests.support.recording import Recording, record
from tests.support.schemas import recording_problems

CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
SNAPSHOTS = "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234"


def read(**keys: Any) -> StorageSettings:
    return StorageSettings.model_validate(keys)


def in_eks(*, known: bool = True, **keys: Any) -> Recording:
    def then(cluster: EksCluster, _: Network) -> None:
        addons = Addons("addons", {}, cluster=cluster, phase="after-compute")
        StorageClasses(
            "storage",
            read(**keys),
            target=cluster.target(dns=[], nodes=Nodes()),
            driver=addons.by_name["aws-ebs-csi-driver"],
            snapshot_controller=addons.by_name["snapshot-controller"],
        )

    return record_cluster(then=then, known=known)


@cache
def plain() -> Recording:
    return in_eks()


def in_an_existing_cluster(**keys: Any) -> Recording:
    def program() -> None:
        existing = ExistingCluster("existing", ExistingClusterSettings(context="kind-slipway"))
        StorageClasses("storage", read(**keys), target=existing.target)

    return record(program)


def test_the_three_classes() -> None:
    found = {each.inputs["metadata"]["name"]: each.inputs for each in plain().all(CLASS)}
    assert {name: each["parameters"] for name, each in found.items()} == {
        "gp3-ssd": {"type": "gp3", "encrypted": "true"},
        "io2-perf": {
            "type": "io2",
            "encrypted": "true",
            "iopsPerGB": "50",
            "allowAutoIOPSPerGBIncrease": "true",
        },
        "standard-hdd": {"type": "st1", "encrypted": "true"},
    }
    for each in found.values():
        assert each["provisioner"] == "ebs.csi.aws.com"
        assert each["volumeBindingMode"] == "WaitForFirstConsumer"
        assert each["allowVolumeExpansion"] is True
        assert each["reclaimPolicy"] == "Delete"


def test_one_class_is_the_default() -> None:
    def default(recording: Recording) -> list[str]:
        return [
            each.inputs["metadata"]["name"]
            for each in recording.all(CLASS)
            if each.inputs["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
        ]

    assert default(plain()) == ["gp3-ssd"]
    assert default(in_eks(defaultClass="standard-hdd")) == ["standard-hdd"]
    assert default(in_eks(defaultClass=None)) == []


@pytest.mark.parametrize("version", ["1.34", "1.35", "1.36"])
def test_kubernetes_takes_the_classes(version: str) -> None:
    for each in in_eks(kmsKeyArn=KEY).all(CLASS):
        kubernetes_validate.validate(each.inputs, version, strict=True)


def test_the_classes_wait_for_their_driver_and_go_with_the_cluster() -> None:
    recording = plain()
    cluster = recording.one("aws:eks/cluster:Cluster")
    for each in recording.all(CLASS):
        assert "addons-aws-ebs-csi-driver" in names(recording, each.dependencies)
        assert each.deleted_with == cluster.urn
        assert "kubernetes::cluster" in each.provider


def test_settings_choose_and_change_the_classes() -> None:
    recording = in_eks(
        classes={"gp3-ssd": {"reclaimPolicy": "Retain"}, "fast-ssd": {"type": "gp3", "parameters": {"iops": "10000"}}},
        kmsKeyArn=KEY,
    )
    found = {each.inputs["metadata"]["name"]: each.inputs for each in recording.all(CLASS)}
    assert found["gp3-ssd"]["reclaimPolicy"] == "Retain"
    assert found["fast-ssd"]["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": KEY, "iops": "10000"}
    assert found.keys() == {"gp3-ssd", "fast-ssd"}


def test_snapshots_have_a_class_of_their_own() -> None:
    recording = in_eks(snapshots={"deletionPolicy": "Retain"})
    snapshots = recording.one(SNAPSHOTS)
    assert snapshots.inputs == {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {
            "name": "ebs-snapshots",
            "annotations": {"snapshot.storage.kubernetes.io/is-default-class": "true"},
        },
        "driver": "ebs.csi.aws.com",
        "deletionPolicy": "Retain",
    }
    assert {"addons-snapshot-controller", "addons-aws-ebs-csi-driver"} <= names(recording, snapshots.dependencies)
    assert not in_eks(snapshots={"enabled": False}).all(SNAPSHOTS)


def test_snapshots_have_tags_of_their_own_and_the_class_need_not_be_the_default() -> None:
    given = {"team": "data", "backup": "daily"}
    recording = in_eks(snapshots={"tags": given, "default": False}, kmsKeyArn=KEY)
    snapshots = recording.one(SNAPSHOTS)
    assert snapshots.inputs["parameters"] == {
        "tagSpecification_1": "backup=daily",
        "tagSpecification_2": "team=data",
    }
    assert list(snapshots.inputs["metadata"]["annotations"].values()) == ["false"]
    assert recording_problems(recording) == []
    with pytest.raises(ValidationError, match="reserved tag"):
        read(snapshots={"tags": {"aws:team": "data"}})


def test_what_a_snapshot_waits_for_is_its_class() -> None:
    found: list[StorageClasses] = []

    def program() -> None:
        existing = ExistingCluster("existing", ExistingClusterSettings(context="kind-slipway"))
        for name, enabled in (("with", True), ("without", False)):
            settings = read(snapshots={"enabled": enabled})
            found.append(StorageClasses(name, settings, target=existing.target))

    record(program)
    assert [len(each.snapshots_ready) for each in found] == [1, 0]


def test_an_existing_cluster_gets_what_is_asked_for_and_nothing_else() -> None:
    nothing = in_an_existing_cluster()
    assert not [*nothing.all(CLASS), *nothing.all(SNAPSHOTS)]
    asked = in_an_existing_cluster(classes={"gp3-ssd": {}}, snapshots={"enabled": True, "className": "mine"})
    assert [each.name for each in asked.all(CLASS)] == ["storage-gp3-ssd"]
    assert asked.one(SNAPSHOTS).name == "storage-mine"
    assert asked.one(CLASS).deleted_with == ""


def test_the_names_of_the_classes() -> None:
    assert storage_class_names(read(), existing=False) == ("gp3-ssd", "io2-perf", "standard-hdd")
    assert storage_class_names(read(), existing=True) == ()
    assert storage_class_names(read(classes={"mine": {"type": "gp3"}}), existing=True) == ("mine",)


def test_another_type_or_a_total_of_operations_drops_the_operations_for_each_gib() -> None:
    io1 = StorageClassSettings(type="io1", parameters={"iops": "5000"})
    assert parameters("io2-perf", io1, None) == {"type": "io1", "encrypted": "true", "iops": "5000"}
    assert parameters("io2-perf", StorageClassSettings(type="st1"), None) == {"type": "st1", "encrypted": "true"}
    total = StorageClassSettings(parameters={"iops": "5000"})
    assert parameters("io2-perf", total, None) == {"type": "io2", "encrypted": "true", "iops": "5000"}
    more = StorageClassSettings(parameters={"iopsPerGB": "100"})
    assert parameters("io2-perf", more, None)["iopsPerGB"] == "100"


def test_a_class_without_a_type_is_refused() -> None:
    with pytest.raises(ValueError, match="the storage class mine has no type"):
        parameters("mine", StorageClassSettings(), None)


def test_parameters_are_text() -> None:
    assert all(
        isinstance(value, str)
        for each in CLASS_DEFAULTS
        for value in parameters(each, StorageClassSettings(), KEY).values()
    )
    with pytest.raises(ValidationError):
        read(classes={"gp3-ssd": {"parameters": {"iops": 5000}}})


def test_unknown_outputs_change_no_urn() -> None:
    assert in_eks(known=False).urns == plain().urns

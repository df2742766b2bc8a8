"""What is lost with a resource."""

from dataclasses import replace
from typing import Any

import pytest

from slipway.plan.state import loss
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.shipped import recorded


def resource(token: str, inputs: dict[str, Any], **fields: Any) -> Resource:
    return Resource(
        urn=f"urn:pulumi:test::test::{token}::{fields.pop('name', 'it')}",
        type=token,
        name="it",
        parent=None,
        custom=True,
        inputs=inputs,
        **fields,
    )


def lost(found: Resource, *others: Resource) -> str | None:
    return loss(found, Recording("test", "test", (found, *others)))


def kube(token: str, name: str, namespace: str | None = None, **fields: Any) -> Resource:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    group_version, _, kind = token.removeprefix("kubernetes:").rpartition(":")
    inputs = {"apiVersion": group_version, "kind": kind, "metadata": metadata, **fields}
    return resource(token, inputs, name=f"{namespace}-{name}")


def storage_class(name: str, policy: str, **metadata: Any) -> Resource:
    found = kube("kubernetes:storage.k8s.io/v1:StorageClass", name, reclaimPolicy=policy)
    found.inputs["metadata"] = {"name": name, **metadata}
    return found


def claim(storage: str | None) -> Resource:
    spec = {"storageClassName": storage} if storage else {}
    return kube("kubernetes:core/v1:PersistentVolumeClaim", "data", "web", spec=spec)


def stateful_set(when_deleted: str | None, *templates: str) -> Resource:
    spec: dict[str, Any] = {
        "volumeClaimTemplates": [
            {"metadata": {"name": each}, "spec": {"storageClassName": "gp3-ssd"}} for each in templates
        ]
    }
    if when_deleted:
        spec["persistentVolumeClaimRetentionPolicy"] = {"whenDeleted": when_deleted}
    return kube("kubernetes:apps/v1:StatefulSet", "db", "web", spec=spec)


DATABASE = "aws:rds/instance:Instance"
AWS: list[tuple[str, dict[str, Any], str]] = [
    (DATABASE, {"skipFinalSnapshot": True}, "no final snapshot is taken, and its automated backups go with it"),
    (DATABASE, {"finalSnapshotIdentifier": "a-final"}, "but for its final snapshot a-final"),
    (DATABASE, {"deleteAutomatedBackups": False}, "its automated backups stay until they expire"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {}, "no final snapshot is taken"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {"finalSnapshotIdentifier": "a"}, "final snapshot a,"),
    ("aws:s3/bucket:Bucket", {}, "AWS refuses to delete it until somebody has deleted them all"),
    ("aws:s3/bucket:Bucket", {"forceDestroy": True}, "all objects in the bucket and all their versions"),
    ("aws:kms/key:Key", {}, "AWS deletes the key 30 days later"),
    ("aws:kms/key:Key", {"deletionWindowInDays": 7}, "AWS deletes the key 7 days later"),
    ("aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": 0}, "at once"),
    ("aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": 7}, "7 days later"),
    ("aws:cloudwatch/logGroup:LogGroup", {}, "all logs"),
    ("aws:ec2/eip:Eip", {}, "the public address itself"),
    ("aws:ec2/vpc:Vpc", {}, "the cluster, its databases and its addresses"),
    ("aws:acm/certificate:Certificate", {"certificateBody": "x"}, "private key"),
]
NOTHING: list[tuple[str, dict[str, Any]]] = [
    ("aws:cloudwatch/logGroup:LogGroup", {"skipDestroy": True}),
    ("aws:acm/certificate:Certificate", {"domainName": "example.com"}),
    ("aws:iam/role:Role", {"name": "a"}),
    ("aws:eks/nodeGroup:NodeGroup", {}),
    ("aws:secretsmanager/secretVersion:SecretVersion", {}),
    ("random:index/randomPassword:RandomPassword", {}),
]


@pytest.mark.parametrize(("token", "inputs", "said"), AWS)
def test_state_in_aws(token: str, inputs: dict[str, Any], said: str) -> None:
    found = resource(token, inputs)
    assert said in (lost(found) or "")
    assert lost(replace(found, retain_on_delete=True)) is None
    assert lost(replace(found, read=True)) is None


@pytest.mark.parametrize(("token", "inputs"), NOTHING)
def test_nothing_is_lost(token: str, inputs: dict[str, Any]) -> None:
    assert lost(resource(token, inputs)) is None


def test_the_class_decides_about_the_volume_of_a_claim() -> None:
    default = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    classes = storage_class("gp3-ssd", "Delete"), storage_class("kept", "Retain", **default)
    assert "the class gp3-ssd deletes the volume with the claim" in (lost(claim("gp3-ssd"), *classes) or "")
    for kept in (claim("kept"), claim(None)):
        assert "the class kept keeps the volume (reclaimPolicy Retain)" in (lost(kept, *classes) or "")
    assert "the class other is not of this stack" in (lost(claim("other"), *classes) or "")
    assert "the cluster's default class is not of this stack" in (lost(claim(None)) or "")


def test_a_stateful_set_keeps_its_claims_unless_it_says_otherwise() -> None:
    for kept in (stateful_set(None, "data", "logs"), stateful_set("Retain", "data", "logs")):
        assert "the claims (data-db-0 …, logs-db-0 …) are kept" in (lost(kept) or "")
    gone = lost(stateful_set("Delete", "data"), storage_class("gp3-ssd", "Delete")) or ""
    assert "go with it (whenDeleted: Delete)" in gone
    assert "the class gp3-ssd deletes the volume" in gone
    assert lost(stateful_set("Delete")) is None


def test_a_namespace_loses_what_is_in_it() -> None:
    others = [kube("kubernetes:core/v1:Service", name, "web") for name in ("a", "b")]
    elsewhere = kube("kubernetes:core/v1:Service", "c", "data")
    said = lost(kube("kubernetes:core/v1:Namespace", "web"), *others, elsewhere)
    assert said == "everything in the namespace web, whoever made it; 2 of this stack's objects and releases"


def test_a_cluster_loses_what_is_in_it() -> None:
    recording = recorded("production")
    (cluster,) = recording.of_type("aws:eks/cluster:Cluster")
    inside = sum(each.deleted_with == cluster.urn or each.package == "kubernetes" for each in recording.made)
    assert inside > 50
    assert f"{inside} of this stack's objects and releases" in (loss(cluster, recording) or "")


def test_what_goes_with_the_cluster_is_counted_though_aws_runs_it() -> None:
    cluster = resource("aws:eks/cluster:Cluster", {}, name="cluster")
    addon = resource("aws:eks/addon:Addon", {}, name="dns", deleted_with=cluster.urn)
    assert "1 of this stack's objects and releases" in (lost(cluster, addon) or "")


def test_keys_of_authorities_and_generated_passwords() -> None:
    certificate = "kubernetes:cert-manager.io/v1:Certificate"
    assert "private key of an authority" in (lost(kube(certificate, "ca", "web", spec={"isCA": True})) or "")
    assert lost(kube(certificate, "leaf", "web", spec={"dnsNames": ["a"]})) is None
    external = "kubernetes:external-secrets.io/v1:ExternalSecret"
    generated = {"dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password"}}}]}
    assert "the password that was made up" in (lost(kube(external, "a", "web", spec=generated)) or "")
    orphan = {**generated, "target": {"creationPolicy": "Orphan"}}
    assert lost(kube(external, "a", "web", spec=orphan)) is None
    assert lost(kube(external, "a", "web", spec={"dataFrom": [{"extract": {"key": "a"}}]})) is None
    secret = kube("kubernetes:core/v1:Secret", "a", "web", data={"PASSWORD": "eA=="})
    assert lost(secret) is None
    assert "the password that was made up" in (lost(replace(secret, ignore_changes=("data.PASSWORD",))) or "")


@pytest.mark.parametrize("version", ["v3:Release", "v4:Chart"])
def test_charts_of_definitions_lose_every_object_of_their_kinds(version: str) -> None:
    base = resource(f"kubernetes:helm.sh/{version}", {"chart": "base", "repositoryOpts": {"repo": "https://a"}})
    assert "CustomResourceDefinitions of the chart base" in (lost(base) or "")
    assert lost(resource(f"kubernetes:helm.sh/{version}", {"chart": "cert-manager"})) is None


def test_a_patch_owns_nothing() -> None:
    namespace = kube("kubernetes:core/v1:Namespace", "kube-system")
    assert lost(namespace) is not None
    assert lost(replace(namespace, type="kubernetes:core/v1:NamespacePatch")) is None


def test_every_protected_resource_has_state() -> None:
    recording = recorded("production")
    protected = [each for each in recording.made if each.protect]
    assert protected
    assert [each.urn for each in protected if loss(each, recording) is None] == []

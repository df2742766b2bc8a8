"""What is lost with a resource of AWS, where its inputs decide."""

from collections.abc import Callable

from slipway.recording.objects import dig, number, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

KMS_DAYS = 30
"""The waiting period of a KMS key that names none: ScheduleKeyDeletion in the KMS API reference."""
SECRET_DAYS = 30
"""The recovery window of a secret that names none: DeleteSecret in the Secrets Manager API reference."""


def loss(resource: Resource, recording: Recording) -> str | None:
    """Return what is lost with a resource of AWS."""
    told = _TOLD.get(resource.type)
    return told(resource, recording) if told else None


def _cluster(resource: Resource, recording: Recording) -> str:
    inside = sum(each.deleted_with == resource.urn or each.package == "kubernetes" for each in recording.made)
    return (
        f"everything in the cluster: {inside} of this stack's objects and releases, and what others made there;"
        " of the volumes only those are left that a storage class with reclaimPolicy Retain keeps"
    )


def _key(resource: Resource, _: Recording) -> str:
    days = number(resource.inputs, "deletionWindowInDays")
    return (
        "everything that the key encrypted, wherever it is: AWS deletes the key"
        f" {KMS_DAYS if days is None else days} days later, and until then it can be restored"
    )


def _bucket(resource: Resource, _: Recording) -> str:
    if resource.inputs.get("forceDestroy") is True:
        return "all objects in the bucket and all their versions (forceDestroy)"
    return "the bucket's objects: AWS refuses to delete it until somebody has deleted them all"


def _log_group(resource: Resource, _: Recording) -> str | None:
    return None if resource.inputs.get("skipDestroy") is True else "all logs that the group holds"


def _database(resource: Resource, _: Recording) -> str:
    inputs = resource.inputs
    backups = (
        "its automated backups stay until they expire"
        if inputs.get("deleteAutomatedBackups") is False
        else "its automated backups go with it"
    )
    if inputs.get("skipFinalSnapshot") is True:
        return f"all data of the database: no final snapshot is taken, and {backups}"
    snapshot = text(inputs, "finalSnapshotIdentifier")
    return (
        f"all data of the database but for its final snapshot{f' {snapshot}' if snapshot else ''}, from which nothing"
        f" is restored by itself; {backups}"
    )


def _cache(resource: Resource, _: Recording) -> str:
    snapshot = text(resource.inputs, "finalSnapshotIdentifier")
    if snapshot is None:
        return "all that the cache holds: no final snapshot is taken"
    return f"all that the cache holds but for its final snapshot {snapshot}, from which nothing is restored by itself"


def _secret(resource: Resource, _: Recording) -> str:
    days = number(resource.inputs, "recoveryWindowInDays")
    if days == 0:
        return "the secret and all its versions, at once"
    return (
        f"the secret and all its versions: AWS deletes them {SECRET_DAYS if days is None else days} days later; until"
        " then it can be restored, and its name is taken"
    )


def _certificate(resource: Resource, _: Recording) -> str | None:
    """Only one that was imported: AWS issues another one where it issued this one."""
    imported = dig(resource.inputs, "certificateBody") is not None
    return "the imported certificate and its private key, which AWS never gives out" if imported else None


_TOLD: dict[str, Callable[[Resource, Recording], str | None]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:eks/cluster:Cluster": _cluster,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:kms/key:Key": _key,
    "aws:rds/instance:Instance": _database,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _secret,
}

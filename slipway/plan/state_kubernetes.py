"""What is lost with a Kubernetes object, where its fields decide."""

from collections.abc import Callable

from slipway.recording.objects import dig, is_object, items, namespace, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
CLAIMS = "spec", "volumeClaimTemplates"


def loss(resource: Resource, recording: Recording) -> str | None:
    """Return what is lost with an object."""
    told = _TOLD.get(text(resource.inputs, "kind") or "") if is_object(resource) else None
    return told(resource, recording) if told else None


def loss_with_namespace(resource: Resource, recording: Recording) -> str | None:
    """Return what is lost with a StatefulSet whose namespace goes, too: its claims do then; None for anything else."""
    templates = items(resource.inputs, *CLAIMS) if resource.kind == "StatefulSet" and is_object(resource) else []
    if not templates:
        return None
    return (
        f"the data of its volumes: the claims ({_claims(resource)}) go with their namespace, and"
        f" {_fates(resource, recording)}"
    )


def _namespace(resource: Resource, recording: Recording) -> str:
    name = object_name(resource)
    inside = sum(namespace(each) == name for each in recording.made if each.package == "kubernetes")
    return f"everything in the namespace {name}, whoever made it; {inside} of this stack's objects and releases"


def _claim(resource: Resource, recording: Recording) -> str:
    return f"the data of its volume: {_fate(text(resource.inputs, 'spec', 'storageClassName'), recording)}"


def _stateful_set(resource: Resource, recording: Recording) -> str | None:
    templates = items(resource.inputs, *CLAIMS)
    if not templates:
        return None
    claims = _claims(resource)
    retention = text(resource.inputs, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") or "Retain"
    if retention == "Retain":
        return (
            f"its pods' hold on their volumes: the claims ({claims}) are kept as they are, and only a StatefulSet of"
            " the same name takes them up again"
        )
    fates = _fates(resource, recording)
    return f"the data of its volumes: the claims ({claims}) go with it (whenDeleted: Delete), and {fates}"


def _claims(resource: Resource) -> str:
    names = (text(each, "metadata", "name") for each in items(resource.inputs, *CLAIMS))
    return ", ".join(f"{name}-{object_name(resource)}-0 …" for name in names)


def _fates(resource: Resource, recording: Recording) -> str:
    classes = (text(each, "spec", "storageClassName") for each in items(resource.inputs, *CLAIMS))
    return "; ".join(sorted({_fate(each, recording) for each in classes}))


def _certificate(resource: Resource, _: Recording) -> str | None:
    if dig(resource.inputs, "spec", "isCA") is not True:
        return None
    return "the private key of an authority: what it signed is trusted by nobody who gets the new one only"


_MADE_UP = "the password that was made up for it, which is nowhere else: what was set up with it refuses the next one"


def _external_secret(resource: Resource, _: Recording) -> str | None:
    sources = items(resource.inputs, "spec", "dataFrom")
    if not any(dig(each, "sourceRef", "generatorRef") for each in sources):
        return None
    if text(resource.inputs, "spec", "target", "creationPolicy") not in (None, "Owner"):
        return None  # the Secret is not the ExternalSecret's own, and stays
    return _MADE_UP


def _secret(resource: Resource, _: Recording) -> str | None:
    """What the engine never sends again was made up at the first deployment."""
    return _MADE_UP if any(each.split(".")[0] == "data" for each in resource.ignore_changes) else None


def _fate(storage_class: str | None, recording: Recording) -> str:
    """Return what becomes of a volume when its claim is deleted, in a clause."""
    found = next((each for each in objects(recording, "StorageClass") if _is(each, storage_class)), None)
    name = storage_class or (object_name(found) if found else None)
    if found is None:
        of = f"the class {name}" if name else "the cluster's default class"
        return f"{of} is not of this stack; most classes delete the volume with the claim"
    if text(found.inputs, "reclaimPolicy") == "Retain":
        return f"the class {name} keeps the volume (reclaimPolicy Retain), but no claim finds it by itself"
    return f"the class {name} deletes the volume with the claim (reclaimPolicy Delete)"


def _is(resource: Resource, storage_class: str | None) -> bool:
    if storage_class is not None:
        return object_name(resource) == storage_class
    return dig(resource.inputs, "metadata", "annotations", DEFAULT_CLASS) == "true"


_TOLD: dict[str, Callable[[Resource, Recording], str | None]] = {
    "Certificate": _certificate,
    "ExternalSecret": _external_secret,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "Secret": _secret,
    "StatefulSet": _stateful_set,
}

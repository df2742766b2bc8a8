"""What a dependency in the cluster has beside the objects of any app: password, alerts, a claim for backups."""

from typing import TYPE_CHECKING

from components.apps.labels import metadata
from components.dependencies.alerts import dependency_alerts
from components.dependencies.backup import claim_size
from components.dependencies.names import origin
from components.dependencies.passwords import KEY, password_key, source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.apps.context import AppContext
    from components.apps.settings import AppSettings
    from components.apps.words import Manifest

GENERATOR = "password-generator"
CLAIM = "claim"
_GENERATORS = "generators.external-secrets.io/v1alpha1"


def _password(app: "AppSettings", secret: str) -> "Iterator[tuple[str, Manifest]]":
    """Yield the generator, and the ExternalSecret that asks it once: what comes later would not be the database's."""
    generator = metadata(app, secret)
    # 32 letters and digits: every URL, shell and configuration file takes them as they are
    spec = {"length": 32, "digits": 8, "symbols": 0, "noUpper": False, "allowRepeat": True, "secretKeys": [KEY]}
    yield GENERATOR, {"apiVersion": _GENERATORS, "kind": "Password", "metadata": generator, "spec": spec}
    reference = {"apiVersion": _GENERATORS, "kind": "Password", "name": secret}
    waits = {"pulumi.com/waitFor": "condition=Ready"} if app.wait else {}
    yield (
        "external-secret-password",
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": metadata(app, secret, annotations=waits),
            "spec": {
                "refreshPolicy": "CreatedOnce",
                "target": {"name": secret, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
                "dataFrom": [{"sourceRef": {"generatorRef": reference}}],
            },
        },
    )


def _claim(app: "AppSettings", size: str, storage_class: str | None) -> "Manifest":
    """Return the claim of the backups. It is bound when the first of them starts, so nobody waits for that."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(app, app.name, annotations={"pulumi.com/skipAwait": "true"}),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            **({"storageClassName": storage_class} if storage_class else {}),
            "resources": {"requests": {"storage": size}},
        },
    }


def dependency_objects(app: "AppSettings", context: "AppContext") -> "Iterator[tuple[str, Manifest]]":
    """Yield the further objects of an app that stands for a dependency; none for an app of a file."""
    found = origin(app.name, context.apps, context.dependencies)
    if found is None:
        return
    owner, name = found
    dependency = owner.dependencies[name]
    if app.kind == "StatefulSet" and source(dependency) == "generator":
        yield from _password(app, password_key(owner.name, name, dependency).name)
    if context.monitoring:
        yield "data-alerts", dependency_alerts(app, context.runbooks)
    if any(volume.type == "claim" and volume.claim_name == app.name for volume in app.volumes.values()):
        yield CLAIM, _claim(app, claim_size(dependency), dependency.storage_class or context.storage_class)

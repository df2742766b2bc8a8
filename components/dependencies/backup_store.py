"""The bucket of a stack's backups: what it is called, what lies where in it, and for how long."""

from typing import TYPE_CHECKING, Any

from components.dependencies.names import in_cluster, snake

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

NONCURRENT_DAYS = 7
"""Days in which a backup that was deleted or written over by mistake can be brought back."""


def bucket_needed(settings: "StackSettings") -> bool:
    """Tell whether an app of the stack backs something up to AWS."""
    return settings.cluster.existing is None and any(
        each.backup.enabled for app in settings.apps for each in in_cluster(app, settings.dependencies).values()
    )


def bucket_named(settings: "StackSettings") -> bool:
    """Tell whether the bucket's name is unique in the world: it is given, or has the account in it."""
    return settings.dependencies.backups.bucket is not None or (
        settings.aws is not None and settings.aws.account_id is not None
    )


def bucket_name(settings: "StackSettings") -> str:
    """Return the bucket's name."""
    own = settings.dependencies.backups.bucket
    account = settings.aws.account_id if settings.aws is not None else None
    stack = snake(settings.stack).replace("_", "-").replace(".", "-").lower()
    return own or "-".join(filter(None, ("slipway", stack[:30].strip("-"), "backups", account)))


def bucket_host(settings: "StackSettings") -> str:
    """Return the host that answers for the bucket."""
    region = settings.aws.region if settings.aws is not None else ""
    return f"{bucket_name(settings)}.s3.{region}.amazonaws.com"


def prefix(app: "AppSettings", dependency: str) -> str:
    """Return what the keys of a dependency's backups start with."""
    return f"{app.namespace}/{app.name}/{dependency}/"


def lifecycle_rules(settings: "StackSettings") -> list[Any]:
    """Return the rules of the bucket's lifecycle, as its inputs: backups go after their days, by dependency."""
    rules: list[dict[str, Any]] = [
        {
            "id": "leftovers",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            "noncurrent_version_expiration": {"noncurrent_days": NONCURRENT_DAYS},
        }
    ]
    for app in settings.apps:
        for name, each in in_cluster(app, settings.dependencies).items():
            if each.backup.enabled:
                rules.append(
                    {
                        "id": prefix(app, name).strip("/"),
                        "status": "Enabled",
                        "filter": {"prefix": prefix(app, name)},
                        "expiration": {"days": each.backup.keep},
                    }
                )
    return rules

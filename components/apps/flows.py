"""Who may call whom among the apps of an environment."""

from collections.abc import Iterable

from components.apps.settings import AppSettings


def flows(apps: Iterable[AppSettings]) -> frozenset[tuple[str, str]]:
    """Return who may call whom as (client, server) names.

    `allowFrom` and `allowTo` say the same from two sides: one declaration opens both, and two count once.
    """
    allowed = set()
    for app in apps:
        allowed |= {(client, app.name) for client in app.allow_from}
        allowed |= {(app.name, server) for server in app.allow_to}
    return frozenset(allowed)

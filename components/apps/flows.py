"""Who may call whom among the apps of an environment."""

from collections.abc import Iterable

from components.apps.ports import serving
from components.apps.settings import AppSettings


def members_call_each_other(app: AppSettings) -> bool:
    """Tell whether the pods of an app may call each other: `statefulSet.peers`, else of several members.

    The pods of a StatefulSet find each other by name (its headless Service), replicate and elect a leader; one that
    never has a second pod has nobody to call.
    """
    if app.kind != "StatefulSet" or not serving(app.ports):
        return False
    told = app.stateful_set.peers if app.stateful_set is not None else None
    return app.most_replicas > 1 if told is None else told


def flows(apps: Iterable[AppSettings]) -> frozenset[tuple[str, str]]:
    """Return who may call whom as (client, server) names, an app itself among its servers where its pods are a cluster.

    `allowFrom` and `allowTo` say the same from two sides: one declaration opens both, and two count once.
    """
    allowed = set()
    for app in apps:
        allowed |= {(client, app.name) for client in app.allow_from}
        allowed |= {(app.name, server) for server in app.allow_to}
        allowed |= {(app.name, app.name)} if members_call_each_other(app) else set()
    return frozenset(allowed)

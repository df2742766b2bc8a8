"""Who an app is in the cluster, and what it may do there."""

from typing import Any

from slipway.importing.containers import filled
from slipway.importing.documents import at
from slipway.importing.grouping import Group

RULE = ("apiGroups", "resources", "resourceNames", "verbs")


def identity(group: Group) -> dict[str, Any]:
    """Return the settings `serviceAccount` and `permissions`."""
    accounts, account = group.of("ServiceAccount"), dict[str, Any]()
    if accounts:
        account["annotations"] = at(accounts[0].manifest, ("metadata", "annotations"))
    elif group.pod.get("serviceAccountName"):
        account["name"] = group.pod["serviceAccountName"]
    roles = [rule for part in group.of("Role") for rule in part.manifest.get("rules") or []]
    if group.pod.get("automountServiceAccountToken") and not roles:
        account["automountServiceAccountToken"] = True
    return {
        "serviceAccount": filled(account),
        "permissions": [{key: rule[key] for key in RULE if rule.get(key)} for rule in roles],
    }

"""What an app file says of a workload and its parts. Whether it says all of it is `account`'s to find out."""

from typing import Any

from slipway.importing.containers import containers, filled
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.identity import identity
from slipway.importing.kinds import kind
from slipway.importing.monitors import monitoring
from slipway.importing.network import policies
from slipway.importing.pods import pod
from slipway.importing.scaling import scaling
from slipway.importing.services import services
from slipway.importing.ways_in import shares, ways_in

RESERVED = ("app", "track", "version", "app.kubernetes.io/name", "app.kubernetes.io/version")
MANAGED = (
    "app.kubernetes.io/managed-by",
    "pod-template-hash",
    "slipway.dev/",
    "app.kubernetes.io/instance",
    "helm.sh/",
)
COMPONENTS = {"StatefulSet": "store", "DaemonSet": "agent", "Job": "job", "CronJob": "job"}
"""What Slipway itself calls an app of a kind, where its labels do not say otherwise."""

FIRST = ("name", "namespace", "kind", "tier", "image", "command", "args", "replicas", "ports")
"""The keys that an app file begins with."""


def converted(group: Group, groups: list[Group], namespace: str) -> dict[str, Any]:
    """Return an app document with the keys of an app file, in the order that one is written in."""
    found: dict[str, Any] = {
        "name": group.name,
        "namespace": at(group.workload.manifest, ("metadata", "namespace")) or namespace,
        **containers(group),
        **kind(group),
        **pod(group),
    }
    ports = found["ports"]
    found |= scaling(group) | services(group, ports) | ways_in(group, ports) | policies(group, groups)
    if "canary" in found:
        found["canary"] |= shares(group)
    found |= identity(group) | monitoring(group, ports)
    anyway = {"app.kubernetes.io/part-of": found["namespace"]}
    if group.labels.get(MANAGED[0]) == "slipway":
        anyway["app.kubernetes.io/component"] = COMPONENTS.get(group.workload.kind, "service")
    found["labels"] = {
        key: value
        for key, value in group.labels.items()
        if key not in RESERVED and not key.startswith(MANAGED) and anyway.get(key) != value
    }
    kept = filled(found)
    return {key: kept[key] for key in (*FIRST, *kept) if key in kept}

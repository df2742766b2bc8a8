"""What an app file says of the pods as such: tier, user, place, end."""

from collections.abc import Mapping
from typing import Any

from components.apps.placement import HOST, ZONE
from components.apps.tiers import TIERS
from components.foundation.pool_plan import POOL_LABEL
from slipway.importing.documents import at
from slipway.importing.grouping import Group, template_of

MESH_ANNOTATIONS = ("sidecar.istio.io/", "linkerd.io/inject")
"""Pod annotations that the namespace's mesh decides."""

TIER_LABEL = "slipway.dev/tier"
SKIP_AWAIT = "pulumi.com/skipAwait"


def tier(group: Group) -> int:
    """Return the tier: as the label says, else by the priority class, else 2."""
    said = str(group.labels.get(TIER_LABEL, ""))
    if said in set(map(str, TIERS)):
        return int(said)
    chosen = group.pod.get("priorityClassName")
    return next((number for number, each in TIERS.items() if each.priority_class == chosen), 2)


def pod(group: Group) -> dict[str, Any]:
    """Return the settings of an app that come from the pod template beside its containers."""
    spec = group.pod
    security = {**(spec.get("securityContext") or {}), **(group.containers[0].get("securityContext") or {})}
    annotations = at(dict(template_of(group.workload)), ("metadata", "annotations")) or {}
    run_as = {"user": security.get("runAsUser"), "group": security.get("runAsGroup") or security.get("fsGroup")}
    number, own = tier(group), spec.get("priorityClassName")
    waits = (at(group.workload.manifest, ("metadata", "annotations")) or {}).get(SKIP_AWAIT) != "true"
    found: dict[str, Any] = {
        "tier": number if number != 2 else None,
        "runAs": {key: value for key, value in run_as.items() if value},
        "podAnnotations": {
            key: value for key, value in annotations.items() if not key.startswith((*MESH_ANNOTATIONS, "slipway.dev/"))
        },
        "imagePullSecrets": [each.get("name") for each in spec.get("imagePullSecrets") or []],
        "priorityClass": own if own != TIERS[number].priority_class else None,
        "terminationGracePeriodSeconds": spec.get("terminationGracePeriodSeconds"),
        "pool": (spec.get("nodeSelector") or {}).get(POOL_LABEL),
        "wait": None if waits else False,
    }
    constraints = spec.get("topologySpreadConstraints")
    if constraints and not (TIERS[number].spread == "across zones and nodes" and _of_the_tier(constraints)):
        keys = ("topologyKey", "maxSkew", "whenUnsatisfiable", "minDomains")
        found["spread"] = [{key: each[key] for key in keys if key in each} for each in constraints]
    return found


def _of_the_tier(constraints: list[Mapping[str, Any]]) -> bool:
    """Tell whether pods are spread as tier 1 does it: over zones firmly, and over nodes at will or not said."""
    wanted = [
        {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"},
        {"topologyKey": HOST, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"},
    ]
    return len(constraints) <= len(wanted) and all(
        rule.items() <= each.items() and "minDomains" not in each
        for rule, each in zip(wanted, constraints, strict=False)
    )

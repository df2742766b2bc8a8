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
    found |= _names(spec) | {"nodeAffinity": _node_affinity(at(dict(spec), ("affinity", "nodeAffinity")) or {})}
    constraints = spec.get("topologySpreadConstraints")
    if constraints and not (TIERS[number].spread == "across zones and nodes" and _of_the_tier(constraints)):
        keys = ("topologyKey", "maxSkew", "whenUnsatisfiable", "minDomains")
        found["spread"] = [{key: each[key] for key in keys if key in each} for each in constraints]
    return found


def _names(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the pods find the names of hosts."""
    config = spec.get("dnsConfig") or {}
    options = {each.get("name"): each.get("value") for each in config.get("options") or []}
    told = {"nameservers": config.get("nameservers"), "searches": config.get("searches"), "options": options}
    return {
        "hostAliases": {each.get("ip"): each.get("hostnames") for each in spec.get("hostAliases") or []},
        "dnsPolicy": spec.get("dnsPolicy") if spec.get("dnsPolicy") != "ClusterFirst" else None,
        "dnsConfig": {key: value for key, value in told.items() if value},
    }


def _node_affinity(affinity: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked of nodes; empty where there are alternatives, or fields of nodes, which no key says."""
    terms = at(dict(affinity), ("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")) or []
    wishes = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or []
    wished = [at(each, ("preference", "matchExpressions")) or [] for each in wishes]
    if len(terms) > 1 or any(len(each) != 1 for each in wished) or any("matchFields" in each for each in terms):
        return {}
    found = {
        "required": [each for term in terms for each in term.get("matchExpressions") or []],
        "preferred": [{"weight": each.get("weight"), **said[0]} for each, said in zip(wishes, wished, strict=True)],
    }
    return {key: value for key, value in found.items() if value}


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

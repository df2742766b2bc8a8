"""Whom an app may call, and who may call it."""

from collections.abc import Iterator
from typing import Any

from slipway.importing.documents import at
from slipway.importing.grouping import Group

NAMESPACE = "kubernetes.io/metadata.name"
"""The label by which every namespace is known by its name."""


def peers(rules: Any, side: str, groups: list[Group]) -> list[str]:
    """Return the names of the apps that the rules of a NetworkPolicy select (`side` is from or to)."""
    found = []
    for rule in rules or []:
        for peer in rule.get(side) or []:
            found += [each.name for each in groups if selected(peer, each)]
    return list(dict.fromkeys(found))


def selected(peer: Any, group: Group) -> bool:
    """Tell whether a peer is the pods of a workload: by their labels, perhaps in a namespace given by its name."""
    labels = at(peer, ("podSelector", "matchLabels"))
    elsewhere = at(peer, ("namespaceSelector", "matchLabels"))
    if not labels or not labels.items() <= group.labels.items() or set(peer) - {"podSelector", "namespaceSelector"}:
        return False
    if "namespaceSelector" not in peer:
        return True
    namespace = at(group.workload.manifest, ("metadata", "namespace"))
    return bool(elsewhere) and set(elsewhere) == {NAMESPACE} and namespace in {None, elsewhere[NAMESPACE]}


def policies(group: Group, groups: list[Group]) -> dict[str, Any]:
    """Return the settings `allowFrom`, `allowTo` and `egress`."""
    found: dict[str, list[Any]] = {"allowFrom": [], "allowTo": [], "egress": []}
    for part in group.of("NetworkPolicy"):
        spec = part.manifest.get("spec") or {}
        found["allowFrom"] += peers(spec.get("ingress"), "from", groups)
        found["allowTo"] += peers(spec.get("egress"), "to", groups)
        if not part.name.endswith("-kubernetes-api"):
            found["egress"] += _networks(spec)
    return {**found, **{key: list(dict.fromkeys(found[key])) for key in ("allowFrom", "allowTo")}}


def _networks(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for rule in spec.get("egress") or []:
        cidrs = [at(peer, ("ipBlock", "cidr")) for peer in rule.get("to") or [] if set(peer) == {"ipBlock"}]
        plain = all("except" not in (peer.get("ipBlock") or {}) for peer in rule.get("to") or [])
        ports = rule.get("ports") or []
        single = all(isinstance(each.get("port"), int) and "endPort" not in each for each in ports)
        if cidrs and ports and plain and single:
            for protocol in dict.fromkeys(each.get("protocol", "TCP") for each in ports):
                own = [each["port"] for each in ports if each.get("protocol", "TCP") == protocol]
                yield {"cidrs": cidrs, "ports": own, "protocol": protocol}

"""What the NetworkPolicies of documents allow: everything, where none of them selects a pod."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group
from slipway.importing.network import NAMESPACE

Way = Literal["Ingress", "Egress"]
_RULES: Mapping[Way, tuple[str, str]] = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


class Openness:
    """The NetworkPolicies of documents; `namespace` is that of objects which name none."""

    def __init__(self, sources: Iterable[Source], namespace: str) -> None:
        self._policies = [each for each in sources if each.kind == "NetworkPolicy"]
        self._namespace = namespace

    def namespace(self, source: Source) -> str:
        """Return the namespace of an object."""
        return str(at(source.manifest, ("metadata", "namespace")) or self._namespace)

    def is_open(self, group: Group, way: Way) -> bool:
        """Tell whether no policy selects the pods of a workload for one direction, so that every call is allowed."""
        return not any(True for _ in self._selecting(group, way))

    def allows(self, client: Group, server: Group) -> bool:
        """Tell whether the documents allow calls from one workload to another, on some port."""
        return self._passes(client, server, "Egress") and self._passes(server, client, "Ingress")

    def _passes(self, own: Group, other: Group, way: Way) -> bool:
        if self.is_open(own, way):
            return True
        key, side = _RULES[way]
        for policy in self._selecting(own, way):
            for rule in at(policy.manifest, ("spec", key)) or []:
                peers = rule.get(side)
                if not peers or any(self._is_peer(peer, policy, other) for peer in peers):
                    return True
        return False

    def _selecting(self, group: Group, way: Way) -> Iterator[Source]:
        for policy in self._policies:
            spec = policy.manifest.get("spec") or {}
            types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
            same = self.namespace(policy) == self.namespace(group.workload)
            # expressions are not evaluated: a policy that may select the pods is taken for one that does
            labels = at(spec, ("podSelector", "matchLabels")) or {}
            if way in types and same and labels.items() <= group.labels.items():
                yield policy

    def _is_peer(self, peer: Mapping[str, Any], policy: Source, other: Group) -> bool:
        selectors = [peer[key] or {} for key in ("podSelector", "namespaceSelector") if key in peer]
        if "ipBlock" in peer or any("matchExpressions" in each for each in selectors):
            return False
        pods = at(dict(peer), ("podSelector", "matchLabels")) or {}
        return pods.items() <= other.labels.items() and self._near(peer, policy, other)

    def _near(self, peer: Mapping[str, Any], policy: Source, other: Group) -> bool:
        if "namespaceSelector" not in peer:
            return self.namespace(policy) == self.namespace(other.workload)
        labels = at(dict(peer), ("namespaceSelector", "matchLabels")) or {}
        return labels.items() <= {NAMESPACE: self.namespace(other.workload)}.items()

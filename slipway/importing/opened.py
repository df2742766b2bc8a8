"""What an app file opens for the calls that documents without a NetworkPolicy allow, and what that closes."""

from collections.abc import Iterable, Mapping
from typing import Any

from components.apps.flows import members_call_each_other
from components.apps.ports import serving
from components.apps.settings import AppSettings
from slipway.importing.account import Entry
from slipway.importing.calls import Calls, Neighbours, egress
from slipway.importing.documents import Source
from slipway.importing.grouping import Group
from slipway.importing.openness import Openness

KEYS = "(app file) allowFrom, allowTo, egress"


class Reach:
    """The calls of all workloads of some documents."""

    def __init__(self, groups: list[Group], sources: Iterable[Source], namespace: str) -> None:
        found = list(sources)
        self._openness = Openness(found, namespace)
        self._neighbours = neighbours = Neighbours(groups, found, self._openness)
        self._groups = {each.name: each for each in groups}
        self._calls = {id(each): neighbours.calls(each) for each in groups}

    def of(self, group: Group) -> Calls:
        """Return the calls of a workload."""
        return self._calls[id(group)]

    def opened(self, group: Group, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return an app document with the calls that its texts name, as far as the documents allow them."""
        calls = self.of(group)
        # the members of a StatefulSet are allowed anyway
        own = () if group.workload.kind != "StatefulSet" else (group.name,)
        to = [each for each in calls.to if each not in own and self._openness.allows(group, self._groups[each])]
        rules = list(egress(calls.hosts)) if self._openness.is_open(group, "Egress") else []
        found = {
            "allowTo": list(dict.fromkeys([*document.get("allowTo", []), *to])),
            "egress": [
                *document.get("egress", []),
                *(each for each in rules if each not in document.get("egress", [])),
            ],
        }
        return {**document, **{key: value for key, value in found.items() if value}}

    def closed(self, group: Group, apps: Mapping[str, AppSettings]) -> list[Entry]:
        """Return what is said of one app's calls: what is closed from now on, and which texts lead nowhere."""
        app, calls = apps[group.name], self.of(group)
        found: list[Entry] = []
        if self._openness.is_open(group, "Egress") or self._openness.is_open(group, "Ingress"):
            found.append(_entry(group, KEYS, "every call", _open(app, apps), _why(calls)))
        found += [_entry(group, f"(app file) {text.where}", text.text, text.text, why) for text, why in calls.doubts]
        for text, service, server in calls.services:
            if server not in apps:
                why = f"{service} is the Service of {server}, which is not imported"
                found.append(_entry(group, f"(app file) {text.where}", text.text, text.text, why))
        for part, names in self._neighbours.shared(group):
            why = f"the Service leads to {', '.join(names)}, the app's to {group.name} alone: make them one app"
            place = (part.file, part.document, part.kind, part.name)
            found.append(Entry(*place, "(app file) service", ", ".join(names), "not carried", group.name, why))
        return found


def callable_only(document: Mapping[str, Any], apps: Mapping[str, AppSettings]) -> dict[str, Any]:
    """Return an app document that names only apps which came along, and of those that it calls those with a port."""
    servers = {name for name, each in apps.items() if serving(each.ports)}
    own = bool(serving(apps[document["name"]].ports)) if document["name"] in apps else True
    lists = {
        "allowFrom": [name for name in document.get("allowFrom", []) if own and name in apps],
        "allowTo": [name for name in document.get("allowTo", []) if name in servers],
    }
    merged = {**document, **lists}
    return {key: value for key, value in merged.items() if value or key not in lists}


def _open(app: AppSettings, apps: Mapping[str, AppSettings]) -> dict[str, Any]:
    callers = {name for name, each in apps.items() if app.name in each.allow_to} | set(app.allow_from)
    outwards = [f"{where}:{port}" for rule in app.egress for where in rule.cidrs for port in rule.ports]
    members = [app.name] if members_call_each_other(app) else []
    return {"from": [*members, *sorted(callers - {app.name})], "to": [*members, *app.allow_to, *outwards]}


def _why(calls: Calls) -> str:
    named = [f"{name} by {where}" for name, where in calls.to.items()]
    named += [f"{host}:{port}" for host, ports in sorted(calls.hosts.items()) for port in sorted(ports)]
    seen = f"it names {', '.join(named)}" if named else "it names nobody that it calls"
    return f"no NetworkPolicy selects its pods, so all was open; the namespace denies every call but these: {seen}"


def _entry(group: Group, path: str, value: Any, now: Any, why: str) -> Entry:
    source = group.workload
    return Entry(source.file, source.document, source.kind, source.name, path, str(value)[:200], "changed", now, why)

"""Whom the workloads of documents call, as far as their variables, arguments and files name it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from slipway.importing.clients import governing
from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group, selects
from slipway.importing.openness import Openness
from slipway.importing.references import Reference, outside, references
from slipway.importing.texts import Text, texts

ANYWHERE = "0.0.0.0/0"
MOST_MEMBERS = 50
"""How many members of a StatefulSet are looked for by name."""

_LINK = re.compile(r"\$[({]([A-Z][A-Z0-9_]*_SERVICE_(?:HOST|PORT))\b")
"""A variable that Kubernetes sets of a Service:
https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables"""

_METADATA = re.compile(r"169\.254\..*")
_API = ("kubernetes.default", "kubernetes")


@dataclass(slots=True)
class Calls:
    """The calls of one workload.

    `to` are the workloads that it calls and by which text, `services` the Services by which it does, `hosts` those
    outside the cluster with their ports, `doubts` the texts that lead nowhere, each with what it names and why.
    """

    to: dict[str, str] = field(default_factory=dict)
    services: list[tuple[Text, str, str]] = field(default_factory=list)
    hosts: dict[str, set[int]] = field(default_factory=dict)
    doubts: list[tuple[Text, str]] = field(default_factory=list)


class Neighbours:
    """The Services of documents, to be found by the names that pods call them by."""

    def __init__(self, groups: list[Group], sources: Iterable[Source], openness: Openness) -> None:
        self._groups, self._openness = groups, openness
        self._services = {(openness.namespace(each), each.name): each for each in sources if each.kind == "Service"}
        self._namespaces = {namespace for namespace, _ in self._services} | {
            openness.namespace(each.workload) for each in groups
        }

    def calls(self, group: Group) -> Calls:
        """Return whom a workload calls."""
        found = Calls()
        namespace = self._openness.namespace(group.workload)
        near = {name for there, name in self._services if there == namespace}
        near |= {f"{name}.{there}" for there, name in self._services}
        near |= self._members()
        own = {text.holder: text.text for text in texts(group)}
        for text in texts(group):
            for each in sorted(references(text.text, near, variable=text.holder), key=str):
                self._follow(each, text, group, found, own)
            self._by_variables(text, group, found, own)
        return found

    def _by_variables(self, text: Text, group: Group, found: Calls, own: dict[str, str]) -> None:
        """Find Services by the variables that Kubernetes sets of them, which an app's pods have not."""
        for name in set(_LINK.findall(text.text)) - own.keys():
            service = next(
                (each for each in self._near(group) if _variable(each.name) == name.rpartition("_SERVICE_")[0]), None
            )
            if service is not None:
                why = (
                    f"{name} is not set: pods have no variables of Services (enableServiceLinks); write {service.name}"
                )
                found.doubts.append((text, why))
                for server in self.servers(service):
                    if server is not group:
                        found.to.setdefault(server.name, text.where)

    def _near(self, group: Group) -> list[Source]:
        namespace = self._openness.namespace(group.workload)
        return [each for (there, _), each in self._services.items() if there == namespace]

    def shared(self, group: Group) -> list[tuple[Source, list[str]]]:
        """Return the Services of a workload that lead to others, too, with the names of all."""
        own = [(each, [other.name for other in self.servers(each)]) for each in group.of("Service")]
        return [(each, names) for each, names in own if len(names) > 1]

    def _members(self) -> set[str]:
        """Return the names of the pods of StatefulSets, with and without their namespace."""
        found = set()
        for each in self._groups:
            if service := governing(each):
                for number in range(min(int(at(each.workload.manifest, ("spec", "replicas")) or 1), MOST_MEMBERS)):
                    name = f"{each.workload.name}-{number}.{service.name}"
                    found |= {name, f"{name}.{self._openness.namespace(service)}"}
        return found

    def servers(self, service: Source) -> list[Group]:
        """Return the workloads that a Service leads to."""
        selector = at(service.manifest, ("spec", "selector"))
        there = self._openness.namespace(service)
        near = (each for each in self._groups if self._openness.namespace(each.workload) == there)
        return [each for each in near if selects(selector, each.labels) or any(part is service for part in each.parts)]

    def _follow(self, each: Reference, text: Text, group: Group, found: Calls, own: dict[str, str]) -> None:
        service = self._service(each.host, self._openness.namespace(group.workload))
        if service is None:
            self._unknown(each, text, found, own)
            return
        alias = at(service.manifest, ("spec", "externalName"))
        if alias:
            found.hosts.setdefault(str(alias), set()).update(_port(each, text, own))
            return
        servers = self.servers(service)
        if not servers:
            found.doubts.append((text, f"the Service {service.name} leads to no workload of the documents"))
        for server in servers:
            if server is not group or each.sure:
                found.to.setdefault(server.name, text.where)
                found.services.append((text, service.name, server.name))
        if servers and each.port and each.port not in _offered(service, servers):
            found.doubts.append((text, f"the Service {service.name} has no port {each.port}"))

    def _unknown(self, each: Reference, text: Text, found: Calls, own: dict[str, str]) -> None:
        plain = re.sub(r"\.svc(\.cluster\.local)?$", "", each.host)
        if plain in _API or _METADATA.fullmatch(each.host):
            return
        inside = plain != each.host or plain.rpartition(".")[2] in self._namespaces
        single = "." not in plain and each.sure and plain != "localhost" and not plain.isdigit()
        if inside or single:
            why = f"no Service called {plain} is among the documents, and no call to it is allowed"
            found.doubts.append((text, f"{why}: allowTo names an app, egress a network"))
        elif outside(each.host):
            ports = _port(each, text, own)
            found.hosts.setdefault(each.host, set()).update(ports)
            if not ports:
                found.doubts.append((text, f"it does not say on which port {each.host} is called: egress opens it"))

    def _service(self, host: str, namespace: str) -> Source | None:
        names = re.sub(r"\.svc(\.cluster\.local)?\.?$", "", host).split(".")
        for parts in (names, names[1:]):  # a pod of a headless Service has a name of its own before it
            known = (parts[1], parts[0]) if len(parts) == 2 else (namespace, parts[0]) if len(parts) == 1 else None
            if known in self._services:
                return self._services[known]
        return None


def _variable(service: str) -> str:
    return service.upper().replace("-", "_")


def _offered(service: Source, servers: list[Group]) -> set[Any]:
    """Return the ports that a Service may be called on; a headless one has those of its pods."""
    offered = {each.get("port") for each in at(service.manifest, ("spec", "ports")) or []}
    if at(service.manifest, ("spec", "clusterIP")) != "None":
        return offered
    containers = [each for server in servers for each in server.containers]
    return offered | {each.get("containerPort") for own in containers for each in own.get("ports") or []}


def _port(each: Reference, text: Text, own: dict[str, str]) -> set[int]:
    """Return the port of a call: that of the text, or of the variable beside it, as DB_PORT is DB_HOST's."""
    if each.port:
        return {each.port}
    stem = re.sub(r"(HOST|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS)$", "", text.holder, flags=re.IGNORECASE)
    beside = own.get(f"{stem}PORT", own.get(f"{stem}port", ""))
    return {int(beside)} if beside.isdigit() else set()


def egress(hosts: dict[str, set[int]]) -> Iterator[dict[str, Any]]:
    """Yield the rules of `egress` for hosts outside: a network policy knows addresses, so a name is anywhere."""
    named: set[int] = set()
    for host, ports in sorted(hosts.items()):
        if host.replace(".", "").isdigit() and ports:
            yield {"cidrs": [f"{host}/32"], "ports": sorted(ports)}
        else:
            named |= ports
    if named:
        yield {"cidrs": [ANYWHERE], "ports": sorted(named)}

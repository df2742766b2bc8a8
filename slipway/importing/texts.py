"""The texts of a workload in which it may name whom it calls: variables, arguments, files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.importing.belonging import config_maps
from slipway.importing.documents import at
from slipway.importing.grouping import Group


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the name of what holds it (a variable, a flag; empty for a file) and where that is, for a report."""

    text: str
    holder: str
    where: str


def texts(group: Group) -> Iterator[Text]:
    """Yield the texts of a workload's containers, and of the ConfigMaps that they read."""
    for container in group.containers:
        for each in container.get("env") or []:
            if isinstance(each.get("value"), str):
                yield Text(each["value"], str(each.get("name")), str(each.get("name")))
        yield from _words(container, "command")
        yield from _words(container, "args")
        yield from _commands(container)
    wanted = set(config_maps(group))
    for part in group.of("ConfigMap"):
        if part.name in wanted:
            for key, value in (part.manifest.get("data") or {}).items():
                if isinstance(value, str):
                    yield Text(value, "" if "." in key or "\n" in value else key, f"{key} of the ConfigMap {part.name}")


def _words(container: Mapping[str, Any], key: str) -> Iterator[Text]:
    before = ""
    for word in map(str, container.get(key) or []):
        flag, equals, value = word.partition("=")
        if word.startswith("-") and equals:
            yield Text(value, flag, f"{flag} in {key}")
        else:
            yield Text(word, before, f"{before} in {key}" if before else key)
        before = word if word.startswith("-") and not equals else ""


def _commands(container: Mapping[str, Any]) -> Iterator[Text]:
    probes = (f"{kind}Probe" for kind in ("liveness", "readiness", "startup"))
    hooks = (("lifecycle", kind) for kind in ("postStart", "preStop"))
    for path in [*((each,) for each in probes), *hooks]:
        command = at(dict(container), (*path, "exec", "command")) or []
        yield Text(" ".join(map(str, command)), "", ".".join(path))

"""Which rendered object a document became."""

from collections.abc import Mapping
from typing import Any

from components.apps.settings import AppSettings
from components.apps.strategies import workload_suffixes
from slipway.importing.account import same
from slipway.importing.alignment import found_again
from slipway.importing.clients import is_apart
from slipway.importing.documents import Source, at, leaves
from slipway.importing.grouping import Group


def counterparts(group: Group, app: AppSettings, objects: Mapping[str, Any]) -> list[tuple[Source, str]]:
    """Return each document of an app with the suffix of the object that it became, empty for none."""
    workload = workload_suffixes(app)[0]
    found = [(group.workload, workload)]
    found += [(each, key if key in objects else "") for key, each in group.others.items() if each is not group.workload]
    taken = {suffix for _, suffix in found}
    named: list[tuple[Source, str]] = []
    unnamed: list[tuple[Source, str]] = []
    for part in group.parts:
        suffix = "rollout" if part.kind == "Rollout" and "rollout" in objects else _namesake(part, objects)
        (named if suffix and (suffix not in taken or part.kind == "Rollout") else unnamed).append((part, suffix))
        taken |= {suffix} if suffix else set()
    for part, _ in unnamed:
        if is_apart(part, group):
            named.append((part, ""))
            continue
        free = [each for each, now in objects.items() if now["kind"] == part.kind and each not in taken]
        suffix = _closest(part, free, objects)
        # Several Services of a document are one of the app's, and several policies are one rule each.
        if not suffix and part.kind in {"Service", "NetworkPolicy"}:
            suffix = _closest(part, [each for each, now in objects.items() if now["kind"] == part.kind], objects)
        taken.add(suffix)
        named.append((part, suffix))
    order = {id(part): index for index, part in enumerate(group.parts)}
    return found + sorted(named, key=lambda each: order[id(each[0])])


def _namesake(part: Source, objects: Mapping[str, Any]) -> str:
    known = ((suffix, now) for suffix, now in objects.items() if now["kind"] == part.kind)
    return next((suffix for suffix, now in known if now["metadata"]["name"] == part.name), "")


def _closest(part: Source, suffixes: list[str], objects: Mapping[str, Any]) -> str:
    """Return the object that most values of a document are found in; of Services the one of the same sort first."""
    external = at(part.manifest, ("spec", "type")) == "ExternalName"
    headless = at(part.manifest, ("spec", "clusterIP")) == "None"

    def likeness(suffix: str) -> tuple[bool, bool, int, bool]:
        now = objects[suffix]
        common = sum(
            same(value, found_again(part.manifest, now, path)) or found_again(part.manifest, now, path) == value
            for path, value in leaves(part.manifest)
        )
        sort = (at(now, ("spec", "type")) == "ExternalName") == external
        return sort, (at(now, ("spec", "clusterIP")) == "None") == headless, common, suffix == "service"

    return max(suffixes, key=likeness, default="")

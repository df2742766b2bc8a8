"""An import: documents in, app documents and the account of every value out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.networking.ingress.facts import ControllerFacts
from slipway.importing.account import Entry, account, path_text
from slipway.importing.convert import converted
from slipway.importing.documents import Source
from slipway.importing.grouping import Group, group

SUFFIXES = {
    "ConfigMap": "config",
    "HorizontalPodAutoscaler": "hpa",
    "Ingress": "ingress",
    "PodDisruptionBudget": "pdb",
    "ServiceAccount": "sa",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One app: its document, its settings, and the objects that it came from."""

    document: dict[str, Any]
    settings: AppSettings
    group: Group


@dataclass(frozen=True, slots=True)
class Import:
    """The apps by name, and what became of every value of the documents."""

    apps: dict[str, Imported]
    entries: tuple[Entry, ...]


def context_of(apps: Iterable[AppSettings], environment: str) -> AppContext:
    """Return a context that adds nothing of a stack's own: no mesh, no pools, whichever controller is there."""
    return AppContext(
        environment=environment,
        controllers={"external": ControllerFacts("external")},
        apps={app.name: app for app in apps},
    )


def import_sources(sources: Iterable[Source], *, environment: str, namespace: str) -> Import:
    """Return the apps of some objects; `namespace` is that of workloads which name none."""
    sources = list(sources)
    groups, left = group(sources)
    apps: dict[str, Imported] = {}
    problems: list[Entry] = []
    for each in groups:
        if each.workload.name in apps:
            left += [each.workload, *each.parts]
            continue
        document, settings, refused = _accepted(each, converted(each, groups, namespace))
        problems += refused
        if settings is None:
            left += [each.workload, *each.parts]
        else:
            apps[settings.name] = Imported(document, settings, each)
    apps = {name: _known(each, set(apps)) for name, each in apps.items()}
    context = context_of((each.settings for each in apps.values()), environment)
    entries = [entry for each in apps.values() for entry in _accounts(each, context)]
    entries += [entry for source in left for entry in account(source, {}, {})]
    order = {(source.file, source.document, source.kind, source.name): at for at, source in enumerate(sources)}
    entries.sort(key=lambda entry: order[entry.file, entry.document, entry.kind, entry.name])
    return Import(apps, (*entries, *problems))


def _known(app: Imported, names: set[str]) -> Imported:
    """Return an app that names only apps which came along."""
    lists = {key: [name for name in app.document.get(key, []) if name in names] for key in ("allowFrom", "allowTo")}
    document = {**app.document, **lists}
    document = {key: value for key, value in document.items() if value or key not in lists}
    return replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))


def _accepted(group: Group, document: dict[str, Any]) -> tuple[dict[str, Any], AppSettings | None, list[Entry]]:
    """Return what is left of a document when everything that is no setting is taken out of it, with the reasons."""
    refused: list[Entry] = []
    source = group.workload
    for _ in range(100):
        try:
            return document, AppSettings.model_validate(document, by_name=False), refused
        except ValidationError as error:
            first = error.errors()[0]
            path = tuple(step for step in first["loc"] if step in _keys(document, first["loc"], step))
            refused.append(
                Entry(
                    source.file,
                    source.document,
                    source.kind,
                    source.name,
                    f"(app file) {path_text(path)}",
                    str(first.get("input"))[:200],
                    "not carried",
                    None,
                    first["msg"].removeprefix("Value error, "),
                )
            )
            if not path or path[0] in {"name", "namespace", "image"} or not _remove(document, path):
                return document, None, refused
    return document, None, refused


def _keys(document: Any, path: tuple[Any, ...], step: Any) -> set[Any]:
    """Return the steps of an error's path that lead through the document: pydantic names union members, too."""
    found: set[Any] = set()
    for each in path:
        inside = (
            each in document if isinstance(document, dict) else isinstance(document, list) and isinstance(each, int)
        )
        if inside:
            found.add(each)
            document = document[each] if isinstance(document, dict) or each < len(document) else None
    return found & {step}


def _remove(document: Any, path: tuple[Any, ...]) -> bool:
    """Take out a value: of a list or a setting's map the whole setting, where it is not the setting itself."""
    for step in path[:-1]:
        document = document[step]
    if isinstance(document, (dict, list)):
        del document[path[-1]]
        return True
    return False


def _accounts(app: Imported, context: AppContext) -> Iterator[Entry]:
    objects = render(app.settings, context)
    workload = app.group.workload
    yield from account(workload, objects[app.settings.kind.lower()], objects)
    if not _limited(app.group):
        now = app.settings.resources.limits.model_dump(mode="json")
        path = "spec.template.spec.containers[0].resources.limits"
        why = "a container has limits: these are the defaults, measure and set them"
        yield Entry(workload.file, workload.document, workload.kind, workload.name, path, None, "changed", now, why)
    for part in app.group.parts:
        yield from account(part, objects.get(_suffix(part, objects), {}), objects)


def _limited(group: Group) -> bool:
    limits = (group.pod["containers"][0].get("resources") or {}).get("limits") or {}
    return {"cpu", "memory"} <= set(limits)


def _suffix(part: Source, objects: dict[str, Any]) -> str:
    if part.kind == "Service":
        spec = part.manifest.get("spec") or {}
        if spec.get("clusterIP") == "None" and "headless" in objects:
            return "headless"
        names = {port.get("name") for port in spec.get("ports") or []}
        return "metrics" if names == {"metrics"} else "service"
    if part.kind == "NetworkPolicy":
        found = [suffix for suffix, each in objects.items() if each["kind"] == "NetworkPolicy"]
        return found[0] if found else ""
    return SUFFIXES.get(part.kind, "")

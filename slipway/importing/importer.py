"""An import: documents in, app documents and the account of every value out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.importing.acceptance import accepted, refusal, renderable
from slipway.importing.account import Entry, account, path_text
from slipway.importing.belonging import group
from slipway.importing.convert import converted
from slipway.importing.counterparts import counterparts
from slipway.importing.documents import LeafPath, Source
from slipway.importing.escape import with_objects, with_patches
from slipway.importing.grouping import WORKLOADS, Group
from slipway.importing.reasons import role_notice
from slipway.importing.surroundings import context_of

Account = list[tuple[LeafPath, Entry]]


@dataclass(frozen=True, slots=True)
class Imported:
    """One app: its document, its settings, the objects that it came from, and those that it renders."""

    document: dict[str, Any]
    settings: AppSettings
    group: Group
    objects: Mapping[str, Any] = field(default_factory=dict)
    pairs: tuple[tuple[Source, str], ...] = ()
    """The documents, each with the suffix of what it became in `objects`, empty for nothing."""


@dataclass(frozen=True, slots=True)
class Import:
    """The apps by name, what became of every value of the documents, and the objects that became nothing."""

    apps: dict[str, Imported]
    entries: tuple[Entry, ...]
    left: tuple[Source, ...] = ()


def import_sources(sources: Iterable[Source], *, environment: str, namespace: str, escape: bool = False) -> Import:
    """Return the apps of some objects; `namespace` is that of workloads which name none.

    With `escape` what fits no key goes into `patches` and `objects`.
    """
    sources = list(sources)
    groups, left = group(sources)
    kinds = {each.kind for each in sources}
    apps: dict[str, Imported] = {}
    problems: list[Entry] = []
    because: dict[int, str] = {}
    for each in groups:
        every = [each.workload, *(other for other in each.others.values() if other is not each.workload), *each.parts]
        if each.name in apps:
            left += [source for source in every if source not in left]
            because |= {id(source): f"there is an app called {each.name} already" for source in every}
            continue
        document, settings, refused = accepted(each, converted(each, groups, namespace))
        problems += refused
        if settings is None:
            left += [source for source in every if source not in left]
            because |= {id(source): f"no app file says this {each.workload.kind}: see (app file)" for source in every}
        else:
            apps[settings.name] = Imported(document, settings, each)
    apps = {name: _known(each, set(apps)) for name, each in apps.items()}
    apps, more = _all_renderable(apps, environment, kinds)
    rendered = _rendered(apps, environment, kinds)
    accounts = {name: _account(each) for name, each in rendered.items()}
    if escape:
        apps = {name: _patched(each, accounts[name]) for name, each in rendered.items()}
        apps, left = _adopted(apps, left)
        rendered = _rendered(apps, environment, kinds)
        accounts = {name: _account(each) for name, each in rendered.items()}
    entries = _once(sources, [entry for each in accounts.values() for _, entry in each])
    known = {(entry.file, entry.document, entry.kind, entry.name, entry.path) for entry in entries}
    for source in left:
        found = [entry for _, entry in account(source, {}, {}, because=because.get(id(source), ""))]
        entries += [each for each in found if (each.file, each.document, each.kind, each.name, each.path) not in known]
    order = {(source.file, source.document, source.kind, source.name): at for at, source in enumerate(sources)}
    entries.sort(key=lambda entry: order[entry.file, entry.document, entry.kind, entry.name])
    return Import(rendered, (*entries, *problems, *more), tuple(left))


def _once(sources: Iterable[Source], entries: list[Entry]) -> list[Entry]:
    """Return one entry for each value of an object that several apps share: the one that says most is lost."""
    shared: dict[tuple[Any, ...], Entry] = {}
    worst = {"carried": 0, "changed": 1, "not carried": 2}
    same = {(each.file, each.document, each.kind, each.name): 0 for each in sources}
    for entry in entries:
        key = (entry.file, entry.document, entry.kind, entry.name)
        place = (*key, entry.path, *(() if key in same else (id(entry),)))
        if place not in shared or worst[entry.outcome] > worst[shared[place].outcome]:
            shared[place] = entry
    return list(shared.values())


def _known(app: Imported, names: set[str]) -> Imported:
    """Return an app that names only apps which came along."""
    lists = {key: [name for name in app.document.get(key, []) if name in names] for key in ("allowFrom", "allowTo")}
    document = {**app.document, **lists}
    document = {key: value for key, value in document.items() if value or key not in lists}
    return replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))


def _all_renderable(
    apps: Mapping[str, Imported], environment: str, kinds: set[str]
) -> tuple[dict[str, Imported], list[Entry]]:
    """Return the apps without what cannot be rendered, such as an Ingress of an app that has no port."""
    found: dict[str, Imported] = {}
    problems: list[Entry] = []
    for name, app in apps.items():
        others = [each.settings for each in apps.values()]
        document, lost = renderable(app.document, others, environment, kinds)
        problems += [refusal(app.group, key, why) for key, why in lost.items()]
        found[name] = replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))
    return found, problems


def _rendered(apps: Mapping[str, Imported], environment: str, kinds: set[str]) -> dict[str, Imported]:
    context = context_of((each.settings for each in apps.values()), environment, kinds)
    found = {}
    for name, app in apps.items():
        objects = render(app.settings, context)
        found[name] = replace(app, objects=objects, pairs=tuple(counterparts(app.group, app.settings, objects)))
    return found


def _account(app: Imported) -> Account:
    found: Account = []
    for source, suffix in app.pairs:
        now = app.objects.get(suffix, {})
        found += account(source, now, app.objects)
        notice = role_notice(source, now) if source.kind == "ServiceAccount" else None
        if notice is not None:
            found = [(path, _noticed(entry, notice)) for path, entry in found]
        if source is app.group.workload and not _limited(app.group):
            found.append(((), _limits(app, source)))
    return found


def _noticed(entry: Entry, notice: tuple[Any, str]) -> Entry:
    now, why = notice
    role = entry.kind == "ServiceAccount" and entry.value == now and entry.outcome == "carried"
    return replace(entry, outcome="changed", why=why) if role else entry


def _limits(app: Imported, source: Source) -> Entry:
    now = app.settings.resources.limits.model_dump(mode="json")
    step = ("spec", "jobTemplate", "spec", "template") if source.kind == "CronJob" else ("spec", "template")
    path = path_text((*step, "spec", "containers", 0, "resources", "limits"))
    why = "a container has limits: these are the defaults, measure and set them"
    return Entry(source.file, source.document, source.kind, source.name, path, None, "changed", now, why)


def _limited(group: Group) -> bool:
    limits = (group.pod["containers"][0].get("resources") or {}).get("limits") or {}
    return {"cpu", "memory"} <= set(limits)


def _patched(app: Imported, entries: Account) -> Imported:
    lost = {(each.file, each.document, each.kind, each.name, each.path) for _, each in entries if each.why}
    lost = {key for key in lost if key not in {_key(each) for _, each in entries if each.outcome != "not carried"}}
    paths = {
        (each.file, each.document, each.kind, each.name): [
            path for path, other in entries if _key(other)[:4] == _key(each)[:4] and _key(other) in lost
        ]
        for _, each in entries
    }
    document = with_patches(app.document, app.objects, app.pairs, paths)
    return replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))


def _key(entry: Entry) -> tuple[str, int, str, str, str]:
    return entry.file, entry.document, entry.kind, entry.name, entry.path


def _adopted(apps: Mapping[str, Imported], left: list[Source]) -> tuple[dict[str, Imported], list[Source]]:
    """Return the apps with the objects that belong to none of them by themselves, and those that no app takes."""
    found, rest = dict(apps), []
    for source in left:
        name = None if source.kind in WORKLOADS else with_objects(source, {key: app for key, app in found.items()})
        if name is None:
            rest.append(source)
            continue
        app = found[name]
        manifest = {key: value for key, value in source.manifest.items() if key != "status"}
        document = {**app.document, "objects": {**app.document.get("objects", {}), source.name: manifest}}
        app.group.parts.append(source)
        found[name] = replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))
    return found, rest

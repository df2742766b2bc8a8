"""An import: documents in, app documents and the account of every value out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.importing import clients, variables
from slipway.importing.acceptance import accepted, refusal, renderable
from slipway.importing.account import Entry, account
from slipway.importing.added import added
from slipway.importing.authored import authored
from slipway.importing.became import Became
from slipway.importing.belonging import group, made_secret
from slipway.importing.convert import converted
from slipway.importing.counterparts import counterparts
from slipway.importing.documents import LeafPath, Source, UnreadableError, at
from slipway.importing.escape import with_objects, with_patches
from slipway.importing.fitting import Refusals, fitted
from slipway.importing.grouping import WORKLOADS, Group
from slipway.importing.hosts import of_all_hosts
from slipway.importing.opened import Reach, callable_only
from slipway.importing.ports import passed_by
from slipway.importing.reasons import role_notice
from slipway.importing.services import beside
from slipway.importing.shapes import misshapen
from slipway.importing.surroundings import context_of

REFUSED = "no app file says this workload: what is wrong is at (app file)"

APART = "the app has one Service: this one is open to the outside, and stays apart; --escape writes it under objects"

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
    issued: frozenset[str] = frozenset()
    """The Secrets that cert-manager makes of the documents' Certificates."""


@dataclass(frozen=True, slots=True)
class Import:
    """The apps by name, what became of every value of the documents, and the objects that became nothing."""

    apps: dict[str, Imported]
    entries: tuple[Entry, ...]
    left: tuple[Source, ...] = ()


def import_sources(
    sources: Iterable[Source],
    *,
    environment: str,
    namespace: str,
    escape: bool = False,
    refusals: Refusals = lambda _: [],
) -> Import:
    """Return the apps of some objects; `namespace` is that of workloads which name none.

    `refusals` says what the stack of the apps has against them, which is left out. With `escape` what fits no key goes
    into `patches` and `objects`. Raises UnreadableError for an object that has not the shape that Kubernetes gives it,
    where that keeps it from being read.
    """
    found = list(sources)
    try:
        return _imported(found, environment=environment, namespace=namespace, escape=escape, refusals=refusals)
    except (AttributeError, TypeError, KeyError) as error:
        raise UnreadableError(_misshapen(found) or f"an object has not Kubernetes' shape: {error}") from error


def _misshapen(sources: Iterable[Source]) -> str:
    wrong = ((source, misshapen(source.manifest)) for source in sources)
    return "\n".join(
        f"{source.file}: document {source.document} ({source.kind} {source.name}): {why}, as Kubernetes has it"
        for source, why in wrong
        if why
    )


def _imported(documents: list[Source], *, environment: str, namespace: str, escape: bool, refusals: Refusals) -> Import:
    sources, written = authored(documents)
    groups, left = group(sources)
    reach = Reach(groups, sources, namespace)
    kinds = {each.kind for each in sources}
    issued = frozenset(str(at(each.manifest, ("spec", "secretName"))) for each in sources if each.kind == "Certificate")
    apps: dict[str, Imported] = {}
    problems: list[Entry] = []
    because: dict[int, str] = {}

    def leave(owner: Group, why: str) -> None:
        for source in _sources_of(owner):
            because[id(source)] = why
            if source not in left:
                left.append(source)

    for each in groups:
        if each.name in apps:
            leave(each, f"there is an app called {each.name} already")
            continue
        document, settings, refused = accepted(each, reach.opened(each, converted(each, groups, namespace)))
        problems += refused
        if settings is None:
            leave(each, REFUSED)
        else:
            apps[settings.name] = Imported(document, settings, each, issued=issued)
    apps = _known(apps)
    kept, more = _all_renderable(apps, environment, kinds)
    for name in apps.keys() - kept.keys():
        leave(apps[name].group, REFUSED)
    apps = _known(kept)
    members = {name: each.group for name, each in apps.items()}
    fits, unfit = fitted({name: each.document for name, each in apps.items()}, members, refusals)
    apps = _known({name: _of(each, fits[name]) for name, each in apps.items()})
    more += unfit
    rendered = _rendered(apps, environment, kinds)
    accounts = {name: _account(each) for name, each in rendered.items()}
    if escape:
        apps = {name: _patched(each, accounts[name]) for name, each in rendered.items()}
        apps, left = _adopted(apps, left)
        rendered = _rendered(apps, environment, kinds)
        accounts = {name: _account(each) for name, each in rendered.items()}
    entries = _once(entry for each in accounts.values() for _, entry in each)
    known = set(map(_key, entries))
    for source in left:
        found = account(source, Became({}, {}), because=because.get(id(source), ""))
        entries += [entry for _, entry in found if _key(entry) not in known]
    final = {name: each.settings for name, each in rendered.items()}
    entries += [entry for each in rendered.values() for entry in reach.closed(each.group, final)]
    order = {(source.file, source.document, source.kind, source.name): at for at, source in enumerate(documents)}
    entries += written
    entries.sort(key=lambda entry: order[entry.file, entry.document, entry.kind, entry.name])
    return Import(rendered, (*entries, *problems, *more), tuple(left))


def _sources_of(group: Group) -> list[Source]:
    others = [each for each in group.others.values() if each is not group.workload]
    return [group.workload, *others, *group.parts]


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry for each value of an object that several apps share.

    It is the one that says most is lost, but for a ConfigMap, whose values each app takes as far as it reads them, and
    an Ingress, of which each app takes the paths that lead to it.
    """
    worst = {"carried": 0, "changed": 1, "not carried": 2}
    found: dict[tuple[str, int, str, str, str], Entry] = {}
    for entry in entries:
        other = found.setdefault(_key(entry), entry)
        worse = worst[entry.outcome] > worst[other.outcome]
        if entry.outcome != other.outcome and worse != (entry.kind in {"ConfigMap", "Ingress"}):
            found[_key(entry)] = entry
    return list(found.values())


def _known(apps: Mapping[str, Imported]) -> dict[str, Imported]:
    """Return apps that name only each other."""
    settings = {name: each.settings for name, each in apps.items()}
    documents = {name: callable_only(each.document, settings) for name, each in apps.items()}
    return {
        name: replace(
            each, document=documents[name], settings=AppSettings.model_validate(documents[name], by_name=False)
        )
        for name, each in apps.items()
    }


def _of(app: Imported, document: dict[str, Any]) -> Imported:
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
        if document is None:
            continue
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
    secrets = frozenset(str(made_secret(each)) for each in app.group.of("ExternalSecret", "SealedSecret"))
    given = {each.name: tuple(each.manifest.get("data") or ()) for each in app.group.of("ConfigMap")}
    picked = frozenset(variables.picked(app.group.containers[0]))
    for source, suffix in app.pairs:
        now = app.objects.get(suffix, {})
        now = of_all_hosts(source, now, app.objects) if now.get("kind") == "Ingress" else now
        because = APART if not now and clients.is_apart(source, app.group) else ""
        became = Became(now, app.objects, given, picked, app.issued, secrets, frozenset(passed_by(app.group)))
        found += account(source, became, because=because)
        notice = role_notice(source, now) if source.kind == "ServiceAccount" else None
        if notice is not None:
            found = [(path, _noticed(entry, notice)) for path, entry in found]
        if source is app.group.workload:
            found += [((), entry) for entry in added(source, now)]
    return found


def _noticed(entry: Entry, notice: tuple[Any, str]) -> Entry:
    now, why = notice
    role = entry.kind == "ServiceAccount" and entry.value == now and entry.outcome == "carried"
    return replace(entry, outcome="changed", why=why) if role else entry


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


def _with_services(app: Imported) -> Imported:
    """Return an app with those of its workload's Services that are open to the outside."""
    apart = {each.name: beside(each, app.group) for each in clients.apart(app.group)}
    if not apart:
        return app
    document = {**app.document, "objects": {**app.document.get("objects", {}), **apart}}
    return replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))


def _adopted(apps: Mapping[str, Imported], left: list[Source]) -> tuple[dict[str, Imported], list[Source]]:
    """Return the apps with the objects that belong to none of them by themselves, and those that no app takes."""
    found, rest = {name: _with_services(app) for name, app in apps.items()}, []
    for source in left:
        name = None if source.kind in WORKLOADS else with_objects(source, found)
        if name is None:
            rest.append(source)
            continue
        app = found[name]
        manifest = {key: value for key, value in source.manifest.items() if key != "status"}
        document = {**app.document, "objects": {**app.document.get("objects", {}), source.name: manifest}}
        app.group.parts.append(source)
        found[name] = replace(app, document=document, settings=AppSettings.model_validate(document, by_name=False))
    return found, rest

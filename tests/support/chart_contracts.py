"""What the program relies on in each chart, as data read from its source: tests/data/chart_contracts/ENTRY.yaml."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from components.chart_values import defaults
from tests.support.chart_values import chart, plain

DATA = Path(__file__).parents[1] / "data" / "chart_contracts"
CRDS = DATA.with_name("crds")
BY_OPERATOR = "by the operator"
NODE = "kubernetes.io/hostname"


class Part(BaseModel):
    """A part of a contract; `conditions` (`if`) are values of the chart that are all true where the part is there."""

    model_config = ConfigDict(extra="forbid")
    conditions: tuple[str, ...] = Field(default=(), alias="if")


class Listener(Part):
    """A port on which a program listens: `port` by default, moved by `value`; `flag` tells the program of it.

    Without `flag` the chart's template passes the value on; without `value` nothing moves it. `host` is the value that
    puts the pods on the host network.
    """

    what: str
    port: int
    value: str | None = None
    flag: str | None = None
    host: str | None = None


class Files(Part):
    """A Secret's keys as files, and the `flags` by which the program is told of others than its `defaults`.

    Where `unless` is true the chart tells it of files of its own.
    """

    secret_keys: str
    unless: str
    folder: str
    flags: str
    defaults: dict[str, str]


class Replicas(BaseModel):
    """The value with the number of pods, and the one that keeps them on nodes apart."""

    model_config = ConfigDict(extra="forbid")
    value: str
    apart: str


class Watch(BaseModel):
    """A kind that the chart's controller reads, in the first of `versions` that is served; `unused`: of no use here."""

    model_config = ConfigDict(extra="forbid")
    group: str
    kind: str
    versions: tuple[str, ...]
    condition: str | None = Field(default=None, alias="if")
    unused: bool = False


class Contract(BaseModel):
    """One chart, at the version that it was read at."""

    model_config = ConfigDict(extra="forbid")
    version: str
    read: date
    sources: tuple[str, ...] = Field(min_length=1)
    unverified: str | None = None
    called: tuple[Listener, ...] = ()
    listens: tuple[Listener, ...] = ()
    files: tuple[Files, ...] = ()
    replicas: tuple[Replicas, ...] = ()
    watches: tuple[Watch, ...] = ()


@cache
def contracts() -> Mapping[str, Contract]:
    """Return every contract by its entry in the lock."""
    files = sorted(DATA.glob("*.yaml"))
    return {path.stem: Contract.model_validate(YAML(typ="safe").load(path)) for path in files}


@cache
def served(group: str, kind: str) -> frozenset[str]:
    """Return the versions of a kind that its definition in tests/data/crds serves; none without one."""
    for path in CRDS.glob(f"*.{group}.json"):
        spec = json.loads(path.read_text())["spec"]
        if spec["names"]["kind"] == kind and spec["group"] == group:
            return frozenset(each["name"] for each in spec["versions"] if each["served"])
    return frozenset()


def value(entry: str, values: Mapping[str, Any], path: str) -> Any:
    """Return what stands under a dotted path: the program's value, else the chart's default, be it a map."""
    found: Any = plain(values)
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    if found is not None:
        return found
    known = defaults(chart(entry))
    below = {key: default for key, default in known.items() if key.startswith(f"{path}.")}
    return known.get(path, below or None)


def there(entry: str, values: Mapping[str, Any], part: Part) -> bool:
    """Tell whether a part of a contract is there with these values."""
    return all(value(entry, values, each) for each in part.conditions)


def _number(found: Any) -> int:
    return int(str(found).rpartition(":")[2])


def port(entry: str, values: Mapping[str, Any], listener: Listener) -> int:
    """Return the port of the container, and of what the Service leads to."""
    moved = value(entry, values, listener.value) if listener.value else None
    return _number(moved) if moved else listener.port


def misled(entry: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the listeners whose program is not told of the port that its container and Service have."""
    contract = contracts()[entry]
    for listener in (*contract.called, *contract.listens):
        wanted = port(entry, values, listener)
        told = value(entry, values, listener.flag) if listener.flag else None
        listening = listener.port if listener.flag and told is None else _number(told) if told else wanted
        if there(entry, values, listener) and listening != wanted:
            yield f"{entry}: {listener.what} is looked for on {wanted}, and listens on {listening}"


def called(entry: str, values: Mapping[str, Any], *, overlay: bool) -> set[int]:
    """Return the ports on which the API server reaches what it calls of an installed chart."""
    return {
        port(entry, values, each)
        for each in contracts()[entry].called
        if there(entry, values, each)
        and (not overlay or each.host == BY_OPERATOR or (each.host and value(entry, values, each.host)))
    }


def unread(entry: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files that a program opens and that its Secret does not become."""
    for each in contracts()[entry].files:
        if there(entry, values, each) and not value(entry, values, each.unless):
            flags = value(entry, values, each.flags) or {}
            opened = {flags.get(flag, default) for flag, default in each.defaults.items()}
            made = {f"{each.folder}/{item['path']}" for item in value(entry, values, each.secret_keys)}
            yield from sorted(f"{entry}: nothing is {path}" for path in opened - made)


def crowded(entry: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the pods of which there are several that nothing keeps on nodes apart."""
    for each in contracts()[entry].replicas:
        apart = value(entry, values, each.apart)
        kept = apart in (True, "soft", "hard") or NODE in json.dumps(apart)
        if int(value(entry, values, each.value) or 0) > 1 and not kept:
            yield f"{entry}: {each.value} pods may share a node: {each.apart} says nothing of {NODE}"


def unserved(entry: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the kinds that a controller reads in versions that their definitions do not serve."""
    for each in contracts()[entry].watches:
        wanted = each.condition is None or value(entry, values, each.condition)
        if wanted and not each.unused and not served(each.group, each.kind) & set(each.versions):
            yield f"{entry}: reads {each.kind} as {', '.join(each.versions)}, none of which {each.group} serves"


def faults(entry: str, values: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong between a chart, as its contract has it, and the values that it is given."""
    return [found for look in (misled, unread, crowded, unserved) for found in look(entry, values)]

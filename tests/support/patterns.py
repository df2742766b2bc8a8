"""The documents' manifests, the app files that say the same, and what differs between the two.

`pattern("1-08-deployment")` loads `tests/data/patterns/1-08-deployment.yaml`, an app file as a user writes it, through
a project of its own and the real loader with all its checks. Beside it may stand `1-08-deployment.stack.yaml`: rooms of
the stack that take the place of those in `stack.yaml`, and under `apps` the other apps that the pattern needs.

`compare` says for every leaf of a document's manifest what became of it.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.apps.context import context
from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.settings import StackSettings
from slipway.loading import LoadedStack, advice, load_stack
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.run import record

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "tests/data/documents"
PATTERNS = ROOT / "tests/data/patterns"
STACK = "pattern"

ABSENT = "<absent>"  # stands for the value of a leaf that the other side does not have

MERGE_KEYS: Mapping[str, tuple[str, ...]] = {
    "ports": ("containerPort", "port"),
    "volumeMounts": ("mountPath",),
    "volumeClaimTemplates": ("metadata.name",),
    "envFrom": ("configMapRef.name", "secretRef.name"),
    "metrics": ("resource.name", "external.metric.name", "pods.metric.name", "object.metric.name"),
    "topologySpreadConstraints": ("topologyKey",),
    "endpoints": ("port",),
    "subjects": ("kind",),
    "servers": ("port.number",),
}
"""By what the items of a list are known, where it is not their name."""


def _yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


@cache
def documents(name: str) -> tuple[Manifest, ...]:
    """Return the manifests of `tests/data/documents/NAME.yaml`, or of `parts/NAME.yaml` for what is not a whole one."""
    found = next(path for path in (DOCUMENTS / f"{name}.yaml", DOCUMENTS / f"parts/{name}.yaml") if path.is_file())
    return tuple(YAML(typ="safe", pure=True).load_all(found))


def document(name: str) -> Manifest:
    """Return the only manifest of a document."""
    (manifest,) = documents(name)
    return manifest


@contextmanager
def _project(name: str) -> Iterator[Path]:
    """Write the project of a pattern: the program, its stack and its apps, where a user has them."""
    file, side = PATTERNS / f"{name}.yaml", PATTERNS / f"{name}.stack.yaml"
    overlay: dict[str, Any] = _yaml(side) if side.is_file() else {}
    others = overlay.pop("apps", [])
    rooms = {**_yaml(PATTERNS / "stack.yaml"), **overlay}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        apps = root / "apps" / rooms["environment"]
        apps.mkdir(parents=True)
        for each in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / each, root)
        config = {f"slipway:{key}": room for key, room in rooms.items() if room is not None}
        YAML().dump({"config": config}, root / f"Pulumi.{STACK}.yaml")
        if file.is_file():
            shutil.copy(file, apps / f"{_yaml(file)['name']}.yaml")
        for other in others:
            YAML().dump(other, apps / f"{other['name']}.yaml")
        yield root


@dataclass(frozen=True)
class Pattern:
    """A pattern's app, None where it is the stack that says it, and what comes of it."""

    name: str
    loaded: LoadedStack
    advice: tuple[str, ...]

    @property
    def settings(self) -> StackSettings:
        """The stack with its apps, which passed every check."""
        return self.loaded.settings

    @cached_property
    def app(self) -> AppSettings:
        """The app of the file."""
        wanted = _yaml(PATTERNS / f"{self.name}.yaml")["name"]
        return next(app for app in self.settings.apps if app.name == wanted)

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        """The objects of the app by suffix."""
        return render(self.app, context(self.settings))

    def of(self, other: str) -> dict[str, Manifest]:
        """Return the objects of another app of the pattern."""
        app = next(app for app in self.settings.apps if app.name == other)
        return render(app, context(self.settings))

    def kinds(self, kind: str) -> dict[str, Manifest]:
        """Return the app's objects of a kind, by their names."""
        return {each["metadata"]["name"]: each for each in self.manifests.values() if each["kind"] == kind}

    def one(self, kind: str) -> Manifest:
        """Return the app's only object of a kind."""
        (manifest,) = self.kinds(kind).values()
        return manifest

    @cached_property
    def recording(self) -> Recording:
        """What the whole program registers for the pattern's stack, offline."""
        with _project(self.name) as root:
            return record(
                root / "__main__.py",
                project=self.loaded.project,
                stack=STACK,
                config=self.loaded.config,
                secret_keys=self.loaded.secret_keys,
            )

    def resource(self, token: str, name: str) -> Resource:
        """Return the recorded resource of a type and logical name."""
        found = {resource.name: resource for resource in self.recording.of_type(token)}
        assert name in found, f"no {token} {name} among {sorted(found)}"
        return found[name]

    def recorded(self, kind: str, name: str, namespace: str | None = None) -> Manifest:
        """Return the recorded Kubernetes object of a kind and name, whoever makes it."""
        inputs: list[Manifest] = [each.inputs for each in self.recording.resources if each.custom]
        named = [each for each in inputs if each.get("kind") == kind and each["metadata"]["name"] == name]
        found = [each for each in named if namespace in (None, each["metadata"].get("namespace"))]
        assert len(found) == 1, f"{len(found)} {kind} {name}"
        return found[0]


@cache
def pattern(name: str) -> Pattern:
    """Load a pattern. Raises SettingsError with every mistake in its files, as `slipway preview` does."""
    with _project(name) as root:
        loaded = load_stack(root, STACK)
    return Pattern(name, loaded, tuple(advice(loaded.settings)))


def _at(item: Any, path: str) -> Any:
    for key in path.split("."):
        item = item.get(key) if isinstance(item, Mapping) else None
    return item


def _match(key: str, item: Any, index: int, others: list[Any]) -> tuple[str, Any]:
    """Return the place of an item of the list `key`, and which of the other side's items is the same one.

    It is known by its name, or by what Kubernetes knows it by; where the other side's have none, by its place.
    """
    for path in (*MERGE_KEYS.get(key, ()), "name"):
        wanted = _at(item, path)
        if wanted is not None and (not others or any(_at(other, path) is not None for other in others)):
            return f"[{wanted}]", next((other for other in others if _at(other, path) == wanted), ABSENT)
    return f"[{index}]", others[index] if index < len(others) else ABSENT


def _branches(value: Any) -> bool:
    return isinstance(value, Mapping | list) and bool(value) and not _plain(value)


def _plain(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, Mapping | list) for item in value)


def _pairs(value: Any, other: Any, path: str = "", key: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield every leaf of a value as (path, leaf, what the other has in its place); a list of plain values is one."""
    if not _branches(value):
        yield path, value, other
    elif isinstance(value, Mapping):
        for child, each in value.items():
            there = other.get(child, ABSENT) if isinstance(other, Mapping) else ABSENT
            yield from _pairs(each, there, f"{path}.{child}" if path else child, child)
    else:
        for index, item in enumerate(value):
            place, there = _match(key, item, index, other if isinstance(other, list) else [])
            yield from _pairs(item, there, path + place, key)


def compare(document: Any, rendered: Any) -> dict[str, tuple[Any, Any]]:
    """Return, for every leaf of the document that is not the same in the rendering, (document's value, rendered value).

    Paths are like `spec.template.spec.containers[webapp].image`; items of lists are matched by their name, or by what
    Kubernetes knows them by. The rendered value of a leaf that is not there is ABSENT.
    """
    return {
        path: (value, there)
        for path, value, there in _pairs(document, rendered)
        if not (there == value and type(there) is type(value))
    }


def beyond(document: Any, rendered: Any) -> dict[str, Any]:
    """Return every leaf of the rendering that the document does not have, by its path."""
    return {path: value for path, value, there in _pairs(rendered, document) if there == ABSENT}


def agrees(document: Any, rendered: Any, differences: Mapping[str, tuple[Any, str]]) -> None:
    """Fail unless `differences`, {path: (rendered value or ABSENT, why)}, are all that the rendering changes.

    Every other leaf of the document is then the same in the rendering. A reason starts with one of REASONS.
    """
    found = {path: now for path, (_, now) in compare(document, rendered).items()}
    _same(found, {path: now for path, (now, _) in differences.items()})
    unexplained = {path: why for path, (_, why) in differences.items() if why.partition(":")[0] not in REASONS}
    assert not unexplained, unexplained


def adds(document: Any, rendered: Any, expected: Mapping[str, Any]) -> None:
    """Fail unless the rendering has each of these leaves beyond the document's, {path: value}."""
    extra = beyond(document, rendered)
    _same({path: extra.get(path, ABSENT) for path in expected}, expected)


def _same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    paths = [path for path in {**found, **expected} if found.get(path, "equal") != expected.get(path, "equal")]
    assert not paths, "\n".join(
        f"{path}: {found.get(path, 'equal')!r}, expected {expected.get(path, 'equal')!r}" for path in paths
    )


REASONS = ("modernised", "house default", "naming", "in another object", "not valid", "as the file says")
"""Why a leaf differs: a fact of today's Kubernetes or AWS, a default of Slipway, its naming of objects, a place where
Slipway keeps it instead, a field that Kubernetes never had, or what the user chose to write instead."""

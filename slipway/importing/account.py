"""The account of an import: what became of every single value of the documents.

The app file is rendered, and each value is looked for where it stood. What is there is carried; what is not is changed,
for a reason that `reasons` knows, or not carried. Nothing is left out by construction: the values of the documents are
what is gone through, not those of the app file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components import quantity
from slipway.importing.documents import LeafPath, Source, at, leaves
from slipway.importing.reasons import change, loss

Outcome = Literal["carried", "changed", "not carried"]

IDENTITY: Mapping[str, Callable[[Any], Any]] = {
    "env": lambda item: item.get("name"),
    "volumes": lambda item: item.get("name"),
    "volumeMounts": lambda item: item.get("mountPath"),
    "imagePullSecrets": lambda item: item.get("name"),
    "volumeClaimTemplates": lambda item: at(item, ("metadata", "name")),
    "ports": lambda item: item.get("containerPort", item.get("port")),
    "metrics": lambda item: (item.get("type"), at(item, ("resource", "name"))),
    "envFrom": lambda item: (sorted(item), at(item, ("secretRef", "name"))),
    "rules": lambda item: item.get("host", str(item)),
}
"""By what the items of a list are found again; those of any other list by their place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one value: `now` is what the rendered app has instead, None for nothing."""

    file: str
    document: int
    kind: str
    name: str
    path: str
    value: Any
    outcome: Outcome
    now: Any = None
    why: str = ""


def path_text(path: LeafPath) -> str:
    """Return a path as text: `spec.template.spec.containers[0].image`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text and "." not in step else str(step)
        if isinstance(step, str) and "." in step:
            text = f'{text[: len(text) - len(step)]}["{step}"]'
    return text


def found_again(document: Any, rendered: Any, path: LeafPath) -> Any:
    """Return what an object has at a path of a document, with list items found by what identifies them."""
    field = ""
    for step in path:
        if isinstance(step, int) and field in IDENTITY and isinstance(rendered, list):
            identity = IDENTITY[field]
            wanted = document[step]
            rendered = next(
                (each for each in rendered if isinstance(each, dict) and identity(each) == identity(wanted)), None
            )
        else:
            rendered = at(rendered, (step,))
        document = document[step]
        field = str(step)
    return rendered


def same(one: Any, other: Any) -> bool:
    """Tell whether two values mean the same to Kubernetes: equal, or quantities of one amount."""
    if type(one) is type(other) and one == other:
        return True
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return False
    try:
        return quantity.parse(str(one)) == quantity.parse(str(other))
    except ValueError:
        return False


def account(source: Source, rendered: Mapping[str, Any], objects: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield an entry for each value of a document.

    `rendered` is the object that it became (empty: none), `objects` are all of the app, where values may have gone.
    """
    for path, value in leaves(source.manifest):
        now = found_again(source.manifest, rendered, path)
        text = path_text(path)

        def entry(outcome: Outcome, new: Any, why: str, text: str = text, value: Any = value) -> Entry:
            return Entry(source.file, source.document, source.kind, source.name, text, value, outcome, new, why)

        quantities = {"cpu", "memory", "storage"} & set(map(str, path))
        if now is not None and ((now == value and type(now) is type(value)) or (quantities and same(value, now))):
            yield entry("carried", now, "")
        elif (changed := change(source, path, value, now, objects)) is not None:
            yield entry("changed", changed.now, changed.why)
        else:
            yield entry("not carried", now, loss(source, path, rendered))

"""The account of an import: what became of every single value of the documents.

The app file is rendered, and each value is looked for where it stood. What is there is carried; what is not is changed,
for a reason that `reasons` knows, or not carried. Nothing is left out by construction: the values of the documents are
what is gone through, not those of the app file.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from components import quantity
from slipway.importing.alignment import found_again
from slipway.importing.became import Became
from slipway.importing.chance import by_chance
from slipway.importing.defaults import is_default
from slipway.importing.documents import LeafPath, Source, leaves
from slipway.importing.reasons import change, loss
from slipway.recording.wire import SECRET

SEALED: LeafPath = ("spec", "encryptedData")
"""Where a SealedSecret has what kubeseal writes; what somebody wrote there instead is in no report."""

ANYWAY = "Kubernetes takes it anyway, where nothing is said"
"""Why a value is carried that the rendered app does not have."""

Outcome = Literal["carried", "changed", "not carried"]


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


def account(source: Source, became: Became, *, because: str = "") -> Iterator[tuple[LeafPath, Entry]]:
    """Yield an entry for each value of a document, with its path; `because` is why it became nothing, if known."""
    for path, value in leaves(source.manifest):
        now = found_again(source.manifest, became.rendered, path)
        sealed = source.kind == "SealedSecret" and path[:2] == SEALED  # or meant to be: it may be the secret itself
        place = (source.file, source.document, source.kind, source.name, path_text(path), SECRET if sealed else value)
        shown = SECRET if sealed and now is not None else now
        quantities = {"cpu", "memory", "storage", "sizeLimit", "divisor"} & set(map(str, path))
        place_again = path[-1:] == ("mountPath",) and now == posixpath.normpath(str(value))
        again = (now == value and type(now) is type(value)) or (quantities and same(value, now)) or place_again
        if (chance := by_chance(source, path, value, became)) is not None:
            yield path, Entry(*place, "not carried", None, chance)
        elif now is not None and again:
            yield path, Entry(*place, "carried", shown)
        elif (changed := change(source, path, value, now, became)) is not None:
            yield path, Entry(*place, "changed", changed.now, changed.why)
        elif now is None and became.rendered and is_default(source, path, value):
            yield path, Entry(*place, "carried", None, ANYWAY)
        else:
            yield path, Entry(*place, "not carried", shown, because or loss(source, path, became.rendered))

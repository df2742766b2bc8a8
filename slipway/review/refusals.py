"""What a server will not do, in a comment: it ends the deployment halfway, whoever agrees to it."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from slipway.plan.model import Plan
from slipway.review.changes import kind, path_text
from slipway.review.escape import code, text

_MOST_NAMED = 5
"""Resources and properties of which the same is refused that are named; how many there are is said."""
_MORE = 40
"""Bytes of the line that says how many are not told."""


@dataclass(frozen=True, slots=True)
class _Same:
    """What is refused for one reason, in the order of the plan: names of resources, and paths."""

    names: dict[str, None]
    paths: dict[str, None]


def refusals(plan: Plan, limit: int) -> str:
    """Return the alert about what is refused, empty where nothing is: as much as `limit` bytes have room for."""
    found: dict[tuple[str, str], _Same] = {}
    for step in plan.refused:
        for change in step.changes:
            if change.refused:
                same = found.setdefault((kind(step.resource), change.refused), _Same({}, {}))
                same.names[step.resource.name] = same.paths[path_text(change.path)] = None
    if not found:
        return ""
    lines = ["> [!CAUTION]", "> **The deployment will fail: a server refuses what is to be updated**", ">"]
    room = limit - sum(len(line.encode()) + 1 for line in lines) - _MORE
    for number, (of, why) in enumerate(sorted(found)):
        same = found[of, why]
        told = f"> - {code(of)} {_named(same.names)}, {_named(same.paths)}: {text(why)}"
        room -= len(told.encode()) + 1
        if room < 0:
            lines.append(f"> - … and {len(found) - number:,} more below")
            break
        lines.append(told)
    return "\n".join(lines)


def _named(names: Collection[str]) -> str:
    told = ", ".join(map(code, islice(names, _MOST_NAMED)))
    return told if len(names) <= _MOST_NAMED else f"{told} and {len(names) - _MOST_NAMED:,} more"

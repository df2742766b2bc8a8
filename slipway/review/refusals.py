"""What a server will not do, in a comment: it ends the deployment halfway, whoever agrees to it."""

from slipway.plan.model import Plan
from slipway.review.changes import kind, path_text
from slipway.review.escape import code, text

_MOST_NAMED = 5
"""Resources of which the same is refused that are named; how many there are is said."""
_MORE = 40
"""Bytes of the line that says how many are not told."""


def refusals(plan: Plan, limit: int) -> str:
    """Return the alert about what is refused, empty where nothing is: as much as `limit` bytes have room for."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for step in plan.refused:
        for change in step.changes:
            if change.refused:
                key = (kind(step.resource), path_text(change.path), change.refused)
                found.setdefault(key, []).append(step.resource.name)
    if not found:
        return ""
    lines = ["> [!CAUTION]", "> **The deployment will fail: a server refuses what is to be updated**", ">"]
    room = limit - sum(len(line.encode()) + 1 for line in lines) - _MORE
    for number, ((of, path, why), names) in enumerate(sorted(found.items())):
        told = f"> - {code(of)} {_named(names)}, {code(path)}: {text(why)}"
        room -= len(told.encode()) + 1
        if room < 0:
            lines.append(f"> - … and {len(found) - number:,} more below")
            break
        lines.append(told)
    return "\n".join(lines)


def _named(names: list[str]) -> str:
    told = ", ".join(code(name) for name in names[:_MOST_NAMED])
    return told if len(names) <= _MOST_NAMED else f"{told} and {len(names) - _MOST_NAMED:,} more"

"""What `--json` says of a change, in lines that a person can check: every step, none summed up."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import groupby, takewhile
from typing import Any

OPERATIONS = ("create", "update", "replace", "delete", "unchanged")
WIDTH = 116
LONG = 70
"""Characters of two values beyond which only what differs of them is told."""

Document = Mapping[str, Any]


def told(preview: Document) -> str:
    """Return the plan of a preview, and the mandatory rules that are violated."""
    return "\n".join((*_plan(preview["plan"]), *_policy(preview["policy"] or {}))) + "\n"


def _plan(plan: Document) -> Iterator[str]:
    said = sorted(
        (OPERATIONS.index(step["operation"]), _type(step), _body(step, plan), step["name"]) for step in plan["steps"]
    )
    for (operation, token, body), same in groupby(said, key=lambda each: each[:3]):
        names = ", ".join(each[3] for each in same)
        line = f"{OPERATIONS[operation]:<9} {token} {names}"
        yield from textwrap.wrap(
            line, WIDTH, subsequent_indent=" " * 12, break_long_words=False, break_on_hyphens=False
        )
        yield from body
    for rename in plan["renames"]:
        old, new = (_short(rename[key]) for key in ("oldUrn", "newUrn"))
        yield f"renamed?  {old} -> {new}: {rename['kept']} of {rename['of']} would stay with"
        yield f"            {rename['line']} in {rename['where']}"
    for note in plan["notes"]:
        yield from textwrap.wrap(
            f"note: {note}", WIDTH, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
        )
    yield from (f"stale: {urn}" for urn in plan["stale"])
    yield ", ".join(f"{plan['counts'][each]} {each}" for each in OPERATIONS if plan["counts"][each])


def _policy(report: Document) -> Iterator[str]:
    for each in report.get("violations", ()):
        if each["severity"] == "mandatory" and each["exemption"] is None:
            yield f"against {each['rule']}: {_short(each['urn']) if each['urn'] else 'the stack'}"


def _body(step: Document, plan: Document) -> tuple[str, ...]:
    return tuple(f"            {line}" for line in (*_marks(step, plan), *_changes(step), *_why(step)))


def _marks(step: Document, plan: Document) -> Iterator[str]:
    marks = [
        *(["it was protected"] if step.get("protected") else []),
        *(["deleted first"] if step.get("deletedFirst") else []),
        *(["acknowledged"] if step.get("acknowledged") else []),
        *(["DESTRUCTIVE"] if step["urn"] in plan["unacknowledged"] else []),
    ]
    if marks:
        yield f"[{', '.join(marks)}]"
    yield from (f"option {each}" for each in step.get("options", ()))


def _why(step: Document) -> Iterator[str]:
    own = {change.get("forces") for change in step.get("changes", ())}
    yield from (f"because {each}" for each in step.get("reasons", ()) if each not in own)
    if "loss" in step:
        yield f"lost: {step['loss']}"


def _changes(step: Document) -> Iterator[str]:
    for change in step.get("changes", ()):
        lines = list(_change(change))
        ends = "  (replaces)" if "forces" in change else ""
        ends += f"  (REFUSED: {change['refused']})" if "refused" in change else ""
        yield f"{change['path']}: {lines[0]}{ends}"
        yield from (f"  {line}" for line in lines[1:])


def _change(change: Document) -> Sequence[str]:
    if "after" in change:
        return [f"changes with {_short(change['after'])}"]
    if change.get("secret"):
        return ["secret, changed"]
    old, new = change.get("old"), change.get("new")
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        lines = list(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]
        return ["the text changes", *(line for line in lines if not line.startswith("@@"))]
    was, now = _values(old, new)
    return [f"{was} -> {now}"]


def _values(old: object, new: object) -> tuple[str, str]:
    was, now = _value(old), _value(new)
    if was == now:
        was, now = json.dumps(old), json.dumps(new)
    if len(was) + len(now) <= LONG or None in (old, new):
        return was, now
    head = _common(was, now)
    tail = _common(was[head:][::-1], now[head:][::-1])
    return _middle(was, head, tail), _middle(now, head, tail)


def _common(one: str, other: str) -> int:
    """Return how many letters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle(text: str, head: int, tail: int) -> str:
    before = f"…{text[:head][-20:]}" if head else ""
    return f"{before}{text[head : len(text) - tail]}{'…' if tail else ''}"


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _type(step: Document) -> str:
    return _token(step["type"])


def _token(token: str) -> str:
    package, module, kind = token.split(":")
    return f"{module}:{kind}" if package == "kubernetes" else f"{package}:{module.partition('/')[0]}:{kind}"


def _short(urn: str) -> str:
    _, _, types, name = urn.split("::", 3)
    return f"{_token(types.rpartition('$')[2]).rpartition(':')[2]} {name}"

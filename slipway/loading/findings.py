"""What pydantic found wrong, as problems in the words of the stack file's author."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.problem import KeyPath, Problem, RefusedError, nearest
from slipway.loading import shape, wording

_TOO_SMALL = frozenset({"greater_than", "greater_than_equal", "too_short", "string_too_short"})
_TOO_LARGE = frozenset({"less_than", "less_than_equal", "too_long", "string_too_long"})
_IS_NOT = re.compile(r" is not (an? .+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Union:
    """A place where a value may be of several types, and the member that an error is about."""

    path: KeyPath
    label: str
    annotation: Any


@dataclass(frozen=True, slots=True)
class _Finding:
    """One error at its place in the data: `annotation` is what is accepted there, `owner` what it stands in."""

    kind: str
    message: str
    path: KeyPath
    value: Any
    annotation: Any
    owner: Any
    unions: tuple[_Union, ...]
    about_key: bool
    secret: bool
    nearest: str | None = None

    @property
    def misfit(self) -> bool:
        """Whether the value is of another type altogether than this member of a union."""
        return self.kind.endswith(("_type", "_parsing")) or self.kind in {"int_from_float", "literal_error"}


def findings(
    error: ValidationError,
    model: Any,
    data: Any,
    *,
    hidden: Iterable[str] = (),
    secret_rooms: Container[str | int] = (),
) -> Iterator[Problem]:
    """Yield a problem for every mistake in `data`, once.

    `hidden` are keys of the outermost model that its author does not write; nothing is shown of the values in
    `secret_rooms`. Where a value fits no member of a union, that is one problem; where it fits one in kind, only what
    is wrong with it as that member is reported.
    """
    located = [_locate(detail, model, data, secret_rooms) for detail in error.errors(include_url=False)]
    for finding in _settled([each for each in located if not _counts_wrong_items(each, located)]):
        problem = _problem(finding)
        if finding.kind == "extra_forbidden" and len(finding.path) == 1:
            problem = _unknown_key(finding, set(hidden))
        yield _without_value(problem) if finding.path and shape.holds_unshown(_map_around(finding)) else problem


def _locate(detail: ErrorDetails, model: Any, data: Any, secret_rooms: Container[str | int]) -> _Finding:
    """Follow an error's location, in which labels of union members stand between the keys."""
    path: KeyPath = ()
    annotation, owner, value = model, None, data
    unions: tuple[_Union, ...] = ()
    about_key = False
    for step in detail["loc"]:
        if len(shape.choices(annotation)) > 1 and all(union.path != path for union in unions):
            unions = (*unions, _Union(path, str(step), annotation))
            annotation = _member(annotation, str(step))
        elif step == "[key]":
            about_key = True
        elif isinstance(value, (dict, list)):
            owner, annotation = annotation, shape.below(annotation, step)
            path, value = (*path, step), _child(value, step)
    reason = detail.get("ctx", {}).get("error", detail["msg"])
    close = reason.nearest if isinstance(reason, RefusedError) else None
    if about_key:
        annotation = (*get_args(shape.bare(owner)), None)[0]
    secret = shape.holds_unshown(annotation) or (bool(path) and path[0] in secret_rooms)
    return _Finding(detail["type"], str(reason), path, value, annotation, owner, unions, about_key, secret, close)


def _counts_wrong_items(finding: _Finding, located: list[_Finding]) -> bool:
    """Tell whether a list is only too short because pydantic does not count the items that are wrong themselves."""
    depth = len(finding.path)
    return finding.kind == "too_short" and any(
        len(each.path) > depth and each.path[:depth] == finding.path for each in located
    )


def _child(value: dict[str, Any] | list[Any], step: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(str(step))
    return value[step] if isinstance(step, int) and step < len(value) else None


def _member(annotation: Any, label: str) -> Any:
    """Return the member of a union that pydantic's label means."""
    members = shape.choices(annotation)
    for member in members:
        tp = shape.bare(member)
        tags = (
            [word for info in shape.fields(tp).values() for word in shape.words(info.annotation)]
            if shape.is_model(tp)
            else []
        )
        if label == getattr(tp, "__name__", None) or label in tags:
            return member
    return next((member for member in members if getattr(shape.bare(member), "__name__", "?") in label), None)


def _settled(located: list[_Finding], depth: int = 0) -> list[_Finding]:
    """Reduce the errors of a union's members to those of the member that was meant."""
    plain = [finding for finding in located if len(finding.unions) <= depth]
    unions: dict[KeyPath, dict[str, list[_Finding]]] = {}
    for finding in located:
        if len(finding.unions) > depth:
            union = finding.unions[depth]
            unions.setdefault(union.path, {}).setdefault(union.label, []).append(finding)
    for path, members in unions.items():
        fitting = [
            errors for errors in members.values() if not any(each.misfit and each.path == path for each in errors)
        ]
        if fitting:
            plain += _settled(min(fitting, key=len), depth + 1)
        else:
            one = next(iter(members.values()))[0]
            plain.append(replace(one, kind="union_type", annotation=one.unions[depth].annotation))
    return plain


def _map_around(finding: _Finding) -> Any:
    """Return the type of the map by free names in which a finding is, None where it is in none."""
    return finding.owner if get_origin(shape.bare(finding.owner)) is dict else None


def _without_value(problem: Problem) -> Problem:
    """Return a problem of a secret whose name may have its value in it, by mistake: `{TOKEN=value}`, without that."""
    key = str(problem.path[-1])
    name = re.split(r"[=:\s]", key, maxsplit=1)[0]
    if name == key:
        return problem
    found = f"{name}…" if problem.found == key else problem.found
    return replace(problem, path=(*problem.path[:-1], f"{name}…"), found=found, nearest=None)


def _problem(finding: _Finding) -> Problem:
    if finding.about_key:
        return _bad_name(finding)
    special: Mapping[str, Callable[[_Finding], Problem]] = {
        "extra_forbidden": _unknown_key,
        "missing": _missing,
        "value_error": _refused,
        "string_pattern_mismatch": _refused,
    }
    if finding.kind in special:
        return special[finding.kind](finding)
    if finding.kind in _TOO_SMALL | _TOO_LARGE:
        message = "too small" if finding.kind in _TOO_SMALL else "too large"
        if isinstance(finding.value, (str, dict, list)):
            message = "too short" if finding.kind in _TOO_SMALL else "too long"
    elif shape.words(finding.annotation):
        message = "not one of the allowed values"
    elif finding.misfit:
        message = "wrong type"
    else:
        message = finding.message
    return _plain(finding, message, wording.accepted(finding.annotation))


def _unknown_key(finding: _Finding, hidden: Iterable[str] = ()) -> Problem:
    known = sorted(set(shape.keys(finding.owner)) - set(hidden))
    key = str(finding.path[-1])
    return Problem(finding.path, "no such key", key, ", ".join(known), nearest(key, known))


def _missing(finding: _Finding) -> Problem:
    about = shape.description(finding.owner, str(finding.path[-1]))
    allowed = f"{wording.accepted(finding.annotation)}. {about}".rstrip(" .")
    return Problem(finding.path, "a required key is missing", "nothing", allowed)


def _refused(finding: _Finding) -> Problem:
    """Say why a field type refused a value; a message of the form "… is not a …" also says what it wants."""
    if finding.secret:
        return _plain(finding, "not accepted", wording.accepted(finding.annotation))
    wanted = _IS_NOT.search(finding.message)
    if wanted:
        return _plain(finding, "not accepted", wanted[1])
    if finding.kind == "string_pattern_mismatch":
        return _plain(finding, "not accepted", wording.accepted(finding.annotation))
    return _plain(finding, finding.message, wording.accepted(finding.annotation))


def _bad_name(finding: _Finding) -> Problem:
    key = str(finding.path[-1])
    wanted = _IS_NOT.search(finding.message)
    allowed = wanted[1] if wanted else wording.accepted(finding.annotation)
    return Problem(finding.path, "not a name that can be used", key, allowed, wording.repaired(key, finding.annotation))


def _plain(finding: _Finding, message: str, allowed: str) -> Problem:
    shown = wording.found(finding.value, secret=finding.secret)
    close = None if finding.secret else finding.nearest or wording.closest(finding.value, finding.annotation)
    return Problem(finding.path, message, shown, allowed, close)

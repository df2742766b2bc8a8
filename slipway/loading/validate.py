"""From raw data to `StackSettings`, or to every problem that the data has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from pydantic import ValidationError

from components.apps.expansion import expanded
from components.problem import KeyPath, Problem
from components.settings import StackSettings
from slipway.loading import shape, wording
from slipway.loading.findings import findings
from slipway.loading.salvage import Wrong, salvage

Check = Callable[[StackSettings], Iterable[Problem]]

Place = tuple[str | None, KeyPath]
NOT_ROOMS = frozenset({"stack", "apps"})
"""Fields of `StackSettings` that come from elsewhere than the configuration."""


def room_keys() -> list[str]:
    """Return the names that may stand after `slipway:` in a stack file."""
    return sorted(set(shape.keys(StackSettings)) - NOT_ROOMS)


def secret_rooms() -> list[str]:
    """Return those of them that are for secrets, whether they are encrypted or not."""
    return [key for key in room_keys() if shape.holds_secret(shape.at(StackSettings, (key,)))]


@dataclass(frozen=True, slots=True)
class Raw:
    """What was read and not yet validated.

    `rooms` is the data by room, `apps` the app documents by the name of their file. `ciphertexts` are the paths of
    values that are encrypted in the stack file; `secret_rooms` are the rooms in which the engine decrypted something.
    `refused` are the places that a mistake has been reported for already, by app (None: the stack file) and path.
    """

    stack: str
    rooms: Mapping[str, Any]
    apps: Mapping[str, Any]
    ciphertexts: Iterable[KeyPath] = ()
    secret_rooms: frozenset[str] = frozenset()
    refused: frozenset[Place] = frozenset()


def validate(raw: Raw, checks: Sequence[Check]) -> tuple[StackSettings | None, list[Problem]]:
    """Return the settings, or None and all problems: of single values first, then of `checks` on what is left.

    A problem at or below a place that has one already is left out.
    """
    files = list(raw.apps)
    rooms = {key: value for key, value in raw.rooms.items() if key not in NOT_ROOMS}
    data = {**rooms, "stack": raw.stack, "apps": [raw.apps[name] for name in files]}
    if raw.refused:
        data = _spoiled(data, raw.refused, files)
    problems = [_no_room(key) for key in raw.rooms if key in NOT_ROOMS]
    problems += _exposed(raw.ciphertexts)
    settings: StackSettings | None
    try:
        settings = expanded(StackSettings.model_validate(data, by_alias=True, by_name=False))
        checked = [problem for check in checks for problem in check(settings)]
    except ValidationError as error:
        found = findings(error, StackSettings, data, hidden=NOT_ROOMS, secret_rooms=raw.secret_rooms)
        problems += _new([_placed(problem, files) for problem in found], raw.refused | _places(problems))
        settings = None
        remains = cache(partial(salvage, StackSettings, data))
        checked = [problem for check in checks for problem in _salvaged(check, remains)]
    checked = [_masked(problem, raw.secret_rooms) for problem in checked]
    problems += _new(checked, raw.refused | _places(problems))
    return (None if problems else settings), problems


def _spoiled(data: dict[str, Any], places: Iterable[Place], files: list[str]) -> dict[str, Any]:
    """Return the data with something in these places that no type accepts: what was meant there is not known."""
    data = deepcopy(data)
    for app, path in places:
        around: Any = data
        *outer, last = path if app is None else ("apps", files.index(app), *path)
        for step in outer:
            around = around[step] if step in _steps(around) else None
        if app is not None and not path:
            unknown = {key: object() for key in shape.keys(shape.at(StackSettings, ("apps", last)))}
            around[last] = {**unknown, "name": app}
        elif last in _steps(around):
            around[last] = object()
    return data


def _steps(value: Any) -> Iterable[str | int]:
    return value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def _salvaged(check: Check, remains: Callable[[Wrong], StackSettings]) -> Iterator[Problem]:
    """Yield what a check finds in settings of which something is wrong: only what holds whatever was meant."""
    found, stumbled = _as_far_as_possible(check, remains(Wrong.ABSENT))
    yield from found
    if stumbled:
        without, _ = _as_far_as_possible(check, remains(Wrong.DROPPED))
        certain = {(problem.app, problem.path, problem.message) for problem in without}
        with_default, _ = _as_far_as_possible(check, remains(Wrong.DEFAULT))
        for problem in with_default:
            if problem not in found and (problem.app, problem.path, problem.message) in certain:
                yield problem


def _as_far_as_possible(check: Check, settings: StackSettings) -> tuple[list[Problem], bool]:
    """Return what a check finds before it stumbles over something that is not there, and whether it does.

    That is an AttributeError mostly; but salvaged settings are like no file's, and anything may come of them.
    """
    found: list[Problem] = []
    try:
        found.extend(check(settings))  # keeps what came before the exception
    except Exception:
        return found, True
    return found, False


def _places(problems: Iterable[Problem]) -> frozenset[Place]:
    return frozenset((problem.app, problem.path) for problem in problems)


def _new(problems: Iterable[Problem], reported: frozenset[Place]) -> Iterator[Problem]:
    for problem in problems:
        around = {(problem.app, problem.path[:length]) for length in range(len(problem.path) + 1)}
        if not around & reported:
            yield problem


def _no_room(key: str) -> Problem:
    allowed = "app files, apps/ENVIRONMENT/NAME.yaml" if key == "apps" else ", ".join(room_keys())
    return Problem((key,), "not set here", key, allowed)


def _exposed(ciphertexts: Iterable[KeyPath]) -> Iterator[Problem]:
    """Yield what is encrypted in the file and would stand in clear text everywhere else."""
    for path in ciphertexts:
        annotation = shape.at(StackSettings, path)
        if annotation is not None and not shape.is_secret(annotation):
            yield Problem(
                path,
                "encrypted, but not a secret: it would not stay one",
                "secure",
                f"{wording.accepted(annotation)}, not encrypted; a secret goes to slipway:secrets under its own name",
            )


def _placed(problem: Problem, files: list[str]) -> Problem:
    """Return a problem of an app's document as one of the app's file."""
    match problem.path:
        case ("apps", int(index), *rest):
            return replace(problem, path=tuple(rest), app=files[index])
        case _:
            return problem


def _masked(problem: Problem, secret_rooms: frozenset[str]) -> Problem:
    """Return a check's problem without the value that it shows, where that could be a decrypted one."""
    if problem.app is not None or problem.path[:1] == () or problem.path[0] not in secret_rooms:
        return problem
    return replace(problem, found=wording.MASK, nearest=None)

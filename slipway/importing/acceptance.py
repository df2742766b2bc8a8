"""What is left of an app document when everything is taken out of it that no app can be."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.importing.account import Entry, path_text
from slipway.importing.documents import LeafPath
from slipway.importing.grouping import Group
from slipway.importing.surroundings import context_of

_OPTIONAL = ("strategy", "canary", "route", "ingress", "monitoring", "probes", "lifecycle", "scaling", "volumes")
"""What may be left out of an app that cannot be rendered, the likeliest reasons first."""


def refusal(group: Group, where: str, why: str, value: Any = "") -> Entry:
    """Return the entry of something that was taken out of the app file."""
    source = group.workload
    place = (source.file, source.document, source.kind, source.name)
    return Entry(*place, f"(app file) {where}", str(value)[:200], "not carried", None, why)


def accepted(group: Group, document: dict[str, Any]) -> tuple[dict[str, Any], AppSettings | None, list[Entry]]:
    """Return what the settings take of a document, and why the rest was taken out; None where nothing is left."""
    refused: list[Entry] = []
    document = deepcopy(document)  # its lists are the manifests' own, of which nothing may go
    for _ in range(500):
        try:
            return document, AppSettings.model_validate(document, by_name=False), refused
        except ValidationError as error:
            first = error.errors()[0]
            path = _inside(document, first["loc"])
            why = first["msg"].removeprefix("Value error, ")
            refused.append(refusal(group, path_text(path), why, first.get("input")))
            if not path or path[0] in {"name", "namespace", "image"} or not remove(document, path):
                return document, None, refused
    return document, None, refused


def _inside(document: Any, path: LeafPath) -> LeafPath:
    """Return the steps of an error's path that lead through the document: pydantic names union members, too."""
    found: list[str | int] = []
    for step in path:
        there = step in document if isinstance(document, dict) else isinstance(document, list) and _in(document, step)
        if there:
            found.append(step)
            document = document[step]
    return tuple(found)


def _in(document: list[Any], step: str | int) -> bool:
    return isinstance(step, int) and step < len(document)


def remove(document: Any, path: LeafPath) -> bool:
    """Take out a value, and what it leaves empty."""
    around: list[tuple[Any, str | int]] = []
    for step in path[:-1]:
        around.append((document, step))
        document = document[step]
    if not isinstance(document, (dict, list)):
        return False
    around.append((document, path[-1]))
    inner, last = around.pop()
    del inner[last]
    for outer, step in reversed(around):
        if outer[step] not in ({}, []):
            break
        del outer[step]
    return True


def renderable(
    document: dict[str, Any], others: Iterable[AppSettings], environment: str, kinds: Iterable[str]
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return a document without what keeps it from being rendered, with the reason of each key that it lost.

    None where nothing helps: the reason is then that of the empty key.
    """
    lost: dict[str, str] = {}
    known = list(others)
    while (why := _obstacle(document, known, environment, kinds)) is not None:
        present = [key for key in _OPTIONAL if key in document]
        helps = [
            key
            for key in present
            if _obstacle({name: each for name, each in document.items() if name != key}, known, environment, kinds)
            is None
        ]
        if not present:
            return None, {**lost, "": why}
        key = (helps or present)[0]
        lost[key] = why
        document = {name: each for name, each in document.items() if name != key}
    return document, lost


def _obstacle(
    document: dict[str, Any], others: list[AppSettings], environment: str, kinds: Iterable[str]
) -> str | None:
    try:
        app = AppSettings.model_validate(document, by_name=False)
        rest = [each for each in others if each.name != app.name]
        render(app, context_of([*rest, app], environment, kinds))
    except (ValueError, LookupError, TypeError, StopIteration) as error:
        return str(error) or type(error).__name__
    return None

"""Imported apps without what the stack of their environment refuses, so that its preview takes them as they are."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from components.problem import KeyPath, Problem
from slipway.importing.acceptance import refusal, remove
from slipway.importing.account import Entry, path_text
from slipway.importing.documents import at
from slipway.importing.grouping import Group

Refusals = Callable[[dict[str, dict[str, Any]]], list[Problem]]
"""What a stack says against app documents, given by name."""

KEPT = frozenset({"name", "namespace", "image", "kind"})
"""Keys without which an app is none, or another one: what is wrong with them is its author's to decide."""

MOST_ROUNDS = 50


def fitted(
    documents: Mapping[str, dict[str, Any]], groups: Mapping[str, Group], refusals: Refusals
) -> tuple[dict[str, dict[str, Any]], list[Entry]]:
    """Return documents without the keys that a stack refuses, and why each went or, where it cannot go, is wrong.

    A key that is refused although it is not written, for its default, goes with the key that it is under.
    """
    found = {name: deepcopy(each) for name, each in documents.items()}
    entries: dict[tuple[str, KeyPath], Entry] = {}
    for _ in range(MOST_ROUNDS):
        gone = False
        for problem in refusals(found):
            if problem.app not in found:
                continue
            document, path = found[problem.app], problem.path
            while path and at(document, path) is None:
                path = path[:-1]
            why = f"the stack refuses it: {problem.message}; allowed: {problem.allowed}"
            entries.setdefault((problem.app, path), refusal(groups[problem.app], path_text(path), why, problem.found))
            if path and path[0] not in KEPT:
                gone |= remove(document, path)
        if not gone:
            break
    return found, list(entries.values())

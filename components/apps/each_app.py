"""How a rule about one app becomes a check of a stack."""

from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_Found = TypeVar("_Found")


def each_app(
    rule: "Callable[[AppSettings, StackSettings], Iterator[_Found]]",
) -> "Callable[[StackSettings], Iterator[_Found]]":
    """Make a check of a rule about one app among a stack's settings.

    Where something in the settings is wrong in itself, it is absent, and asking for it raises AttributeError. The rule
    then says nothing more of that app, and everything of the others.
    """

    @wraps(rule)
    def check(settings: "StackSettings") -> "Iterator[_Found]":
        for app in settings.apps:
            with suppress(AttributeError):
                yield from rule(app, settings)

    return check


def gather(
    facts: "Callable[[AppSettings], Iterator[_Found]]", settings: "StackSettings"
) -> "Iterator[tuple[AppSettings, _Found]]":
    """Yield what `facts` finds in every app, with the app; an app with something wrong in it ends its own part only."""
    for app in settings.apps:
        with suppress(AttributeError):
            yield from ((app, fact) for fact in facts(app))

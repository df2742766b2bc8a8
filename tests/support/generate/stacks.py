"""Whole stacks: rooms, and apps that fit into them and together."""

from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

from components import checks
from components.apps.context import AppContext, context
from components.apps.expansion import expanded
from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.problem import Advice, Problem
from components.settings import StackSettings
from tests.support.generate.apps import KINDS, app
from tests.support.generate.place import Place, pick
from tests.support.generate.rooms import NAMESPACES, Document, rooms, stack_document

NAMES = ("web", "api", "gateway", "db-1", "x")


@dataclass(frozen=True)
class World:
    """A generated stack as a file says it, and what the program makes of that, by its own functions."""

    document: Document

    @cached_property
    def declared(self) -> StackSettings:
        """The settings as they are written."""
        return StackSettings.model_validate(self.document, by_name=False)

    @cached_property
    def settings(self) -> StackSettings:
        """The settings as everything after the loader sees them."""
        return expanded(self.declared)

    @cached_property
    def context(self) -> AppContext:
        """What the apps know of the stack."""
        return context(self.settings)

    @cached_property
    def rendered(self) -> list[tuple[AppSettings, dict[str, Manifest]]]:
        """Each app with its objects by suffix."""
        return [(each, render(each, self.context)) for each in self.settings.apps]

    @cached_property
    def problems(self) -> list[Problem]:
        """What the checks refuse."""
        return checks.problems(self.declared)

    @cached_property
    def advice(self) -> list[Advice]:
        """What the stack's author is told."""
        return checks.advice(self.declared)

    def told(self, app: AppSettings, *keys: str) -> bool:
        """Tell whether the author of an app is told something about one of its keys."""
        return any(each.app == app.name and each.path[0] in keys for each in self.advice)


@st.composite
def worlds(draw: st.DrawFn, most: int = 3) -> World:
    """Return a stack with up to so many apps: names, ports and hosts apart, references to each other valid."""
    has = draw(rooms())
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=most, unique=True))
    apps = [
        app(draw, Place(has, name, pick(draw, NAMESPACES), index, pick(draw, KINDS), pick(draw, [2, 1, 3])))
        for index, name in enumerate(names)
    ]
    listening = [each["name"] for each in apps if set(each["ports"]) - {"metrics"}]
    for each in apps:
        if listening:
            each["allowTo"] = draw(st.lists(st.sampled_from(listening), unique=True, max_size=2))
        if each["name"] in listening:
            each["allowFrom"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    return World(stack_document(has, apps))

"""Checks of a canary by a header: who divides by it, and for how long."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def one_way(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Flagger divides requests by a header or by weight, and not first by one and then by the other."""
    strategy = app.strategy
    if strategy.by != "flagger":
        return
    if strategy.header is not None and "steps" in strategy.model_fields_set:
        yield Problem(
            path=("strategy", "steps"),
            message="with a header Flagger gives the new version the requests that carry it, and in the end all",
            found=f"steps {list(strategy.steps)} and header {strategy.header.name}",
            allowed="one of the two (iterations says how long the header alone decides), or by: argo-rollouts",
            app=app.name,
        )
    if strategy.header is None and strategy.iterations is not None:
        yield Problem(
            path=("strategy", "iterations"),
            message="counts the looks at the new version while a header decides, and there is none",
            found=str(strategy.iterations),
            allowed="with header; without one, every weight of steps lasts one pause",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (one_way,)

"""What the rules about traps say of apps of a shipped stack."""

from typing import Any

from components.apps.traps import ADVICE, CHECKS
from components.problem import Advice, KeyPath, Problem
from tests.unit.apps.stacks import stack


def told(*apps: dict[str, Any], name: str = "staging", **rooms: Any) -> list[Advice]:
    settings = stack(name, *apps, **rooms)
    return [each for rule in ADVICE for each in rule(settings)]


def places(*apps: dict[str, Any], name: str = "staging", **rooms: Any) -> list[KeyPath]:
    return [each.path for each in told(*apps, name=name, **rooms)]


def refused(*apps: dict[str, Any], name: str = "staging", **rooms: Any) -> list[Problem]:
    settings = stack(name, *apps, **rooms)
    return [each for rule in CHECKS for each in rule(settings)]

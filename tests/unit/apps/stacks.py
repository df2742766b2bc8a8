"""The stacks that the project ships, and variations of them, for the checks of their apps."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.apps.checks import ADVICE, CHECKS, LATE
from components.problem import Advice, Problem
from components.settings import StackSettings
from tests.unit.apps.shipped import APPS

ROOT = Path(__file__).parents[3]


def stack_document(name: str) -> dict[str, Any]:
    config = YAML(typ="safe").load(ROOT / f"Pulumi.{name}.yaml")["config"]
    return {"stack": name, **{key.removeprefix("slipway:"): value for key, value in config.items()}}


def app_documents(environment: str) -> list[dict[str, Any]]:
    return [YAML(typ="safe").load(path) for path in sorted((APPS / environment).glob("*.yaml"))]


def stack(name: str, *apps: dict[str, Any], **rooms: Any) -> StackSettings:
    """A shipped stack with the given apps (none: the shipped ones), its rooms overlaid by key."""
    documents = [{"name": "api", "namespace": "web", "image": "example.com/api:1", **each} for each in apps]
    return StackSettings.model_validate(
        {**stack_document(name), **rooms, "apps": documents or app_documents(name)}, by_name=False
    )


def problems(settings: StackSettings) -> list[Problem]:
    """What the checks say, the late ones as ever only where nothing else is wrong."""
    found = [problem for check in CHECKS for problem in check(settings)]
    return found or [problem for check in LATE for problem in check(settings)]


def advice(settings: StackSettings) -> list[Advice]:
    return [each for check in ADVICE for each in check(settings)]


def one(settings: StackSettings) -> Problem:
    """The only problem there is."""
    (problem,) = problems(settings)
    return problem

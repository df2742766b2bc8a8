"""Whether an app that has no file yet would be accepted by the stack of its environment."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from components import checks
from components.problem import Problem
from slipway.loading.apps import read_apps
from slipway.loading.config import NAMESPACE, rooms_of
from slipway.loading.errors import Mistake
from slipway.loading.project import read_project
from slipway.loading.sources import Sources, written
from slipway.loading.stack_file import read_stack_file, stack_names
from slipway.loading.validate import Raw, validate


def mistakes_of(document: dict[str, Any], root: Path, environment: str) -> list[str]:
    """Return what is wrong with an app in the stacks of its environment, each as text; without a stack, that.

    What was wrong before, in other files, is not the app's and is left out.
    """
    name = str(document["name"])
    found: list[str] = []
    judged = problems_of({name: document}, root, environment)
    for sources, problem in judged or ():
        place = f"apps/{environment}/{name}.yaml" if problem.app == name else sources.place(problem).file
        key = written(problem.path, problem.app)
        details = (problem.message, problem.found, problem.allowed, problem.nearest)
        found.append(Mistake(place, 1, None, key, *details).render())
    if judged is None:
        return [f"no stack file says environment: {environment}, so nothing would deploy the app"]
    return found


def problems_of(
    documents: dict[str, dict[str, Any]], root: Path, environment: str
) -> list[tuple[Sources, Problem]] | None:
    """Return what the stacks of an environment refuse once they have some apps, by name; None where there is no stack.

    What they refused before is left out.
    """
    found: list[tuple[Sources, Problem]] = []
    checked = 0
    for stack in stack_names(root):
        file = read_stack_file(root, stack)
        config = {**read_project(root).defaults, **file.config}
        if config.get(f"{NAMESPACE}:environment") != environment:
            continue
        checked += 1
        apps = read_apps(root, environment)
        sources = Sources(file, apps)
        raw = Raw(
            stack=stack,
            rooms=rooms_of(config),
            apps={each: data for each, data in apps.data.items() if each not in documents},
            ciphertexts=file.ciphertexts,
            refused=frozenset(place for place in sources.refused if place[0] not in documents),
        )
        _, before = validate(raw, checks.CHECKS)
        _, after = validate(replace(raw, apps={**raw.apps, **documents}), checks.CHECKS)
        found += [(sources, problem) for problem in after if problem not in before]
    return found if checked else None

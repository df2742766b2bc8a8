"""The pipelines as data: jobs, steps, and the shell scripts in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"


def loaded(path: Path) -> dict[str, Any]:
    """Return a YAML file's data, by the rules of YAML 1.2: `on` is a word."""
    data: dict[str, Any] = YAML(typ="safe").load(path.read_text())
    return data


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each GitHub job with its workflow's name and its own."""
    for path in WORKFLOWS:
        for name, job in loaded(path)["jobs"].items():
            yield path.name, name, job


def uses() -> Iterator[tuple[str, str]]:
    """Yield what is used of others, as it is written, and the comment after it."""
    for path in WORKFLOWS:
        yield from re.findall(r"uses: (\S+)(.*)", path.read_text())


def scripts() -> Iterator[tuple[str, str]]:
    """Yield each shell script of all pipelines, with where it stands; line continuations are joined."""
    for workflow, name, job in jobs():
        for step in job.get("steps", ()):
            if "run" in step:
                yield f"{workflow} {name}", step["run"].replace("\\\n", " ")
    for name, job in loaded(GITLAB).items():
        if isinstance(job, dict):
            lines = [*job.get("before_script", ()), *job.get("script", ())]
            if lines:
                yield f"{GITLAB.name} {name}", "\n".join(lines).replace("\\\n", " ")

"""An edit of a shipped stack, and what the preview must say of it. README.md here tells how such a file is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field
from ruamel.yaml import YAML

from components.model import Settings

CASES = Path(__file__).parent / "cases"
EXPECTED = "\nexit:"
"""Where the expectation begins in a file: it is the last of it."""


class Case(Settings):
    """The content of one file."""

    says: str = Field(description="The edit in a sentence.")
    before: dict[str, str] = Field(
        default_factory=dict, description="An edit that the base has already: what is shipped cannot show this change."
    )
    edit: dict[str, str | None] = Field(
        default_factory=dict, description="By file: hunks, or null for a file that is removed."
    )
    move: dict[str, str] = Field(default_factory=dict, description="Files that get another name, before the edit.")
    options: tuple[str, ...] = Field(default=(), description="What the command is given beside the stack and its base.")
    against: Literal["baseline", "HEAD"] = Field(
        default="baseline", description="HEAD: the whole project in a git repository, and the command as a process."
    )
    because: str | None = Field(default=None, description="Why the engine and the server would do just that.")
    exit: int = Field(description="The exit code.")
    plan: str = Field(default="", description="What tests.edits.told says of it; of exit 2 what is on stderr.")


@dataclass(frozen=True, slots=True)
class Edit:
    """A case with its place: `stack` is the folder's name, `name` the file's."""

    stack: str
    name: str
    case: Case

    @property
    def id(self) -> str:
        """How the tests call it."""
        return f"{self.stack}/{self.name}"

    @property
    def path(self) -> Path:
        """Where it is written."""
        return CASES / self.stack / f"{self.name}.yaml"


def edits(*stacks: str) -> tuple[Edit, ...]:
    """Return every edit of these stacks, or of all, by stack and name."""
    yaml = YAML(typ="safe", pure=True)
    paths = (path for path in sorted(CASES.glob("*/*.yaml")) if not stacks or path.parent.name in stacks)
    read = ((path, yaml.load(path.read_text(encoding="utf-8"))) for path in paths)
    return tuple(Edit(path.parent.name, path.stem, Case.model_validate(content)) for path, content in read)


def with_expectation(text: str, exit_code: int, plan: str) -> str:
    """Return a file's text with another expectation."""
    head, mark, _ = text.partition(EXPECTED)
    said = "".join(f"  {line}\n" if line else "\n" for line in plan.splitlines())
    return f"{head.rstrip()}{mark or EXPECTED} {exit_code}\nplan: |\n{said}"

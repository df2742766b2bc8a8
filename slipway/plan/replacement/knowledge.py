"""The data: which properties replace a resource, and which updates the server refuses. Every file names its sources."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from ruamel.yaml import YAML

from components.model import Settings
from slipway.plan.replacement.conditions import CONDITIONS

FOLDER = Path(__file__).parent
SDK = FOLDER / "aws_sdk.yaml"
"""Made by `python -m slipway.plan.replacement.sdk_docs`: what the documentation in the AWS SDK says."""
AWS = FOLDER / "aws.yaml"
"""Kept by hand: what the AWS provider does and the SDK's documentation does not say."""
KUBERNETES = FOLDER / "kubernetes.yaml"
"""Kept by hand: what the Kubernetes provider replaces, and what the API server refuses."""


Scalar = bool | int | str


class Rule(Settings):
    """One property. `path` has dots, `*` stands for any index or key. The other fields narrow the rule; all must hold.

    A rule of a type may narrow what the SDK's documentation says of the same path: then the rule decides.
    """

    path: str
    when: str | None = Field(default=None, description="A name of `conditions.CONDITIONS`.")
    old: Scalar | None = Field(default=None, description="What must have stood there.")
    new: Scalar | None = Field(default=None, description="What must stand there now.")
    formerly: dict[str, tuple[Scalar, ...]] = Field(
        default_factory=dict, description="What one of must have stood elsewhere, by path."
    )
    given: dict[str, tuple[Scalar, ...]] = Field(
        default_factory=dict, description="What one of must stand elsewhere now, by path."
    )
    below: dict[str, str] = Field(default_factory=dict, description="Versions that must have been lower, by path.")
    exceeds: str | None = Field(default=None, description="A path: the new number must be larger than the one there.")
    undercuts: str | None = Field(
        default=None, description="A path: the new number must be smaller than the one there."
    )
    default: Scalar | None = Field(default=None, description="What the server takes where nothing is given.")
    why: str | None = Field(default=None, description="One sentence; made from the path if absent.")
    source: str | None = Field(default=None, description="Where it is said, if not where the type's is.")

    @field_validator("when")
    @classmethod
    def _known(cls, when: str | None) -> str | None:
        if when is not None and when not in CONDITIONS:
            raise ValueError(f"{when!r} is no condition: {', '.join(sorted(CONDITIONS))}")
        return when


class Knowledge(Settings):
    """What is known of one type. An empty list says that it was looked up, and that nothing replaces it."""

    source: str
    forces: tuple[Rule, ...] = ()
    refuses: tuple[Rule, ...] = ()

    @field_validator("forces", "refuses", mode="before")
    @classmethod
    def _short(cls, rules: list[object]) -> list[object]:
        """A rule that is only a path is written as it."""
        return [{"path": rule} if isinstance(rule, str) else rule for rule in rules]


class Documented(Settings):
    """What the SDK's documentation of one type says: by property, the very sentence. `computed`: kept where unset."""

    sentences: dict[str, str] = Field(default_factory=dict)
    computed: tuple[str, ...] = ()


class Sdk(Settings):
    """The generated file. `source` names the package and its version."""

    source: str
    types: dict[str, Documented]


class ByHand(Settings):
    """A file kept by hand. The key `*` holds for every type of the provider."""

    source: str
    types: dict[str, Knowledge]


def _read(path: Path) -> object:
    content: object = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return content


@cache
def sdk() -> Sdk:
    """Return what the SDK's documentation says."""
    return Sdk.model_validate(_read(SDK))


@cache
def by_hand(provider: Literal["aws", "kubernetes"]) -> ByHand:
    """Return what is kept by hand of a provider."""
    return ByHand.model_validate(_read({"aws": AWS, "kubernetes": KUBERNETES}[provider]))

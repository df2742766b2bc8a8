"""What a policy is: an id, a reason, and a pure function of what a stack registers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from slipway.recording.recording import Recording

Severity = Literal["advisory", "mandatory", "disabled"]


@dataclass(frozen=True, slots=True)
class Stack:
    """What a rule may look at: the recorded stack, its environment, and the day (versions have end dates)."""

    recording: Recording
    environment: str
    on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a rule. `urn` is None for what is about the stack as a whole.

    `text` says what was found and what is allowed, and, where a setting decides it, which one. It never has a secret
    value in it.
    """

    urn: str | None
    text: str


Check = Callable[[Stack, Mapping[str, Any]], Iterator[Finding]]
"""A rule's decision. The map has the rule's parameters, complete and validated."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a rule: its default, and its JSON Schema (type, limits, description with the unit)."""

    name: str
    default: Any
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy. `id` is kebab-case, stable, and the name of its page in docs/policies. `severity` is the default."""

    id: str
    title: str
    description: str
    severity: Severity
    check: Check
    parameters: tuple[Parameter, ...] = ()

    @property
    def defaults(self) -> dict[str, Any]:
        """Return the parameters as they are where no stack sets them."""
        return {each.name: each.default for each in self.parameters}


@dataclass(frozen=True, slots=True)
class Violation:
    """A finding with its rule and severity. `exemption` is the reason why it is let pass, None where it is not."""

    rule: str
    severity: Severity
    urn: str | None
    text: str
    exemption: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of all rules on one stack, sorted by severity, rule and URN. `notes`: exemptions expired or unused."""

    violations: tuple[Violation, ...]
    checked: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Violation, ...]:
        """Return what ends the preview with exit code 3: mandatory and not exempted."""
        return tuple(each for each in self.violations if each.severity == "mandatory" and each.exemption is None)

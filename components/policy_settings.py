"""The `policy` key: how strict the rules of the policy pack are with a stack, and what they let pass until when."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from components.model import Settings

Severity = Literal["advisory", "mandatory", "disabled"]
"""advisory: said; mandatory: ends the preview with exit code 3, and refuses the deployment; disabled: not looked at."""


def _day(value: object) -> object:
    """Take a calendar day and nothing else: pydantic would read a number as seconds since 1970."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f'{value!r} is not a day: year, month and day in quotes, such as "2027-03-31"')
    return value


Day = Annotated[date, BeforeValidator(_day), Field(examples=["2027-03-31"])]
"""A calendar day in UTC."""

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", examples=["no-latest"])]
"""The id of a rule, as in docs/policies."""

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]
"""A sentence for the reviewer; ten characters, because `todo` and `temporary` are none."""


class RuleSettings(Settings):
    """One rule on this stack. The word alone, `no-latest: advisory`, stands for `no-latest: {severity: advisory}`."""

    severity: Severity | None = Field(
        default=None, description="How strict the rule is here. Unset: as its page in docs/policies says."
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="The rule's parameters, as its page lists them. Unset ones keep their default.",
    )


def shorthand(value: object) -> object:
    """Take `no-latest: advisory` for `no-latest: {severity: advisory}`."""
    return {"severity": value} if isinstance(value, str) else value


RuleInput = BeforeValidator(shorthand, json_schema_input_type=Severity | RuleSettings)


class ExemptionSettings(Settings):
    """Something that is let pass although a rule says no: by whom it is read later, and until when."""

    rule: RuleId = Field(description="The rule that is not held against it.")
    resource: str | None = Field(
        default=None,
        min_length=1,
        description="The resource: its name or its URN as the violation shows them, `*` standing for any part."
        " Unset: what the rule finds about the stack as a whole.",
    )
    reason: Reason = Field(description="Why this is right for now, for whoever reviews it.")
    until: Day = Field(description="The last day (UTC) on which it counts, at most a year from today, in quotes.")


class PolicySettings(Settings):
    """The rules of the policy pack as they are for this stack."""

    rules: dict[RuleId, Annotated[RuleSettings, RuleInput]] = Field(
        default_factory=dict, description="The rules that differ from their defaults on this stack, by id."
    )
    exemptions: tuple[ExemptionSettings, ...] = Field(default=(), description="What is let pass for a time.")

"""The policy pack: all rules as policies of Pulumi's engine, as the settings of the running stack have them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import pulumi
from pulumi.runtime import get_config_env, get_config_secret_keys_env
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ResourceValidationPolicy,
    StackValidationArgs,
)
from pydantic import ValidationError

from components.policy_settings import PolicySettings
from policy.catalogue import RULES
from policy.engine import recording_of
from policy.inputs import Inputs
from policy.model import Rule, Stack
from policy.settings import problems
from policy.stack_rules import exemption_policy, policy_of
from slipway.loading.validate import secret_rooms
from slipway.recording.hiding import Hidden

NAME = "slipway"
STRICTEST = "production"
"""The environment of a pack that runs for no stack, as when it is published: its rules are at their defaults."""


class BadSettingsError(Exception):
    """The stack's `slipway:policy` is wrong. The program refuses it too, and says on which line."""


def configured_settings(on: date, rules: Sequence[Rule] = RULES) -> PolicySettings:
    """Return the stack's policy settings from its configuration, which the engine hands to a pack as to a program.

    Raises BadSettingsError.
    """
    try:
        settings = PolicySettings.model_validate(
            pulumi.Config(NAME).get_object("policy") or {}, by_alias=True, by_name=False
        )
    except ValidationError as error:
        raise BadSettingsError("\n".join(_line(each["loc"], each["msg"]) for each in error.errors())) from error
    except pulumi.ConfigTypeError as error:
        raise BadSettingsError(_line((), "not a map")) from error
    wrong = list(problems(settings, on=on, rules=rules))
    if wrong:
        said = (_line(each.path[1:], f"{each.message}: found {each.found}, allowed {each.allowed}") for each in wrong)
        raise BadSettingsError("\n".join(said))
    return settings


def _line(path: Iterable[str | int], text: str) -> str:
    return f"{'.'.join(('slipway:policy', *map(str, path)))}: {text}"


def policies(settings: PolicySettings, *, on: date, rules: Sequence[Rule] = RULES) -> list[Policy]:
    """Return the policies of the pack for one stack on one day."""
    inputs, hidden = Inputs(), hidden_values()
    environment = pulumi.Config(NAME).get("environment") or STRICTEST

    def stack_of(args: StackValidationArgs) -> Stack:
        recording = recording_of(args.resources, inputs, project=pulumi.get_project(), stack=pulumi.get_stack())
        return Stack(hidden.recording(recording), environment, on)

    remembering = ResourceValidationPolicy(
        name="inputs",
        display_name="Inputs",
        description="Changes nothing, and finds nothing: it remembers what each resource is asked to be.",
        validate=inputs.remember_bare,
        remediate=inputs.remember_marked,
        enforcement_level=EnforcementLevel.REMEDIATE,
    )
    by_rule = [policy_of(rule, settings, stack_of) for rule in rules]
    return [remembering, *by_rule, exemption_policy(settings, rules, stack_of)]


def hidden_values() -> Hidden:
    """Return the secrets of the configuration, which the engine hands over decrypted: no violation may show one."""
    rooms = (f"{NAME}:{room}" for room in secret_rooms())
    return Hidden.of_config(get_config_env(), {*get_config_secret_keys_env(), *rooms})


def today() -> date:
    """Return the day, as every rule is asked about it: in UTC."""
    return datetime.now(UTC).date()

"""The rules as policies of the engine: one stack validation each, and one that tells of the exemptions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from components.policy_settings import PolicySettings
from policy.inputs import plain
from policy.model import Parameter, Report, Rule, Stack
from policy.run import parameters_of, run_rules, severity_of, with_parameters

StackOf = Callable[[StackValidationArgs], Stack]


def policy_of(rule: Rule, settings: PolicySettings, stack_of: StackOf) -> StackValidationPolicy:
    """Return the policy of a rule, at the stack's severity.

    The stack's parameters are the defaults of its schema. The engine's own configuration of the pack goes before them.
    """
    parameters = parameters_of(rule, settings)

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        configured = with_parameters(rule, settings, plain(args.get_config()))
        for violation in run_rules(stack_of(args), configured, (rule,)).violations:
            if violation.exemption is None:
                report(violation.text, violation.urn)

    return StackValidationPolicy(
        name=rule.id,
        display_name=rule.title,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel(severity_of(rule, settings)),
        config_schema=_schema(rule.parameters, parameters),
        remediation_steps=f"See docs/policies/{rule.id}.md, which also says how to exempt a resource.",
    )


def exemption_policy(settings: PolicySettings, rules: Sequence[Rule], stack_of: StackOf) -> StackValidationPolicy:
    """Return the policy that keeps what is exempted in sight. It is advisory, and has nothing to say without any."""

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        if settings.exemptions:
            for text, urn in told(run_rules(stack_of(args), settings, rules)):
                report(text, urn)

    return StackValidationPolicy(
        name="exemptions",
        display_name="Exemptions",
        description="What slipway:policy.exemptions lets pass, and which exemptions have ended or are of no use.",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def told(report: Report) -> Iterator[tuple[str, str | None]]:
    """Yield what is said of exemptions, each with the URN that it is about."""
    for each in report.violations:
        if each.exemption is not None:
            yield f"{each.rule}: {each.text} (exempted: {each.exemption})", each.urn
    yield from ((note, None) for note in report.notes)


def _schema(declared: Sequence[Parameter], values: Mapping[str, Any]) -> PolicyConfigSchema | None:
    if not declared:
        return None
    return PolicyConfigSchema({each.name: {**each.schema, "default": values[each.name]} for each in declared})

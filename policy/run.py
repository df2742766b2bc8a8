"""`run_rules`: all rules on one stack, as its settings have them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.policy_settings import PolicySettings, RuleSettings
from policy.catalogue import RULES
from policy.exemptions import Exemptions
from policy.model import Finding, Report, Rule, Severity, Stack, Violation
from policy.seen import seen

_DEFAULT = RuleSettings()
_ORDER: tuple[Severity, ...] = ("mandatory", "advisory", "disabled")


class RuleFailedError(Exception):
    """A rule raised instead of deciding: a defect of the rule. `rule` is its id, the cause the exception."""

    def __init__(self, rule: str, error: Exception) -> None:
        super().__init__(
            f"the rule {rule} failed: {type(error).__name__}: {error}; until it is mended, slipway:policy.rules"
            f" {{{rule}: disabled}} leaves it out"
        )
        self.rule = rule


def severity_of(rule: Rule, settings: PolicySettings) -> Severity:
    """Return how strict a rule is on a stack."""
    return settings.rules.get(rule.id, _DEFAULT).severity or rule.severity


def parameters_of(rule: Rule, settings: PolicySettings) -> dict[str, Any]:
    """Return a rule's parameters on a stack, complete: the stack's, and the defaults of those that it does not set."""
    return {**rule.defaults, **settings.rules.get(rule.id, _DEFAULT).parameters}


def with_parameters(rule: Rule, settings: PolicySettings, parameters: Mapping[str, Any]) -> PolicySettings:
    """Return settings in which these parameters of a rule go before the stack's, and the rule is asked in any case."""
    severity = severity_of(rule, settings)
    mine = RuleSettings(
        severity="advisory" if severity == "disabled" else severity,
        parameters={**parameters_of(rule, settings), **parameters},
    )
    return settings.model_copy(update={"rules": {**settings.rules, rule.id: mine}})


def found(rule: Rule, stack: Stack, parameters: Mapping[str, Any]) -> list[Finding]:
    """Return what a rule finds, each once, sorted by URN and text. Raises RuleFailedError."""
    try:
        findings = set(rule.check(stack, parameters))
    except Exception as error:
        raise RuleFailedError(rule.id, error) from error
    return sorted(findings, key=lambda each: (each.urn or "", each.text))


def run_rules(stack: Stack, settings: PolicySettings, rules: Sequence[Rule] = RULES) -> Report:
    """Ask every rule that is not disabled about what `policy.seen` lets it see; mark what is exempted.

    The settings are taken as valid (`policy.settings.problems`). Raises RuleFailedError.
    """
    stack = replace(stack, recording=seen(stack.recording))
    exemptions = Exemptions(settings.exemptions, stack.on)
    asked = [rule for rule in rules if severity_of(rule, settings) != "disabled"]
    violations = [each for rule in asked for each in _violations(rule, stack, settings, exemptions)]
    checked = tuple(sorted(rule.id for rule in asked))
    return Report(tuple(sorted(violations, key=_place)), checked, tuple(exemptions.notes(checked)))


def _violations(rule: Rule, stack: Stack, settings: PolicySettings, exemptions: Exemptions) -> Iterator[Violation]:
    severity = severity_of(rule, settings)
    for each in found(rule, stack, parameters_of(rule, settings)):
        yield Violation(rule.id, severity, each.urn, each.text, exemptions.reason(rule.id, each))


def _place(violation: Violation) -> tuple[int, str, str, str]:
    return _ORDER.index(violation.severity), violation.rule, violation.urn or "", violation.text

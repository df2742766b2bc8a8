"""What the policy pack should say under the engine, from what the preview says."""

from collections.abc import Iterable
from datetime import UTC, datetime

from components.policy_settings import PolicySettings
from policy.model import Report, Stack
from policy.run import run_rules
from slipway.recording.recording import Recording
from tests.support.analyzer import Said

TODAY = datetime.now(UTC).date()


def offline(recording: Recording, environment: str, settings: PolicySettings) -> Report:
    return run_rules(Stack(recording, environment, TODAY), settings)


def expected(report: Report) -> list[Said]:
    """Return what the policies of the rules should say: all that is not exempted, at its severity."""
    counted = (each for each in report.violations if each.exemption is None)
    return sorted(Said(each.severity, each.rule, each.urn or "", each.text) for each in counted)


def by_rules(said: Iterable[Said]) -> list[Said]:
    return [each for each in said if each.policy != "exemptions"]

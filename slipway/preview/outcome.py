"""The exit code of a preview: what is lost weighs more than what is refused, and that more than what breaks a rule."""

from policy.model import Report
from slipway import exit_codes
from slipway.plan.model import Plan


def exit_code(plan: Plan | None, report: Report | None) -> int:
    """Return the exit code for a plan and a report; None where there is none."""
    if plan is not None and plan.unacknowledged:
        return exit_codes.DESTRUCTIVE
    if plan is not None and plan.stopped:
        return exit_codes.REFUSED
    if report is not None and report.failures:
        return exit_codes.POLICY_VIOLATION
    return exit_codes.OK

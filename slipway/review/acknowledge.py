"""All at once: everything destructive, or all that is refused, that the preview shows is meant."""

from dataclasses import replace

from slipway.plan.model import Plan

ALL = "*"
"""What `--allow-replace` and `--allow-refused` take in the place of a URN, for a label that names none."""


def acknowledge_all(plan: Plan) -> Plan:
    """Return the plan with each of its destructive steps acknowledged."""
    return replace(plan, acknowledged=plan.acknowledged | {step.urn for step in plan.destructive})


def expect_all(plan: Plan) -> Plan:
    """Return the plan with each of its refused steps expected."""
    return replace(plan, expected=plan.expected | {step.urn for step in plan.refused})

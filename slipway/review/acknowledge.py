"""The label of a pull request: everything destructive that the preview shows is meant."""

from dataclasses import replace

from slipway.plan.model import Plan

ALL = "*"
"""What `--allow-replace` takes in the place of a URN, for a label that names none."""


def acknowledge_all(plan: Plan) -> Plan:
    """Return the plan with each of its destructive steps acknowledged."""
    return replace(plan, acknowledged=plan.acknowledged | {step.urn for step in plan.destructive})

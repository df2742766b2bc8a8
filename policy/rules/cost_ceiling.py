"""cost-ceiling: a stack that costs more than was agreed on is agreed on again."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.reading import open_value, parameter
from slipway.cost.estimate import estimate
from slipway.cost.prices import read_prices
from slipway.recording.objects import text
from slipway.recording.recording import Recording


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    found = estimate(stack.recording, read_prices(), region=_region(stack.recording), on=stack.on)
    ceiling = Decimal(str(parameters["monthlyUsd"]))
    if found is None or found.total <= ceiling:
        return
    largest = sorted(found.by_resource.items(), key=lambda each: (-each[1], each[0]))[:3]
    most = ", ".join(f"{stack.recording.by_urn[urn].name} {_dollars(amount)}" for urn, amount in largest)
    unknown = f"; {len(found.gaps)} things have no price in the list" if found.gaps else ""
    yield Finding(
        None,
        f"the stack costs about {_dollars(found.total)} a month, and may cost {_dollars(ceiling)}. The most: {most}"
        f"{unknown}. Make it smaller, or raise monthlyUsd.",
    )


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.0f}"


def _region(recording: Recording) -> str:
    """Return the region of the stack's AWS provider, empty where there is none or it is not known."""
    regions = [text(each.inputs, "region") for each in recording.of_type("pulumi:providers:aws")]
    return next((each for each in regions if each and not open_value(each)), "")


RULE = Rule(
    id="cost-ceiling",
    title="The stack costs no more than its ceiling",
    description="The estimate of `slipway preview`, with pools at the size that is declared.",
    severity="mandatory",
    parameters=(
        parameter(
            "monthlyUsd",
            10000,
            "US dollars a month that the stack may cost.",
            type="number",
            exclusiveMinimum=0,
        ),
    ),
    check=_check,
)

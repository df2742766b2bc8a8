"""What stands below the sums of an estimate: what they rest on, and what is not in them."""

from collections import Counter
from collections.abc import Iterator

from slipway.cost.estimate import Estimate


def assumptions(estimate: Estimate) -> tuple[str, ...]:
    """Return what is assumed and used, each once: the sizes of node pools and the price of spot, then the rest."""
    spot = any(line.category == "instances spot" for line in estimate.lines)
    first = [f"spot instances at {estimate.spot_share:.0%} of the on-demand price"] if spot else []
    return (*first, *sorted({line.assumption for line in estimate.lines if line.assumption}))


def not_estimated(estimate: Estimate) -> tuple[str, ...]:
    """Return what is known to cost money and is not in the sums, each once with how often it is there."""
    return (*_gaps(estimate), *(f"{what}{_times(count)}: billed by use" for what, count in estimate.by_use.items()))


def _gaps(estimate: Estimate) -> Iterator[str]:
    unknown = Counter((gap.what, gap.why) for gap in estimate.gaps)
    for (what, why), count in sorted(unknown.items()):
        yield f"{what}{_times(count)}: {why}"


def _times(count: int) -> str:
    return f" (x{count})" if count > 1 else ""

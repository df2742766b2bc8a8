"""`Breakdown`: the monthly cost by component, pool, app and kind of thing, as a range where pools scale."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from slipway.cost.estimate import Estimate
from slipway.cost.lines import Line
from slipway.cost.notes import assumptions, not_estimated
from slipway.cost.occupancy import pool_of, taken
from slipway.cost.owners import app_of, component_of
from slipway.cost.prices import Prices
from slipway.cost.ranges import ZERO, Range, of_line, total
from slipway.recording.recording import Recording

__all__ = ["Breakdown", "Range", "Share", "breakdown"]


@dataclass(frozen=True, slots=True)
class Share:
    """The cost of one component, pool, app or category. `delta` is the expected cost less that of the base, if any."""

    name: str
    cost: Range
    delta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same money cut in four ways. `components` and `categories` each add up to `total`.

    `pools` are a part of it. `apps` are what requests of CPU and memory take of the pools, and the volumes and
    databases that are an app's own; what no app takes of the pools is `idle`. `assumptions` and `not_estimated` are
    sentences. The prices are those of `priced_region`, which may be another than the stack's `region`.
    """

    total: Share
    components: tuple[Share, ...]
    categories: tuple[Share, ...]
    pools: tuple[Share, ...]
    apps: tuple[Share, ...]
    idle: Range
    spot_saving: Decimal
    region: str = ""
    priced_region: str = ""
    priced_on: date | None = None
    assumptions: tuple[str, ...] = ()
    not_estimated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """One side of a comparison: the costs by name, cut in each way."""

    total: Range
    components: Mapping[str, Range]
    categories: Mapping[str, Range]
    pools: Mapping[str, Range]
    apps: Mapping[str, Range]
    idle: Range


_NOTHING = _Cut(ZERO, {}, {}, {}, {}, ZERO)


def breakdown(
    recording: Recording,
    estimate: Estimate,
    prices: Prices,
    base: tuple[Recording, Estimate | None] | None = None,
) -> Breakdown:
    """Return the breakdown of an estimate; with a base, what it has and the stack has not is listed, too.

    A base without an estimate is one in which nothing costs anything, such as a stack that does not exist there.
    """
    now = _cut(recording, estimate, prices)
    before = None if base is None else _cut(base[0], base[1], prices) if base[1] else _NOTHING
    return Breakdown(
        total=Share("total", now.total, None if before is None else now.total.expected - before.total.expected),
        components=_shares(now, before, lambda cut: cut.components),
        categories=_shares(now, before, lambda cut: cut.categories),
        pools=_shares(now, before, lambda cut: cut.pools),
        apps=_shares(now, before, lambda cut: cut.apps),
        idle=now.idle,
        spot_saving=estimate.saving,
        region=estimate.region,
        priced_region=estimate.priced_region,
        priced_on=estimate.priced_on,
        assumptions=assumptions(estimate),
        not_estimated=not_estimated(estimate),
    )


def _cut(recording: Recording, estimate: Estimate, prices: Prices) -> _Cut:
    lines = estimate.lines
    pools = _by(lines, lambda line: pool_of(recording, line.urn))
    own = _by(lines, lambda line: app_of(recording, line.urn))
    shared = taken(recording, pools, prices.assumptions)
    apps = {name: own.get(name, ZERO) + shared.get(name, ZERO) for name in {*own, *shared}}
    return _Cut(
        total=total(map(of_line, lines)),
        components=_by(lines, lambda line: component_of(recording, line.urn)),
        categories=_by(lines, lambda line: line.category),
        pools=pools,
        apps=apps,
        idle=total(pools.values()) - total(shared.values()),
    )


def _by(lines: Iterable[Line], name: Callable[[Line], str | None]) -> dict[str, Range]:
    """Return the costs of the lines by the name that each has; those without one are left out."""
    found: dict[str, Range] = {}
    for line in lines:
        key = name(line)
        if key is not None:
            found[key] = found.get(key, ZERO) + of_line(line)
    return found


def _shares(now: _Cut, before: _Cut | None, way: Callable[[_Cut], Mapping[str, Range]]) -> tuple[Share, ...]:
    """Return the shares, the greatest first, and by name where they are equal."""
    costs = way(now)
    old = {} if before is None else way(before)
    shares = []
    for name in {*costs, *old}:
        cost = costs.get(name, ZERO)
        shares.append(Share(name, cost, None if before is None else cost.expected - old.get(name, ZERO).expected))
    return tuple(sorted(shares, key=lambda share: (-share.cost.expected, share.name)))

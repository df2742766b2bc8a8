"""The same money cut in four ways: every cut adds up to the cent, in each case, for every shipped stack."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.cost.breakdown import Breakdown, Share, breakdown
from slipway.cost.breakdown_document import breakdown_document
from slipway.cost.breakdown_text import breakdown_lines
from slipway.cost.estimate import Estimate, estimate
from slipway.cost.ranges import ZERO, Range, total
from slipway.recording.objects import POOL_LABEL
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.shipped import recorded
from tests.unit.cost.building import PRICES, TODAY, estimated, node_group, resource, template

if TYPE_CHECKING:
    from slipway.recording.wire import Json

OWNED = ("development", "staging", "production")
CENT = Decimal("0.01")


def costed(stack: str, *, known: bool = True) -> tuple[Recording, Estimate]:
    recording = recorded(stack, known=known)
    found = estimate(recording, PRICES, region="us-west-2", on=TODAY)
    assert found is not None
    return recording, found


@cache
def broken_down(stack: str, base: str | None = None) -> Breakdown:
    return breakdown(*costed(stack), PRICES, costed(base) if base else None)


def costs(shares: tuple[Share, ...]) -> Range:
    return total(share.cost for share in shares)


def named(shares: tuple[Share, ...]) -> dict[str, Share]:
    return {share.name: share for share in shares}


@pytest.mark.parametrize("stack", OWNED)
def test_everything_adds_up_to_the_cent(stack: str) -> None:
    recording, found = costed(stack)
    shown = broken_down(stack)
    assert shown.total.cost.expected == found.total
    assert costs(shown.components) == costs(shown.categories) == shown.total.cost
    own = total(
        Range(line.monthly, line.monthly, line.monthly)
        for line in found.lines
        if any(line.urn == each.urn for app in _apps(recording) for each in recording.within(app))
    )
    assert costs(shown.apps) + shown.idle == costs(shown.pools) + own
    amounts = [each for share in (*shown.components, *shown.apps) for each in _cases(share.cost)]
    assert all(amount == amount.quantize(CENT) for amount in amounts)
    assert all(line.quantity == int(line.quantity) for line in found.lines)
    for share in (shown.total, *shown.components, *shown.categories, *shown.pools):
        assert share.cost.least <= share.cost.expected <= share.cost.most
    assert min(_cases(shown.idle)) >= 0


def _cases(cost: Range) -> tuple[Decimal, Decimal, Decimal]:
    return cost.least, cost.expected, cost.most


def _apps(recording: Recording) -> list[Resource]:
    return [each for each in recording.resources if each.kind == "AppStack"]


def test_a_pool_is_counted_at_its_fewest_declared_and_most_nodes() -> None:
    group = node_group(["t3.large"], 4, scalingConfig={"desiredSize": 4, "minSize": 1, "maxSize": 9})
    disk = template({"volumeSize": 50, "volumeType": "gp3"}, monitoring=True)
    shown = breakdown(Recording("p", "s", (group, disk)), estimated(group, disk), PRICES)
    # 60.74 + 4.00 + 2.10 each
    each = Decimal("66.84")
    assert shown.pools == (Share("group", Range(each, 4 * each, 9 * each)),)
    assert named(shown.categories)["monitoring"].cost == Range(Decimal("2.10"), Decimal("8.40"), Decimal("18.90"))
    assert shown.idle == shown.total.cost


def test_the_change_between_two_stacks() -> None:
    shown = broken_down("production", "staging")
    old, new = broken_down("staging"), broken_down("production")
    assert shown.total.delta == new.total.cost.expected - old.total.cost.expected
    for way in ("components", "categories"):
        deltas = [share.delta for share in getattr(shown, way)]
        assert sum(each for each in deltas if each is not None) == shown.total.delta
        assert None not in deltas
    assert named(shown.pools)["production"].delta == named(new.pools)["production"].cost.expected
    gone = named(shown.components).keys() - named(new.components).keys()
    assert gone
    for name in gone:
        share = named(shown.components)[name]
        assert share.cost == ZERO
        assert share.delta == -named(old.components)[name].cost.expected


def test_an_unchanged_stack_changes_no_cost() -> None:
    shown = broken_down("staging", "staging")
    assert {share.delta for share in (shown.total, *shown.components, *shown.pools, *shown.apps)} == {Decimal(0)}
    assert not any("+" in line for line in breakdown_lines(shown))


def test_without_a_base_there_is_no_change() -> None:
    shown = broken_down("staging")
    assert {share.delta for share in (shown.total, *shown.components, *shown.pools, *shown.apps)} == {None}
    assert "change" not in "\n".join(breakdown_lines(shown))
    assert "delta" not in breakdown_document(shown)["total"]


def test_against_a_base_that_costs_nothing_everything_is_new() -> None:
    shown = breakdown(*costed("staging"), PRICES, (recorded("local"), None))
    assert shown.total.delta == shown.total.cost.expected
    assert all(share.delta == share.cost.expected for share in shown.apps)


def test_a_database_of_an_app_is_the_apps() -> None:
    app = replace(resource("slipway:apps:AppStack", "shop", {}), custom=False)
    database = resource("aws:rds/instance:Instance", "db", {"instanceClass": "db.t4g.medium", "allocatedStorage": 20})
    database = replace(database, parent=app.urn)
    recording = Recording("p", "s", (app, database))
    found = estimate(recording, PRICES, region="us-west-2", on=TODAY)
    assert found
    shown = breakdown(recording, found, PRICES)
    # 0.065 x 730 = 47.45, and 20 x 0.115
    assert shown.apps == (Share("shop", Range(*[Decimal("49.75")] * 3)),)
    assert [share.name for share in shown.components] == ["AppStack shop"]


@pytest.mark.slow
def test_nothing_depends_on_outputs_being_known() -> None:
    recording, found = costed("production", known=False)
    unknown = breakdown(recording, found, PRICES)
    assert unknown.pools == broken_down("production").pools
    assert unknown.apps == broken_down("production").apps


def test_another_region_is_said_with_the_command_that_helps() -> None:
    found = estimated(resource("aws:kms/key:Key", "key", {}), region="eu-west-1")
    lines = list(breakdown_lines(breakdown(Recording("p", "s", ()), found, PRICES)))
    assert "slipway prices refresh --region eu-west-1" in lines[1]
    nowhere = breakdown(Recording("p", "s", ()), replace(found, region=""), PRICES)
    assert not any("The stack is in" in line for line in breakdown_lines(nowhere))


def test_the_document_has_what_the_text_has() -> None:
    shown = broken_down("production", "staging")
    written = breakdown_document(shown)
    assert written["total"]["expected"] == float(shown.total.cost.expected)
    assert written["total"]["delta"] == float(shown.total.delta or 0)
    assert [each["name"] for each in written["pools"]] == [share.name for share in shown.pools]
    assert set(written["idle"]) == {"least", "expected", "most"}
    assert written["assumptions"] == list(shown.assumptions)
    assert written["pricedOn"] == PRICES.date.isoformat()


sizes = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(sorted)
pools = st.lists(
    st.tuples(st.sampled_from(["t3.large", "m5a.large", "c7i.large", "x9.large"]), sizes, st.booleans()), max_size=4
)


def cluster(wanted: list[tuple[str, list[int], bool]]) -> Recording:
    """Return node groups, two in each pool, beside something else that costs."""
    groups = []
    for number, (kind, (least, size, most), spot) in enumerate(wanted):
        scaling: dict[str, Json] = {"desiredSize": size, "minSize": least, "maxSize": most}
        group = node_group(
            [kind, "m5.large"], size, spot=spot, scalingConfig=scaling, labels={POOL_LABEL: f"{number % 2}"}
        )
        groups.append(replace(group, urn=f"urn:group-{number}"))
    disk = template({"volumeSize": 33, "volumeType": "gp3"})
    return Recording("p", "s", (*groups, disk, resource("aws:ec2/natGateway:NatGateway", "nat", {})))


@given(pools, pools)
def test_any_pools_add_up_and_so_do_their_changes(new: list[tuple[str, list[int], bool]], old: list[Any]) -> None:
    sides = []
    for recording in (cluster(new), cluster(old)):
        found = estimate(recording, PRICES, region="us-west-2", on=TODAY)
        assert found
        sides.append((recording, found))
    shown = breakdown(*sides[0], PRICES, sides[1])
    assert costs(shown.components) == costs(shown.categories) == shown.total.cost
    assert shown.idle == costs(shown.pools)
    for way in (shown.components, shown.categories):
        assert sum(share.delta or 0 for share in way) == shown.total.delta
    assert all(share.cost.least <= share.cost.expected <= share.cost.most for share in shown.pools)

"""What holds of a pool's split over zones whatever its sizes."""

from hypothesis import given
from hypothesis import strategies as st

from components.foundation.zones import split, zone_groups

totals = st.integers(0, 450)
parts = st.integers(1, 6)
ordered_sizes = st.lists(totals, min_size=3, max_size=3).map(sorted)


@given(totals, parts)
def test_the_shares_add_up(total: int, count: int) -> None:
    assert sum(split(total, count)) == total
    assert len(split(total, count)) == count


@given(totals, parts)
def test_no_share_is_more_than_one_above_another_and_the_first_are_the_larger(total: int, count: int) -> None:
    shares = split(total, count)
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True)


@given(totals, totals, parts)
def test_a_larger_total_takes_from_no_part(one: int, other: int, count: int) -> None:
    fewer, more = sorted((one, other))
    assert all(small <= large for small, large in zip(split(fewer, count), split(more, count), strict=True))


@given(ordered_sizes, parts)
def test_the_bounds_hold_in_every_zone_and_nothing_is_lost(sizes: list[int], count: int) -> None:
    least, size, most = sizes
    zones = [f"us-west-2{letter}" for letter in "abcdef"[:count]]
    groups = zone_groups(zones, size=size, min_size=least, max_size=most)
    assert all(group.min_size <= group.size <= group.max_size for group in groups)
    assert (sum(g.min_size for g in groups), sum(g.size for g in groups), sum(g.max_size for g in groups)) == (
        least,
        size,
        most,
    )


@given(ordered_sizes, parts)
def test_a_zone_has_a_group_exactly_when_it_may_have_a_node(sizes: list[int], count: int) -> None:
    least, size, most = sizes
    zones = [f"us-west-2{letter}" for letter in "abcdef"[:count]]
    groups = zone_groups(zones, size=size, min_size=least, max_size=most)
    assert [group.zone for group in groups] == zones[: min(most, count)]
    assert all(group.max_size >= 1 for group in groups)

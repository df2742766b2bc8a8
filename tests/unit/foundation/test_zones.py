"""The split of a pool over zones, by example."""

import pytest

from components.foundation.zones import ZoneGroup, split, zone_groups

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [(4, 3, (2, 1, 1)), (2, 3, (1, 1, 0)), (0, 2, (0, 0)), (9, 3, (3, 3, 3)), (5, 1, (5,))],
)
def test_the_first_zones_take_the_remainder(total: int, parts: int, shares: tuple[int, ...]) -> None:
    assert split(total, parts) == shares


@pytest.mark.parametrize(("total", "parts"), [(-1, 3), (3, 0)])
def test_what_cannot_be_split_is_refused(total: int, parts: int) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split(total, parts)


def test_size_and_bounds_are_split_alike() -> None:
    assert zone_groups(ZONES, size=4, min_size=2, max_size=12) == (
        ZoneGroup("us-west-2a", 2, 1, 4),
        ZoneGroup("us-west-2b", 1, 1, 4),
        ZoneGroup("us-west-2c", 1, 0, 4),
    )


def test_a_zone_that_can_have_no_node_has_no_group() -> None:
    assert [group.zone for group in zone_groups(ZONES, size=1, min_size=0, max_size=2)] == ["us-west-2a", "us-west-2b"]


@pytest.mark.parametrize("sizes", [(1, 2, 3), (4, 0, 3)])
def test_sizes_out_of_order_are_refused(sizes: tuple[int, int, int]) -> None:
    size, min_size, max_size = sizes
    with pytest.raises(ValueError, match="out of order"):
        zone_groups(ZONES, size=size, min_size=min_size, max_size=max_size)

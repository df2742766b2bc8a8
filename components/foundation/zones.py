"""How the sizes of a node pool are split over availability zones."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ZoneGroup:
    """A pool's share in one zone, in nodes: what one managed node group is given."""

    zone: str
    size: int
    min_size: int
    max_size: int


def split(total: int, parts: int) -> tuple[int, ...]:
    """Split a number as evenly as whole numbers allow; the first parts take the remainder.

    The shares add up to `total` and differ by at most one. A larger total gives every part at least as much, so
    that a split minimum never exceeds a split size, nor that a split maximum. Raises ValueError for a negative
    total or without parts.
    """
    if total < 0 or parts < 1:
        raise ValueError(f"cannot split {total} into {parts} parts")
    share, remainder = divmod(total, parts)
    return tuple(share + (index < remainder) for index in range(parts))


def zone_groups(zones: Sequence[str], *, size: int, min_size: int, max_size: int) -> tuple[ZoneGroup, ...]:
    """Return one group for each zone that may ever hold a node of the pool.

    EKS refuses a node group with a maximum of zero, so a pool of fewer nodes than zones leaves the last zones out.
    Raises ValueError unless min_size ≤ size ≤ max_size.
    """
    if not min_size <= size <= max_size:
        raise ValueError(f"sizes are out of order: {min_size} ≤ {size} ≤ {max_size} does not hold")
    count = len(zones)
    shares = zip(zones, split(size, count), split(min_size, count), split(max_size, count), strict=True)
    return tuple(ZoneGroup(*share) for share in shares if share[3] > 0)

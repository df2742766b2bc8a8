"""By which NAT gateway each zone leaves the VPC: pure."""

from collections.abc import Sequence
from typing import Literal

NatMode = Literal["per-zone", "single", "none"]


def gateway_zones(mode: NatMode, zones: Sequence[str]) -> dict[str, str]:
    """Return, for each zone that has a way out, the zone whose NAT gateway it uses.

    `single` puts the gateway in the zone named first: naming another one first moves it, and so the address that the
    cluster is seen from.
    """
    if mode == "none":
        return {}
    return {zone: zone if mode == "per-zone" else zones[0] for zone in zones}

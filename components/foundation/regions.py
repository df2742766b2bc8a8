"""AWS's regions and their zones, as far as boto3 and one account know them, and the zones that EKS has not."""

import re
from difflib import get_close_matches

from components.foundation.aws_names import PARTITION, PARTITIONS, ZONES

REGIONS = PARTITIONS[PARTITION]
"""The regions of the partition that Slipway builds in."""

EXCLUDED: dict[str, str] = {"us-east-1": "use1-az3", "us-west-1": "usw1-az2", "ca-central-1": "cac1-az3"}
"""Zone IDs in which EKS takes no subnet of a control plane, by region: "Subnet requirements for clusters" in
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html. Which name the zone has differs by account."""

USUALLY_EXCLUDED = frozenset({"us-east-1e"})
"""The names that such a zone has in most accounts: github.com/weaveworks/eksctl/issues/817. (The other two are not
among the zones of newer accounts.)"""

ZONE_ID = re.compile(r"[a-z]{2,5}\d-az\d")

REGION_NAME = r"[a-z]{2,5}(-[a-z]+)+-[0-9]+"
"""A region's name in any partition: us-gov-west-1 and eusc-de-east-1 are regions, too."""

ZONE_IN_A_CITY = re.compile(rf"(?P<region>{REGION_NAME})(-[a-z]+[0-9]*)+-[0-9]+[a-z]?")
"""A Local Zone, us-west-2-lax-1a, or a Wavelength Zone, us-west-2-wl1-las-wlz-1."""


def region_of(zone: str) -> str:
    """Return the region of a zone's name: all but its letter."""
    return zone[:-1]


def partition(region: str) -> str | None:
    """Return the partition of a region, None for one that boto3 does not know."""
    return next((name for name, regions in PARTITIONS.items() if region in regions), None)


def known(region: str) -> bool:
    """Tell whether a region is one that Slipway builds in."""
    return region in REGIONS


def nearest_region(found: str, zones: tuple[str, ...]) -> str | None:
    """Return the region that is meant: the one that all zones are of, else the most like what was found."""
    if len(of_zones := {region_of(each) for each in zones} & {*REGIONS}) == 1:
        return of_zones.pop()
    return next(iter(get_close_matches(found, REGIONS, 1)), None)


def letters(region: str) -> str:
    """Return the letters of a region's zones in one account, none where that account was not asked."""
    return ZONES.get(region, "")


def default_zones(region: str) -> tuple[str, ...]:
    """Return the zones of a network that names none: the region's first three, of which us-west-1 has two.

    Where they are not known, a, b and c.
    """
    return tuple(region + letter for letter in (letters(region) or "abc")[:3])

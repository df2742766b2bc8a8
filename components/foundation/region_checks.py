"""What is wrong, or worth knowing, about a stack's region and its zones."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.aws_names import EKS_REGIONS, NAMED_ON, PARTITION
from components.foundation.regions import (
    EXCLUDED,
    REGIONS,
    USUALLY_EXCLUDED,
    known,
    letters,
    nearest_region,
    partition,
    region_of,
)
from components.foundation.subnets import ZONE_LETTERS
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


def _zones(settings: "StackSettings") -> tuple[str, ...]:
    """Return the zones that the network names."""
    return (settings.network.zones or ()) if settings.network else ()


def region(settings: "StackSettings") -> Iterator[Problem]:
    """The region is one of AWS's, in the partition that Slipway builds in."""
    if settings.aws is None or known(found := settings.aws.region):
        return
    path = ("aws", "region")
    if other := partition(found):
        what = f"of the partition {other}, which has other ARNs and service names than {PARTITION}"
        yield Problem(path, what, found, f"a region of the partition {PARTITION}, such as us-west-2")
    else:
        yield Problem(
            path,
            f"no such region among the {len(REGIONS)} that boto3 knew on {NAMED_ON}",
            found,
            f"{', '.join(REGIONS)}; a newer one after `slipway instances refresh --offline` with a newer boto3",
            nearest_region(found, _zones(settings)),
        )


def zones_of_region(settings: "StackSettings") -> Iterator[Problem]:
    """Zones are those of the stack's region; where that is the mistake, of the one that is meant."""
    if settings.aws is None:
        return
    own, zones = settings.aws.region, _zones(settings)
    of_zones = {region_of(each) for each in zones}
    if known(own) and len(zones) > 1 and len(of_zones) == 1 and (other := of_zones.pop()) != own and known(other):
        yield Problem(
            ("network", "zones"),
            f"zones of {other} in a stack of {own}: either is the mistake",
            ", ".join(zones),
            f"{_named(own)}; or aws.region: {other}",
        )
        return
    meant = own if known(own) else nearest_region(own, zones)
    for index, zone in enumerate(zones):
        if region_of(zone) not in (own, meant) and (known(own) or not known(region_of(zone))):
            there = meant or own
            yield Problem(("network", "zones", index), f"not a zone of {there}", zone, _named(there), there + zone[-1])


def _named(there: str) -> str:
    """Return a region's zones, as a list where they are known."""
    if found := letters(there):
        return ", ".join(there + letter for letter in found)
    return f"{there}{ZONE_LETTERS[0]} to {there}{ZONE_LETTERS[-1]}"


def zones_with_eks(settings: "StackSettings") -> Iterator[Advice]:
    """EKS takes no subnet in some zones, of which an account's names say little."""
    if settings.aws is None or (there := settings.aws.region) not in EXCLUDED:
        return
    for index, zone in enumerate(_zones(settings)):
        if zone in USUALLY_EXCLUDED or (region_of(zone) == there and zone[-1] not in letters(there)):
            excluded = EXCLUDED[there]
            yield Advice(
                ("network", "zones", index),
                f"EKS is not offered in {excluded}, which is {zone} in "
                + ("most accounts" if zone in USUALLY_EXCLUDED else "some accounts")
                + ": CreateCluster fails with UnsupportedAvailabilityZoneException. Which zone it is in yours: aws ec2"
                f" describe-availability-zones --region {there} --zone-ids {excluded}",
            )


def zones_known(settings: "StackSettings") -> Iterator[Advice]:
    """Say where an account may lack a zone, or the region EKS."""
    if settings.aws is None or settings.network is None or not known(there := settings.aws.region):
        return
    if there not in EKS_REGIONS:
        yield Advice(("aws", "region"), f"boto3 knew no EKS in {there} on {NAMED_ON}")
    if not letters(there):
        yield Advice(
            ("network", "zones"),
            f"which zones {there} has is not known to Slipway: whether yours has them, `aws ec2"
            f" describe-availability-zones --region {there}` says",
        )
        return
    for index, zone in enumerate(_zones(settings)):
        if there not in EXCLUDED and region_of(zone) == there and zone[-1] not in letters(there):
            yield Advice(
                ("network", "zones", index),
                f"not every account has {zone}: the one that was asked has {_named(there)}. Whether yours has it,"
                f" `aws ec2 describe-availability-zones --region {there}` says",
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (region, zones_of_region)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (zones_with_eks, zones_known)

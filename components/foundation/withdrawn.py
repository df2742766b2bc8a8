"""Instance types that AWS has taken from sale: since when, by which source, and what exists in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from components.foundation.instance_names import family


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A family that cannot be bought. `instead` has, by type, what comes nearest.

    That is a type with as many accelerators (or the fewest above), of AWS's own successor family, nearest in vCPU.
    """

    since: date
    reason: str
    source: str
    instead: Mapping[str, str]


_GONE = "EC2's API does not describe it any more, and AWS does not list it in any region"

WITHDRAWN: dict[str, Withdrawn] = {
    "p3": Withdrawn(
        date(2026, 5, 25),
        _GONE,
        "github.com/dstackai/gpuhunt/pull/233",
        {"p3.2xlarge": "g6.2xlarge", "p3.8xlarge": "g6.12xlarge", "p3.16xlarge": "g6.48xlarge"},
    ),
    "g4ad": Withdrawn(
        date(2026, 9, 11),
        _GONE,
        "github.com/vantage-sh/ec2instances.info/issues/996",
        {
            "g4ad.xlarge": "g4dn.xlarge",
            "g4ad.2xlarge": "g4dn.2xlarge",
            "g4ad.4xlarge": "g4dn.4xlarge",
            "g4ad.8xlarge": "g4dn.12xlarge",
            "g4ad.16xlarge": "g4dn.12xlarge",
        },
    ),
    "f1": Withdrawn(
        date(2025, 12, 20),
        "AWS retired it",
        "github.com/aws/aws-fpga/pull/767",
        {"f1.2xlarge": "f2.6xlarge", "f1.4xlarge": "f2.12xlarge", "f1.16xlarge": "f2.48xlarge"},
    ),
    "g3": Withdrawn(
        date(2025, 10, 31),
        "AWS retired it",
        "github.com/SummitRoute/aws_breaking_changes/issues/114",
        {"g3.4xlarge": "g6.4xlarge", "g3.8xlarge": "g6.12xlarge", "g3.16xlarge": "g6.12xlarge"},
    ),
    "g3s": Withdrawn(
        date(2025, 10, 31),
        "AWS retired it",
        "github.com/SummitRoute/aws_breaking_changes/issues/114",
        {"g3s.xlarge": "g6.xlarge"},
    ),
    "p2": Withdrawn(
        date(2025, 2, 19),
        "AWS retires it, and EKS has no image with a driver as old as its GPUs",
        "github.com/eksctl-io/eksctl/pull/7826 and /8226",
        {"p2.xlarge": "g6.xlarge", "p2.8xlarge": "g6.48xlarge", "p2.16xlarge": "g6.48xlarge"},
    ),
}
"""By family. Each is missing from the shipped description of EC2's types, which a test holds."""


def withdrawn(name: str) -> Withdrawn | None:
    """Return why a type cannot be had, None for one that can, or of which nothing is known."""
    found = WITHDRAWN.get(family(name))
    return found if found and name in found.instead else None

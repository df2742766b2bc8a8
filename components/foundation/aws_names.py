"""The names that AWS's own SDK knows: regions by partition, zones, EKS's image types, EC2's instance types.

`aws_names.json` is written by `slipway instances refresh` from the boto3 that is installed, without asking AWS (zones
apart), because importing boto3 for a few names would take a tenth of the preview's time. A test holds it against boto3.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

NAMES: Final = Path(__file__).with_name("aws_names.json")

_read: dict[str, Any] = json.loads(NAMES.read_text(encoding="ascii"))

NAMED_ON: Final = date.fromisoformat(_read["date"])
"""The day on which the names were written."""

PARTITION: Final = "aws"
"""The partition that Slipway builds in: the others have other ARNs and service names."""

PARTITIONS: Final[dict[str, tuple[str, ...]]] = {name: tuple(each) for name, each in _read["partitions"].items()}
"""Every partition's regions."""

EKS_REGIONS: Final[frozenset[str]] = frozenset(_read["eksRegions"])
"""The regions with EKS, of all partitions."""

ZONES: Final[dict[str, str]] = _read["zones"]
"""The letters of a region's zones, as one account has them; regions that are not here were not asked."""

AMI_TYPES: Final[tuple[str, ...]] = tuple(_read["amiTypes"])
"""EKS's image types (`AMITypes` of its API)."""

INSTANCE_NAMES: Final[frozenset[str]] = frozenset(_read["instanceTypes"])
"""Every instance type that EC2's API has a name for, with those that it does not describe any more, or not yet."""

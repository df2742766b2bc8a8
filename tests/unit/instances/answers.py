"""What EC2 answers of its instance types, as moto has recorded it."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import moto.ec2


@cache
def answers() -> dict[str, dict[str, Any]]:
    """Return the `InstanceTypeInfo` of every type that moto's EC2 has."""
    file = Path(moto.ec2.__file__).with_name("resources") / "instance_types.json.gz"
    found: dict[str, dict[str, Any]] = json.loads(gzip.decompress(file.read_bytes()))
    return found


def info(name: str, **changed: Any) -> dict[str, Any]:
    """Return the answer of one type with some of its parts changed."""
    return {**answers()[name], **changed}

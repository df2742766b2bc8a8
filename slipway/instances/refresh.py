"""`refresh()`: the list of instance types and the names that go with it, written whole or not at all."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.foundation.aws_names import NAMES, ZONES
from components.foundation.instance_types import INSTANCE_TYPES, TABLE, InstanceType, read
from slipway.instances.describe import described, regions, zone_letters
from slipway.instances.names import known_names
from slipway.preview.atomic import write_file

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client

Connect = Callable[[str], "EC2Client"]
"""How a region's client is made."""

FIRST_REGION = "us-east-1"
"""The region that is asked which regions the account has."""

_HEAD = """\
# Amazon EC2's instance types, as its API describes them (DescribeInstanceTypes, in every region where it was asked).
# Written by `slipway instances refresh`; nothing here is edited by hand.
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was done: the files that were written, and the types that are new, changed, and gone from the list."""

    paths: tuple[Path, ...]
    asked: tuple[str, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def refresh(connect: Connect | None, *, only: tuple[str, ...], out: Path | None, on: date) -> Refreshed:
    """Write both files, into `out` or in their own place; without `connect` the names alone, from the installed boto3.

    All of an account's regions are asked, and the list has what they describe; or `only` some, and what the list had
    of others stays. Raises OSError, and botocore.exceptions.BotoCoreError and ClientError.
    """
    if connect is None:
        target = _write(out, NAMES, _document(known_names(on, ZONES)))
        return Refreshed((target,), (), (), (), ())
    places = only or tuple(sorted(regions(connect(FIRST_REGION))))
    found: dict[str, InstanceType] = dict(INSTANCE_TYPES) if only else {}
    zones = dict(ZONES)
    for place in places:
        client = connect(place)
        found.update((each.name, each) for each in described(client))
        zones[place] = zone_letters(client, place)
    text = table(found.values(), on, f"DescribeInstanceTypes of {', '.join(places)}")
    read(text)
    paths = (_write(out, TABLE, text), _write(out, NAMES, _document(known_names(on, zones))))
    return Refreshed(
        paths,
        places,
        new=tuple(sorted(found.keys() - INSTANCE_TYPES.keys())),
        changed=tuple(
            name for name in sorted(found.keys() & INSTANCE_TYPES.keys()) if found[name] != INSTANCE_TYPES[name]
        ),
        gone=tuple(sorted(INSTANCE_TYPES.keys() - found.keys())),
    )


def table(types: Iterable[InstanceType], on: date, source: str) -> str:
    """Return the text of the table: families in order of their names, their types in order of size."""
    rows = sorted(types, key=lambda each: (each.name.partition(".")[0], each.vcpu, each.memory_mib, each.name))
    lines = [",".join(map(str, each)) for each in (InstanceType._fields, *rows)]
    return f"{_HEAD}# date: {on}\n# source: {source}\n" + "".join(f"{each}\n" for each in lines)


def _document(names: Mapping[str, Any]) -> str:
    return json.dumps(names, indent=1) + "\n"


def _write(out: Path | None, file: Path, text: str) -> Path:
    target = file if out is None else out / file.name
    write_file(target, text)
    return target

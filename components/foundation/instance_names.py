"""What an instance type's name says, where AWS's description of the type is not at hand.

AWS's naming: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html: a series (`c`, `hpc`), its
generation, options (`g` Graviton, `a` AMD, `n` network, `-flex`), a full stop, the size.
"""

import re
from difflib import get_close_matches
from functools import cache
from typing import Literal, NamedTuple

from components.foundation.aws_names import INSTANCE_NAMES
from components.foundation.instance_types import INSTANCE_TYPES, Accelerator, Architecture, InstanceType, lookup

_NAME = re.compile(
    r"(?P<series>[a-z]+)(?P<generation>\d+)(?P<options>[a-z]*(?:-[a-z0-9]+)*)"
    r"\.(?P<size>nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)"
)
_OPTIONS = re.compile(r"(?:[abdegimnstz]|flex)*")
"""Options of the families that there are, without those after a hyphen."""

_NVIDIA = frozenset({"g", "gr", "p"})
_NEURON = frozenset({"inf", "trn"})
_OTHER = frozenset({"dl", "f", "vt"})
"""The series with accelerators, by what accelerates."""

_TYPING_MISTAKE = 0.8
"""How like a family that there is one must be to be taken for it, of 1."""

Standing = Literal["described", "named", "newer", "misspelt"]
"""Described by AWS; named in its API only (withdrawn, not offered to everybody, or not yet); of a family that AWS may
have made since; or none of these."""


class Name(NamedTuple):
    """The parts of a name."""

    series: str
    generation: int
    options: str
    size: str


def parse(name: str) -> Name | None:
    """Return the parts of a name, None where it is not made as AWS makes them."""
    found = _NAME.fullmatch(name)
    return found and Name(found["series"], int(found["generation"]), found["options"], found["size"])


def family(name: str) -> str:
    """Return the part before the full stop."""
    return name.partition(".")[0]


def standing(name: str) -> Standing:
    """Tell what a name may be.

    A family that is not known is one that AWS may have made since when its series is new, or when its generation is at
    least the last but one of its series: AWS adds none to older ones.
    """
    if lookup(name):
        return "described"
    if name in INSTANCE_NAMES:
        return "named"
    parts = parse(name)
    if parts is None or family(name) in _families():
        return "misspelt"
    newest = _newest().get(parts.series)
    if newest is None:
        return "misspelt" if get_close_matches(family(name), _families(), 1, _TYPING_MISTAKE) else "newer"
    may_be = parts.generation > newest or (
        parts.generation >= newest - 1 and _OPTIONS.fullmatch(parts.options.partition("-")[0])
    )
    return "newer" if may_be else "misspelt"


def architecture(name: str) -> Architecture:
    """Return a type's architecture, by its family or its name where it is not described: m8g and p6e-gb200 are Arm."""
    if known := _alike(name):
        return known.architecture
    parts = parse(name)
    arm = parts and ("g" in parts.options.partition("-")[0] or "-gb" in parts.options)
    return "arm64" if arm else "x86_64"


def accelerator(name: str) -> Accelerator:
    """Return what accelerates a type, by its family or its name where it is not described: g6e and p5 have NVIDIA."""
    if known := _alike(name):
        return known.accelerator
    parts = parse(name)
    if parts is None:
        return ""
    if parts.series in _NVIDIA:
        # g4ad has AMD GPUs, which NVIDIA's driver does not drive.
        return "other" if "a" in parts.options.partition("-")[0] else "nvidia"
    return "neuron" if parts.series in _NEURON else "other" if parts.series in _OTHER else ""


def accelerated(name: str) -> bool:
    """Return whether an instance type has NVIDIA GPUs."""
    return accelerator(name) == "nvidia"


def _alike(name: str) -> InstanceType | None:
    """Return the described type of this name, else another of its family."""
    return lookup(name) or _families().get(family(name))


@cache
def _families() -> dict[str, InstanceType]:
    """Return a described type of each family, the first of the table."""
    return {family(each.name): each for each in reversed([*INSTANCE_TYPES.values()])}


@cache
def _newest() -> dict[str, int]:
    """Return each series' newest generation."""
    newest: dict[str, int] = {}
    for name in (*INSTANCE_TYPES, *INSTANCE_NAMES):
        if parts := parse(name):
            newest[parts.series] = max(parts.generation, newest.get(parts.series, 0))
    return newest

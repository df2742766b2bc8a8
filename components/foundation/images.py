"""EKS's images: which one boots an instance type, and what the name of one says.

The images are `AMITypes` of EKS's API. Which types each is for: "Use EKS-optimized accelerated AMIs for GPU instances"
in the EKS guide, https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, NamedTuple

from components.foundation.aws_names import AMI_TYPES
from components.foundation.instance_names import accelerator, architecture
from components.foundation.instance_types import Accelerator

AL2023: Final = "AL2023"
BOTTLEROCKET: Final = "BOTTLEROCKET"

DATA_DEVICE: Final = "/dev/xvdb"
"""Where Bottlerocket has images, logs and emptyDirs, apart from its system, which is read-only."""

NOT_FOR_POOLS: Final = {
    "AL2": "Amazon Linux 2 has no EKS image since 2025-11-26",
    "WINDOWS": "the DaemonSets of a platform's nodes are Linux",
    "CUSTOM": "a pool has no key for an image of one's own",
}
"""Image systems that no pool boots, with the reason. The first: https://docs.aws.amazon.com/eks/latest/userguide/
eks-ami-deprecation-faqs.html."""

_IMAGE = re.compile(r"(?P<system>[A-Za-z0-9_]+?)_(?P<architecture>x86_64|ARM_64)(?:_(?P<variant>[A-Z0-9_]+))?")
_WORDS = {"x86_64": "x86_64", "arm64": "ARM_64"}
_TYPING_MISTAKE = 0.7


class Image(NamedTuple):
    """What the name of an image says. `variant` is what it has beside the system, such as FIPS."""

    system: str
    architecture: str
    accelerator: Accelerator
    variant: tuple[str, ...]


def parse(ami_type: str) -> Image | None:
    """Return what an image's name says, None for a name that is not made as EKS makes them (and for `CUSTOM`)."""
    found = _IMAGE.fullmatch(ami_type)
    if found is None:
        return None
    words = tuple((found["variant"] or "").split("_")) if found["variant"] else ()
    has: Accelerator = "nvidia" if {"NVIDIA", "GPU"} & {*words} else "neuron" if "NEURON" in words else ""
    return Image(found["system"], "arm64" if found["architecture"] == "ARM_64" else "x86_64", has, words)


def system(ami_type: str) -> str:
    """Return the first word of an image's name: AL2023, BOTTLEROCKET, WINDOWS."""
    return ami_type.partition("_")[0]


def is_bottlerocket(ami_type: str) -> bool:
    """Tell whether an image is Bottlerocket, whose settings are TOML and whose data is on a disk of its own."""
    return system(ami_type) == BOTTLEROCKET


def ami_type(names: Iterable[str], like: Image | None = None) -> str:
    """Return the EKS image that boots every one of `names`, with the driver of what accelerates them.

    It is Amazon Linux 2023, or of the system of `like`. Bottlerocket has no image for Neuron: its plain one drives it.
    """
    types = tuple(names)
    has = {accelerator(each) for each in types}
    arch = _WORDS["arm64" if any(architecture(each) == "arm64" for each in types) else "x86_64"]
    driver = "NVIDIA" if "nvidia" in has else "NEURON" if "neuron" in has and arch == "x86_64" else ""
    if like is not None and like.system == BOTTLEROCKET:
        words = [BOTTLEROCKET, arch, "NVIDIA" if driver == "NVIDIA" else "", "FIPS" if "FIPS" in like.variant else ""]
        return "_".join(filter(None, words))
    return f"{AL2023}_{arch}_{driver or 'STANDARD'}"


def misspelt(ami_type: str) -> bool:
    """Tell whether an image that EKS does not have is one of its own with a typing mistake.

    Word by word: a number may be a newer one, and a word like none may be of a system that EKS has had since.
    """
    known = {word for each in AMI_TYPES for word in each.split("_")}
    return parse(ami_type) is None or any(
        word not in known and not re.search(r"\d", word) and get_close_matches(word, known, 1, _TYPING_MISTAKE)
        for word in ami_type.split("_")
    )

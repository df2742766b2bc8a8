"""What Slipway knows of EC2 instance types: size, architecture, accelerators, pods.

Sources: https://aws.amazon.com/ec2/instance-types/ and `eni-max-pods.txt` of the EKS AMI. An instance type that is
not here can be used; it is then missing from summaries and from the checks that need its size.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Architecture = Literal["x86_64", "arm64"]
AmiType = Literal["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NVIDIA"]

_NAME = re.compile(r"(?P<class>[a-z]+)(?P<generation>\d+)(?P<options>[a-z-]*)\.[a-z0-9-]+")
_ACCELERATED = frozenset({"g", "gr", "p"})


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One instance type. `eni_pods` is the pods that the VPC CNI has addresses for without prefix delegation."""

    name: str
    vcpu: int
    memory_gib: int
    eni_pods: int
    architecture: Architecture = "x86_64"
    gpus: int = 0
    nitro: bool = True

    @property
    def kubelet_pods(self) -> int:
        """The pods that EKS recommends as a node's most: 110 below 30 vCPU, 250 from there."""
        return 110 if self.vcpu < 30 else 250

    @property
    def max_pods(self) -> int:
        """The pods a node takes under the VPC CNI: a managed node group caps the addresses at `kubelet_pods`."""
        return min(self.eni_pods, self.kubelet_pods)

    @property
    def prefix_pods(self) -> int:
        """The pods a node takes where each address of its interfaces is a prefix of 16 instead.

        Two of the ENI's pods are on the host network and need no address: the same sum as `max-pods-calculator.sh`.
        """
        return min((self.eni_pods - 2) * 16 + 2, self.kubelet_pods)


# Size: vCPU and ENI pods, the same in all families of general, compute and memory optimised types below.
_SIZES = {
    "medium": (1, 8),
    "large": (2, 29),
    "xlarge": (4, 58),
    "2xlarge": (8, 58),
    "4xlarge": (16, 234),
    "8xlarge": (32, 234),
    "9xlarge": (36, 234),
    "12xlarge": (48, 234),
    "16xlarge": (64, 737),
    "18xlarge": (72, 737),
    "24xlarge": (96, 737),
    "32xlarge": (128, 737),
    "48xlarge": (192, 737),
}
_USUAL = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"
# Family: GiB of memory for each vCPU, architecture, sizes.
_FAMILIES: dict[str, tuple[int, Architecture, str]] = {
    "c5": (2, "x86_64", "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge"),
    "c6i": (2, "x86_64", f"{_USUAL} 24xlarge 32xlarge"),
    "m5": (4, "x86_64", f"{_USUAL} 24xlarge"),
    "m5a": (4, "x86_64", f"{_USUAL} 24xlarge"),
    "m6a": (4, "x86_64", f"{_USUAL} 24xlarge 32xlarge 48xlarge"),
    "m6i": (4, "x86_64", f"{_USUAL} 24xlarge 32xlarge"),
    "m7g": (4, "arm64", f"medium {_USUAL}"),
    "m7i": (4, "x86_64", f"{_USUAL} 24xlarge 48xlarge"),
    "r5": (8, "x86_64", f"{_USUAL} 24xlarge"),
    "r5a": (8, "x86_64", f"{_USUAL} 24xlarge"),
    "r6g": (8, "arm64", f"medium {_USUAL}"),
    "r6i": (8, "x86_64", f"{_USUAL} 24xlarge 32xlarge"),
}
_BURSTABLE = {  # size: vCPU, GiB, ENI pods
    "t3": {"medium": (2, 4, 17), "large": (2, 8, 35), "xlarge": (4, 16, 58), "2xlarge": (8, 32, 58)},
    "t3a": {"medium": (2, 4, 17), "large": (2, 8, 35), "xlarge": (4, 16, 58), "2xlarge": (8, 32, 58)},
}
_GPU = {  # size: vCPU, GiB, ENI pods, GPUs
    "g4dn": {
        "xlarge": (4, 16, 29, 1),
        "2xlarge": (8, 32, 29, 1),
        "4xlarge": (16, 64, 29, 1),
        "8xlarge": (32, 128, 58, 1),
        "12xlarge": (48, 192, 234, 4),
        "16xlarge": (64, 256, 58, 1),
    },
    "g5": {
        "xlarge": (4, 16, 58, 1),
        "2xlarge": (8, 32, 58, 1),
        "4xlarge": (16, 64, 234, 1),
        "8xlarge": (32, 128, 234, 1),
        "12xlarge": (48, 192, 737, 4),
        "16xlarge": (64, 256, 234, 1),
        "24xlarge": (96, 384, 737, 4),
        "48xlarge": (192, 768, 345, 8),
    },
    "g6": {
        "xlarge": (4, 16, 58, 1),
        "2xlarge": (8, 32, 58, 1),
        "4xlarge": (16, 64, 234, 1),
        "8xlarge": (32, 128, 234, 1),
        "12xlarge": (48, 192, 234, 4),
        "16xlarge": (64, 256, 737, 1),
        "24xlarge": (96, 384, 737, 4),
        "48xlarge": (192, 768, 737, 8),
    },
    "p3": {"2xlarge": (8, 61, 58, 1), "8xlarge": (32, 244, 234, 4), "16xlarge": (64, 488, 234, 8)},
}


def _all() -> Iterator[InstanceType]:
    for family, (ratio, architecture, sizes) in _FAMILIES.items():
        for size in sizes.split():
            vcpu, pods = _SIZES[size]
            yield InstanceType(f"{family}.{size}", vcpu, vcpu * ratio, pods, architecture)
    for family, table in _BURSTABLE.items():
        for size, (vcpu, memory, pods) in table.items():
            yield InstanceType(f"{family}.{size}", vcpu, memory, pods)
    for family, accelerated in _GPU.items():
        for size, (vcpu, memory, pods, gpus) in accelerated.items():
            yield InstanceType(f"{family}.{size}", vcpu, memory, pods, gpus=gpus, nitro=family != "p3")


INSTANCE_TYPES = {each.name: each for each in _all()}
"""The known instance types by name."""


def architecture(name: str) -> Architecture:
    """Return an instance type's architecture, by AWS's naming where the type is not known: m8g and c7gn are Arm."""
    if known := INSTANCE_TYPES.get(name):
        return known.architecture
    parts = _NAME.fullmatch(name)
    return "arm64" if parts and "g" in parts["options"] else "x86_64"


def accelerated(name: str) -> bool:
    """Return whether an instance type has NVIDIA GPUs, by AWS's naming where it is not known: g6e and p5 have."""
    if known := INSTANCE_TYPES.get(name):
        return known.gpus > 0
    parts = _NAME.fullmatch(name)
    # g4ad has AMD GPUs, which the NVIDIA image does not drive.
    return bool(parts and parts["class"] in _ACCELERATED and "a" not in parts["options"])


def ami_type(names: Iterable[str]) -> AmiType:
    """Return the EKS image that boots every one of `names`: Amazon Linux 2023, with NVIDIA's driver for a GPU."""
    types = tuple(names)
    if any(accelerated(name) for name in types):
        return "AL2023_x86_64_NVIDIA"
    if any(architecture(name) == "arm64" for name in types):
        return "AL2023_ARM_64_STANDARD"
    return "AL2023_x86_64_STANDARD"

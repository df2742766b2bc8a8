"""EC2's instance types as AWS describes them: size, architecture, accelerators, addresses for pods.

`instance_types.csv` is what EC2's `DescribeInstanceTypes` answered on `DESCRIBED_ON`; `slipway instances refresh`
writes it anew. What a name that is not in it may be, `components.foundation.instance_names` says.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, NamedTuple

Architecture = Literal["x86_64", "arm64", "x86_64_mac", "arm64_mac"]
Accelerator = Literal["", "nvidia", "neuron", "other"]
"""What accelerates: NVIDIA's GPUs, AWS's own Inferentia and Trainium, or what no EKS image has a driver for."""

TABLE: Final = Path(__file__).with_name("instance_types.csv")


class InstanceType(NamedTuple):
    """One instance type. Fields are the table's columns, in their order.

    `interfaces` are those of its first network card, which alone the VPC CNI gives pods addresses from; `addresses` are
    the IPv4 addresses of each. `accelerators` counts what a device plugin announces, so a share of a GPU is one.
    """

    name: str
    vcpu: int
    memory_mib: int
    interfaces: int
    addresses: int
    architecture: Architecture
    hypervisor: Literal["nitro", "xen", "metal"]
    accelerator: Accelerator
    accelerators: int

    @property
    def gpus(self) -> int:
        """The NVIDIA GPUs (`nvidia.com/gpu`)."""
        return self.accelerators if self.accelerator == "nvidia" else 0

    @property
    def nitro(self) -> bool:
        """Whether it is of the Nitro System, which address prefixes need; bare metal is."""
        return self.hypervisor != "xen"

    @property
    def eni_pods(self) -> int:
        """The pods that the VPC CNI has addresses for: the sum of AWS's `eni-max-pods.txt`.

        The first address of an interface is the node's own; two pods are on the host network.
        """
        return self.interfaces * (self.addresses - 1) + 2

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


def read(text: str) -> tuple[date, dict[str, InstanceType]]:
    """Return the day and the types of a table's text. Raises ValueError for a text that is none."""
    lines = text.splitlines()
    day = next((line.removeprefix("# date: ") for line in lines if line.startswith("# date: ")), "")
    return date.fromisoformat(day), {each.name: each for each in _rows(lines)}


def _rows(lines: list[str]) -> Iterator[InstanceType]:
    rows = (line.split(",") for line in lines if line and line[0] != "#")
    if tuple(next(rows, ())) != InstanceType._fields:
        raise ValueError(f"the first row is not {','.join(InstanceType._fields)}")
    for name, vcpu, memory, interfaces, addresses, *words, count in rows:
        yield InstanceType._make([name, int(vcpu), int(memory), int(interfaces), int(addresses), *words, int(count)])


DESCRIBED_ON, _TYPES = read(TABLE.read_text(encoding="ascii"))
INSTANCE_TYPES: Mapping[str, InstanceType] = _TYPES
"""The described instance types by name."""


def lookup(name: str) -> InstanceType | None:
    """Return what is known of an instance type, None where AWS did not describe it on `DESCRIBED_ON`."""
    return INSTANCE_TYPES.get(name)

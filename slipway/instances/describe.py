"""What EC2 says of its instance types, as rows of the table in `components/foundation`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from components.foundation.instance_types import Accelerator, Architecture, InstanceType

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client
    from types_boto3_ec2.type_defs import FilterTypeDef

_OTHERS = (
    ("FpgaInfo", "Fpgas"),
    ("InferenceAcceleratorInfo", "Accelerators"),
    ("MediaAcceleratorInfo", "Accelerators"),
)


def described(client: "EC2Client") -> Iterable[InstanceType]:
    """Yield the types that a region has. Raises botocore.exceptions.BotoCoreError and ClientError."""
    for page in client.get_paginator("describe_instance_types").paginate():
        yield from map(row, page["InstanceTypes"])


def regions(client: "EC2Client") -> list[str]:
    """Return the regions that the account may use."""
    return [each["RegionName"] for each in client.describe_regions()["Regions"]]


def zone_letters(client: "EC2Client", region: str) -> str:
    """Return the letters of a region's availability zones, without Local and Wavelength Zones."""
    wanted: FilterTypeDef = {"Name": "zone-type", "Values": ["availability-zone"]}
    zones = client.describe_availability_zones(Filters=[wanted])["AvailabilityZones"]
    return "".join(sorted(each["ZoneName"].removeprefix(region) for each in zones))


def row(described_type: Mapping[str, Any]) -> InstanceType:
    """Return the row of one `InstanceTypeInfo` of the API."""
    network = described_type["NetworkInfo"]
    card = network["NetworkCards"][network["DefaultNetworkCardIndex"]]
    accelerator, count = _accelerator(described_type)
    return InstanceType(
        name=described_type["InstanceType"],
        vcpu=described_type["VCpuInfo"]["DefaultVCpus"],
        memory_mib=described_type["MemoryInfo"]["SizeInMiB"],
        interfaces=card["MaximumNetworkInterfaces"],
        addresses=network["Ipv4AddressesPerInterface"],
        architecture=_architecture(described_type["ProcessorInfo"]["SupportedArchitectures"]),
        hypervisor="metal" if described_type["BareMetal"] else described_type["Hypervisor"],
        accelerator=accelerator,
        accelerators=count,
    )


def _architecture(supported: Iterable[str]) -> Architecture:
    """Return the 64-bit one: EKS has no image for another (`i386`)."""
    (wide,) = [each for each in supported if each != "i386"]
    return wide  # type: ignore[return-value]


def _accelerator(described_type: Mapping[str, Any]) -> tuple[Accelerator, int]:
    if gpus := described_type.get("GpuInfo", {}).get("Gpus"):
        maker: Accelerator = "nvidia" if all(each["Manufacturer"] == "NVIDIA" for each in gpus) else "other"
        return maker, sum(each.get("LogicalGpuCount", each["Count"]) for each in gpus)
    if devices := described_type.get("NeuronInfo", {}).get("NeuronDevices"):
        return "neuron", sum(each["Count"] for each in devices)
    counts = [each["Count"] for info, key in _OTHERS for each in described_type.get(info, {}).get(key, ())]
    return ("other", sum(counts)) if counts else ("", 0)

"""Node groups: instances at their fewest, desired and most, with their root volumes and their monitoring."""

from collections.abc import Iterator
from decimal import Decimal

from components.foundation.images import DATA_DEVICE
from slipway.cost.lines import Context, Count, Gap, Line
from slipway.cost.money import cents
from slipway.cost.volumes import EbsVolume
from slipway.recording.objects import dig, items, mapping, number, text
from slipway.recording.resource import Resource

_DEFAULT_DISK = Decimal(20)  # GiB, of a managed node group without a launch template


def node_group(group: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a managed node group.

    On demand EKS takes the first type of the list while it can be had. A spot pool takes any: the average counts.
    """
    size = number(group.inputs, "scalingConfig", "desiredSize")
    types = [str(each) for each in items(group.inputs, "instanceTypes")]
    if size is None or not types:
        yield Gap(group.urn, f"instances of {group.name}", "their number or their type is not known before deployment")
        return
    scaling = mapping(group.inputs, "scalingConfig")
    count = Count(size, fewest=number(scaling, "minSize"), most=number(scaling, "maxSize"))
    yield from _instances(group, context, count, types)
    yield from _attached(group, context, count)


def _instances(group: Resource, context: Context, count: Count, types: list[str]) -> Iterator[Line | Gap]:
    prices = context.prices
    spot = text(group.inputs, "capacityType") == "SPOT"
    counted = types if spot else types[:1]
    known = [price for name in counted if (price := prices.instance(name)) is not None]
    for name in counted:
        if prices.instance(name) is None:
            left = "; the pool's average is of its other types" if known else ""
            yield Gap(group.urn, f"instance type {name}", f"no price in the list{left}")
    if not known:
        return
    on_demand = prices.month(sum(known, Decimal(0)) / len(known))
    unit = cents(on_demand * prices.spot_share) if spot else on_demand
    what = f"spot {' | '.join(types)}" if spot else f"on-demand {types[0]}"
    yield Line(
        group.urn,
        what,
        count.expected,
        unit,
        saving=count.expected * (on_demand - unit),
        category="instances spot" if spot else "instances on demand",
        fewest=count.fewest,
        most=count.most,
    )


def _attached(group: Resource, context: Context, count: Count) -> Iterator[Line | Gap]:
    template = _launch_template(group, context)
    if template is None and mapping(group.inputs, "launchTemplate"):
        yield Gap(group.urn, f"root volumes of {group.name}", "the launch template is not one of this stack")
        return
    disks = items(template.inputs, "blockDeviceMappings") if template else []
    volumes = [
        EbsVolume(
            text(disk, "ebs", "volumeType") or "gp2",
            number(disk, "ebs", "volumeSize") or _DEFAULT_DISK,
            number(disk, "ebs", "iops"),
            number(disk, "ebs", "throughput"),
        )
        for disk in disks
    ] or [EbsVolume("gp2", number(group.inputs, "diskSize") or _DEFAULT_DISK)]
    devices = [text(disk, "deviceName") for disk in disks] or [None]
    for volume, device in zip(volumes, devices, strict=True):
        yield volume.told(group.urn, "data volume" if device == DATA_DEVICE else "root volume", count, context)
    if template and dig(template.inputs, "monitoring", "enabled") is True:
        yield Line(
            group.urn,
            "detailed monitoring",
            count.expected,
            context.prices.monthly.detailed_monitoring,
            category="monitoring",
            fewest=count.fewest,
            most=count.most,
        )


def _launch_template(group: Resource, context: Context) -> Resource | None:
    """Return the template that the group's input comes from; its id alone is not known before deployment."""
    for urn in group.property_dependencies.get("launchTemplate", ()):
        found = context.recording.by_urn.get(urn)
        if found and found.type == "aws:ec2/launchTemplate:LaunchTemplate":
            return found
    return None

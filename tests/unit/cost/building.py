"""Recordings made by hand, for sums that are made by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from slipway.cost.estimate import Estimate, estimate
from slipway.cost.prices import Prices, read_prices
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

TODAY = date(2026, 11, 21)
PRICES = read_prices()
TEMPLATE = "urn:lt"


def resource(token: str, name: str, inputs: dict[str, Json], **depends: tuple[str, ...]) -> Resource:
    """Return a resource with the URN `urn:NAME`."""
    return Resource(f"urn:{name}", token, name, None, True, inputs, property_dependencies=depends)


def estimated(*resources: Resource, region: str = "us-west-2", on: date = TODAY, prices: Prices = PRICES) -> Estimate:
    """Return the estimate of these resources."""
    found = estimate(Recording("p", "s", resources), prices, region=region, on=on)
    assert found is not None
    return found


def amounts(found: Estimate) -> Mapping[str, Decimal]:
    """Return the monthly amounts by what they are for."""
    return {line.what: line.monthly for line in found.lines}


def node_group(types: list[Json], size: int, *, spot: bool = False, **more: Json) -> Resource:
    """Return a node group with the launch template of `template()`."""
    inputs: dict[str, Json] = {
        "instanceTypes": types,
        "scalingConfig": {"desiredSize": size, "minSize": 0, "maxSize": 9},
        "capacityType": "SPOT" if spot else "ON_DEMAND",
        "launchTemplate": {"id": "lt-simulated", "version": "1"},
        **more,
    }
    return resource("aws:eks/nodeGroup:NodeGroup", "group", inputs, launchTemplate=(TEMPLATE,))


def template(ebs: dict[str, Json], data: dict[str, Json] | None = None, *, monitoring: bool = False) -> Resource:
    """Return a launch template with one volume, or with a second one for Bottlerocket's data."""
    disks: list[Json] = [{"ebs": ebs}]
    if data is not None:
        disks.append({"deviceName": "/dev/xvdb", "ebs": data})
    inputs: dict[str, Json] = {"blockDeviceMappings": disks, "monitoring": {"enabled": monitoring}}
    return resource("aws:ec2/launchTemplate:LaunchTemplate", "lt", inputs)

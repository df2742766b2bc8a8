"""What is billed by the hour or the month whatever it does: control plane, NAT gateways, endpoints, addresses, keys."""

from collections.abc import Iterator
from decimal import Decimal

from components.foundation.versions import find
from slipway.cost.lines import Context, Gap, Line, used
from slipway.recording.objects import items, text
from slipway.recording.resource import Resource

_ONE = Decimal(1)


def cluster(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of an EKS control plane; in extended support, which its version is in by the day, it is sixfold."""
    version = text(resource.inputs, "version")
    release = find(version) if version else None
    if release is None:
        yield Gap(resource.urn, f"EKS control plane {version or ''}".rstrip(), "its support period is not known")
        return
    hourly = context.prices.hourly
    extended = release.support(context.on) == "extended"
    price = hourly.cluster_standard_support + (hourly.cluster_extended_support if extended else 0)
    what = f"EKS control plane {version}, {'extended' if extended else 'standard'} support"
    yield Line(resource.urn, what, _ONE, context.prices.month(price), category="control plane")


def nat_gateway(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a NAT gateway, and of the data that is assumed to go through it."""
    unit = context.prices.month(context.prices.hourly.nat_gateway)
    yield Line(resource.urn, "NAT gateway", _ONE, unit, category="NAT gateways")
    gib = context.prices.assumptions.nat_gateway_gib
    yield used(
        resource.urn,
        f"data through NAT gateway {gib:f} GiB",
        gib * context.prices.usage.nat_gateway_gib,
        category="NAT gateways",
        assumption=f"{gib:f} GiB a month through each NAT gateway",
    )


def address(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a public IPv4 address, which is billed whether it is in use or not."""
    unit = context.prices.month(context.prices.hourly.public_ipv4)
    yield Line(resource.urn, "public IPv4 address", _ONE, unit, category="public addresses")


def is_gateway_endpoint(resource: Resource) -> bool:
    """Whether this is a gateway endpoint, which is free."""
    kind = text(resource.inputs, "vpcEndpointType") or "Gateway"
    return resource.type == "aws:ec2/vpcEndpoint:VpcEndpoint" and kind == "Gateway"


def endpoint(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of an interface endpoint: one network interface in each of its subnets, and data."""
    if is_gateway_endpoint(resource):
        return
    service = (text(resource.inputs, "serviceName") or "").rpartition(".")[2]
    zones = Decimal(len(items(resource.inputs, "subnetIds")))
    yield Line(
        resource.urn,
        f"interface endpoint {service}".rstrip(),
        zones,
        context.prices.month(context.prices.hourly.interface_endpoint),
        category="endpoints",
    )
    gib = context.prices.assumptions.interface_endpoint_gib
    yield used(
        resource.urn,
        f"data through interface endpoint {gib:f} GiB",
        gib * context.prices.usage.interface_endpoint_gib,
        category="endpoints",
        assumption=f"{gib:f} GiB a month through each interface endpoint",
    )


def key(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a customer-managed KMS key, without the requests."""
    yield Line(resource.urn, "KMS key", _ONE, context.prices.monthly.kms_key, category="KMS keys")

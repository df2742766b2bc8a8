"""What is billed by the hour or the month whatever it does: control plane, NAT gateways, endpoints, addresses, keys."""

from collections.abc import Iterator
from decimal import Decimal

from components.foundation.versions import find
from slipway.cost.lines import Context, Gap, Line
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
    price = hourly.cluster_extended_support if extended else hourly.cluster_standard_support
    what = f"EKS control plane {version}, {'extended' if extended else 'standard'} support"
    yield Line(resource.urn, what, _ONE, context.prices.month(price))


def nat_gateway(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a NAT gateway, without the data that goes through it."""
    yield Line(resource.urn, "NAT gateway", _ONE, context.prices.month(context.prices.hourly.nat_gateway))


def address(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a public IPv4 address, which is billed whether it is in use or not."""
    yield Line(resource.urn, "public IPv4 address", _ONE, context.prices.month(context.prices.hourly.public_ipv4))


def is_gateway_endpoint(resource: Resource) -> bool:
    """Whether this is a gateway endpoint, which is free."""
    kind = text(resource.inputs, "vpcEndpointType") or "Gateway"
    return resource.type == "aws:ec2/vpcEndpoint:VpcEndpoint" and kind == "Gateway"


def endpoint(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of an interface endpoint: one network interface in each of its subnets."""
    if is_gateway_endpoint(resource):
        return
    service = (text(resource.inputs, "serviceName") or "").rpartition(".")[2]
    zones = Decimal(len(items(resource.inputs, "subnetIds")))
    yield Line(
        resource.urn,
        f"interface endpoint {service}".rstrip(),
        zones,
        context.prices.month(context.prices.hourly.interface_endpoint),
    )


def key(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a customer-managed KMS key, without the requests."""
    yield Line(resource.urn, "KMS key", _ONE, context.prices.monthly.kms_key)

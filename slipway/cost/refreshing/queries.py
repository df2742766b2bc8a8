"""What to ask the Price List API for each price of the file.

Services, product families, attributes and usage types are those of the API's own answers
(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from slipway.cost.prices import Prices
from slipway.cost.refreshing.products import Product, is_usage

Key = tuple[str, ...]
"""A path in the file, of the keys as they are written there."""

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Query:
    """Which product has the price of `key`, and how it becomes the file's: times `scale`.

    `filters` go to the API, with the region; `usage` and `attributes` choose among the answers. An attribute may have
    any of several values. `optional` is a type that a region need not have.
    """

    key: Key
    service: str
    filters: tuple[tuple[str, str], ...] = ()
    usage: str | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    scale: Decimal = _ONE
    optional: bool = False

    def chooses(self, product: Product, region: str) -> bool:
        """Whether a product is the one; a location that is none of AWS's regions, such as an Outpost, is another."""
        return (
            product.attributes.get("locationType", "AWS Region") == "AWS Region"
            and (self.usage is None or is_usage(product, self.usage, region))
            and all(product.attributes.get(name) in values for name, values in self.attributes)
        )


def _family(name: str) -> tuple[tuple[str, str], ...]:
    return (("productFamily", name),)


def _usage(key: str, service: str, usage: str, family: str | None = None, scale: Decimal = _ONE) -> Query:
    return Query(tuple(key.split(".")), service, _family(family) if family else (), usage, scale=scale)


_THOUSAND = Decimal(1000)
_MIB_OF_GIB = _ONE / 1024
_METRICS = Decimal(7)  # of detailed monitoring, each billed as a custom metric

FIXED = (
    _usage("hourly.clusterStandardSupport", "AmazonEKS", "AmazonEKS-Hours:perCluster"),
    _usage("hourly.clusterExtendedSupport", "AmazonEKS", "AmazonEKS-Hours:extendedSupport"),
    _usage("hourly.natGateway", "AmazonEC2", "NatGateway-Hours", "NAT Gateway"),
    _usage("hourly.publicIpv4", "AmazonVPC", "PublicIPv4:InUseAddress"),
    _usage("hourly.interfaceEndpoint", "AmazonVPC", "VpcEndpoint-Hours", "VpcEndpoint"),
    _usage("hourly.networkLoadBalancer", "AWSELB", "LoadBalancerUsage", "Load Balancer-Network"),
    _usage("hourly.applicationLoadBalancer", "AWSELB", "LoadBalancerUsage", "Load Balancer-Application"),
    _usage("hourly.classicLoadBalancer", "AWSELB", "LoadBalancerUsage", "Load Balancer"),
    _usage("monthly.kmsKey", "awskms", "KMS-Keys", "Encryption Key"),
    _usage("monthly.detailedMonitoring", "AmazonCloudWatch", "CW:MetricMonitorUsage", "Metric", _METRICS),
    _usage("monthly.webAcl", "awswaf", "WebACLV2", "Web Application Firewall"),
    _usage("monthly.webAclRule", "awswaf", "RuleV2", "Web Application Firewall"),
    _usage("monthly.secret", "AWSSecretsManager", "AWSSecretsManager-Secrets", "Secret"),
    _usage("usage.natGatewayGib", "AmazonEC2", "NatGateway-Bytes", "NAT Gateway"),
    _usage("usage.interfaceEndpointGib", "AmazonVPC", "VpcEndpoint-Bytes", "VpcEndpoint"),
    _usage("usage.applicationLoadBalancerUnit", "AWSELB", "LCUUsage", "Load Balancer-Application"),
    _usage("usage.networkLoadBalancerUnit", "AWSELB", "LCUUsage", "Load Balancer-Network"),
    _usage("usage.classicLoadBalancerGib", "AWSELB", "DataProcessing-Bytes", "Load Balancer"),
    _usage("usage.logIngestionGib", "AmazonCloudWatch", "DataProcessing-Bytes", "Data Payload"),
    _usage("usage.flowLogIngestionGib", "AmazonCloudWatch", "VendedLog-Bytes"),
    _usage("usage.logStorageGib", "AmazonCloudWatch", "TimedStorage-ByteHrs", "Storage Snapshot"),
    _usage("usage.s3Gib", "AmazonS3", "TimedStorage-ByteHrs", "Storage"),
    _usage("usage.s3ThousandWrites", "AmazonS3", "Requests-Tier1", "API Request", _THOUSAND),
    _usage("usage.s3ThousandReads", "AmazonS3", "Requests-Tier2", "API Request", _THOUSAND),
)

_VOLUMES = {"io1": "piops", "standard": ""}  # of which the usage type has another name, or none
_LINUX = (
    ("productFamily", "Compute Instance"),
    ("operatingSystem", "Linux"),
    ("tenancy", "Shared"),
    ("preInstalledSw", "NA"),
    ("capacitystatus", "Used"),
    ("marketoption", "OnDemand"),
)
_POSTGRES = (
    ("productFamily", "Database Instance"),
    ("databaseEngine", "PostgreSQL"),
    ("deploymentOption", "Single-AZ"),
)
_REDIS = (("productFamily", "Cache Instance"), ("cacheEngine", "Redis"))


def queries(prices: Prices) -> tuple[Query, ...]:
    """Return the query of every price in a list."""
    return (*FIXED, *_volumes(prices), *_types(prices))


def _volumes(prices: Prices) -> Iterator[Query]:
    for name, volume in prices.volumes.items():
        kind = _VOLUMES.get(name, name)
        yield _usage(f"volumes.{name}.gib", "AmazonEC2", f"EBS:VolumeUsage.{kind}".rstrip("."), "Storage")
        if volume.iops:
            yield _usage(f"volumes.{name}.iops", "AmazonEC2", f"EBS:VolumeP-IOPS.{kind}", "System Operation")
        if volume.throughput:
            yield _usage(
                f"volumes.{name}.throughput",
                "AmazonEC2",
                f"EBS:VolumeP-Throughput.{kind}",
                "Provisioned Throughput",
                _MIB_OF_GIB,
            )


def _types(prices: Prices) -> Iterator[Query]:
    """Yield the queries of what has types: instances, databases and caches."""
    databases = prices.databases
    for key, service, filters, prefix, families in (
        (("instances",), "AmazonEC2", _LINUX, "", prices.instances),
        (("databases", "rds"), "AmazonRDS", _POSTGRES, "db.", databases.rds),
        (("databases", "elasticache"), "AmazonElastiCache", _REDIS, "cache.", databases.elasticache),
    ):
        for family, sizes in families.items():
            for size in sizes:
                chosen = (("instanceType", (f"{prefix}{family}.{size}",)),)
                yield Query((*key, family, size), service, filters, attributes=chosen, optional=True)
    for name in databases.rds_gib:
        yield Query(
            ("databases", "rdsGib", name),
            "AmazonRDS",
            _family("Database Storage"),
            f"RDS:{name.upper()}-Storage",
            (("databaseEngine", ("Any", "PostgreSQL")),),
        )

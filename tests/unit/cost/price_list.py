"""A Price List API that is a table: products in the shape in which AWS answers, and a client that gives them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.stub import Stubber

from slipway.cost.prices import Prices
from slipway.cost.refreshing.queries import queries

if TYPE_CHECKING:
    from types_boto3_pricing.client import PricingClient

# The usage types of us-west-2 with their family and the price that AWS writes, which is not always the file's unit.
FIXED = (
    ("AmazonEKS", "Compute", "USW2-AmazonEKS-Hours:perCluster", "0.1000000000"),
    ("AmazonEKS", "Compute", "USW2-AmazonEKS-Hours:extendedSupport", "0.5000000000"),
    ("AmazonEC2", "NAT Gateway", "USW2-NatGateway-Hours", "0.0450000000"),
    ("AmazonEC2", "NAT Gateway", "USW2-NatGateway-Bytes", "0.0450000000"),
    ("AmazonEC2", "NAT Gateway", "USW2-RegionalNatGateway-Hours", "0.0990000000"),
    ("AmazonVPC", "", "USW2-PublicIPv4:InUseAddress", "0.0050000000"),
    ("AmazonVPC", "", "USW2-PublicIPv4:IdleAddress", "0.0060000000"),
    ("AmazonVPC", "VpcEndpoint", "USW2-VpcEndpoint-Hours", "0.0100000000"),
    ("AmazonVPC", "VpcEndpoint", "USW2-VpcEndpoint-Bytes", "0.0100000000"),
    ("AWSELB", "Load Balancer-Network", "USW2-LoadBalancerUsage", "0.0225000000"),
    ("AWSELB", "Load Balancer-Network", "USW2-LCUUsage", "0.0060000000"),
    ("AWSELB", "Load Balancer-Application", "USW2-LoadBalancerUsage", "0.0225000000"),
    ("AWSELB", "Load Balancer-Application", "USW2-TS-LoadBalancerUsage", "0.0056000000"),
    ("AWSELB", "Load Balancer-Application", "USW2-LCUUsage", "0.0080000000"),
    ("AWSELB", "Load Balancer", "USW2-LoadBalancerUsage", "0.0250000000"),
    ("AWSELB", "Load Balancer", "USW2-DataProcessing-Bytes", "0.0080000000"),
    ("awskms", "Encryption Key", "us-west-2-KMS-Keys", "1.0000000000"),
    ("AmazonCloudWatch", "Metric", "USW2-CW:MetricMonitorUsage", "0.3000000000"),
    ("AmazonCloudWatch", "Data Payload", "USW2-DataProcessing-Bytes", "0.5000000000"),
    ("AmazonCloudWatch", "Data Payload", "USW2-DataProcessingIA-Bytes", "0.2500000000"),
    ("AmazonCloudWatch", "Data Payload", "USW2-VendedLog-Bytes", "0.5000000000"),
    ("AmazonCloudWatch", "Storage Snapshot", "USW2-TimedStorage-ByteHrs", "0.0300000000"),
    ("awswaf", "Web Application Firewall", "USW2-WebACLV2", "5.0000000000"),
    ("awswaf", "Web Application Firewall", "USW2-ShieldProtected-WebACLV2", "0.0000000000"),
    ("awswaf", "Web Application Firewall", "USW2-RuleV2", "1.0000000000"),
    ("AWSSecretsManager", "Secret", "USW2-AWSSecretsManager-Secrets", "0.4000000000"),
    ("AmazonS3", "Storage", "USW2-TimedStorage-ByteHrs", "0.0230000000"),
    ("AmazonS3", "API Request", "USW2-Requests-Tier1", "0.0000050000"),
    ("AmazonS3", "API Request", "USW2-Requests-Tier2", "0.0000004000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.gp2", "0.1000000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.gp3", "0.0800000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.piops", "0.1250000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.io2", "0.1250000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.st1", "0.0450000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage.sc1", "0.0150000000"),
    ("AmazonEC2", "Storage", "USW2-EBS:VolumeUsage", "0.0500000000"),
    ("AmazonEC2", "System Operation", "USW2-EBS:VolumeP-IOPS.gp3", "0.0050000000"),
    ("AmazonEC2", "System Operation", "USW2-EBS:VolumeP-IOPS.piops", "0.0650000000"),
    ("AmazonEC2", "System Operation", "USW2-EBS:VolumeP-IOPS.io2", "0.0650000000"),
    ("AmazonEC2", "System Operation", "USW2-EBS:VolumeP-IOPS.io2.tier2", "0.0460000000"),
    ("AmazonEC2", "Provisioned Throughput", "USW2-EBS:VolumeP-Throughput.gp3", "40.9600000000"),
)
_EC2 = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}


@dataclass
class Sku:
    """One product of a service, and what it costs from the first unit on."""

    service: str
    family: str
    attributes: dict[str, str]
    price: str | None
    number: int = field(default=0)

    def text(self) -> str:
        """Return the string that the API has for it, with terms that are none of ours beside it."""
        sku = f"SKU{self.number:04d}"
        product: dict[str, Any] = {"attributes": self.attributes, "sku": sku}
        if self.family:
            product["productFamily"] = self.family
        first = None if self.price is None else _dimension(sku, "6YS6EN2CT7", "0", self.price)
        reserved = {f"{sku}.4NA7Y494T4": _term(sku, "4NA7Y494T4", [_dimension(sku, "2TG2D8R56U", "0", "0.0001")])}
        terms: dict[str, Any] = {"Reserved": reserved}
        if first:
            tiers = [_dimension(sku, "ZZZZZZZZZZ", "10240", "0.0002"), first]
            terms["OnDemand"] = {f"{sku}.JRTCKXETXF": _term(sku, "JRTCKXETXF", tiers)}
        version = {"version": "20261119000000", "publicationDate": "2026-11-19T00:00:00Z"}
        return json.dumps({"product": product, "serviceCode": self.service, "terms": terms, **version})


def _term(sku: str, code: str, dimensions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "priceDimensions": {each["rateCode"]: each for each in dimensions},
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": code,
        "termAttributes": {},
    }


def _dimension(sku: str, code: str, begin: str, price: str) -> dict[str, Any]:
    return {
        "unit": "Hrs",
        "endRange": "Inf",
        "description": "of which nothing is read",
        "appliesTo": [],
        "rateCode": f"{sku}.JRTCKXETXF.{code}",
        "beginRange": begin,
        "pricePerUnit": {"USD": price},
    }


def catalogue(prices: Prices) -> list[Sku]:
    """Return every product of a list, at its prices; beside each type one that is not it."""
    found = [
        Sku(service, family, {"usagetype": usage, "regionCode": "us-west-2", "locationType": "AWS Region"}, price)
        for service, family, usage, price in FIXED
    ]
    found += _typed(prices)
    for number, sku in enumerate(found):
        sku.number = number
    return found


def _typed(prices: Prices) -> Iterator[Sku]:
    place = {"regionCode": "us-west-2", "locationType": "AWS Region"}
    for family, sizes in prices.instances.items():
        for size, price in sizes.items():
            kind = {**place, "instanceType": f"{family}.{size}"}
            yield Sku("AmazonEC2", "Compute Instance", {**kind, **_EC2}, f"{price:f}")
            yield Sku("AmazonEC2", "Compute Instance", {**kind, **_EC2, "operatingSystem": "Windows"}, "9.9")
            yield Sku("AmazonEC2", "Compute Instance", {**kind, **_EC2, "locationType": "AWS Local Zone"}, "9.8")
    for family, sizes in prices.databases.rds.items():
        for size, price in sizes.items():
            one = {**place, "instanceType": f"db.{family}.{size}", "databaseEngine": "PostgreSQL"}
            yield Sku("AmazonRDS", "Database Instance", {**one, "deploymentOption": "Single-AZ"}, f"{price:f}")
            yield Sku("AmazonRDS", "Database Instance", {**one, "deploymentOption": "Multi-AZ"}, f"{price * 2:f}")
    for name, price in prices.databases.rds_gib.items():
        usage = {**place, "usagetype": f"USW2-RDS:{name.upper()}-Storage"}
        yield Sku("AmazonRDS", "Database Storage", {**usage, "databaseEngine": "Any"}, f"{price:f}")
        yield Sku("AmazonRDS", "Database Storage", {**usage, "databaseEngine": "SQL Server"}, "7.7")
    for family, sizes in prices.databases.elasticache.items():
        for size, price in sizes.items():
            node = {**place, "instanceType": f"cache.{family}.{size}"}
            yield Sku("AmazonElastiCache", "Cache Instance", {**node, "cacheEngine": "Redis"}, f"{price:f}")
            yield Sku("AmazonElastiCache", "Cache Instance", {**node, "cacheEngine": "Valkey"}, f"{price / 2:f}")


def client(prices: Prices, skus: Sequence[Sku], region: str = "us-west-2") -> "PricingClient":
    """Return a client that expects the questions of a list, in their order, and answers in pages of two hundred."""
    found = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    stub = Stubber(found)
    for service, filters in dict.fromkeys((query.service, query.filters) for query in queries(prices)):
        asked = {**dict(filters), "regionCode": region}
        terms = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in asked.items()]
        matching = [sku.text() for sku in skus if sku.service == service and _matches(sku, asked)]
        pages = [matching[start : start + 200] for start in range(0, len(matching), 200)] or [[]]
        for number, page in enumerate(pages):
            expected: dict[str, Any] = {"ServiceCode": service, "FormatVersion": "aws_v1", "Filters": terms}
            answer: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": page}
            if number:
                expected["NextToken"] = f"page-{number}"
            if number + 1 < len(pages):
                answer["NextToken"] = f"page-{number + 1}"
            stub.add_response("get_products", answer, expected)
    stub.activate()
    return found


def _matches(sku: Sku, asked: dict[str, str]) -> bool:
    known = {**sku.attributes, "productFamily": sku.family}
    return all(known.get(name) == value for name, value in asked.items())

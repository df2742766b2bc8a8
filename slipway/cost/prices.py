"""The price list: `prices.yaml`, dated, of one region."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from ruamel.yaml import YAML

from components.model import Settings
from slipway.cost.money import cents

PRICES = Path(__file__).with_name("prices.yaml")
"""The list that is shipped, and that every stack without a list of its own region uses."""

# YAML has binary floats: 0.1 must become the decimal 0.1.
Price = Annotated[Decimal, BeforeValidator(str), Field(ge=0)]


class HourlyPrices(Settings):
    """US dollars an hour."""

    cluster_standard_support: Price
    cluster_extended_support: Price = Field(description="On top of the former.")
    nat_gateway: Price
    public_ipv4: Price
    interface_endpoint: Price = Field(description="In each zone.")
    network_load_balancer: Price
    application_load_balancer: Price
    classic_load_balancer: Price


class MonthlyPrices(Settings):
    """US dollars a month."""

    kms_key: Price
    detailed_monitoring: Price = Field(description="An instance.")
    web_acl: Price
    web_acl_rule: Price
    secret: Price


class UsagePrices(Settings):
    """US dollars for what is used, of which the assumptions say how much."""

    nat_gateway_gib: Price
    interface_endpoint_gib: Price
    application_load_balancer_unit: Price = Field(description="An hour of one capacity unit (LCU).")
    network_load_balancer_unit: Price = Field(description="An hour of one capacity unit (NLCU).")
    classic_load_balancer_gib: Price
    log_ingestion_gib: Price
    flow_log_ingestion_gib: Price = Field(description="Of logs that AWS delivers itself (vended), the first 10 TB.")
    log_storage_gib: Price = Field(description="A month.")
    s3_gib: Price = Field(description="A month, in the class Standard, the first 50 TB.")
    s3_thousand_writes: Price = Field(description="A thousand of PUT, COPY, POST and LIST.")
    s3_thousand_reads: Price = Field(description="A thousand of GET.")


class VolumePrices(Settings):
    """US dollars a month: a GiB, and IOPS and MiB/s of throughput beyond the free ones."""

    gib: Price
    iops: Price = Decimal(0)
    free_iops: int = 0
    throughput: Price = Decimal(0)
    free_throughput: int = 0

    def monthly(self, gib: Decimal, iops: Decimal | None, throughput: Decimal | None) -> Decimal:
        """Return the price of one volume a month, in whole cents."""
        extra_iops = max((iops or Decimal(0)) - self.free_iops, Decimal(0))
        extra_throughput = max((throughput or Decimal(0)) - self.free_throughput, Decimal(0))
        return cents(gib * self.gib + extra_iops * self.iops + extra_throughput * self.throughput)


class DatabasePrices(Settings):
    """Of RDS for PostgreSQL and of ElastiCache: US dollars an hour by family and size, and a month's GiB of storage.

    A standby doubles all of the former.
    """

    rds: dict[str, dict[str, Price]]
    rds_gib: dict[str, Price]
    elasticache: dict[str, dict[str, Price]]


class Assumptions(Settings):
    """What nobody knows before the deployment. Edit it to what your bills and dashboards say."""

    nat_gateway_gib: Price = Field(description="GiB a month through each NAT gateway.")
    interface_endpoint_gib: Price = Field(description="GiB a month through each interface endpoint.")
    load_balancer_units: Price = Field(description="Capacity units that each ALB and NLB needs on average.")
    classic_load_balancer_gib: Price = Field(description="GiB a month through each Classic Load Balancer.")
    control_plane_log_gib: Price = Field(description="GiB of control plane logs a month of a cluster.")
    flow_log_gib: Price = Field(description="GiB of flow logs a month for each node.")
    database_log_gib: Price = Field(description="GiB a month in each log of a database.")
    log_compression: Price = Field(description="The share of its size that a stored log takes.", le=1)
    s3_gib: Price = Field(description="GiB that lie in each bucket.")
    s3_thousand_writes: Price = Field(description="Thousand writes a month to each bucket.")
    s3_thousand_reads: Price = Field(description="Thousand reads a month from each bucket.")
    core_hour: Price = Field(description="What a core is worth, in US dollars an hour: divides a node among its pods.")
    gib_hour: Price = Field(description="What a GiB of memory is worth, likewise.")
    gpu_hour: Price = Field(description="What a GPU is worth, likewise.")


class Prices(Settings):
    """The whole list. `instances` is by family and size; `spot_share` of an on-demand price is assumed for spot."""

    region: str
    date: date
    sources: tuple[str, ...]
    hours_per_month: Price
    spot_share: Price
    hourly: HourlyPrices
    monthly: MonthlyPrices
    usage: UsagePrices
    volumes: dict[str, VolumePrices]
    instances: dict[str, dict[str, Price]]
    databases: DatabasePrices
    assumptions: Assumptions

    def instance(self, name: str) -> Decimal | None:
        """Return the on-demand price of an instance type an hour, None for one that the list does not have."""
        return _priced(self.instances, name)

    def rds_class(self, name: str) -> Decimal | None:
        """Return the price of a class of RDS, such as db.t4g.medium, an hour; None for one that the list lacks."""
        return _priced(self.databases.rds, name.removeprefix("db."))

    def cache_node(self, name: str) -> Decimal | None:
        """Return the price of a node type of ElastiCache, such as cache.t4g.small, an hour."""
        return _priced(self.databases.elasticache, name.removeprefix("cache."))

    def month(self, hourly: Decimal) -> Decimal:
        """Return the price of a month, in whole cents."""
        return cents(hourly * self.hours_per_month)


def _priced(prices: dict[str, dict[str, Price]], name: str) -> Decimal | None:
    family, _, size = name.partition(".")
    return prices.get(family, {}).get(size)


def prices_of(region: str) -> Path:
    """Return the list of a region, `prices-REGION.yaml` beside the shipped one; the shipped one where there is none."""
    own = PRICES.with_name(f"prices-{region}.yaml")
    return own if own.is_file() else PRICES


def read_prices(path: Path = PRICES) -> Prices:
    """Read a price list. Raises OSError, ruamel.yaml.error.YAMLError and pydantic.ValidationError."""
    return parse_prices(path.read_text(encoding="utf-8"))


def parse_prices(text: str) -> Prices:
    """Return the price list that a file's text is. Raises as `read_prices` does."""
    return Prices.model_validate(YAML(typ="safe", pure=True).load(text))

"""The price list: `prices.yaml`, dated, of one region."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from ruamel.yaml import YAML

from components.model import Settings

PRICES = Path(__file__).with_name("prices.yaml")

# YAML has binary floats: 0.1 must become the decimal 0.1.
Price = Annotated[Decimal, BeforeValidator(str), Field(ge=0)]


class HourlyPrices(Settings):
    """US dollars an hour."""

    cluster_standard_support: Price
    cluster_extended_support: Price
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


class VolumePrices(Settings):
    """US dollars a month: a GiB, and IOPS and MiB/s of throughput beyond the free ones."""

    gib: Price
    iops: Price = Decimal(0)
    free_iops: int = 0
    throughput: Price = Decimal(0)
    free_throughput: int = 0

    def monthly(self, gib: Decimal, iops: Decimal | None, throughput: Decimal | None) -> Decimal:
        """Return the price of one volume a month."""
        extra_iops = max((iops or Decimal(0)) - self.free_iops, Decimal(0))
        extra_throughput = max((throughput or Decimal(0)) - self.free_throughput, Decimal(0))
        return gib * self.gib + extra_iops * self.iops + extra_throughput * self.throughput


class DatabasePrices(Settings):
    """Of RDS for PostgreSQL and of ElastiCache: US dollars an hour by family and size, and a month's GiB of storage.

    A standby doubles all of the former.
    """

    rds: dict[str, dict[str, Price]]
    rds_gib: dict[str, Price]
    elasticache: dict[str, dict[str, Price]]


class Prices(Settings):
    """The whole list. `instances` is by family and size; `spot_share` of an on-demand price is assumed for spot."""

    region: str
    date: date
    sources: tuple[str, ...]
    hours_per_month: Price
    spot_share: Price
    hourly: HourlyPrices
    monthly: MonthlyPrices
    volumes: dict[str, VolumePrices]
    instances: dict[str, dict[str, Price]]
    databases: DatabasePrices

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
        """Return the price of a month."""
        return hourly * self.hours_per_month


def _priced(prices: dict[str, dict[str, Price]], name: str) -> Decimal | None:
    family, _, size = name.partition(".")
    return prices.get(family, {}).get(size)


def read_prices(path: Path = PRICES) -> Prices:
    """Read the price list."""
    return Prices.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))

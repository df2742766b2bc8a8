"""Databases and caches that AWS runs, and the secrets with their passwords; without backups and log storage."""

from collections.abc import Iterator
from decimal import Decimal

from slipway.cost.lines import Context, Gap, Line
from slipway.cost.money import cents
from slipway.recording.objects import dig, number, text
from slipway.recording.resource import Resource

_ONE = Decimal(1)


def instance(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of an instance of RDS, of its storage, and of the secret that RDS makes for it.

    A standby in another zone is billed as a second one; storage that grows by itself is counted as it is at first.
    """
    prices = context.prices
    kind, storage = text(resource.inputs, "instanceClass") or "", text(resource.inputs, "storageType") or "gp2"
    standby = dig(resource.inputs, "multiAz") is True
    count, where = (Decimal(2), ", multi-AZ") if standby else (_ONE, "")
    hourly = prices.rds_class(kind)
    if hourly is None:
        yield Gap(resource.urn, f"RDS {kind}", "no price in the list")
    else:
        yield Line(resource.urn, f"RDS {kind}{where}", count, prices.month(hourly), category="databases")
    gib, monthly = number(resource.inputs, "allocatedStorage"), prices.databases.rds_gib.get(storage)
    if gib is None or monthly is None:
        why = "its size is not known" if gib is None else "no price in the list"
        yield Gap(resource.urn, f"RDS storage {storage}", why)
    else:
        what = f"RDS storage {storage} {gib.normalize():f} GiB{where}"
        yield Line(resource.urn, what, count, cents(gib * monthly), category="databases")
    if dig(resource.inputs, "manageMasterUserPassword") is True:
        yield from secret(resource, context)


def replication_group(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a replication group of ElastiCache: its nodes, the primary among them."""
    kind, count = text(resource.inputs, "nodeType") or "", number(resource.inputs, "numCacheClusters")
    hourly = context.prices.cache_node(kind)
    if hourly is None or count is None:
        why = "no price in the list" if hourly is None else "the number of its nodes is not known"
        yield Gap(resource.urn, f"ElastiCache {kind}", why)
    else:
        yield Line(resource.urn, f"ElastiCache {kind}", count, context.prices.month(hourly), category="databases")


def secret(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a secret in Secrets Manager, without the calls."""
    yield Line(resource.urn, "secret", _ONE, context.prices.monthly.secret, category="secrets")

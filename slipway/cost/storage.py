"""Logs and buckets: what is in them is assumed, by what they are for."""

from collections.abc import Iterator
from decimal import Decimal

from slipway.cost.lines import Context, Count, Gap, Line, used
from slipway.recording.objects import number, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

_DAYS = Decimal(30)  # in a month
_LONGEST = Decimal(365)


def log_group(group: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a log: what is written to it in a month, and what lies in it at its full age.

    Logs that are kept for ever are counted with a year of them.
    """
    prices, assumed = context.prices.usage, context.prices.assumptions
    name = text(group.inputs, "name") or ""
    nodes = None
    if _is_flow_log(group, context.recording):
        gib, ingestion = assumed.flow_log_gib, prices.flow_log_ingestion_gib
        what, each, nodes = "flow logs", "of flow logs for each node", _nodes(context.recording)
    elif name.startswith("/aws/eks/"):
        gib, ingestion = assumed.control_plane_log_gib, prices.log_ingestion_gib
        what, each = "control plane logs", "of control plane logs"
    elif name.startswith("/aws/rds/"):
        gib, ingestion = assumed.database_log_gib, prices.log_ingestion_gib
        what, each = "database log", "in each log of a database"
    else:
        yield Gap(group.urn, f"log group {name or group.name}", "what is written to it is not known")
        return
    days = number(group.inputs, "retentionInDays") or _LONGEST
    stored = gib * assumed.log_compression * days / _DAYS
    yield used(
        group.urn,
        f"{what} {gib:f} GiB{' a node' if nodes else ''}, kept {days:f} days",
        gib * ingestion + stored * prices.log_storage_gib,
        category="logs",
        assumption=f"{gib:f} GiB a month {each}, of which {assumed.log_compression:.0%} are stored",
        nodes=nodes,
    )


def bucket(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a bucket: what lies in it, and the requests to it."""
    prices, assumed = context.prices.usage, context.prices.assumptions
    requests = (
        assumed.s3_thousand_writes * prices.s3_thousand_writes + assumed.s3_thousand_reads * prices.s3_thousand_reads
    )
    size = f"{assumed.s3_gib:f} GiB"
    yield used(
        resource.urn,
        f"bucket {size}",
        assumed.s3_gib * prices.s3_gib + requests,
        category="S3",
        assumption=(
            f"{size} in each bucket, {assumed.s3_thousand_writes:f} thousand writes and"
            f" {assumed.s3_thousand_reads:f} thousand reads a month"
        ),
    )


def _is_flow_log(group: Resource, recording: Recording) -> bool:
    return any(
        group.urn in each.property_dependencies.get("logDestination", ())
        for each in recording.of_type("aws:ec2/flowLog:FlowLog")
    )


def _nodes(recording: Recording) -> Count:
    """Return the nodes of all node groups; nobody adds to a flow log whose group of nodes has an unknown size."""
    groups = recording.of_type("aws:eks/nodeGroup:NodeGroup")

    def total(key: str) -> Decimal:
        return sum((number(group.inputs, "scalingConfig", key) or Decimal(0) for group in groups), Decimal(0))

    return Count(total("desiredSize"), fewest=total("minSize"), most=total("maxSize"))

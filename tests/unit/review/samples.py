"""A plan, a breakdown and a report, as the makers of each would return them: those that the guide shows."""

from decimal import Decimal
from typing import Any

from policy.model import Report, Severity, Violation
from slipway.cost.breakdown import Breakdown, Range, Share
from slipway.plan.model import Change, Operation, Plan, Rename, Step
from slipway.recording.resource import Resource

STACK = "production"


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::slipway::{token}::{name}"


def resource(token: str, name: str, **fields: Any) -> Resource:
    return Resource(
        urn=urn(token, name), type=token, name=name, parent=None, custom=True, inputs=fields.pop("inputs", {}), **fields
    )


def step(operation: Operation, token: str, name: str, **fields: Any) -> Step:
    options = {"deleted_with": fields.pop("deleted_with", None)}
    there = resource(token, name, **options)
    return Step(
        operation,
        old=None if operation == "create" else there,
        new=None if operation == "delete" else there,
        **fields,
    )


DATABASE = "aws:rds/instance:Instance"
BUCKET = "aws:s3/bucket:Bucket"
NODES = "aws:eks/nodeGroup:NodeGroup"
CONFIG = "kubernetes:core/v1:ConfigMap"

REPLACED = step(
    "replace",
    DATABASE,
    "orders-db",
    changes=(Change(("engine",), "postgres", "mysql", forces="AWS makes a new instance"),),
    reasons=("engine: AWS makes a new instance",),
    loss="the database and what is in it",
)
DELETED = step("delete", BUCKET, "backups", loss="every object in the bucket", protected=True)
UPDATED = step(
    "update", NODES, "general-us-west-2a", changes=(Change(("scalingConfig", "maxSize"), 3, 6),), options=("aliases",)
)
CREATED = step("create", CONFIG, "orders-config")
UNCHANGED = tuple(step("unchanged", CONFIG, f"settings-{number}") for number in range(240))


def plan(*steps: Step, **fields: Any) -> Plan:
    given = {"stack": STACK, "base": "main at 1a2b3c4", **fields}
    return Plan(steps=tuple(sorted(steps, key=lambda each: each.urn)), **given)


PLAN = plan(
    *UNCHANGED,
    REPLACED,
    DELETED,
    UPDATED,
    CREATED,
    renames=(
        Rename(urn(CONFIG, "old-config"), urn(CONFIG, "orders-config"), 'aliases=[pulumi.Alias(name="old-config")]'),
    ),
)


def dollars(least: int, expected: int, most: int) -> Range:
    return Range(Decimal(least), Decimal(expected), Decimal(most))


BREAKDOWN = Breakdown(
    total=Share("total", dollars(4100, 5474, 9900), Decimal(120)),
    components=(
        Share("NodePools platform", dollars(3100, 4474, 8900), Decimal(0)),
        Share("AppStack orders", dollars(1000, 1000, 1000), Decimal(120)),
    ),
    categories=(),
    pools=(),
    apps=(),
    idle=dollars(0, 0, 0),
    spot_saving=Decimal(0),
)


def violation(rule: str, severity: Severity, name: str, text: str, exemption: str | None = None) -> Violation:
    return Violation(rule, severity, urn(BUCKET, name), text, exemption)


REPORT = Report(
    violations=(
        violation("stateful-protected", "mandatory", "backups", "something protected is removed"),
        violation("required-tags", "advisory", "backups", "the tag owner is missing"),
        violation("no-latest", "mandatory", "old", "the tag latest moves", "gone by the next release"),
    ),
    checked=tuple(f"rule-{number}" for number in range(22)),
    notes=("The exemption of no-latest ends on 2026-12-31",),
)

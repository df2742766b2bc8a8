"""What is assumed of the use: logs, buckets and the load of load balancers, each with its assumption."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from slipway.cost.notes import assumptions
from slipway.recording.resource import Resource
from tests.unit.cost.building import amounts, estimated, node_group, resource, template

if TYPE_CHECKING:
    from slipway.recording.wire import Json

KEY = resource("aws:kms/key:Key", "key", {})


def log(name: str, days: int | None = None) -> Resource:
    inputs: dict[str, Json] = {"name": name} if days is None else {"name": name, "retentionInDays": days}
    return resource("aws:cloudwatch/logGroup:LogGroup", "log", inputs)


@pytest.mark.parametrize(
    ("group", "what", "monthly"),
    [
        # 10 x 0.50, and of 10 GiB a month 2 are stored for three months at 0.03
        (log("/aws/eks/slipway-x/cluster", 90), "control plane logs 10 GiB, kept 90 days", "5.18"),
        # 1 x 0.50, and 0.2 for one month
        (log("/aws/rds/instance/db/postgresql", 30), "database log 1 GiB, kept 30 days", "0.51"),
        # for ever is a year: 2 x 365 / 30 x 0.03 = 0.73
        (log("/aws/eks/slipway-x/cluster"), "control plane logs 10 GiB, kept 365 days", "5.73"),
    ],
)
def test_logs_by_what_they_are_of(group: Resource, what: str, monthly: str) -> None:
    found = estimated(group)
    assert amounts(found) == {what: Decimal(monthly)}
    assert found.gaps == ()


def test_flow_logs_grow_with_the_nodes() -> None:
    flow = resource("aws:ec2/flowLog:FlowLog", "flow", {}, logDestination=("urn:log",))
    found = estimated(log("", 30), flow, node_group(["t3.large"], 3), template({"volumeSize": 10}))
    (line,) = (each for each in found.lines if each.category == "logs")
    # 2 x 0.50 + 0.4 x 0.03 = 1.012 a node
    assert [line.fewest, line.quantity, line.most] == [0, 3, 9]
    assert line.unit == Decimal("1.01")
    assert line.assumption == "2 GiB a month of flow logs for each node, of which 20% are stored"


def test_a_log_of_unknown_use_is_named() -> None:
    found = estimated(KEY, log("/my/own"))
    assert [(gap.what, gap.why) for gap in found.gaps] == [("log group /my/own", "what is written to it is not known")]


def test_a_bucket() -> None:
    # 100 x 0.023, 100 thousand writes at 0.005 and 100 thousand reads at 0.0004
    found = estimated(resource("aws:s3/bucket:Bucket", "b", {}))
    assert amounts(found) == {"bucket 100 GiB": Decimal("2.84")}
    assert assumptions(found) == ("100 GiB in each bucket, 100 thousand writes and 100 thousand reads a month",)


@pytest.mark.parametrize(
    ("annotation", "what", "monthly", "assumed"),
    [
        # 0.006 x 730
        ("nlb", "traffic of Network Load Balancer", "4.38", "1 capacity unit at every hour through each Network"),
        # 100 x 0.008
        ("", "traffic of Classic Load Balancer", "0.80", "100 GiB a month through each Classic"),
    ],
)
def test_the_load_of_load_balancers(annotation: str, what: str, monthly: str, assumed: str) -> None:
    annotations: dict[str, Json] = {"service.beta.kubernetes.io/aws-load-balancer-type": annotation}
    inputs: dict[str, Json] = {
        "kind": "Service",
        "metadata": {"name": "s", "annotations": annotations},
        "spec": {"type": "LoadBalancer"},
    }
    found = estimated(KEY, resource("kubernetes:core/v1:Service", "s", inputs))
    assert amounts(found)[what] == Decimal(monthly)
    assert any(each.startswith(assumed) for each in assumptions(found))


def test_what_is_not_used_is_not_assumed() -> None:
    assert assumptions(estimated(KEY)) == ()

"""The unit tests' own recorder: what it shows, and that runs do not touch each other."""

import pulumi
import pytest
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.ssm.parameter import Parameter

from tests.support.recording import UNKNOWN, Secret, record

VPC = "aws:ec2/vpc:Vpc"
PARAMETER = "aws:ssm/parameter:Parameter"


class Pair(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("slipway:test:Pair", name)
        vpc = Vpc(
            name,
            cidr_block="10.0.0.0/16",
            tags={"port": "443"},
            opts=pulumi.ResourceOptions(parent=self, protect=True, aliases=[pulumi.Alias(name="old")]),
        )
        Parameter(
            f"{name}-p",
            type="String",
            value=pulumi.Output.secret("hidden"),
            description=vpc.id,
            allowed_pattern=vpc.main_route_table_id,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[vpc], deleted_with=vpc, ignore_changes=["value"], delete_before_replace=True
            ),
        )


def test_records_inputs_and_options() -> None:
    recording = record(lambda: Pair("one"))
    pair = recording.one("slipway:test:Pair")
    vpc, parameter = recording.one(VPC), recording.one(PARAMETER, "one-p")
    assert vpc.urn == "urn:pulumi:test::slipway::slipway:test:Pair$aws:ec2/vpc:Vpc::one"
    assert (pair.custom, vpc.custom) == (False, True)
    assert vpc.parent == pair.urn
    assert pair.parent == "urn:pulumi:test::slipway::pulumi:pulumi:Stack::slipway-test"
    assert vpc.protect
    assert vpc.aliases == ("old",)
    assert vpc.inputs["cidrBlock"] == "10.0.0.0/16"
    assert parameter.inputs == {
        "type": "String",
        "value": Secret("hidden"),
        "description": "one-id",
        "allowedPattern": UNKNOWN,
    }
    assert parameter.dependencies == (vpc.urn,)
    assert parameter.deleted_with == vpc.urn
    assert parameter.ignore_changes == ("value",)
    assert parameter.delete_before_replace


def test_unknown_outputs_change_values_but_not_the_set() -> None:
    known, unknown = record(lambda: Pair("one")), record(lambda: Pair("one"), known=False)
    assert unknown.one(PARAMETER).inputs["description"] == UNKNOWN
    assert unknown.urns == known.urns


def test_outputs_can_be_given_by_type() -> None:
    recording = record(lambda: Pair("one"), outputs={VPC: {"mainRouteTableId": "rtb-1"}})
    assert recording.one(PARAMETER).inputs["allowedPattern"] == "rtb-1"


def test_runs_are_isolated() -> None:
    assert pulumi.runtime.get_root_resource() is None
    first = record(lambda: Pair("one"), stack="first")
    second = record(lambda: Pair("one"), stack="second")
    assert [urn.replace(":first:", ":second:") for urn in first.urns] == second.urns
    assert len(first.resources) == len(second.resources) == 3
    assert pulumi.runtime.get_root_resource() is None


def test_an_exception_is_raised_and_does_not_spoil_the_next_run() -> None:
    def broken() -> None:
        Pair("one")
        raise ZeroDivisionError("on purpose")

    with pytest.raises(ZeroDivisionError, match="on purpose"):
        record(broken)
    assert len(record(lambda: Pair("one")).resources) == 3


def test_a_taken_urn_is_refused() -> None:
    def twice() -> None:
        Pair("one")
        Pair("one")

    with pytest.raises(AssertionError, match="refuses duplicate URNs"):
        record(twice)


def test_one_names_what_there_is() -> None:
    with pytest.raises(AssertionError, match=r"0 aws:ec2/vpc:Vpc other among \['one'\]"):
        record(lambda: Pair("one")).one(VPC, "other")

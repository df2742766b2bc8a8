"""`slipway instances refresh`: what it asks, what it writes, and how it ends."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import typer
from botocore.stub import Stubber
from moto import mock_aws
from typer.testing import CliRunner, Result

from components.foundation.aws_names import AMI_TYPES, INSTANCE_NAMES, NAMES, ZONES
from components.foundation.instance_types import INSTANCE_TYPES, TABLE, read
from slipway.commands import instances as command
from slipway.instances.describe import described
from slipway.instances.refresh import refresh
from tests.unit.instances.answers import info

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client

ON = date(2027, 1, 15)
NEW = info("g6.2xlarge", InstanceType="g9.2xlarge")


def ec2(region: str) -> "EC2Client":
    return boto3.client("ec2", region_name=region, aws_access_key_id="t", aws_secret_access_key="t")


def answering(*types: dict[str, Any]) -> Callable[[str], "EC2Client"]:
    """Return how to get a client of an EC2 with these types, in one region with three zones: us-west-2."""

    def connect(region: str) -> "EC2Client":
        client = ec2(region)
        stub = Stubber(client)
        if region == "us-east-1":
            stub.add_response("describe_regions", {"Regions": [{"RegionName": "us-west-2"}]})
        else:
            stub.add_response("describe_instance_types", {"InstanceTypes": list(types)})
            zones = [{"ZoneName": f"us-west-2{letter}"} for letter in "cab"]
            wanted = {"Filters": [{"Name": "zone-type", "Values": ["availability-zone"]}]}
            stub.add_response("describe_availability_zones", {"AvailabilityZones": zones}, wanted)
        stub.activate()
        return client

    return connect


def run(*arguments: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("instances")(command.instances)
    return CliRunner().invoke(app, list(arguments))


def test_all_regions_of_the_account_are_asked_and_the_list_is_what_they_describe(tmp_path: Path) -> None:
    changed = info("m6i.large", VCpuInfo={"DefaultVCpus": 3})
    done = refresh(answering(NEW, changed, info("t3.large")), only=(), out=tmp_path, on=ON)
    assert (done.asked, done.new, done.changed) == (("us-west-2",), ("g9.2xlarge",), ("m6i.large",))
    assert set(done.gone) == INSTANCE_TYPES.keys() - {"m6i.large", "t3.large"}
    day, types = read((tmp_path / TABLE.name).read_text())
    assert (day, set(types)) == (ON, {"g9.2xlarge", "m6i.large", "t3.large"})
    assert types["g9.2xlarge"] == INSTANCE_TYPES["g6.2xlarge"]._replace(name="g9.2xlarge")
    assert types["m6i.large"].vcpu == 3
    names = json.loads((tmp_path / NAMES.name).read_text())
    assert (names["date"], names["zones"]) == ("2027-01-15", {**ZONES, "us-west-2": "abc"})


def test_of_one_region_the_rest_stays(tmp_path: Path) -> None:
    done = refresh(answering(NEW), only=("us-west-2",), out=tmp_path, on=ON)
    assert (done.new, done.changed, done.gone) == (("g9.2xlarge",), (), ())
    _, types = read((tmp_path / TABLE.name).read_text())
    assert types.keys() == {*INSTANCE_TYPES, "g9.2xlarge"}


def test_offline_only_the_names_are_written_and_are_those_that_are_shipped(tmp_path: Path) -> None:
    done = refresh(None, only=(), out=tmp_path, on=ON)
    assert done.paths == (tmp_path / NAMES.name,)
    assert [each.name for each in tmp_path.iterdir()] == [NAMES.name]
    names = json.loads((tmp_path / NAMES.name).read_text())
    shipped = json.loads(NAMES.read_text())
    own = {"date": "", "source": ""}
    assert {**names, **own} == {**shipped, **own}
    assert tuple(names["amiTypes"]) == AMI_TYPES
    assert set(names["instanceTypes"]) == INSTANCE_NAMES


def test_nothing_but_the_day_and_the_source_changes_where_nothing_has(tmp_path: Path) -> None:
    refresh(answering(info("t3.large")), only=("us-west-2",), out=tmp_path, on=ON)
    before, after = (path.read_text().splitlines() for path in (TABLE, tmp_path / TABLE.name))
    assert [old for old, new in zip(before, after, strict=True) if old != new] == [
        line for line in before if line.startswith(("# date", "# source"))
    ]


@pytest.mark.slow
def test_motos_ec2_is_read_as_it_stands_in_the_list() -> None:
    """The whole way through the API's wire format, for every type of another record of its answers."""
    with mock_aws():
        found = {each.name: each for each in described(ec2("us-west-2"))}
    both = found.keys() & INSTANCE_TYPES.keys()
    assert len(both) > 1000
    assert {name: found[name] for name in both} == {name: INSTANCE_TYPES[name] for name in both}


def test_the_command_says_what_is_new(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "_connect", lambda profile: answering(NEW))
    done = run("refresh", "--region", "us-west-2", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "new: g9.2xlarge\nAsked 1 region: 1 new types, 0 changed, 0 gone.\n" in done.stdout


def test_the_command_asks_nobody_offline(tmp_path: Path) -> None:
    done = run("refresh", "--offline", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Asked nobody")
    assert run("refresh", "--offline", "--region", "us-west-2").exit_code == 2


def test_without_credentials_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    done = run("refresh", "--out", str(tmp_path))
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "AWS credentials: Unable to locate credentials" in done.stderr


def test_a_refused_request_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refusing(region: str) -> "EC2Client":
        client = ec2(region)
        stub = Stubber(client)
        stub.add_client_error("describe_instance_types", "UnauthorizedOperation", "You are not authorized")
        stub.activate()
        return client

    monkeypatch.setattr(command, "_connect", lambda profile: refusing)
    done = run("refresh", "--region", "us-west-2", "--out", str(tmp_path))
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "nothing was written" in done.stderr

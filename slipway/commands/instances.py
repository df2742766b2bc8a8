"""`slipway instances refresh`: today's instance types, zones, regions and images, from EC2's API and from boto3."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound

from slipway import exit_codes
from slipway.instances.refresh import Connect, Refreshed, refresh
from slipway.preview.consoles import notices, output

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client


class Action(StrEnum):
    """What to do with the lists."""

    REFRESH = "refresh"


def instances(
    action: Annotated[Action, typer.Argument(help="refresh: ask EC2 for every instance type and zone.")],
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Ask this region only; may be given several times."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="PROFILE", help="A profile of the AWS configuration.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: only the names that the installed boto3 knows.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Write into this folder instead.")] = None,
) -> None:
    """Write the lists of instance types, images, regions and zones anew; all of it or nothing.

    Needs credentials that may ec2:DescribeInstanceTypes, ec2:DescribeRegions and ec2:DescribeAvailabilityZones.
    Exit codes: 0 done, 1 the API failed, 2 bad input.
    """
    _ = action  # the only one
    if offline and (region or profile):
        raise _stop("--offline asks nobody: it goes with neither --region nor --profile", exit_codes.BAD_INPUT)
    try:
        connect = None if offline else _connect(profile)
        done = refresh(connect, only=tuple(region or ()), out=out, on=datetime.now(UTC).date())
    except (ProfileNotFound, NoCredentialsError, PartialCredentialsError) as error:
        message = f"AWS credentials: {error}: aws sso login, AWS_PROFILE or --profile PROFILE; or --offline"
        raise _stop(message, exit_codes.BAD_INPUT) from None
    except OSError as error:
        raise _stop(f"The lists cannot be written: {error}", exit_codes.BAD_INPUT) from None
    except (ClientError, BotoCoreError) as error:
        raise _stop(f"EC2's API cannot be asked; nothing was written: {error}", exit_codes.FAILED) from None
    console = output()
    for line in _lines(done):
        console.print(line, soft_wrap=True)


def _connect(profile: str | None) -> Connect:
    session = boto3.Session(profile_name=profile)
    config = Config(retries={"mode": "standard", "max_attempts": 6}, connect_timeout=10, read_timeout=30)

    def client(region: str) -> "EC2Client":
        return session.client("ec2", region_name=region, config=config)

    return client


def _lines(done: Refreshed) -> Iterator[str]:
    for what, names in (("new", done.new), ("changed", done.changed), ("not described any more", done.gone)):
        if names:
            yield f"{what}: {', '.join(names)}"
    count = len(done.asked)
    asked = f"Asked {count} region{'s' if count > 1 else ''}" if count else "Asked nobody"
    yield f"{asked}: {len(done.new)} new types, {len(done.changed)} changed, {len(done.gone)} gone."
    yield f"Wrote {', '.join(map(str, done.paths))}"


def _stop(message: str, code: int) -> typer.Exit:
    notices().print(message, soft_wrap=True)
    return typer.Exit(code)

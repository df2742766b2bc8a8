"""`slipway prices refresh`: today's list prices, or another region's, from the AWS Price List API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound
from pydantic import ValidationError
from ruamel.yaml.error import YAMLError

from slipway import exit_codes
from slipway.cost.refreshing.api import connect
from slipway.cost.refreshing.choose import PricesMissingError, UnknownRegionError
from slipway.cost.refreshing.refresh import Refreshed, refresh
from slipway.preview.consoles import notices, output

_REFUSED = frozenset({"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"})


class Action(StrEnum):
    """What to do with the price list."""

    REFRESH = "refresh"


def prices(
    action: Annotated[Action, typer.Argument(help="refresh: ask the AWS Price List API for every price of the list.")],
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Of this region; by default the shipped list's.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="PROFILE", help="A profile of the AWS configuration.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead.")] = None,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out types that the region does not have.")
    ] = False,
) -> None:
    """Write the price list anew, with what the AWS Price List API says today; all of it or nothing.

    Needs credentials that may pricing:GetProducts. Exit codes: 0 done, 1 a price or the API failed, 2 bad input.
    """
    _ = action  # the only one
    try:
        client = connect(profile)
        done = refresh(client, region=region, out=out, on=datetime.now(UTC).date(), drop_missing=drop_missing)
    except (ProfileNotFound, NoCredentialsError, PartialCredentialsError) as error:
        raise _stop(_without_credentials(error), exit_codes.BAD_INPUT) from None
    except UnknownRegionError as error:
        raise _stop(str(error), exit_codes.BAD_INPUT) from None
    except (OSError, YAMLError, ValidationError) as error:
        raise _stop(f"The price list cannot be used: {error}", exit_codes.BAD_INPUT) from None
    except PricesMissingError as error:
        raise _stop(str(error), exit_codes.FAILED) from None
    except ClientError as error:
        raise _stop(_refused(error), exit_codes.FAILED) from None
    except BotoCoreError as error:
        raise _stop(f"The AWS Price List API cannot be asked: {error}", exit_codes.FAILED) from None
    console = output()
    for line in _lines(done):
        console.print(line, soft_wrap=True)


def _lines(done: Refreshed) -> Iterator[str]:
    yield from map(str, done.changes)
    changed = f"{len(done.changes)} of {done.asked} prices changed" if done.changes else "No price changed"
    yield f"{changed}. Wrote {done.path}"


def _stop(message: str, code: int) -> typer.Exit:
    notices().print(message, soft_wrap=True)
    return typer.Exit(code)


def _without_credentials(error: BotoCoreError) -> str:
    return (
        f"AWS credentials: {error}. The Price List API needs an identity that may pricing:GetProducts:"
        " aws sso login, AWS_PROFILE, or --profile PROFILE"
    )


def _refused(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    what = "needs an identity that may pricing:GetProducts" if code in _REFUSED else "failed"
    return f"The AWS Price List API {what}; nothing was written: {error}"

"""`refresh()`: a price list with today's prices, written whole or not at all."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.cost.prices import PRICES, parse_prices, prices_of
from slipway.cost.refreshing.api import ask
from slipway.cost.refreshing.choose import choose
from slipway.cost.refreshing.price_file import Change, renew
from slipway.cost.refreshing.queries import queries
from slipway.preview.atomic import write_file

if TYPE_CHECKING:
    from types_boto3_pricing.client import PricingClient


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was done: the file that was written, how many prices were asked for, and those that changed."""

    path: Path
    asked: int
    changes: tuple[Change, ...]


def refresh(
    client: "PricingClient", *, region: str | None, out: Path | None, on: date, drop_missing: bool = False
) -> Refreshed:
    """Ask for every price of a list and write the list with the answers, to `out` or to the region's own file.

    The list is the region's own, or the shipped one where there is none; its comments and assumptions stay.
    Raises OSError, ruamel.yaml.error.YAMLError and pydantic.ValidationError for the list,
    botocore.exceptions.BotoCoreError and ClientError for the API, PricesMissingError and UnknownRegionError.
    """
    source = PRICES if region is None else prices_of(region)
    text = source.read_text(encoding="utf-8")
    prices = parse_prices(text)
    place = region or prices.region
    wanted = queries(prices)
    chosen = choose(wanted, ask(client, wanted, place), place, drop_missing=drop_missing)
    renewed, changes = renew(text, chosen, region=place, on=on)
    parse_prices(renewed)
    target = out or (source if place == prices.region else PRICES.with_name(f"prices-{place}.yaml"))
    write_file(target, renewed)
    return Refreshed(target, len(wanted), changes)

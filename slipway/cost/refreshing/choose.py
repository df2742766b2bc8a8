"""Each price of the file among the products of the API: exactly one, or the reason why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from slipway.cost.refreshing.api import Answers
from slipway.cost.refreshing.products import Product
from slipway.cost.refreshing.queries import Key, Query


class PricesMissingError(Exception):
    """Some prices cannot be had. The message names each, and what was found instead."""


class UnknownRegionError(Exception):
    """The API has no product of the region at all."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The new prices, and the types that the region does not have."""

    prices: Mapping[Key, Decimal]
    dropped: tuple[Key, ...] = ()


def choose(wanted: tuple[Query, ...], answers: Answers, region: str, *, drop_missing: bool) -> Chosen:
    """Return the price of every query. Raises PricesMissingError and UnknownRegionError.

    With `drop_missing` a type that the region does not have is no error; what every region has is still one.
    """
    if not any(answers.values()):
        raise UnknownRegionError(f"{region} is no region that the AWS Price List API knows, such as us-west-2")
    prices, dropped, problems = {}, [], []
    for query in wanted:
        found = [each for each in answers[query.service, query.filters] if query.chooses(each, region)]
        amounts = {each.price for each in found if each.price}
        if len(amounts) == 1:
            prices[query.key] = amounts.pop() * query.scale
        elif not amounts and query.optional and drop_missing:
            dropped.append(query.key)
        else:
            problems.append(f"  {'.'.join(query.key)}: {_why(query, found)}")
    if problems:
        raise PricesMissingError("\n".join((_headline(len(problems), region), *problems, *_help(wanted, prices))))
    return Chosen(prices, tuple(dropped))


def _headline(count: int, region: str) -> str:
    one = "1 price" if count == 1 else f"{count} prices"
    return f"The Price List API has not exactly one answer for {one} in {region}; nothing was written:"


def _why(query: Query, found: list[Product]) -> str:
    asked = [query.service, *(value for _, value in query.filters)]
    asked += [query.usage] if query.usage else []
    asked += [" or ".join(values) for _, values in query.attributes]
    what = ", ".join(asked)
    priced = [each for each in found if each.price]
    if priced:
        skus = ", ".join(sorted(f"{each.sku} at {each.price}" for each in priced))
        return f"several products of {what}, which differ in price: {skus}"
    return f"no product of {what}" if not found else f"no price on demand of {what} (SKU {found[0].sku})"


def _help(wanted: tuple[Query, ...], prices: Mapping[Key, Decimal]) -> Iterator[str]:
    if any(query.optional and query.key not in prices for query in wanted):
        yield "Types that the region does not have are left out with --drop-missing; or take them out of the file."

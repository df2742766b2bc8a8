"""Products of the AWS Price List API, read from the JSON strings that `GetProducts` answers with."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Product:
    """One SKU: its attributes, and what its first unit costs on demand in US dollars (None where nothing says so).

    Prices that fall with the amount have several dimensions: the first is the one that begins at 0.
    """

    sku: str
    family: str
    attributes: Mapping[str, str]
    price: Decimal | None


def read_product(text: str) -> Product:
    """Return the product that one string of the API's `PriceList` holds."""
    document = json.loads(text, parse_float=Decimal)
    product = document["product"]
    return Product(
        sku=product["sku"],
        family=product.get("productFamily", ""),
        attributes=product["attributes"],
        price=_first_price(document.get("terms", {}).get("OnDemand", {})),
    )


def _first_price(terms: Mapping[str, Any]) -> Decimal | None:
    for term in terms.values():
        for dimension in term["priceDimensions"].values():
            if dimension.get("beginRange", "0") == "0" and "USD" in dimension["pricePerUnit"]:
                return Decimal(dimension["pricePerUnit"]["USD"])
    return None


def is_usage(product: Product, name: str, region: str) -> bool:
    """Whether a product is of a usage type, which has the region's code or name before it, or neither.

    `USW2-NatGateway-Hours`, `EU-NatGateway-Hours`, `us-west-2-KMS-Keys` and, in us-east-1, `NatGateway-Hours`; but
    not `USW2-TS-LoadBalancerUsage`, which is of trust stores.
    """
    given = product.attributes.get("usagetype", "")
    return bool(re.fullmatch(rf"(?:(?:[A-Z]{{3}}\d|EU|{re.escape(region)})-)?{re.escape(name)}", given))

"""Asking the Price List API. It is at two endpoints only, and answers for every region."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from slipway.cost.refreshing.products import Product, read_product
from slipway.cost.refreshing.queries import Query

if TYPE_CHECKING:
    from types_boto3_pricing.client import PricingClient

ENDPOINT_REGION = "us-east-1"

Answers = dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Product, ...]]
"""The products by the service and the filters that they were asked with."""


def connect(profile: str | None) -> "PricingClient":
    """Return a client, with the credentials that boto3 finds. Raises botocore.exceptions.BotoCoreError."""
    config = Config(retries={"mode": "standard", "max_attempts": 6}, connect_timeout=10, read_timeout=30)
    return boto3.Session(profile_name=profile).client("pricing", region_name=ENDPOINT_REGION, config=config)


def ask(client: "PricingClient", wanted: tuple[Query, ...], region: str) -> Answers:
    """Return what the API knows of a region. Queries of one service and the same filters are one request.

    Raises botocore.exceptions.BotoCoreError and ClientError.
    """
    questions = dict.fromkeys((query.service, query.filters) for query in wanted)
    return {
        (service, filters): tuple(_products(client, service, (*filters, ("regionCode", region))))
        for service, filters in questions
    }


def _products(client: "PricingClient", service: str, filters: tuple[tuple[str, str], ...]) -> Iterator[Product]:
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=service,
        FormatVersion="aws_v1",
        Filters=[{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters],
    )
    for page in pages:
        yield from map(read_product, page["PriceList"])

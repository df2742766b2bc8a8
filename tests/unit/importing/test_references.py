"""Which hosts a text names."""

import pytest

from slipway.importing.references import outside, references

KNOWN = {"stock", "db", "cache", "stock.web", "ring-0.ring"}


@pytest.mark.parametrize(
    ("text", "variable", "found"),
    [
        ("stock:8080", "", {("stock", 8080)}),
        ("stock", "CATALOG", {("stock", None)}),
        ("stock.web", "CATALOG", {("stock.web", None)}),
        ("stock,cache;db", "PEERS", {("stock", None), ("cache", None), ("db", None)}),
        ("http://stock/api", "", {("stock", 80)}),
        ("https://stock:8443/", "", {("stock", 8443)}),
        ("jdbc:postgresql://db:5432/orders", "", {("db", 5432)}),
        ("user:word@tcp(db:3306)/orders", "", {("db", 3306)}),
        ("mongodb://u:w@a-0.ring:27017,a-1.ring:27017/x", "", {("a-0.ring", 27017), ("a-1.ring", 27017)}),
        ("redis://:word@cache", "", {("cache", 6379)}),
        ("ring-0.ring", "SEEDS", {("ring-0.ring", None)}),
        ("ring-0.ring.web.svc.cluster.local", "", {("ring-0.ring.web.svc.cluster.local", None)}),
        ("stock.web.svc:80", "", {("stock.web.svc", 80)}),
        ("until nc -z db 5432; do sleep 1; done", "", {("db", 5432)}),
        ("pg_dump -h db -U orders", "", {("db", None)}),
        ("curl -fsS stock/health", "", {("stock", None)}),
        ("host: db\nname: cache\n", "", {("db", None)}),
        ("server stock:8080;\n# proxy_pass http://cache;\n", "", {("stock", 8080)}),
        ("https://api.example.com/v1", "", {("api.example.com", 443)}),
        ("smtp.example.com", "SMTP_HOST", {("smtp.example.com", None)}),
        ("smtp.example.com", "TITLE", set()),
        ("stock", "SERVICE_NAME", set()),
        ("db", "--database", set()),
        ("db", "PGHOST", {("db", None)}),
        ("cache", "HOSTNAME", {("cache", None)}),
        ("stocks", "", set()),
        ("the stock is low", "", set()),
        ("registry.example.com/stock:8080", "", set()),
        ("12:30", "", set()),
        ("http://$(STOCK):80", "", set()),
        ("s3://stock/key", "", set()),
    ],
)
def test_hosts(text: str, variable: str, found: set[tuple[str, int | None]]) -> None:
    assert {(each.host, each.port) for each in references(text, KNOWN, variable=variable)} == found


@pytest.mark.parametrize("host", ["api.example.com", "203.0.113.7"])
def test_what_is_outside(host: str) -> None:
    assert outside(host)


@pytest.mark.parametrize(
    "host", ["stock", "stock.web.svc", "a.b.svc.cluster.local", "localhost", "127.0.0.1", "www.w3.org"]
)
def test_what_is_not(host: str) -> None:
    assert not outside(host)

"""`slipway prices refresh`: what it says and how it ends."""

from pathlib import Path

import boto3
import pytest
import typer
from botocore.stub import Stubber
from typer.testing import CliRunner, Result

from slipway.commands import prices as command
from slipway.cost.prices import PRICES, read_prices
from tests.unit.cost.price_list import Sku, catalogue, client

pytestmark = pytest.mark.usefixtures("nobody")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials anywhere, and no metadata service to ask for them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def run(*arguments: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("prices")(command.prices)
    return CliRunner().invoke(app, list(arguments))


def answering(monkeypatch: pytest.MonkeyPatch, skus: list[Sku]) -> None:
    monkeypatch.setattr(command, "connect", lambda profile: client(read_prices(), skus))


def test_without_credentials_nothing_is_written(tmp_path: Path) -> None:
    result = run("refresh", "--out", str(tmp_path / "prices.yaml"))
    assert result.exit_code == 2
    assert "AWS credentials: Unable to locate credentials" in result.stderr
    assert "pricing:GetProducts" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_profile() -> None:
    result = run("refresh", "--profile", "nobody")
    assert result.exit_code == 2
    assert "The config profile (nobody) could not be found" in result.stderr


def test_a_refused_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusing = boto3.client("pricing", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")
    stub = Stubber(refusing)
    stub.add_client_error("get_products", "AccessDeniedException", "not authorized to perform: pricing:GetProducts")
    stub.activate()
    monkeypatch.setattr(command, "connect", lambda profile: refusing)
    result = run("refresh", "--out", str(tmp_path / "prices.yaml"))
    assert result.exit_code == 1
    assert "needs an identity that may pricing:GetProducts; nothing was written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_changed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    skus = catalogue(read_prices())
    for sku in skus:
        if sku.attributes.get("usagetype") == "USW2-WebACLV2":
            sku.price = "6.0000000000"
    answering(monkeypatch, skus)
    out = tmp_path / "prices.yaml"
    result = run("refresh", "--out", str(out))
    assert result.exit_code == 0, result.stderr
    asked = result.stdout.splitlines()[1].split()[2]
    assert result.stdout.splitlines() == [
        "monthly.webAcl: 5 -> 6",
        f"1 of {asked} prices changed. Wrote {out}",
    ]
    assert int(asked) > 250
    assert read_prices(out).monthly.web_acl == 6
    assert read_prices(PRICES).monthly.web_acl == 5


def test_a_missing_price_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, [sku for sku in catalogue(read_prices()) if sku.service != "awskms"])
    result = run("refresh", "--out", str(tmp_path / "prices.yaml"))
    assert result.exit_code == 1
    assert "monthly.kmsKey: no product of awskms, Encryption Key, KMS-Keys" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, catalogue(read_prices()))
    (tmp_path / "file").touch()
    result = run("refresh", "--out", str(tmp_path / "file" / "prices.yaml"))
    assert result.exit_code == 2
    assert "The price list cannot be used: " in result.stderr

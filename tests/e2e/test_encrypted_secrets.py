"""What a check says of a stack never depends on a value that is encrypted still: nothing is known of it offline."""

import ast
import contextlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from typer.testing import CliRunner

from components import checks
from components.apps.expansion import expanded
from components.secret_value import CIPHERTEXT, decrypted
from slipway.cli import main
from tests.support.shipped import ROOT
from tests.support.stacks import app, stack
from tests.unit.loading.project import APP, STACK, write

pytestmark = pytest.mark.slow  # see `make test-slow`

REDIS = "  slipway:dependencies: {redis: elasticache}\n  slipway:secretStores: {externalSecrets: {}}\n"
NEEDS = "dependencies: {cache: {engine: redis, password: cache}}\nsecrets: {values: {TOKEN: other}}\n"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def test_a_stack_whose_secrets_are_encrypted_is_previewed(tmp_path: Path) -> None:
    secrets = "  slipway:secrets:\n    cache: {secure: v1:abc=}\n    other: {secure: v1:def=}\n"
    write(tmp_path, stack=f"{STACK}{REDIS}{secrets}", app=f"{APP}{NEEDS}")
    shutil.copy(ROOT / "__main__.py", tmp_path)
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(main, ["preview", "staging"])
    assert result.exit_code in {0, 3}, result.output  # 3: a policy of the environment, such as the replicas of a tier
    assert "ReplicationGroup" in result.stdout


def test_a_value_that_is_there_is_judged(tmp_path: Path) -> None:
    secrets = "  slipway:secrets: {cache: short, other: x}\n"
    write(tmp_path, stack=f"{STACK}{REDIS}{secrets}", app=f"{APP}{NEEDS}")
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(main, ["preview", "staging"])
    assert result.exit_code == 2
    assert "ElastiCache does not take the value" in result.stderr


def user(**secrets: str) -> Any:
    """Return a stack in which everything that takes a secret takes one."""
    given_identity = {"trustAnchorPem": PEM, "issuerCertificatePem": PEM, "issuerKeySecret": "issuer"}
    return expanded(
        stack(
            namespaces={"web": {}},
            nodePools={"general": {}, "spot": {}},
            mesh={"kind": "linkerd", "linkerd": {"identity": given_identity}},
            dependencies={"redis": "elasticache"},
            secretStores={"externalSecrets": {}},
            secrets=secrets,
            apps=[
                app(
                    secrets={"values": {"TOKEN": "other"}},
                    dependencies={"cache": {"engine": "redis", "password": "cache"}},
                ),
                app(
                    "batch",
                    dependencies={"db": {"engine": "postgresql", "password": "cache", "storage": "10Gi"}},
                ),
            ],
        )
    )


SOUND = checks.problems(user(issuer="x", other="y", cache="correct-horse-battery"))


@given(st.dictionaries(st.sampled_from(["issuer", "other", "cache"]), st.text(), min_size=3, max_size=3))
def test_no_ciphertext_is_judged(ciphertexts: dict[str, str]) -> None:
    settings = user(**{name: f"{CIPHERTEXT}{text}" for name, text in ciphertexts.items()})
    assert checks.problems(settings) == SOUND


@pytest.mark.parametrize(("value", "known"), [("a", "a"), ("", ""), (f"{CIPHERTEXT}v1:a", None)])
def test_what_is_known_of_a_secret(value: str, known: str | None) -> None:
    assert decrypted(SecretStr(value)) == known


def judges(tree: ast.AST) -> bool:
    """Whether a module says what is wrong with a stack, or worth knowing of it."""
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "components.problem"
        for name in node.names
    }
    return bool(imported & {"Problem", "Advice"})


def test_checks_read_secrets_in_one_way() -> None:
    """Whoever judges a value asks for it by `decrypted`, which says nothing of what is encrypted."""
    for path in (each for folder in ("components", "policy") for each in (ROOT / folder).rglob("*.py")):
        text = path.read_text()
        if "get_secret_value" in text and path.name != "secret_value.py":
            assert not judges(ast.parse(text)), (
                f"{path}: decrypted() of components.secret_value, not get_secret_value()"
            )

"""Canaries in the production stack: Slipway's own ways for a secret, the program of another commit, every output."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canaries import BASE, PRESENT, canary, found
from tests.support.canary_program import program
from tests.support.canary_program import values as in_program
from tests.support.canary_project import OUTPUTS, Told, call, preview
from tests.support.shipped import ROOT
from tests.unit.plan.projects import commit, run_git

PLAIN = ("session-key", "cache-password")
"""Letters and digits alone, as ElastiCache wants them."""
APP = """
secrets:
  values: {SESSION_KEY: session-key, TOKEN: token}
  external:
    database: {store: aws-secrets-manager, key: production/web/database, data: {DB: {property: password}}}
  sealed:
    token: {encryptedData: {API_TOKEN: SEALED}}
dependencies:
  cache: {engine: redis, version: "7", password: cache-password}
"""


def said(side: str) -> dict[str, str]:
    return {**{name: canary(name, side, plain=True) for name in PLAIN}, "token": canary("token", side)}


def write(root: Path, side: str) -> None:
    """Write the shipped production stack with an app that takes secrets in every way, and the program of all places."""
    for name in ("Pulumi.yaml", "Pulumi.production.yaml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "apps", root / "apps", dirs_exist_ok=True)
    secrets = {**said(side), "encrypted": {"secure": f"v1:{canary('encrypted', side, plain=True)}"}}
    stores = {"externalSecrets": {"secretsManager": {"prefixes": ["production/"]}}, "sealedSecrets": {}}
    added = {"slipway:secrets": {**secrets, "plain": canary("plain", side)}, "slipway:secretStores": stores}
    added["slipway:dependencies"] = {"redis": "elasticache"}
    lines = [f"  {key}: {json.dumps(each, ensure_ascii=False)}\n" for key, each in added.items()]
    with (root / "Pulumi.production.yaml").open("a", encoding="utf-8") as stack:
        stack.write("".join([*lines, f"  datadog:apiKey: {{secure: {canary('api', side, plain=True)}}}\n"]))
    app = root / "apps/production/api-gateway.yaml"
    text = app.read_text(encoding="utf-8")
    sealed = base64.b64encode(b"\x02\x00" + bytes(620)).decode()
    text, times = re.subn(r"^secrets:\n(  .*\n)+", "", text, flags=re.MULTILINE)
    assert times == 1
    app.write_text(text + APP.replace("SEALED", sealed), encoding="utf-8")
    shipped = (ROOT / "__main__.py").read_text(encoding="utf-8")
    (root / "__main__.py").write_text(f"{shipped}\nsettings = None\n{program(side)}", encoding="utf-8")


def canaries(side: str) -> list[str]:
    stack = [
        canary(place, side, plain=plain) for place, plain in (("encrypted", True), ("api", True), ("plain", False))
    ]
    return [*said(side).values(), *stack, *in_program(side).values()]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("production")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        write(root, BASE)
        run_git(root, "init", "--quiet", "--initial-branch", "main")
        commit(root, {})
        yield root


@pytest.fixture(scope="module")
def told(root: Path) -> dict[str, Told]:
    """The base itself, then the edited stack against a file and against a commit."""
    base = preview(root, "out/base", stack="production")
    write(root, PRESENT)
    return {
        "base": base,
        "file": preview(root, "out/file", "--baseline", "out/base/saved.json", stack="production"),
        "commit": preview(root, "out/commit", "--against", "main", stack="production"),
    }


def leaks(texts: dict[str, str]) -> dict[str, list[str]]:
    every = [*canaries(BASE), *canaries(PRESENT)]
    return {name: given for name, text in texts.items() if (given := found(text, every))}


def test_no_output_of_the_production_stack_has_one(told: dict[str, Told]) -> None:
    for run in told.values():
        assert run.exit in (3, 4), run.texts["stderr"]
        assert {*OUTPUTS[:-1], "preview.html unpacked"} <= run.texts.keys()
        assert leaks(run.texts) == {}


@pytest.mark.parametrize("against", ["file", "commit"])
def test_the_edited_secrets_of_an_app_are_changes(told: dict[str, Told], against: str) -> None:
    plan = json.loads(told[against].texts["preview.json"].partition("\n")[2])["plan"]
    changes = {step["name"]: {each["path"] for each in step["changes"]} for step in plan["steps"]}
    assert {"data.SESSION_KEY", "data.TOKEN"} <= changes["api-gateway-secrets"]
    assert any("secret-checksum" in path for path in changes["api-gateway-deployment"])
    assert "data.value" in changes["open-token"]
    assert [note for note in plan["notes"] if "slipway:secrets.session-key" in note]


@pytest.mark.parametrize("line", ["raise ValueError(token)", "print(token); import os; os.abort()"])
def test_a_program_that_fails_at_the_commit(root: Path, told: dict[str, Told], line: str) -> None:
    text = (root / "__main__.py").read_text(encoding="utf-8")
    failing = f"import pulumi\ntoken = pulumi.Config().require_object('secrets')['token']\n{line}\n"
    commit(root, {"__main__.py": failing})
    try:
        (root / "__main__.py").write_text(text, encoding="utf-8")
        run = preview(root, f"out/failed-{len(line)}", "--against", "HEAD", stack="production")
        quiet = call("preview", "production", "--quiet", "--against", "HEAD")
    finally:
        (root / "__main__.py").write_text(text, encoding="utf-8")
    assert (run.exit, quiet.exit_code) == (1, 1)
    assert "[secret]" in run.texts["stderr"]
    assert leaks({**run.texts, "quiet": quiet.output}) == {}

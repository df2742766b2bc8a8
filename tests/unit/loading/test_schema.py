"""The committed JSON Schemas are current, accept what ships, and refuse what the loader refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from typer.testing import CliRunner

from slipway.cli import main
from slipway.commands import schema
from tests.unit.loading.project import ROOT

STACKS = sorted(ROOT.glob("Pulumi.*.yaml"))
APPS = sorted(ROOT.glob("apps/*/*.yaml"))


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def of(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "schemas" / name).read_text()))


def schema_of(path: Path) -> str:
    return "stack.schema.json" if path in STACKS else "app.schema.json"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["schema", *arguments])
    return result.exit_code, result.output


def test_the_committed_schemas_are_current() -> None:
    assert {path.name for path in (ROOT / "schemas").iterdir()} == set(schema.rendered())
    stale = [name for name, text in schema.rendered().items() if (ROOT / "schemas" / name).read_text() != text]
    assert stale == [], "run slipway schema"


@pytest.mark.parametrize("name", ["stack.schema.json", "app.schema.json"])
def test_they_are_schemas_without_loose_ends(name: str) -> None:
    whole = json.loads((ROOT / "schemas" / name).read_text())
    Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == schema.DIALECT
    text = json.dumps(whole)
    for definition in whole["$defs"]:
        assert f'"#/$defs/{definition}"' in text, f"{definition} is not used"
    assert "_" not in "".join(key for each in whole["$defs"].values() for key in each.get("properties", {}))


@pytest.mark.parametrize("path", [*STACKS, *APPS], ids=lambda path: str(path.relative_to(ROOT)))
def test_what_ships_is_valid_and_names_its_schema_to_editors(path: Path) -> None:
    assert [error.message for error in of(schema_of(path)).iter_errors(load(path))] == []
    up = "../" * (len(path.relative_to(ROOT).parts) - 1)
    first = path.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={up}schemas/{schema_of(path)}"


def stack(**rooms: Any) -> dict[str, Any]:
    config = {"slipway:environment": "local", "slipway:cluster": {"existing": {"context": "kind"}}}
    return {"config": config | {key if ":" in key else f"slipway:{key}": room for key, room in rooms.items()}}


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        (stack(), True),
        (stack() | {"encryptionsalt": "v1:x", "environment": ["team/base"]}, True),
        (stack() | {"confg": {}}, False),
        (stack(**{"aws:region": "us-west-2", "datadog:apiKey": {"secure": "v1:x"}}), True),
        (stack(secrets={"db": "x"}), True),
        (stack(secrets={"db": {"secure": "v1:x"}}), True),
        (stack(secrets={"db": {"secure": 5}}), False),
        (stack(nodePools={"gpu": {"size": {"secure": "v1:x"}}}), False),
        (stack(nodePools={"gpu": {"zone": "a"}}), False),
        (stack(node_pools={}), False),
        (stack(apps=[]), False),
        (stack(stack="x"), False),
        ({"config": {"slipway:environment": "local"}}, False),
        ({"config": {**stack()["config"], "network": {}}}, False),
    ],
)
def test_the_stack_schema_agrees_with_the_loader(document: dict[str, Any], valid: bool) -> None:
    assert of("stack.schema.json").is_valid(document) is valid


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({}, True),
        ({"environment": "production"}, True),
        ({"environment": "prod"}, False),
        ({"replicas": -1}, False),
        ({"runAs": {"user": 5}}, True),
        ({"run_as": {"user": 5}}, False),
        ({"ports": {"http": 80, "metrics": {"port": 9090}}}, True),
    ],
)
def test_the_app_schema_agrees_with_the_loader(changes: dict[str, Any], valid: bool) -> None:
    app = {"name": "web", "namespace": "web", "image": "example.com/web:1", **changes}
    assert of("app.schema.json").is_valid(app) is valid


def test_every_key_says_what_it_is_for() -> None:
    whole = json.loads((ROOT / "schemas" / "stack.schema.json").read_text())
    for name, definition in [*whole["$defs"].items(), ("config", whole["properties"]["config"])]:
        for key, each in definition.get("properties", {}).items():
            target = whole["$defs"].get(each.get("$ref", "").rpartition("/")[2], {})
            assert "description" in {**target, **each} or name == "Secure", f"{name}.{key}"


def test_the_command_writes_what_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "schemas"
    code, said = run("--out", str(folder), "--check")
    assert (code, said.count("out of date")) == (1, 2)
    assert not folder.exists()
    assert run("--out", str(folder))[0] == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == schema.rendered()
    assert run("--out", str(folder), "--check") == (0, "")
    assert run("--out", str(folder)) == (0, "")


def test_a_place_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = run("--out", str(tmp_path / "file"))
    assert (code, "Traceback" in said) == (2, False)


def test_outside_of_a_project_there_is_no_folder_to_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = run()
    assert code == 2
    assert "no Slipway project here" in said

"""The catalogue, and its pages: each rule has one, which says what the rule is as it is now."""

import json
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

import policy.rules
from components.apps.settings import AppSettings
from policy.catalogue import RULES
from policy.model import Rule
from tests.support.stacks import app, stack

PAGES = Path(__file__).parents[4] / "docs" / "policies"
EACH = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


def text(rule: Rule) -> str:
    return (PAGES / f"{rule.id}.md").read_text()


def test_the_catalogue_is_in_order_and_complete() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    modules = [import_module(f"policy.rules.{each.name}") for each in iter_modules(policy.rules.__path__)]
    single = [module.RULE for module in modules if hasattr(module, "RULE")]
    families = [each for module in modules if hasattr(module, "RULES") for each in module.RULES]
    assert {rule.id for rule in (*single, *families)} == set(ids)
    pages = {page.stem for page in PAGES.glob("*.md")} - {"README"}
    assert pages == set(ids), "a page without a rule, or a rule without a page"


def test_the_index_has_every_rule_with_its_severity() -> None:
    index = (PAGES / "README.md").read_text().splitlines()
    rows = [line for line in index if line.startswith("| [")]
    assert rows == [f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |" for rule in RULES]


@EACH
def test_a_page_says_what_the_rule_is(rule: Rule) -> None:
    page = text(rule)
    assert page.startswith(f"# {rule.id}\n\n{rule.title}. By default **{rule.severity}**.\n\n{rule.description}\n")
    for heading in ("Why", "What breaks it", "How to mend it", "Parameters", "Letting it pass"):
        assert f"\n## {heading}\n" in page
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| (.*) \|$", page, re.MULTILINE)
    assert [(name, json.loads(default)) for name, default, _ in rows] == list(rule.defaults.items())
    assert all(
        said.endswith(each.schema["description"]) for (_, _, said), each in zip(rows, rule.parameters, strict=True)
    )


@EACH
def test_defaults_are_such_as_their_schema_takes(rule: Rule) -> None:
    for each in rule.parameters:
        Draft202012Validator.check_schema(each.schema)
        Draft202012Validator(each.schema).validate(each.default)


@EACH
def test_the_yaml_of_a_page_is_what_the_files_take(rule: Rule) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", text(rule), re.DOTALL | re.MULTILINE)
    for block in blocks:
        content: dict[str, Any] = YAML(typ="safe").load(block)
        if all(key.startswith("slipway:") for key in content):
            stack(**{key.removeprefix("slipway:"): value for key, value in content.items()})
        else:
            AppSettings.model_validate({**app(), **content}, by_name=False)
    assert f"- rule: {rule.id}\n" in blocks[-1]

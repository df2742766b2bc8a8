"""The guide to dependencies on AWS: its YAML is accepted, and what it calls a default is one."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.apps.checks import CHECKS
from components.dependencies.elasticache import ENGINE_VERSIONS
from components.dependencies.managed_checks import POSTGRESQL_VERSIONS
from components.dependencies.settings import ElastiCacheSettings, RdsSettings
from tests.support.stacks import app, stack

TEXT = (Path(__file__).parents[3] / "docs" / "guide" / "app-dependencies-aws.md").read_text()
APP, STACK = (
    YAML(typ="safe").load(block) for block in re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
)
ROOMS: dict[str, Any] = {key.removeprefix("slipway:"): value for key, value in STACK.items()}


def test_the_yaml_is_accepted() -> None:
    secrets = {"cache": "correct-horse-battery"}
    settings = stack(**ROOMS, namespaces={"web": {}}, secrets=secrets, apps=[app(**APP)])
    assert [problem for check in CHECKS for problem in check(settings)] == []


def test_every_key_is_shown() -> None:
    for room, model in (("postgresql", RdsSettings), ("redis", ElastiCacheSettings)):
        shown = set(ROOMS["dependencies"][room]) | {"kmsKeyArn", "restore"}
        assert shown == {field.alias for field in model.model_fields.values()}


def test_defaults_are_what_the_guide_says() -> None:
    said = {"multiAz", "maxStorage", "deletionProtection", "replicas"}  # decided by tier, size or stack
    for room, model in (("postgresql", RdsSettings), ("redis", ElastiCacheSettings)):
        defaults = model().model_dump(by_alias=True)
        shown = ROOMS["dependencies"][room]
        assert {key: value for key, value in shown.items() if key not in said} == {
            key: defaults[key] for key in shown if key not in said
        }
    assert f"PostgreSQL {POSTGRESQL_VERSIONS[0]} to {POSTGRESQL_VERSIONS[-1]}" in TEXT
    assert f"Redis {'/'.join(ENGINE_VERSIONS)}" in TEXT

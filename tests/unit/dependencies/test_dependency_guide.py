"""The YAML of the guide is YAML that is taken; the pages that alerts lead to are there."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.checks import problems
from components.dependencies.alerts import RUNBOOK
from components.operations.monitoring_names import RUNBOOKS
from tests.support.in_cluster_dependencies import depending, objects, pod
from tests.support.pod_security import restricted_violations
from tests.support.schemas import manifest_problems

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/guide/app-dependencies.md").read_text()
PAGE = (ROOT / RUNBOOK).read_text()
SECRETS = {"database": "correct horse", "cache": "correct-horse-battery"}


def blocks(page: str) -> list[dict[str, Any]]:
    return [YAML(typ="safe").load(each) for each in re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)]


def rooms(block: dict[str, Any]) -> dict[str, Any]:
    return {key.removeprefix("slipway:"): value for key, value in block.items()}


def test_the_yaml_is_valid_and_shows_the_defaults() -> None:
    needs, places, everything, bucket = blocks(GUIDE)
    assert problems(depending(needs["dependencies"], secrets=SECRETS)) == []
    assert problems(depending(needs["dependencies"], secrets=SECRETS, **rooms(places))) == []
    assert problems(depending(needs["dependencies"], secrets=SECRETS, **rooms(bucket))) == []
    shown = everything["dependencies"]
    plain = {"database": {"engine": "postgresql", "password": "database"}}
    assert depending(shown).apps[0] == depending(plain).apps[0].model_copy(
        update={"volumes": depending(shown).apps[0].volumes}
    )
    assert depending(shown).apps[1].cron == depending(plain).apps[1].cron


def test_the_variables_are_the_ones_in_the_table() -> None:
    needs, *_ = blocks(GUIDE)
    web = depending(needs["dependencies"], secrets=SECRETS).apps[-1]
    made = {*web.config, *web.secrets.values, *web.env}
    assert made == set(re.findall(r"`((?:DATABASE|CACHE)_\w+)`", GUIDE))


def test_every_alert_has_its_section() -> None:
    settings = depending(monitoring={})
    for name in ("web-database", "web-cache-backup"):
        (rule,) = objects(settings, name)["data-alerts"]["spec"]["groups"][0]["rules"]
        address, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (ROOT / address.removeprefix(f"{RUNBOOKS}/")).exists()
        assert f"## {rule['alert']}" in PAGE
        assert anchor == rule["alert"].lower()


def test_the_runbooks_commands_name_what_is_there() -> None:
    settings = depending()
    database, cache = (objects(settings, name) for name in ("web-database", "web-cache"))
    for found, container in ((database, "web-database"), (cache, "web-cache")):
        name = found["statefulset"]["metadata"]["name"]
        assert f"exec -i {name}-0 -c {container}" in PAGE
        assert pod(found)["containers"][0]["name"] == container
    assert "--host=/var/run/postgresql" in PAGE
    assert "/data/restore.rdb" in PAGE
    (reader,) = blocks(PAGE)
    assert manifest_problems(reader) == []
    assert restricted_violations(reader["spec"]) == []
    image = pod(database)["containers"][0]["image"]
    assert reader["spec"]["containers"][0]["image"] == image

"""checkov's judgement of what Slipway renders: nothing fails but what the guide justifies."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.apps.context import context
from components.apps.expansion import expanded
from components.apps.manifests import render
from components.checks import problems
from slipway.preview.manifests import manifests
from tests.scan.checkov import scan
from tests.support.shipped import STACKS, recorded
from tests.support.stacks import stack

ROOT = Path(__file__).parents[2]
APPS = sorted((ROOT / "tests/data/apps").glob("*.yaml"))
TEN_LINES = ROOT / "tests/data/apps/ten-lines.yaml"
GUIDE = (ROOT / "docs/guide/app-scan.md").read_text()
BY_DECLARATION = {"CKV_K8S_15", "CKV_K8S_35", "CKV_K8S_40", "CKV_K8S_43"}
"""What the shipped apps do not pass, since they say so; the guide says which key passes it."""
VIEWERS = "CKV_K8S_49"
"""What the role of a stack's viewers does not pass: it reads every kind of the groups that the charts bring."""
TOKEN = "CKV_K8S_38"
"""What an app with rights of its own in the cluster cannot pass."""


def rendered() -> dict[str, dict[str, dict[str, Any]]]:
    documents = [YAML(typ="safe").load(path.read_text()) for path in APPS]
    rooms: dict[str, Any] = {"certificates": {"email": "platform@example.com"}, "monitoring": {}}
    made = stack(namespaces={"web": {}, "data": {}}, nodePools={"general": {}}, apps=documents, **rooms)
    assert problems(made) == []
    settings = expanded(made)
    return {app.name: render(app, context(settings)) for app in settings.apps}


def objects(name: str) -> list[str]:
    return [text for path, text in manifests(recorded(name)).items() if "_helm" not in path]


def test_ten_lines_pass_every_check(tmp_path: Path) -> None:
    assert len(TEN_LINES.read_text().splitlines()) == 10
    report = scan(rendered()["shop"].values(), tmp_path)
    assert report.failed == set()
    assert report.passed > 80


def test_every_kind_of_workload_passes(tmp_path: Path) -> None:
    report = scan((each for objects in rendered().values() for each in objects.values()), tmp_path)
    assert report.failed == {(TOKEN, "StatefulSet.data.orders")}
    assert report.passed > 300


def test_the_shipped_stacks_fail_only_what_the_guide_names(tmp_path: Path) -> None:
    report = scan((YAML(typ="safe").load(text) for name in STACKS for text in objects(name)), tmp_path)
    assert {check for check, _ in report.failed} == {*BY_DECLARATION, VIEWERS}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"privileged": True}, "CKV_K8S_16"),
        ({"readOnlyRootFilesystem": False}, "CKV_K8S_22"),
        ({"allowPrivilegeEscalation": True}, "CKV_K8S_20"),
    ],
)
def test_the_scanner_would_see_it(change: dict[str, bool], check: str, tmp_path: Path) -> None:
    deployment = copy.deepcopy(rendered()["shop"]["deployment"])
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"].update(change)
    assert check in {found for found, _ in scan([deployment], tmp_path).failed}


def test_the_guide_names_every_check_that_can_fail() -> None:
    assert set(re.findall(r"^\| `(CKV_K8S_\d+)`", GUIDE, re.MULTILINE)) == {*BY_DECLARATION, VIEWERS, TOKEN}
    assert TEN_LINES.read_text() in GUIDE

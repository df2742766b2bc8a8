"""Projects of several services are imported and previewed without a hand, and every call of theirs works."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.imports import imported
from tests.support.calls import Call, Cluster
from tests.support.shipped import ROOT

pytestmark = pytest.mark.slow  # see `make test-slow`

PROJECTS = sorted((ROOT / "tests/data/projects").glob("*.yaml"))
CASES = [
    ROOT / "tests/data/cases" / f"{name}.yaml" for name in ("no-policy-means-everybody", "members-of-one-statefulset")
]


@pytest.mark.parametrize("project", [*PROJECTS, *CASES], ids=lambda path: path.stem)
def test_every_call_works(tmp_path: Path, project: Path) -> None:
    calls = Call.read(project.read_text())
    assert calls
    found = imported(tmp_path, project)
    cluster = Cluster(found.preview())
    assert {call: why for call in calls if (why := cluster.why_not(call))} == {}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
def test_nothing_else_is_opened(tmp_path: Path, project: Path) -> None:
    """Who calls nobody by the project's own account is let out to nobody of it."""
    told = {(call.client, call.host.split(".")[0]) for call in Call.read(project.read_text())}
    found = imported(tmp_path, project)
    for name, app in found.apps.items():
        services = {app.get("service", {}).get("name"), *app.get("objects", {})}
        for client, other in found.apps.items():
            if name in other.get("allowTo", []) and name != client:  # who names itself may call itself
                assert {(client, each) for each in services | {name, *_headless(app)}} & told, (client, name)


def _headless(app: dict[str, Any]) -> set[str]:
    return {app.get("statefulSet", {}).get("serviceName", "")}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
def test_what_is_closed_is_said(tmp_path: Path, project: Path) -> None:
    found = imported(tmp_path, project)
    said = {each["name"]: each for each in found.values if each["path"].endswith("allowFrom, allowTo, egress")}
    assert said.keys() == found.apps.keys()
    assert all("denies every call but these" in each["why"] for each in said.values())


@pytest.mark.parametrize(
    ("project", "key", "why"),
    [("login-proxy", "ingress", "the stack has no certificates"), ("scraped", "monitoring", "no monitoring")],
)
def test_what_the_stack_refuses_is_left_out_and_said(tmp_path: Path, project: str, key: str, why: str) -> None:
    found = imported(tmp_path, ROOT / f"tests/data/projects/{project}.yaml")
    assert not [name for name, app in found.apps.items() if key in app]
    said = [each for each in found.values if each["path"].startswith(f"(app file) {key}")]
    assert [(each["outcome"], why in each["why"]) for each in said if why in each["why"]]
    assert {each["outcome"] for each in said} == {"not carried"}

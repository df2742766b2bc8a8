"""Importing the documents' own YAML loses nothing that is not reported."""

import re
from pathlib import Path
from typing import Any

import pytest

from slipway.importing.account import ANYWAY, path_text
from slipway.importing.documents import leaves, read_documents
from slipway.importing.importer import Import, import_sources
from tests.support.schemas import manifest_problems

DOCUMENTS = sorted((Path(__file__).parents[2] / "data/documents").glob("*.yaml"))


def imported(*paths: Path) -> Import:
    return import_sources(read_documents(list(paths)), environment="staging", namespace="web")


def shape(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def lost(result: Import, sources: list[Any]) -> list[Any]:
    """Values that no entry names, and values said to be carried that the rendered objects do not have."""
    rendered: set[tuple[str, str, str]] = set()
    for app in result.apps.values():
        for manifest in app.objects.values():
            assert manifest_problems(manifest) == []
            rendered |= {(manifest["kind"], shape(path_text(path)), str(value)) for path, value in leaves(manifest)}
    reported = {(each.file, each.document, each.kind, each.name, each.path): each for each in result.entries}
    missing: list[Any] = []
    for source in sources:
        for path, value in leaves(source.manifest):
            key = (source.file, source.document, source.kind, source.name, path_text(path))
            entry = reported.get(key)
            if entry is None or entry.value != value or (entry.outcome != "carried" and not entry.why):
                missing.append(key)
            elif entry.why == ANYWAY:
                assert entry.now is None
            elif entry.outcome == "carried" and (source.kind, shape(entry.path), str(entry.now)) not in rendered:
                missing.append((key, "said to be carried"))
    return missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_value_is_accounted_for(path: Path) -> None:
    assert lost(imported(path), read_documents([path])) == []


def test_all_documents_at_once() -> None:
    chosen = [path for path in DOCUMENTS if path.name.startswith(("1-", "3-"))]
    assert lost(imported(*chosen), read_documents(chosen)) == []


def test_the_rolling_deployment_and_its_service() -> None:
    found = [path for path in DOCUMENTS if path.name.startswith(("1-07", "1-08"))]
    result = imported(*found)
    app = result.apps["webapp-deployment"].document
    assert app["ports"] == {"http": {"port": 80, "targetPort": 8080}, "metrics": 9090}
    assert app["config"] == {"PORT": "8080", "METRICS_PORT": "9090"}
    assert app["strategy"] == {"maxSurge": 1, "maxUnavailable": 1}
    assert not [entry for entry in result.entries if entry.outcome == "not carried"]


def test_a_moving_tag_and_missing_limits_are_changed() -> None:
    (path,) = [path for path in DOCUMENTS if path.name.startswith("1-13")]
    result = imported(path)
    changed = {entry.path: entry for entry in result.entries if entry.outcome == "changed"}
    assert changed["spec.template.spec.containers[0].image"].now == "webapp:name-a-version"
    assert changed["(added) spec.template.spec.containers[0].resources.limits"].now == {
        "cpu": "500m",
        "memory": "512Mi",
    }


def test_misspelt_probe_fields_are_not_carried() -> None:
    (path,) = [path for path in DOCUMENTS if path.name.startswith("2-")]
    lost_paths = {entry.path for entry in imported(path).entries if entry.outcome == "not carried"}
    assert "spec.template.spec.containers[0].livenessProbe.initialDelay" in lost_paths

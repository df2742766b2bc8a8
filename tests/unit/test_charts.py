"""The lock file, where a chart comes from, and how it is installed."""

from pathlib import Path
from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from components.charts import ChartLock, Charts, ChartSettings, PinnedChart
from tests.support.chart_values import RELEASE
from tests.support.recording import record

LOCK = ChartLock(
    charts={
        "web": PinnedChart(version="1.2.3", repository="https://charts.example.com"),
        "db": PinnedChart(version="v4.5.6", repository="oci://registry.example.com/charts/"),
        "web-crds": PinnedChart(version="1.2.3", repository="https://charts.example.com", chart="crds.web"),
    }
)


def source(name: str, mirror: str | None = None) -> dict[str, Any]:
    return Charts(ChartSettings(mirror=mirror), LOCK).source(name)


def test_the_lock_pins_exact_versions() -> None:
    lock = Charts.read_lock()
    assert all(pinned.version.removeprefix("v").replace(".", "").isdigit() for pinned in lock.charts.values())
    assert Charts(ChartSettings(), lock).version("istiod") == lock.charts["istiod"].version


@pytest.mark.parametrize(
    "family",
    [
        ("istio-base", "istio-cni", "istiod", "istio-gateway", "istio-ztunnel"),
        ("linkerd-crds", "linkerd2-cni", "linkerd-control-plane"),
        ("calico-crds", "tigera-operator"),
    ],
)
def test_parts_of_one_system_have_one_version(family: tuple[str, ...]) -> None:
    assert len({Charts.read_lock().charts[name].version for name in family}) == 1


def test_charts_come_from_their_own_repositories() -> None:
    assert source("web") == {
        "chart": "web",
        "version": "1.2.3",
        "repository_opts": {"repo": "https://charts.example.com"},
    }
    assert source("db") == {"chart": "oci://registry.example.com/charts/db", "version": "v4.5.6"}
    assert source("web-crds")["chart"] == "crds.web"


@pytest.mark.parametrize("mirror", [None, "https://mirror.example.com/charts", "oci://mirror.example.com", "./charts"])
def test_a_stack_may_choose_a_version_beside_the_locks(mirror: str | None) -> None:
    charts = Charts(ChartSettings(mirror=mirror), LOCK)
    pinned, chosen = charts.source("web"), charts.source("web", "2.0.0")
    assert chosen == {
        key: each.replace("1.2.3", "2.0.0") if isinstance(each, str) else each for key, each in pinned.items()
    }
    assert chosen != pinned


def test_a_mirror_replaces_every_repository() -> None:
    assert source("db", "https://mirror.example.com/charts") == {
        "chart": "db",
        "version": "v4.5.6",
        "repository_opts": {"repo": "https://mirror.example.com/charts"},
    }
    assert source("web-crds", "oci://mirror.example.com/charts") == {
        "chart": "oci://mirror.example.com/charts/crds.web",
        "version": "1.2.3",
    }


@pytest.mark.parametrize("folder", ["./charts", "../charts", "/srv/charts", "/srv/charts/"])
def test_a_folder_holds_archives_as_helm_pull_names_them(folder: str) -> None:
    assert source("web-crds", folder) == {"chart": f"{folder.rstrip('/')}/crds.web-1.2.3.tgz"}


@pytest.mark.parametrize("mirror", ["ftp://mirror.example.com", "charts", "oci://", ""])
def test_other_mirrors_are_refused(mirror: str) -> None:
    with pytest.raises(ValidationError):
        ChartSettings(mirror=mirror)


@pytest.mark.parametrize("text", ["charts: {web: {version: 1.0.0}}", "charts: {web: {}}", "chart: {}"])
def test_an_incomplete_lock_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock.yaml").write_text(text)
    with pytest.raises(ValidationError):
        Charts.read_lock(tmp_path / "lock.yaml")


def test_a_release_rolls_back_and_keeps_ten_revisions() -> None:
    charts = Charts(ChartSettings(), LOCK)
    recording = record(
        lambda: charts.release(
            "one",
            "web",
            namespace="apps",
            values={"replicas": 2},
            release_name="front",
            timeout_seconds=900,
            opts=pulumi.ResourceOptions(),
        )
    )
    inputs = recording.one(RELEASE, "one").inputs
    assert inputs["name"] == "front"
    assert inputs["namespace"] == "apps"
    assert inputs["values"] == {"replicas": 2}
    assert (inputs["atomic"], inputs["createNamespace"], inputs["skipCrds"]) == (True, False, False)
    assert (inputs["timeout"], inputs["maxHistory"]) == (900, 10)
    assert inputs["repositoryOpts"] == {"repo": "https://charts.example.com"}


def test_a_template_is_one_component_without_hooks() -> None:
    charts = Charts(ChartSettings(mirror="./charts"), LOCK)
    recording = record(lambda: charts.template("crds", "web-crds", opts=pulumi.ResourceOptions()))
    (found,) = recording.resources
    assert (found.type, found.custom) == ("kubernetes:helm.sh/v4:Chart", False)
    assert found.inputs == {"chart": "./charts/crds.web-1.2.3.tgz", "name": "web-crds"}


@pytest.mark.parametrize("version", [">=1.2", "^1.2.0", "1.x", "1.2.x", "1.2", "1.2.3.x", "", "latest"])
def test_the_lock_has_no_ranges(version: str) -> None:
    with pytest.raises(ValidationError, match="version"):
        PinnedChart(version=version, repository="oci://registry.example.com/charts")

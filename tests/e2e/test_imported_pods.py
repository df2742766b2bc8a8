"""Pods that an import must not change without a word: as imported, and as the preview then takes them."""

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.cli import main
from slipway.importing.surroundings import context_of
from tests.support.shipped import ROOT
from tests.unit.loading.project import shipped

pytestmark = pytest.mark.slow  # see `make test-slow`

CASES = ROOT / "tests/data/cases"


def run(root: Path, *args: str) -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, args)


@dataclass(frozen=True)
class Case:
    """What an import of a case wrote: the app's document, its objects, and the outcome of every value by its path."""

    document: dict[str, Any]
    objects: dict[str, Any]
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def pod(self) -> dict[str, Any]:
        """The pod of the app's workload."""
        return dict(self.objects["deployment"]["spec"]["template"]["spec"])


def imported(root: Path, name: str, environment: str = "development") -> Case:
    """Import a case into a copy of what is shipped, and let the preview take the file that is written."""
    arguments = (str(CASES / f"{name}.yaml"), "--environment", environment, "--namespace", "web", "--json")
    result = run(root, "import", *arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    (file,) = report["files"]
    document = YAML(typ="safe", pure=True).load(Path(file).read_text())
    if environment == "staging":  # whose policies want two pods of such an app
        Path(file).write_text(Path(file).read_text().replace("replicas: 1", "replicas: 2"))
    previewed = run(root, "preview", environment, "-q")
    assert previewed.exit_code == 0, previewed.output
    app = AppSettings.model_validate(document, by_name=False)
    outcomes = {each["path"]: each["outcome"] for each in report["values"]}
    return Case(document, render(app, context_of([app], environment)), outcomes)


def lost(case: Case) -> list[str]:
    return [path for path, outcome in case.outcomes.items() if outcome == "not carried"]


def test_a_volume_in_the_place_of_scratch(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "tmp-in-memory")
    assert case.document["scratch"] == []
    (mount,) = case.pod["containers"][0]["volumeMounts"]
    assert mount == {"name": "t", "mountPath": "/tmp"}  # noqa: S108 (a path in the container)
    assert lost(case) == []


def test_who_has_an_autoscaler_leaves_the_replicas_to_it(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "autoscaler-and-no-replicas")
    assert "replicas" not in case.document
    assert lost(case) == []


def test_one_file_leaves_the_rest_of_its_directory(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "one-file-becomes-the-directory")
    mounts = case.pod["containers"][0]["volumeMounts"]
    assert [each["mountPath"] for each in mounts if each["mountPath"].startswith("/usr/share/agent")] == [
        "/usr/share/agent/agent.yml"
    ]
    assert lost(case) == []


def test_the_secret_in_a_projected_volume_is_not_carried(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "projected-secret")
    assert lost(case) == ["spec.template.spec.volumes[0].projected.sources[1].secret.name"]


def test_a_script_can_be_executed(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "executable-script")
    (volume,) = [each for each in case.pod["volumes"] if "projected" in each]
    (item,) = volume["projected"]["sources"][0]["configMap"]["items"]
    assert item["mode"] == 0o755
    assert lost(case) == []


def test_modes_are_octal_as_kubectl_reads_them(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "octal-modes")
    (volume,) = [each for each in case.pod["volumes"] if "secret" in each]
    assert volume["secret"]["defaultMode"] == 256


def test_what_starts_before_the_app_starts_in_its_order(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "order-of-init-containers")
    assert [each["name"] for each in case.pod["initContainers"]] == ["a-fetch", "b-proxy", "c-migrate"]
    assert [each.get("restartPolicy") for each in case.pod["initContainers"]] == [None, "Always", None]


def test_a_variable_with_dots_is_one(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "dotted-variables")
    assert case.objects["config"]["data"] == {"spring.datasource.url": "jdbc:postgresql://db.example.org/x"}
    assert lost(case) == []


def test_a_closing_slash_says_nothing(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "closing-slash")
    assert case.document["scratch"] == ["/data"]
    assert case.outcomes["spec.template.spec.containers[0].volumeMounts[0].mountPath"] == "carried"
    assert lost(case) == []


def test_a_request_fits_into_its_limit(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "request-above-the-default-limit")
    assert case.pod["containers"][0]["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}
    assert lost(case) == []


@pytest.mark.parametrize(
    ("mode", "said"), [("", True), ('mode: "0755"', False), ('mode: "0744"', True)], ids=["none", "all", "owner"]
)
def test_a_program_that_nobody_may_execute_is_pointed_out(tmp_path: Path, mode: str, *, said: bool) -> None:
    root = shipped(tmp_path)
    (root / "apps/development/script.yaml").write_text(
        "name: script\nnamespace: web\nimage: registry.example.com/script:1.0.0\ncommand: [/scripts/run.sh]\n"
        f'files:\n  /scripts/run.sh:\n    content: "#!/bin/sh"\n    {mode}\n'
    )
    previewed = run(root, "preview", "development", "-q")
    assert previewed.exit_code == 0, previewed.output
    assert ("cannot be executed" in previewed.output) == said


def test_a_service_of_a_sidecar_leads_to_it_and_to_nothing_past_it(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "service-of-a-sidecar")
    (service,) = [each for each in case.objects.values() if each["kind"] == "Service"]
    (port,) = service["spec"]["ports"]
    named = {each["name"]: each["containerPort"] for one in case.pod["containers"] for each in one.get("ports", ())}
    assert (port["port"], named[port["targetPort"]]) == (80, 4180)
    assert list(named.values()) == [4180]
    assert lost(case) == []


def test_a_certificate_of_ones_own_is_not_carried(tmp_path: Path) -> None:
    case = imported(shipped(tmp_path), "bought-certificate", "staging")
    assert lost(case) == ["spec.tls[0].secretName"]


def test_kubernetes_defaults_and_ports_by_name_are_no_differences(tmp_path: Path) -> None:
    arguments = (str(CASES / "false-alarms.yaml"), "--environment", "development", "--namespace", "web", "--check")
    result = run(shipped(tmp_path), "import", *arguments)
    assert result.exit_code == 0, result.output
    assert "0 not carried" in result.output


def test_what_hardening_adds_is_said_with_what_the_image_needs(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    arguments = (str(CASES / "image-that-runs-as-root.yaml"), "--environment", "development", "--namespace", "web")
    result = run(root, "import", *arguments)
    assert "runs as user 1000 with a read-only root now" in result.output
    assert "postgres writes to /var/run/postgresql: under scratch or volumes" in result.output
    assert "postgres is made for user 999: runAs" in result.output
    previewed = run(root, "preview", "development", "-q")
    assert previewed.exit_code == 0, previewed.output


def test_files_that_hide_directories_of_the_image_are_pointed_out_with_what_does_not(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    text = (CASES / "files-over-etc.app.yaml").read_text()
    file = root / "apps/development/a.yaml"
    file.write_text(text)
    previewed = run(root, "preview", "development", "-q")
    assert "all of /etc, users, name resolution and certificates" in previewed.output
    assert "all of /usr/bin, programs and libraries" in previewed.output
    document = YAML(typ="safe", pure=True).load(text)
    script = {"content": "#!/bin/sh", "subPath": True, "mode": "0755"}
    document["files"] = {"/etc/exporter.yaml": {"content": "x: 1", "subPath": True}, "/usr/bin/run.sh": script}
    file.write_text(json.dumps(document))
    alone = run(root, "preview", "development", "-q")
    assert alone.exit_code == 0, alone.output
    assert "hides" not in alone.output

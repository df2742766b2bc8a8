"""`slipway new` and `slipway import`."""

import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from slipway.cli import main
from tests.support.shipped import ROOT

DOCUMENTS = ROOT / "tests/data/documents"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("Pulumi.yaml", "Pulumi.staging.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "apps", tmp_path / "apps")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, args, input=given)
    return result.exit_code, result.output


NEW = ("new", "app", "orders", "--environment", "staging", "--image", "registry.example.com/orders:v1")


def test_new_writes_once(project: Path) -> None:
    code, said = run(*NEW, "--namespace", "web", "--port", "8300")
    assert code == 0, said
    text = (project / "apps/staging/orders.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../../schemas/app.schema.json\nname: orders\n")
    assert run(*NEW, "--namespace", "web")[0] == 2
    assert (project / "apps/staging/orders.yaml").read_text() == text
    assert run(*NEW, "--namespace", "web", "--force")[0] == 0


def test_new_refuses_what_the_stack_refuses(project: Path) -> None:
    code, said = run(*NEW, "--namespace", "wbe")
    assert (code, (project / "apps/staging/orders.yaml").exists()) == (2, False)
    assert "namespace" in said
    assert "nearest: web" in said


def test_new_needs_what_cannot_be_asked_for(project: Path) -> None:
    assert run(*NEW)[0] == 2


def test_import_writes_and_reports(project: Path) -> None:
    paths = [str(DOCUMENTS / name) for name in ("1-07-service.yaml", "1-08-deployment.yaml")]
    code, said = run("import", *paths, "--environment", "staging", "--namespace", "web", "--json")
    report = json.loads(said)
    assert (code, report["files"]) == (0, [str(project / "apps/staging/webapp-deployment.yaml")])
    (lost,) = [each for each in report["values"] if each["outcome"] == "not carried"]
    assert lost["path"] == "(app file) service.name"
    assert "webapp has the Service webapp-service already" in lost["why"]
    assert run("import", *paths, "--environment", "staging")[0] == 2


def test_import_of_what_is_no_object(project: Path) -> None:
    (project / "x.yaml").write_text("a: 1\n")
    code, said = run("import", "x.yaml", "--environment", "staging")
    assert code == 2
    assert "document 1" in said


CHART = """
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ServiceAccount
    metadata: {name: shop, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/shop"}}
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: shop}
    spec:
      progressDeadlineSeconds: 700
      selector: {matchLabels: {app: shop}}
      template:
        metadata: {labels: {app: shop}}
        spec:
          serviceAccountName: shop
          readinessGates: [{conditionType: a.example.com}]
          containers:
            - name: server
              image: registry.example.com/shop:v1
              tty: true
              ports: [{containerPort: 8090}]
              volumeMounts: [{name: host, mountPath: /host}]
          volumes: [{name: host, hostPath: {path: /srv}}]
---
# Source: shop/templates/nothing.yaml
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-extra}
data: {a: b}
"""
IMPORT = ("import", "-", "--environment", "staging", "--namespace", "web")


def test_import_reads_what_another_program_prints(project: Path) -> None:
    code, said = run(*IMPORT, given=CHART)
    assert code == 0, said
    assert (project / "apps/staging/shop.yaml").read_text().splitlines()[1:] == [
        "name: shop",
        "namespace: web",
        "image: registry.example.com/shop:v1",
        "replicas: 1",
        "ports:",
        "  port-8090: 8090",
        "serviceAccount:",
        "  annotations:",
        "    eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/shop",
    ]
    assert "standard input, document 1: Deployment shop" in said
    assert "not carried: spec.progressDeadlineSeconds: 700 (" in said
    assert "the role's trust policy must admit system:serviceaccount:web:shop" in said
    assert 'not carried: data.a: "b" (no workload among the documents' in said


def test_check_writes_nothing_and_shows_the_differences(project: Path) -> None:
    code, said = run(*IMPORT, "--check", given=CHART)
    assert (code, (project / "apps/staging/shop.yaml").exists()) == (1, False)
    lines = said.splitlines()
    assert "--- standard input: Deployment shop" in lines
    assert "-  progressDeadlineSeconds: 700" in lines
    assert "+++ PodDisruptionBudget shop-pdb" in lines


def test_what_fits_no_key_escapes(project: Path) -> None:
    code, said = run(*IMPORT, "--escape", "--json", given=CHART)
    report = json.loads(said)
    assert code == 0
    assert [each for each in report["values"] if each["outcome"] == "not carried"] == []
    written = YAML(typ="safe").load((project / "apps/staging/shop.yaml").read_text())
    assert written["patches"] == {
        "deployment": {
            "spec": {
                "progressDeadlineSeconds": 700,
                "template": {
                    "spec": {
                        "readinessGates": [{"conditionType": "a.example.com"}],
                        "containers": [
                            {"name": "shop", "tty": True, "volumeMounts": [{"mountPath": "/host", "name": "host"}]}
                        ],
                        "volumes": [{"name": "host", "hostPath": {"path": "/srv"}}],
                    }
                },
            }
        }
    }
    assert written["objects"]["shop-extra"]["data"] == {"a": "b"}
    assert run(*IMPORT, "--escape", "--check", given=CHART)[0] == 0


def test_a_secret_never_escapes(project: Path) -> None:
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: shop-key}\ndata: {key: c2VjcmV0}\n"
    code, said = run(*IMPORT, "--escape", given=CHART + secret)
    assert code == 0
    assert "no app file holds a secret" in said
    assert "c2VjcmV0" not in (project / "apps/staging/shop.yaml").read_text()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (CHART.replace("[{containerPort: 8090}]", "{http: 8090}"), "ports is not a list of maps"),
        ("kind: Deployment\napiVersion: apps/v1\nmetadata: shop\n", "metadata is not a map"),
        ("a: [", "standard input:"),
        ("", "no Deployment, StatefulSet"),
        (CHART.replace("name: shop}", "name: 1shop}"), "(app file) name"),
    ],
)
def test_import_says_what_is_wrong(project: Path, given: str, says: str) -> None:
    code, said = run(*IMPORT, given=given)
    assert code == 2, said
    assert says in said


def test_new_asks_on_a_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slipway.commands.new._interactive", lambda: True)
    answers = "web\nregistry.example.com/orders:v1\n8300\n"
    code, said = run("new", "app", "orders", "--environment", "staging", given=answers)
    assert code == 0, said
    text = (project / "apps/staging/orders.yaml").read_text()
    assert text.splitlines()[1:] == [
        "name: orders",
        "namespace: web",
        "image: registry.example.com/orders:v1",
        "ports:",
        "  http: 8300",
    ]
    assert run("new", "app", "other", "--environment", "staging", given="web\nx:v1\nmany\n")[0] == 2

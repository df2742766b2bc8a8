"""A file of another tool gets the one command that makes manifests of it."""

import contextlib
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from slipway.cli import main
from tests.unit.importing.reading import workload

COMPOSE = "services:\n  web: {image: 'registry.example.com/web:1.0.0', ports: ['8080:80']}\nvolumes: {data: {}}\n"
CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
TEMPLATE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n  {{- with .Values.labels }}\n"
KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [shop.yaml]\n"
BARE = "namePrefix: prod-\nresources: [../base]\n"
HELM = "`helm template shop shop | slipway import -"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def manifest(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        YAML().dump(workload(), stream)


def run(root: Path, what: str, text: str = "") -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, ["import", what, "--environment", "staging", "--output", "out"], input=text)


@pytest.mark.parametrize(
    ("files", "what", "said"),
    [
        ({"compose.yaml": COMPOSE}, "compose.yaml", "`kompose convert -f compose.yaml --stdout | slipway import -"),
        ({"shop/Chart.yaml": CHART}, "shop/Chart.yaml", HELM),
        ({"shop/Chart.yaml": CHART, "shop/templates/service.yaml": TEMPLATE}, "shop", HELM),
        ({"shop/Chart.yaml": CHART, "shop/charts/db/Chart.yaml": CHART}, ".", HELM),
        ({"shop/Chart.yaml": CHART, "shop/templates/service.yaml": TEMPLATE}, "shop/templates/service.yaml", " shop |"),
        ({"k/kustomization.yaml": KUSTOMIZATION}, "k/kustomization.yaml", "`kubectl kustomize k | slipway import -"),
        ({"k/kustomization.yml": BARE}, "k/kustomization.yml", "`kubectl kustomize k | slipway import -"),
        ({"k/kustomization.yaml": KUSTOMIZATION}, "k", "`kubectl kustomize k | slipway import -"),
        ({"all.yaml": KUSTOMIZATION}, "all.yaml", "`kubectl kustomize DIR | slipway import -"),
    ],
)
def test_the_command_is_said(tmp_path: Path, files: dict[str, str], what: str, said: str) -> None:
    write(tmp_path, **files)
    result = run(tmp_path, what)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_from_standard_input_too(tmp_path: Path) -> None:
    assert "`kompose convert -f FILE --stdout" in run(tmp_path, "-", COMPOSE).output


def test_of_overlays_and_their_base_the_overlays_are_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "k/base/kustomization.yaml": KUSTOMIZATION,
            "k/overlays/staging/kustomization.yaml": BARE.replace("../base", "../../base"),
            "k/overlays/production/kustomization.yaml": BARE.replace("../base", "../../base"),
        },
    )
    lines = run(tmp_path, "k").output.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["k/overlays/production", "k/overlays/staging"]


def test_one_file_of_another_tool_in_a_folder_refuses_none_of_the_others(tmp_path: Path) -> None:
    manifest(tmp_path / "k8s/shop.yaml")
    write(tmp_path, **{"k8s/docker-compose.yml": COMPOSE, "k8s/settings.json": '{"a": 1}'})
    result = run(tmp_path, "k8s")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out/shop.yaml").exists()
    assert "Skipped k8s/docker-compose.yml: document 1: this is a Docker Compose file" in result.output
    assert "Skipped k8s/settings.json: document 1 is no Kubernetes object" in result.output


def test_a_folder_of_nothing_else_says_so(tmp_path: Path) -> None:
    write(tmp_path, **{"k8s/docker-compose.yml": COMPOSE})
    result = run(tmp_path, "k8s")
    assert result.exit_code == 2
    assert "kompose convert" in result.output


def test_a_config_map_with_a_compose_file_in_it_is_an_object(tmp_path: Path) -> None:
    manifest(tmp_path / "shop.yaml")
    text = (tmp_path / "shop.yaml").read_text()
    data = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  compose.yaml: |\n    services: {}\n"
    (tmp_path / "shop.yaml").write_text(text + data)
    assert run(tmp_path, "shop.yaml").exit_code == 0

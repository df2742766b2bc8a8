"""The app in the guide is one that every mesh takes, and the page names all that it becomes."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.apps import mesh_checks
from components.apps.settings import AppSettings
from tests.unit.apps.meshes import app, rendered
from tests.unit.apps.stacks import stack

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "app-mesh.md").read_text()
COMMON = {"NetworkPolicy", "AuthorizationPolicy"}
ISTIO = {*COMMON, "PeerAuthentication", "VirtualService", "DestinationRule"}
KINDS = {
    "sidecar": {*ISTIO, "ServiceEntry"},
    "ambient": ISTIO,
    "linkerd": {
        *COMMON,
        "Server",
        "MeshTLSAuthentication",
        "NetworkAuthentication",
        "HTTPRoute",
        "TLSRoute",
        "EgressNetwork",
    },
    "none": {"NetworkPolicy"},
}


def document() -> dict[str, Any]:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    loaded: dict[str, Any] = YAML(typ="safe").load(block)
    return loaded


@pytest.mark.parametrize("mesh", KINDS)
def test_one_file_becomes_what_each_mesh_reads(mesh: str) -> None:
    orders = AppSettings.model_validate(document(), by_name=False)
    others = (app("webapp"), app("postgres", namespace="data", ports={"db": 5432}))
    found = {each["kind"] for each in rendered(mesh, orders, *others).values()}
    assert found == KINDS[mesh]
    assert not {kind for kind in found - {"NetworkPolicy"} if f"`{kind}`" not in GUIDE}


@pytest.mark.parametrize("mesh", ["istio", "linkerd"])
def test_it_passes_the_checks_of_either_mesh(mesh: str) -> None:
    rooms = {"mesh": mesh, "ingress": "external", "namespaces": {"web": {}, "data": {}}}
    settings = stack("local", document(), {"name": "webapp"}, {"name": "postgres", "namespace": "data"}, **rooms)
    assert [problem for check in mesh_checks.CHECKS for problem in check(settings)] == []

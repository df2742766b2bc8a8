"""The names by which others call a workload are the same after its import."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.imports import CASES, imported

pytestmark = pytest.mark.slow  # see `make test-slow`


def named(objects: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in objects if each["kind"] == kind}


def test_a_service_keeps_its_name(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "service-name-in-env.yaml")
    assert found.apps["shop"]["config"] == {"CATALOG_ADDR": "stock:8080"}
    services = named(found.preview(), "Service")
    assert {"shop", "stock"} <= services.keys()
    assert [port["port"] for port in services["stock"]["spec"]["ports"]] == [8080]


def test_peers_find_each_other_by_the_headless_service(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "headless-peer-names.yaml")
    objects = found.preview()
    assert named(objects, "StatefulSet")["ring"]["spec"]["serviceName"] == "ring"
    assert named(objects, "Service")["ring"]["spec"]["clusterIP"] == "None"


def test_what_is_inside_stays_inside(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "two-services-of-one-workload.yaml")
    services = named(found.preview(), "Service")
    assert services["api"]["spec"]["type"] == "ClusterIP"
    assert "api-public" not in services
    said = [each for each in found.values if each["name"] == "api-public" and each["path"] == "spec.type"]
    assert [(each["outcome"], "stays apart" in each["why"]) for each in said] == [("not carried", True)]


def test_with_the_escape_hatch_both_are_there(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "two-services-of-one-workload.yaml", "--escape")
    public = found.apps["api"]["objects"]["api-public"]
    assert found.apps["api"]["service"] == {"name": "api"}
    assert public["spec"]["type"] == "LoadBalancer"
    assert public["spec"]["ports"] == [{"name": "https", "port": 443, "targetPort": 8260}]
    assert public["spec"]["selector"] == {"app.kubernetes.io/name": "api"}

"""What an app may be called, may run, may mount; and what it is told otherwise."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.apps.words import image_tag
from tests.unit.apps.shipped import app


def refused(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        app(**fields)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize("name", ["a", "a-b", "api2", "a" * 52])
def test_app_names(name: str) -> None:
    assert app(name=name).name == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("2api", "does not start with a letter"),
        ("Api", "not a DNS label"),
        ("a_b", "not a DNS label"),
        ("a-", "not a DNS label"),
        ("", "at least 1"),
        ("a" * 53, "at most 52"),
    ],
)
def test_refused_app_names(name: str, why: str) -> None:
    assert why in refused(name=name)


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx:1.27", "1.27"),
        ("localhost:5000/a_b/c--d:v1", "v1"),
        ("registry.example.com/api@sha256:" + "a" * 64, None),
        ("registry.example.com/api:v1@sha256:" + "a" * 64, "v1"),
    ],
)
def test_images(image: str, tag: str | None) -> None:
    assert image_tag(app(image=image).image) == tag


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("nginx:latest", "a tag that moves"),
        ("nginx:latest@sha256:" + "a" * 64, "a tag that moves"),
        ("nginx", "means :latest"),
        ("registry.example.com:5000/api", "means :latest"),
        ("Registry/API:1", "not an image reference"),
        ("nginx:1 ", "not an image reference"),
        ("nginx@sha256:abc", "not an image reference"),
    ],
)
def test_refused_images(image: str, why: str) -> None:
    assert why in refused(image=image)


@pytest.mark.parametrize("name", ["HTTP", "a--b", "-a", "8080", "sixteen-letters-", "sixteen-letterss", ""])
def test_refused_port_names(name: str) -> None:
    assert "is not a port name" in refused(ports={name: 80})


@pytest.mark.parametrize("port", [0, 65536, -1, "http", True])
def test_refused_ports(port: object) -> None:
    with pytest.raises(ValidationError):
        app(ports={"http": port})


@pytest.mark.parametrize("path", ["/", "tmp", "/var/", "/a/../b", "/a:b", "//a", ""])
def test_refused_mount_paths(path: str) -> None:
    assert "is not a mount path" in refused(scratch=[path])


@pytest.mark.parametrize("path", ["api", "/a//b", "/a/../b", "/./a", "/a%2fb", ""])
def test_refused_url_paths(path: str) -> None:
    assert "is not a URL path" in refused(ingress={"host": "a.example.com", "paths": [path]})


@pytest.mark.parametrize("host", ["localhost", "*", "10.0.0.1", "*.com", "a b.example.com", "A.example.com"])
def test_refused_hosts(host: str) -> None:
    assert "host" in refused(ingress={"host": host})


@pytest.mark.parametrize("value", ["25", "101%", "-1%", "a%", -1, 2**31, True])
def test_refused_amounts_of_pods(value: object) -> None:
    with pytest.raises(ValidationError):
        app(strategy={"maxSurge": value})


@pytest.mark.parametrize("value", [0, 3, 2**31 - 1, "0%", "25%", "100%"])
def test_amounts_of_pods(value: int | str) -> None:
    assert app(strategy={"maxSurge": value}).strategy.max_surge == value


@pytest.mark.parametrize(
    "fields",
    [
        {"replicas": -1},
        {"replicas": 2**31},
        {"scaling": {"minReplicas": 1, "maxReplicas": 2**31}},
        {"canary": {"image": "registry.example.com/api:2.0.0", "replicas": 2**31}},
        {"probes": {"liveness": {"tcp": 8080, "failureThreshold": 2**31}}},
        {"config": {"NAME": "\x7f"}},
        {"args": ["\x7f"]},
        {"command": ["\x7f"]},
        {"podAnnotations": {"example.com/note": "\x7f"}},
        {"probes": {"liveness": {"exec": ["\x7f"]}}},
        {"tier": 4},
        {"kind": "ReplicaSet"},
        {"replica": 3},
        {"config": {"A B": "x"}},
        {"config": {"1A": "x"}},
        {"config": {"..a": "x"}},
        {"config": {"PORT": 8080}},
        {"runAs": {"user": 0}},
        {"resources": {"limits": {"cpu": "0.5m"}}},
        {"resources": {"limits": {"memory": "512mb"}}},
        {"scaling": {"minReplicas": -1, "maxReplicas": 2}},
        {"canary": {"image": "example.com/api:2", "weight": 101}},
        {"canary": {"image": "example.com/api:2", "header": {"name": "Canary", "value": "true"}}},
        {"probes": {"liveness": {"exec": []}}},
        {"probes": {"liveness": {"tcp": 80, "periodSeconds": 0}}},
        {"egress": [{"cidrs": ["10.0.0.1/8"]}]},
        {"egress": [{"cidrs": ["10.0.0.0/8"], "ports": []}]},
        {"volumes": {"data": {"size": "0", "mountPath": "/data"}}},
        {"env": {"X": {"fieldRef": {"fieldPath": "spec.containers"}}}},
    ],
    ids=str,
)
def test_refused_settings(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        app(**fields)


def test_ten_lines_are_enough() -> None:
    small = app()
    assert (small.kind, small.tier, small.initial_replicas, small.wait) == ("Deployment", 2, 2, True)
    assert app(kind="StatefulSet").initial_replicas == 1
    assert app(scaling={"minReplicas": 3, "maxReplicas": 5}).initial_replicas == 3
    assert app(replicas=0).initial_replicas == 0
    assert app(scaling={"minReplicas": 3, "maxReplicas": 5}).most_replicas == 5
    assert app(replicas=4).most_replicas == 4

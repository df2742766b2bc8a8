"""Every image that an app brings is one that an isolated node must be able to pull."""

from typing import Any

import pytest

from components.foundation import private_checks
from tests.support.stacks import Judge, app, stack

ECR = "123456789012.dkr.ecr.us-west-2.amazonaws.com"
NEAR, FAR = f"{ECR}/web:1.0.0", "registry.example.com/x:1.0.0"
SWITCH = {"type": "blue-green", "green": {"image": FAR}}
POD = {"spec": {"template": {"spec": {"containers": [{"name": "x", "image": FAR}]}}}}
COLLECTOR = {"endpoint": "collector.example.com:4317"}
PROXY = {"issuer": "https://login.example.com", "upstreamPort": 9999, "secret": "login"}


def paths(**fields: Any) -> list[tuple[Any, ...]]:
    own = app(**{"image": NEAR, **fields})
    settings = stack(network={"natGateways": "none"}, cni={"policy": "vpc-cni"}, apps=[own])
    return [each.path for each in Judge(private_checks).advice(settings) if each.app == "web"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"image": FAR}, ("image",)),
        ({"canary": {"image": FAR}}, ("canary", "image")),
        ({"strategy": SWITCH}, ("strategy", "green", "image")),
        ({"initContainers": {"first": {"image": FAR}}}, ("initContainers", "first", "image")),
        ({"sidecars": {"proxy": {"image": FAR}}}, ("sidecars", "proxy", "image")),
        ({"containers": {"other": {"image": FAR}}}, ("containers", "other", "image")),
        ({"presets": {"otelCollector": COLLECTOR}}, ("presets", "otelCollector", "image")),
        ({"presets": {"authProxy": PROXY}}, ("presets", "authProxy", "image")),
        ({"presets": {"logAdapter": {"path": "/tmp/*.log"}}}, ("presets", "logAdapter", "image")),  # noqa: S108
        (
            {"patches": {"deployment": POD}},
            ("patches", "deployment", "spec", "template", "spec", "containers", 0, "image"),
        ),
        (
            {"objects": {"own": {"apiVersion": "apps/v1", "kind": "Deployment", **POD}}},
            ("objects", "own", "spec", "template", "spec", "containers", 0, "image"),
        ),
    ],
)
def test_each_image_from_elsewhere_is_pointed_out(fields: dict[str, Any], path: tuple[Any, ...]) -> None:
    assert paths(**fields) == [path]


def test_images_in_the_regions_registry_are_in_order() -> None:
    near = {"image": NEAR}
    further = {"sidecars": {"a": near}, "containers": {"b": near}, "initContainers": {"c": near}}
    collector = {"otelCollector": {**COLLECTOR, **near}}
    assert paths(**further, presets=collector, strategy={"type": "blue-green", "green": near, "blue": {}}) == []

"""Secrets with a random value: made once, kept for ever, seen by the pods, and in no file or manifest."""

from base64 import b64decode
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.manifests import render
from components.apps.random_values import random_value
from components.apps.settings import AppSettings
from components.apps.stack import AppStack
from components.component import Target
from tests.support.incluster import record_in_cluster, waits_for
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import one, problems, stack

SECRETS: dict[str, Any] = {
    "generated": {"password": "DB_PASSWORD", "cookie": {"variable": "key", "length": 64, "mountPath": "/etc/cookie"}}
}


def deployed(found: AppSettings) -> Any:
    def build(target: Target, namespace: pulumi.Resource) -> None:
        AppStack(found.name, found, target=target, context=context(found), after=[namespace])

    return record_in_cluster(build, known=True)


def test_pods_see_a_variable_or_a_file() -> None:
    objects = render(app(secrets=SECRETS), context())
    assert objects["generated-secret-password"]["metadata"]["name"] == "api-password"
    assert objects["generated-secret-password"]["data"] == {"DB_PASSWORD": ""}
    pod = objects["deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert {"secretRef": {"name": "api-password"}} in container["envFrom"]
    assert {"secretRef": {"name": "api-cookie"}} not in container["envFrom"]
    assert {"name": "secret--cookie", "mountPath": "/etc/cookie", "readOnly": True} in container["volumeMounts"]


def test_the_value_is_secret_made_once_and_there_before_the_pods() -> None:
    recording = deployed(app(secrets=SECRETS))
    made = {each.name: each for each in recording.resources if each.name.startswith("api-generated-secret-")}
    assert set(made) == {"api-generated-secret-password", "api-generated-secret-cookie"}
    for each in made.values():
        assert each.ignore_changes == ("data",)
        assert type(each.inputs["data"]).__name__ == "Secret"
    (deployment,) = (each for each in recording.resources if each.name == "api-deployment")
    assert set(made) <= waits_for(recording, deployment)


def test_no_two_values_are_alike() -> None:
    assert len({random_value(32) for _ in range(100)}) == 100


@given(st.integers(16, 128))
def test_values_need_no_quoting(length: int) -> None:
    value = b64decode(random_value(length)).decode()
    assert len(value) == length
    assert value.isascii()
    assert value.isalnum()


@pytest.mark.parametrize(
    ("secrets", "path"),
    [
        ({"generated": {"a": "X"}, "values": {"X": "password"}}, ("secrets", "generated", "a")),
        ({"generated": {"a": "X", "b": "X"}}, ("secrets", "generated", "b")),
        ({"generated": {"a": "X"}, "existing": ["api-a"]}, ("secrets", "generated", "a")),
        ({"generated": {"secrets": "X"}, "values": {"Y": "password"}}, ("secrets", "generated", "secrets")),
    ],
)
def test_one_variable_and_one_secret_have_one_source(secrets: dict[str, Any], path: tuple[str, ...]) -> None:
    assert one(stack("production", {"secrets": secrets}, secrets={"password": "x"})).path == path


def test_a_container_beside_asks_by_name() -> None:
    sidecar = {"image": "registry.example.com/proxy:1", "secrets": ["password"]}
    fields: dict[str, Any] = {"secrets": SECRETS, "sidecars": {"proxy": sidecar}}
    pod = render(app(**fields), context())["deployment"]["spec"]["template"]["spec"]
    assert pod["initContainers"][0]["envFrom"] == [{"secretRef": {"name": "api-password"}}]
    assert problems(stack("production", fields)) == []

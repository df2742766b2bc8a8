"""What is secret by its nature is masked without a mark, wherever a manifest or a credential is written."""

import json
from typing import Any

import pytest

from slipway.recording.by_nature import masked, without_values
from slipway.recording.wire import SECRET

MANIFEST = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
VALUES = {"data": {"a": "YQ=="}, "stringData": {"b": "b"}}
HIDDEN = {"data": {"a": SECRET}, "stringData": {"b": SECRET}}
RELEASE = "kubernetes:helm.sh/v3:Release"
PROVIDER = "pulumi:providers:kubernetes"


def of(token: str, inputs: dict[str, Any], *secret_outputs: str) -> dict[str, Any]:
    return dict(masked(token, inputs, secret_outputs))


@pytest.mark.parametrize(
    "token", ["kubernetes:core/v1:Secret", "kubernetes:core/v1:SecretPatch", "kubernetes:v1:Secret"]
)
def test_the_keys_of_a_secret_are_shown_and_no_value(token: str) -> None:
    annotated = {"name": "x", "annotations": {APPLIED: json.dumps(VALUES), "other": "open"}}
    found = of(token, {**MANIFEST, **VALUES, "metadata": annotated})
    assert found == {
        **MANIFEST,
        **HIDDEN,
        "metadata": {"name": "x", "annotations": {APPLIED: SECRET, "other": "open"}},
    }


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("kubernetes:core/v1:SecretList", {"kind": "SecretList", "items": [{**MANIFEST, **VALUES}]}),
        ("kubernetes:v1:List", {"kind": "List", "items": [{"kind": "ConfigMap"}, {**MANIFEST, **VALUES}]}),
        ("kubernetes:yaml/v2:ConfigGroup", {"objs": [{**MANIFEST, **VALUES}]}),
        (RELEASE, {"values": {"extraDeploy": [{**MANIFEST, **VALUES}]}}),
    ],
)
def test_a_secret_within_something_else(token: str, inputs: dict[str, Any]) -> None:
    found = of(token, inputs)
    assert json.loads(json.dumps(inputs).replace(json.dumps({**MANIFEST, **VALUES}), "0")) == json.loads(
        json.dumps(found).replace(json.dumps({**MANIFEST, **HIDDEN}), "0")
    )


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Secret\nstringData: {a: b}\n",
        "---\nkind: Service\n---\nkind: 'Secret'\ndata: {a: YQ==}\n",
        json.dumps({**MANIFEST, **VALUES}),
        "items:\n  - kind: Secret\n    data:\n      a: YQ==\n",
    ],
)
def test_a_text_that_is_a_manifest_of_a_secret(text: str) -> None:
    assert of("kubernetes:yaml/v2:ConfigGroup", {"yaml": text}) == {"yaml": SECRET}
    config_map = {"kind": "ConfigMap", "data": {"init.yaml": text, "other": "open"}}
    assert of("kubernetes:core/v1:ConfigMap", config_map)["data"] == {"init.yaml": SECRET, "other": "open"}


@pytest.mark.parametrize(
    "text", ["kind: SecretStore\ndata: {}", "kind: ExternalSecret\ndata: {}", "ref: {kind: Secret, name: a}"]
)
def test_a_text_that_is_none(text: str) -> None:
    assert of("kubernetes:yaml/v2:ConfigGroup", {"yaml": text}) == {"yaml": text}


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ({"exec": {"command": "aws", "args": ["eks", "get-token"]}}, True),
        ({"tokenFile": "/var/run/token"}, True),
        ({"token": "abc"}, False),
        ({"username": "a", "password": "b"}, False),
        ({"client-certificate-data": "a", "client-key-data": "b"}, False),
        ({"auth-provider": {"config": {"id-token": "a"}}}, False),
    ],
)
def test_a_kubeconfig_with_a_credential(user: dict[str, Any], shown: bool) -> None:
    kubeconfig = json.dumps({"users": [{"name": "a", "user": user}]})
    assert (of(PROVIDER, {"kubeconfig": kubeconfig})["kubeconfig"] == kubeconfig) is shown
    yaml = f"users:\n- name: a\n  user:\n    {next(iter(user))}: x\n"
    assert (of(PROVIDER, {"kubeconfig": yaml})["kubeconfig"] == SECRET) is (
        next(iter(user)) in {"token", "client-key-data"}
    )


def test_the_password_of_a_repository() -> None:
    options = {"repo": "https://example.com", "username": "robot", "password": "abc"}
    assert of(RELEASE, {"repositoryOpts": options}) == {"repositoryOpts": {**options, "password": SECRET}}


def test_what_is_named_like_a_secret_output() -> None:
    assert of("aws:rds/instance:Instance", {"password": ["a"], "name": "b"}, "password", "absent") == {
        "password": [SECRET],
        "name": "b",
    }


def test_a_manifest_without_its_values_is_another_one() -> None:
    manifest: dict[str, Any] = {**MANIFEST, **VALUES}
    assert without_values(manifest) == {**MANIFEST, **HIDDEN}
    assert manifest["data"] == VALUES["data"]

"""The manifests: the same bytes in every process, no secret in them, YAML that every reader understands."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from syrupy.assertion import SnapshotAssertion

from slipway.preview.manifests import manifests
from slipway.preview.yaml_text import yaml_text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.unit.preview.conftest import CANARY, record_sample

DIGEST = """
import hashlib, json
from slipway.preview.manifests import manifests
from tests.unit.preview.conftest import record_sample
print(hashlib.sha256(json.dumps(dict(manifests(record_sample()))).encode()).hexdigest())
"""


def test_files_and_their_text(recording: Recording, snapshot: SnapshotAssertion) -> None:
    files = manifests(recording)
    assert list(files) == sorted(files) == snapshot
    shown = (
        "web/deployment-shop.yaml",
        "_helm/web/gateway.yaml",
        "web/secret-login.yaml",
        "web/configmap-settings.yaml",
    )
    assert "".join(files[path] for path in shown) == snapshot


def test_every_object_and_release_has_a_file(recording: Recording) -> None:
    ours = [each for each in recording.made if each.package == "kubernetes"]
    assert len(manifests(recording)) == len(ours) == 15


def test_no_secret(recording: Recording) -> None:
    assert not any(CANARY in text for text in manifests(recording).values())
    assert '"[secret]"' in manifests(recording)["web/secret-login.yaml"]


def test_what_is_unknown_says_so() -> None:
    assert '"[unknown until deployment]"' not in "".join(manifests(record_sample()).values())
    secret = manifests(record_sample(known=False))
    assert list(secret) == list(manifests(record_sample()))


@pytest.mark.slow
def test_every_process_writes_the_same_bytes(recording: Recording) -> None:
    here = hashlib.sha256(json.dumps(dict(manifests(recording))).encode()).hexdigest()
    for seed in ("1",):
        there = subprocess.run(
            [sys.executable, "-c", DIGEST],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert there.stdout.strip() == here


def an_object(api: str, kind: str, name: str | None, namespace: str | None = None, *, patch: bool = False) -> Resource:
    metadata = {key: value for key, value in (("name", name), ("namespace", namespace)) if value}
    token = f"kubernetes:{api}:{kind}{'Patch' if patch else ''}"
    return Resource(
        f"urn:{api}{kind}{name}{patch}",
        token,
        "logical",
        None,
        True,
        {"apiVersion": api, "kind": kind, "metadata": dict(metadata)},
    )


def paths(*resources: Resource) -> list[str]:
    return list(manifests(Recording("p", "s", resources)))


def test_places() -> None:
    assert paths(an_object("v1", "Namespace", "web")) == ["_cluster/namespace-web.yaml"]
    assert paths(an_object("rbac.authorization.k8s.io/v1", "ClusterRole", "system:node")) == [
        "_cluster/clusterrole-system-node.yaml"
    ]
    assert paths(an_object("v1", "ConfigMap", "a", "web", patch=True)) == ["web/configmap-a.patch.yaml"]


def test_kinds_of_one_name_in_two_groups_are_told_apart() -> None:
    istio, standard = (
        an_object(api, "Gateway", "in", "web") for api in ("networking.istio.io/v1", "gateway.networking.k8s.io/v1")
    )
    assert paths(istio, standard) == [
        "web/gateway.gateway.networking.k8s.io-in.yaml",
        "web/gateway.networking.istio.io-in.yaml",
    ]


def test_an_object_that_pulumi_names_says_so() -> None:
    resource = an_object("v1", "ConfigMap", None, "web")
    files = manifests(Recording("p", "s", (resource,)))
    assert YAML(typ="safe").load(files["web/configmap-logical.yaml"])["metadata"]["generateName"] == "logical-"


def test_names_cannot_leave_the_folder() -> None:
    assert paths(an_object("v1", "Secret", "../../etc/passwd", "..")) == ["-/secret-..-..-etc-passwd.yaml"]


def test_what_is_only_read_is_no_manifest() -> None:
    read = Resource("urn", "kubernetes:core/v1:Namespace", "n", None, True, {"kind": "Namespace"}, read=True)
    assert paths(read) == []


WORDS = ["yes", "on", "n", "null", "TRUE", "No", "<<", "=", "~", "_", "/", ".inf", ".nan", "a" * 500, "ünï ☂"]
NUMBERS = ["1", "1.5", "1e3", "0x1f", "0o17", "012", "1:20", "2026-11-21"]
SIGNS = ["*a", "&a", "!a", "%a", "@a", "`a", "{a}", "[a]", "'", '"', "\\", "a: b", "# a", "a #b", "- a", "a\tb"]
SPACES = ["", " a", "a ", "a\nb", "a\n", "\n", " a\nb", "a\n\n", "a \nb"]


@pytest.mark.parametrize("text", [*WORDS, *NUMBERS, *SIGNS, *SPACES])
def test_text_stays_text_for_every_reader(text: str) -> None:
    written = yaml_text({"key": text, "keys": {text: 1}, "list": [text]})
    for version in ("1.1", "1.2"):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(written) == {"key": text, "keys": {text: 1}, "list": [text]}, version


def test_other_values_are_what_they_were() -> None:
    content: dict[str, Any] = {"b": {"z": None, "a": [True, 1, 1.5, {}, []]}, "a": False}
    written = yaml_text(content)
    assert YAML(typ="safe").load(written) == content
    assert written.startswith("a: false\nb:\n  a:\n")


def test_an_object_that_stands_twice_is_written_twice() -> None:
    shared: Any = {"a": [1]}
    assert "&" not in yaml_text({"one": shared, "two": shared})

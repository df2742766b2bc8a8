"""The objects of a recording, in waves: nothing before what it needs, nothing forgotten, nothing masked."""

from base64 import b64decode
from typing import Any

import pytest

from slipway.preview.manifests import HELM_FOLDER
from slipway.preview.manifests import manifests as preview_files
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN
from tests.cluster.rendered import manifests, one, waves, waves_of
from tests.support.shipped import STACKS, recorded


def resource(name: str, *after: str, made_as: str = "kubernetes:core/v1:ConfigMap", **inputs: Any) -> Resource:
    given = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "web"}, **inputs}
    return Resource(
        name, made_as, name, None, True, given if made_as.startswith("kubernetes:core") else {}, dependencies=after
    )


def recording(*resources: Resource) -> Recording:
    return Recording("slipway", "test", resources)


def names(found: list[list[dict[str, Any]]]) -> list[list[str]]:
    return [[manifest["metadata"]["name"] for manifest in wave] for wave in found]


def test_what_is_needed_comes_first_also_by_way_of_what_is_no_object() -> None:
    release = resource("release", "first", made_as="kubernetes:helm.sh/v3:Release")
    role = resource("role", "release", made_as="aws:iam/role:Role")
    found = waves_of(
        recording(resource("last", "role", "beside"), role, release, resource("first"), resource("beside"))
    )
    assert names(found) == [["first", "beside"], ["last"]]


def test_a_chain_is_a_wave_for_each_link() -> None:
    assert names(waves_of(recording(resource("c", "b"), resource("b", "a"), resource("a")))) == [["a"], ["b"], ["c"]]


def test_patches_and_resources_that_are_read_are_not_applied() -> None:
    patch = resource("patch", made_as="kubernetes:core/v1:ConfigMapPatch")
    read = Resource("read", "kubernetes:core/v1:ConfigMap", "read", None, True, {"kind": "ConfigMap"}, read=True)
    assert waves_of(recording(patch, read)) == []


def test_nothing_stays_masked_and_a_status_is_not_sent() -> None:
    masked = resource("masked", data={"a": SECRET, "b": f"x-{UNKNOWN}", "c": [SECRET, 1]}, status={"phase": "x"})
    ((manifest,),) = waves_of(recording(masked))
    assert SECRET not in str(manifest)
    assert UNKNOWN not in str(manifest)
    assert "status" not in manifest
    assert b64decode(manifest["data"]["a"], validate=True)


@pytest.mark.parametrize("stack", STACKS)
def test_the_objects_are_those_of_the_preview(stack: str) -> None:
    files = [path for path in preview_files(recorded(stack)) if not path.startswith(f"{HELM_FOLDER}/")]
    assert len(manifests(stack)) == len(files) > 30


@pytest.mark.parametrize("stack", STACKS)
def test_a_namespace_is_there_before_what_is_in_it(stack: str) -> None:
    made: set[str] = set()
    for wave in waves(stack):
        assert {each["metadata"]["namespace"] for each in wave if "namespace" in each["metadata"]} <= made
        made |= {each["metadata"]["name"] for each in wave if each["kind"] == "Namespace"}


def test_a_caller_may_change_what_it_gets() -> None:
    one(waves("local"), "Deployment", "webapp")["spec"].clear()
    assert one(waves("local"), "Deployment", "webapp")["spec"]
    with pytest.raises(LookupError, match="0 objects are Deployment nothing"):
        one(waves("local"), "Deployment", "nothing")

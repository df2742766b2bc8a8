"""Pods whose namespace moves to another control plane of Istio are made again."""

from typing import Any

from components.apps.context import context
from components.apps.manifests import render
from tests.support.stacks import app, stack

REVISIONS = {"1-30-3": "1.30.3", "1-31-0": "1.31.0"}


def annotations(istio: dict[str, Any], namespace: dict[str, Any]) -> dict[str, str]:
    settings = stack(apps=[app("shop", "web")], namespaces={"web": namespace}, mesh={"kind": "istio", "istio": istio})
    pod = render(settings.apps[0], context(settings))["deployment"]["spec"]["template"]["metadata"]
    found: dict[str, str] = pod.get("annotations", {})
    return found


def test_a_pod_says_which_revision_it_has() -> None:
    tags = {"stable": "1-30-3", "canary": "1-31-0"}
    key = "slipway.dev/mesh-revision"
    assert annotations({"revisions": REVISIONS, "tags": tags}, {})[key] == "1-30-3"
    assert annotations({"revisions": REVISIONS, "tags": tags}, {"meshRevision": "canary"})[key] == "1-31-0"
    assert annotations({"revisions": REVISIONS, "tags": {**tags, "stable": "1-31-0"}}, {})[key] == "1-31-0"


def test_nothing_is_said_where_there_is_one_or_no_sidecar() -> None:
    two = {"revisions": REVISIONS, "tags": {"stable": "1-30-3"}}
    assert "slipway.dev/mesh-revision" not in annotations({}, {})
    assert "slipway.dev/mesh-revision" not in annotations(two, {"mesh": False})
    assert "slipway.dev/mesh-revision" not in annotations({**two, "dataPlane": "ambient"}, {})

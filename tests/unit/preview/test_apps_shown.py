"""The apps in a preview: their class, and where they are not what their tier says."""

import json
from dataclasses import replace
from typing import Any

from components.apps.tiers import TIERS
from slipway.preview.apps import app_views
from slipway.preview.apps_text import app_lines
from slipway.preview.document import preview_text
from slipway.preview.pods import workloads
from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from tests.support.stacks import app as document
from tests.support.stacks import stack
from tests.unit.preview.test_kinds import recorded
from tests.unit.preview.test_shipped import previewed

EQUAL = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}


def test_the_shipped_apps_are_all_there() -> None:
    shown = previewed("staging")
    assert [each.name for each in shown.apps] == ["postgres", "api-gateway", "webapp"]
    assert {each.qos for each in shown.apps} == {"Burstable"}
    assert [each.name for each in shown.apps[2].workloads] == ["webapp", "webapp-canary"]


def test_each_deviation_is_a_line_below_its_app() -> None:
    lines = list(app_lines(previewed("staging").apps))
    (postgres,) = [number for number, line in enumerate(lines) if line.startswith("  data/postgres")]
    assert "tier 2 business critical" in lines[postgres]
    assert lines[postgres].endswith("Burstable  StatefulSet: 1 pod in memory")
    assert lines[postgres + 1 : postgres + 3] == ["    tier 2, but 1 replica", "    tier 2, but in the pool memory"]
    assert lines[-1] == ""
    assert list(app_lines(())) == []


def test_the_document_has_them_too() -> None:
    shown = previewed("staging")
    text = preview_text(shown)
    (postgres,) = [each for each in json.loads(text)["apps"] if each["name"] == "postgres"]
    assert (postgres["namespace"], postgres["kind"], postgres["tier"]) == ("data", "StatefulSet", 2)
    assert (postgres["meaning"], postgres["qos"], postgres["workloads"]) == (
        TIERS[2].meaning,
        "Burstable",
        ["postgres"],
    )
    assert postgres["deviations"][0] == {
        "path": ["replicas"],
        "tier": "at least 2 replicas",
        "app": "1 replica",
        "text": "tier 2, but 1 replica",
    }


def qos(mesh: str, recording: Recording, **more: Any) -> str | None:
    sidecar = {"requests": EQUAL["requests"], "limits": {"cpu": "2", "memory": "1Gi"}}
    rooms: dict[str, Any] = {
        "mesh": {"kind": mesh, "sidecar": sidecar, **more},
        "namespaces": {"web": {"mesh": mesh != "none"}},
    }
    (view,) = app_views(stack(**rooms, apps=[document("api", resources=EQUAL)]), workloads(recording))
    return view.qos


def test_the_class_counts_the_proxy_that_the_mesh_adds() -> None:
    recording = recorded(resources=EQUAL)
    assert qos("none", recording) == "Guaranteed"
    assert qos("istio", recording) == "Burstable"
    assert qos("istio", recording, istio={"dataPlane": "ambient"}) == "Guaranteed"
    assert qos("none", Recording("p", "s", ())) is None


def test_the_workloads_of_another_app_or_namespace_are_not_its_own() -> None:
    (deployment,) = [each for each in recorded().resources if each.kind == "Deployment"]
    labels = dig(deployment.inputs, "metadata", "labels")
    for namespace, given in (("b", labels), ("web", {})):
        moved = {**deployment.inputs, "metadata": {"name": "api", "namespace": namespace, "labels": given}}
        assert qos("none", Recording("p", "s", (replace(deployment, inputs=moved),))) is None

"""Istio's ambient mode: node proxies, waypoints, and who trusts whom."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.networking.mesh.denial import default_denial
from components.networking.mesh.membership import ISTIO_CNI_NAMESPACE, WAYPOINT
from components.networking.mesh.waypoint import waypoint_metadata, waypoint_parameters, waypoint_spec
from components.tenancy.priority import USER_CLASSES
from tests.support.chart_values import RELEASE
from tests.support.incluster import waits_for
from tests.support.recorded import Recorded
from tests.unit.networking.istio_stack import AMBIENT, TWO, istio, mesh

if TYPE_CHECKING:
    from components.networking.mesh.istio import Istio

TAG = "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration"


def release(name: str, settings: dict[str, Any] | None = None) -> Recorded:
    return istio({**AMBIENT, **(settings or {})}).one(RELEASE, name)


def test_every_part_is_told_of_the_mode() -> None:
    assert release("istio-istiod").inputs["values"]["profile"] == "ambient"
    assert release("istio-cni").inputs["values"]["profile"] == "ambient"
    sidecar = istio()
    assert all("profile" not in found.inputs["values"] for found in sidecar.all(RELEASE))
    assert "istio-ztunnel" not in {found.name for found in sidecar.all(RELEASE)}


def test_istiod_trusts_ztunnel_where_it_runs() -> None:
    ztunnel = release("istio-ztunnel").inputs
    assert (ztunnel["name"], ztunnel["namespace"]) == ("ztunnel", ISTIO_CNI_NAMESPACE)
    assert release("istio-istiod").inputs["values"]["trustedZtunnelNamespace"] == ztunnel["namespace"]


def test_ztunnel_comes_after_istiod_and_before_pods() -> None:
    found: list[Istio] = []
    recording = istio(AMBIENT, found=found)
    ztunnel = recording.one(RELEASE, "istio-ztunnel")
    assert waits_for(recording, ztunnel) == {"istio-cni", "istio-istiod", "nodes"}
    assert len(found[0].ready) == 3


def test_ztunnel_has_the_stable_control_plane_and_nothing_is_injected() -> None:
    recording = istio({**AMBIENT, **TWO})
    assert recording.one(RELEASE, "istio-ztunnel").inputs["values"] == {"revision": "1-30-3"}
    assert recording.all(TAG) == []
    assert release("istio-ztunnel").inputs["values"] == {}


def test_waypoints_are_no_larger_than_set_and_over_the_zones() -> None:
    told = release("istio-istiod", {"waypoint": {"limits": {"cpu": "2", "memory": "1Gi"}}}).inputs["values"]["global"]
    assert told["waypoint"]["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "2", "memory": "1Gi"},
    }
    _zones, spread = told["waypoint"]["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["labelSelector"]["matchLabels"] == {
        "gateway.networking.k8s.io/gateway-class-name": waypoint_spec()["gatewayClassName"]
    }


def test_a_waypoint_takes_what_ztunnel_tunnels() -> None:
    assert waypoint_spec()["listeners"] == [{"name": "mesh", "port": 15008, "protocol": "HBONE"}]
    metadata = waypoint_metadata("web", mesh(AMBIENT).istio, None)
    assert (metadata["name"], metadata["namespace"]) == (WAYPOINT, "web")
    assert metadata["labels"] == {"istio.io/waypoint-for": "service"}
    assert metadata["annotations"] == {"pulumi.com/waitFor": "condition=Programmed"}


@pytest.mark.parametrize(
    ("chosen", "revision"), [(None, "1-30-3"), ("canary", "1-31-0"), ("1-31-0", "1-31-0"), ("stable", "1-30-3")]
)
def test_a_waypoint_has_its_namespaces_control_plane(chosen: str | None, revision: str) -> None:
    labels = waypoint_metadata("web", mesh({**AMBIENT, **TWO}).istio, chosen)["labels"]
    assert labels["istio.io/rev"] == revision


@pytest.mark.parametrize(
    ("allowed", "priority"),
    [
        (USER_CLASSES, "mission-critical"),
        (("low-priority", "high-priority"), "high-priority"),
        (("low-priority",), "low-priority"),
        ((), None),
        (("system-cluster-critical",), None),
    ],
)
def test_a_waypoint_has_the_highest_priority_that_its_namespace_may_use(
    allowed: tuple[str, ...], priority: str | None
) -> None:
    parameters = waypoint_parameters(mesh({"waypoint": {"minReplicas": 3, "maxReplicas": 6}}).istio, allowed)
    overlays = {kind: json.loads(overlay)["spec"] for kind, overlay in parameters.items()}
    pods = overlays.get("deployment", {"template": {"spec": {}}})["template"]["spec"]
    assert pods.get("priorityClassName") == priority
    scaled = overlays["horizontalPodAutoscaler"]
    assert (scaled["minReplicas"], scaled["maxReplicas"]) == (3, 6)
    assert overlays["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_nobody_is_admitted_at_the_pods_nor_at_the_waypoint() -> None:
    denial = default_denial(mesh(AMBIENT), "web")
    assert denial["allow-nothing"] == {}
    assert denial["allow-nothing-at-waypoint"] == {
        "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "waypoint"}]
    }
    (rule,) = denial["allow-waypoint"]["rules"]
    # By identity alone: ztunnel takes a rule that asks for HTTP as one that never holds.
    assert rule == {"from": [{"source": {"principals": ["cluster.local/ns/web/sa/waypoint"]}}]}


def test_with_sidecars_one_policy_says_it_all_and_there_may_be_none() -> None:
    assert default_denial(mesh(), "web") == {"allow-nothing": {}}
    assert default_denial(mesh(authorization="allow"), "web") == {}
    assert default_denial(mesh(AMBIENT, authorization="allow"), "web") == {}
    assert default_denial(mesh().model_copy(update={"kind": "linkerd"}), "web") == {}

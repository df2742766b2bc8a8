"""What namespaces have of the mesh: the proxies' ways, denials, waypoints, and what waits for what."""

from typing import TYPE_CHECKING, Any

import pytest

from components.networking.mesh.settings import MeshSettings
from components.tenancy.policies import baseline_policies
from tests.support.incluster import NAMESPACE, outliving, unsound, waits_for
from tests.unit.tenancy.test_namespaces import meshed, namespaces

if TYPE_CHECKING:
    from components.tenancy.namespaces import Namespaces

DENIAL = "kubernetes:security.istio.io/v1:AuthorizationPolicy"
WAYPOINT = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
CONFIG = "kubernetes:core/v1:ConfigMap"

AMBIENT = {"dataPlane": "ambient"}
TRACING = {"host": "otel-collector.monitoring.svc.cluster.local"}
HBONE = [{"protocol": "TCP", "port": 15008}]
OF_WAYPOINT = {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "waypoint"}}


def ambient(**rest: Any) -> MeshSettings:
    return meshed("istio", istio=AMBIENT, **rest)


def policies(mesh: MeshSettings, **rest: Any) -> dict[str, dict[str, Any]]:
    return baseline_policies(mesh, acme_solvers=False, **rest)


@pytest.mark.parametrize("authorization", ["deny", "allow"])
@pytest.mark.parametrize("mesh", [{"istio": AMBIENT}, {"istio": {}}])
def test_objects_are_valid(mesh: dict[str, Any], authorization: str) -> None:
    settings = meshed("istio", **mesh, authorization=authorization, tracing=TRACING)
    # The release that stands for the mesh has no values to be judged.
    assert unsound(namespaces(mesh=settings)) == []


def test_nobody_is_admitted_in_a_meshed_namespace_unasked() -> None:
    recording = namespaces({"web": {}})
    denial = recording.one(DENIAL)
    assert denial.inputs["metadata"] == {"name": "allow-nothing", "namespace": "web"}
    assert denial.inputs["spec"] == {}
    assert namespaces({"web": {"mesh": False}}).all(DENIAL) == []
    assert namespaces(mesh=meshed("istio", authorization="allow")).all(DENIAL) == []
    assert namespaces(mesh="linkerd").all(DENIAL) == namespaces(mesh="none").all(DENIAL) == []


def test_custom_resources_wait_for_the_mesh_and_namespaces_do_not() -> None:
    recording = namespaces({"web": {}}, mesh=ambient())
    assert waits_for(recording, recording.one(NAMESPACE)) == set()
    for denial in recording.all(DENIAL):
        assert waits_for(recording, denial) == {"tenancy-web", "mesh"}
    assert waits_for(recording, recording.one(CONFIG)) == {"tenancy-web"}


def test_a_waypoint_comes_after_all_that_its_pods_are_held_to() -> None:
    recording = namespaces({"web": {}}, mesh=ambient())
    waits = waits_for(recording, recording.one(WAYPOINT))
    assert waits == {
        "gateway-api",
        "mesh",
        "tenancy-web",
        "tenancy-web-quota",
        "tenancy-web-priority-classes",
        "tenancy-web-limits",
        "tenancy-web-waypoint-parameters",
        "tenancy-web-default-deny",
        "tenancy-web-allow-dns",
        "tenancy-web-allow-probes",
        "tenancy-web-allow-from-waypoint",
        "tenancy-web-allow-waypoint",
    }


def test_the_waypoint_is_in_its_namespace_with_its_parameters() -> None:
    recording = namespaces({"web": {"priorityClasses": ["high-priority"]}}, mesh=ambient())
    gateway, parameters = recording.one(WAYPOINT).inputs, recording.one(CONFIG).inputs
    namespace = recording.one(NAMESPACE).inputs["metadata"]
    assert gateway["metadata"]["name"] == namespace["labels"]["istio.io/use-waypoint"]
    assert gateway["metadata"]["namespace"] == parameters["metadata"]["namespace"] == namespace["name"]
    assert gateway["spec"]["infrastructure"]["parametersRef"]["name"] == parameters["metadata"]["name"]
    assert "high-priority" in parameters["data"]["deployment"]


def test_a_namespaces_choice_reaches_its_label_or_its_waypoint() -> None:
    two = {"revisions": {"1-30-3": "1.30.3", "1-31-0": "1.31.0"}, "tags": {"stable": "1-30-3", "canary": "1-31-0"}}
    chosen = {"web": {"meshRevision": "canary"}}
    labels = namespaces(chosen, mesh=meshed("istio", istio=two)).one(NAMESPACE).inputs["metadata"]["labels"]
    assert labels["istio.io/rev"] == "canary"
    recording = namespaces(chosen, mesh=meshed("istio", istio={**AMBIENT, **two}))
    assert recording.one(WAYPOINT).inputs["metadata"]["labels"]["istio.io/rev"] == "1-31-0"
    assert "istio.io/rev" not in recording.one(NAMESPACE).inputs["metadata"]["labels"]


@pytest.mark.parametrize(("mesh", "more"), [("none", 0), ("linkerd", 0), ("istio", 1)])
def test_a_pod_waits_for_its_namespaces_denial(mesh: Any, more: int) -> None:
    found: list[Namespaces] = []
    namespaces({"web": {"mesh": False}}, mesh=mesh, found=found)
    namespaces({"web": {}}, mesh=mesh, found=found)
    without, within = (len(each.ready["web"]) for each in found)
    assert within - without == more + (mesh != "none")  # and for what lets its proxy reach the control plane


def test_a_pod_waits_for_its_waypoint() -> None:
    found: list[Namespaces] = []
    recording = namespaces({"web": {}}, mesh=ambient(), found=found)
    made = len(recording.all(DENIAL)) + len(recording.all(WAYPOINT))
    assert made == 4
    assert len(found[0].ready["web"]) == 1 + 3 + 5 + made


def test_everything_of_the_mesh_goes_with_the_cluster() -> None:
    assert outliving(namespaces(mesh=ambient())) == ["gateway-api", "mesh"]
    assert namespaces(mesh=ambient(), known=False).urns == namespaces(mesh=ambient()).urns


def test_ambient_pods_are_probed_and_reached_through_their_waypoint() -> None:
    found = policies(ambient())
    assert found["allow-probes"]["podSelector"] == found["allow-from-waypoint"]["podSelector"] == {}
    assert found["allow-probes"]["ingress"] == [{"from": [{"ipBlock": {"cidr": "169.254.7.127/32"}}]}]
    assert found["allow-from-waypoint"]["ingress"] == [{"from": [{"podSelector": OF_WAYPOINT}], "ports": HBONE}]
    assert "allow-mesh" not in found


def test_a_waypoint_takes_calls_of_the_mesh_and_goes_to_its_pods_and_control_plane() -> None:
    waypoint = policies(ambient(tracing=TRACING))["allow-waypoint"]
    assert waypoint["podSelector"] == OF_WAYPOINT
    rule, looked_at = waypoint["ingress"]
    assert rule["ports"] == HBONE
    assert looked_at["ports"] == [{"protocol": "TCP", "port": 15090}]
    assert looked_at["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert [each["namespaceSelector"]["matchLabels"] for each in rule["from"]] == [
        {"istio.io/dataplane-mode": "ambient"},
        {"kubernetes.io/metadata.name": "istio-ingress"},
    ]
    pods, istiod, collector = waypoint["egress"]
    assert (pods["to"], pods["ports"]) == ([{"podSelector": {}}], HBONE)
    assert istiod["ports"] == [{"protocol": "TCP", "port": 15012}]
    assert collector["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]


@pytest.mark.parametrize("kind", ["istio", "linkerd"])
def test_sidecars_reach_the_collector_and_it_alone(kind: Any) -> None:
    *_, collector = policies(meshed(kind, tracing=TRACING))["allow-mesh"]["egress"]
    assert collector["ports"] == [{"protocol": "TCP", "port": 4317}]
    assert len(policies(meshed(kind))["allow-mesh"]["egress"]) == 1
    assert "allow-mesh" not in policies(meshed("none", tracing=TRACING))


def test_a_dns_cache_on_the_node_is_asked_too() -> None:
    (rule,) = policies(meshed("none"), dns_cidrs=["169.254.20.10/32", "172.20.0.10/32"])["allow-dns"]["egress"]
    assert rule["to"][1:] == [{"ipBlock": {"cidr": "169.254.20.10/32"}}, {"ipBlock": {"cidr": "172.20.0.10/32"}}]
    assert [port["port"] for port in rule["ports"]] == [53, 53]

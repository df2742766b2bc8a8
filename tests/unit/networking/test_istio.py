"""Istio: its parts, their order, and what they are told."""

from typing import Any

import pytest

from components.networking.mesh.istio import Istio
from components.networking.mesh.istio_values import (
    gateway_values,
    istiod_values,
    load_balancer_annotations,
    mesh_config,
)
from components.networking.mesh.settings import GatewaySettings, IstioSettings, MeshSettings, SidecarSettings
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording

PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"
PREFIX = "service.beta.kubernetes.io/aws-load-balancer"


def istio(
    settings: dict[str, Any] | None = None, *, known: bool = True, ingress_class: str | None = "istio"
) -> Recording:
    return record_in_cluster(
        lambda target, nodes: Istio(
            "istio",
            MeshSettings.model_validate({"kind": "istio", "istio": settings or {}}),
            target=target,
            charts=CHARTS,
            ingress_class=ingress_class,
            after=[nodes],
        ),
        known=known,
    )


@pytest.mark.parametrize("ingress_class", ["istio", None])
def test_values_and_objects_exist(ingress_class: str | None) -> None:
    assert unsound(istio({"gateway": {"internal": True}}, ingress_class=ingress_class)) == []


def test_crds_before_istiod_before_the_gateway() -> None:
    recording = istio()
    assert waits_for(recording, recording.one(RELEASE, "istio-base")) == {"istio-system"}
    assert waits_for(recording, recording.one(RELEASE, "istio-istiod")) == {"istio-base", "nodes"}
    assert waits_for(recording, recording.one(RELEASE, "istio-gateway")) == {"istio-ingress", "istio-istiod"}
    assert waits_for(recording, recording.one(PEER)) == {"istio-istiod"}


def test_the_node_agent_does_not_wait_for_istiod() -> None:
    recording = istio()
    assert waits_for(recording, recording.one(RELEASE, "istio-cni")) == {"istio-cni", "nodes"}


def test_ready_is_injection_and_redirection() -> None:
    found: list[Istio] = []
    record_in_cluster(
        lambda target, nodes: found.append(
            Istio("istio", MeshSettings(kind="istio"), target=target, charts=CHARTS, ingress_class=None)
        )
    )
    (mesh,) = found
    assert len(mesh.ready) == 2
    assert mesh.gateway not in mesh.ready
    assert mesh.gateway_namespace == "istio-ingress"


def test_only_the_gateway_makes_something_outside_the_cluster() -> None:
    assert outliving(istio()) == ["istio-gateway"]


def test_only_the_node_agents_namespace_is_privileged() -> None:
    levels = {found.inputs["metadata"]["name"]: level(found) for found in istio().all(NAMESPACE)}
    assert levels == {"istio-system": "restricted", "istio-ingress": "restricted", "istio-cni": "privileged"}


@pytest.mark.parametrize("mode", ["STRICT", "PERMISSIVE"])
def test_mtls_is_the_whole_meshs(mode: str) -> None:
    peer = istio({"mtls": mode}).one(PEER).inputs
    assert peer["metadata"] == {"name": "default", "namespace": "istio-system"}
    assert peer["spec"] == {"mtls": {"mode": mode}}


def test_mtls_is_strict_unless_said_otherwise() -> None:
    assert istio().one(PEER).inputs["spec"] == {"mtls": {"mode": "STRICT"}}


def test_injected_pods_pass_the_level_restricted() -> None:
    values = istiod_values(IstioSettings(), SidecarSettings(), ingress_class=None)
    assert values["cni"] == {"enabled": True}
    assert values["seccompProfile"] == values["global"]["proxy"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_sidecars_start_first_and_are_no_larger_than_set() -> None:
    sidecar = SidecarSettings.model_validate({"limits": {"cpu": "1", "memory": "512Mi"}})
    values = istiod_values(IstioSettings(), sidecar, ingress_class=None)
    assert values["env"]["ENABLE_NATIVE_SIDECARS"] == "true"
    assert values["global"]["proxy"]["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "1", "memory": "512Mi"},
    }


def test_istiod_can_be_drained() -> None:
    budget = chart("istiod")["values"]["_internal_defaults_do_not_set.pdb.minAvailable"]
    assert istiod_values(IstioSettings(), SidecarSettings(), ingress_class=None)["autoscaleMin"] > budget


def test_istiod_finds_the_gateways_address_for_ingress_objects() -> None:
    recording = istio(ingress_class="public")
    values = recording.one(RELEASE, "istio-istiod").inputs["values"]
    gateway = recording.one(RELEASE, "istio-gateway").inputs
    config = values["meshConfig"]
    assert (config["ingressControllerMode"], config["ingressClass"]) == ("STRICT", "public")
    assert values["env"]["K8S_INGRESS_NS"] == gateway["namespace"] == "istio-ingress"
    # The chart labels the pods by the release's name, less istio-.
    assert gateway["name"] == config["ingressService"] == f"istio-{config['ingressSelector']}"


def test_without_a_class_ingress_objects_are_left_alone() -> None:
    values = istiod_values(IstioSettings(), SidecarSettings(), ingress_class=None)
    assert values["meshConfig"]["ingressControllerMode"] == "OFF"
    assert "K8S_INGRESS_NS" not in values["env"]


def test_access_logs_can_be_turned_off() -> None:
    assert mesh_config(IstioSettings(), ingress_class=None)["accessLogFile"] == "/dev/stdout"
    assert mesh_config(IstioSettings(access_log=False), ingress_class=None) == {"ingressControllerMode": "OFF"}


def test_the_gateway_is_restricted_and_opens_two_ports_only() -> None:
    values = gateway_values(GatewaySettings())
    assert values["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert [port["port"] for port in values["service"]["ports"]] == [80, 443]
    assert values["autoscaling"] == {"minReplicas": 2, "maxReplicas": 5}
    assert values["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_the_load_balancer_is_a_public_nlb_unless_said_otherwise() -> None:
    assert load_balancer_annotations(GatewaySettings()) == {f"{PREFIX}-type": "nlb"}
    assert load_balancer_annotations(GatewaySettings(internal=True))[f"{PREFIX}-internal"] == "true"
    own = GatewaySettings(annotations={f"{PREFIX}-type": "external"})
    assert load_balancer_annotations(own) == {f"{PREFIX}-type": "external"}


def test_with_local_traffic_every_zones_address_answers() -> None:
    settings = GatewaySettings(external_traffic_policy="Local")
    assert load_balancer_annotations(settings)[f"{PREFIX}-cross-zone-load-balancing-enabled"] == "true"
    assert gateway_values(settings)["service"]["externalTrafficPolicy"] == "Local"


def test_without_a_load_balancer_there_is_nothing_of_aws() -> None:
    values = gateway_values(GatewaySettings(service_type="ClusterIP"))
    assert values["service"]["annotations"] == {}
    assert "externalTrafficPolicy" not in values["service"]
    assert unknown_values(chart("istio-gateway"), values) == []


def test_the_same_resources_whatever_is_known() -> None:
    assert istio(known=False).urns == istio().urns

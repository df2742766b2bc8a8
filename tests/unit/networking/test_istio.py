"""Istio: its parts, their order, and what they are told."""

from typing import TYPE_CHECKING, Any

import pytest

from components.networking.mesh.istio_config import TRACING_PROVIDER, mesh_config
from components.networking.mesh.istio_values import istiod_values
from components.networking.mesh.revisions import ControlPlane
from tests.support.chart_values import RELEASE, chart
from tests.support.incluster import NAMESPACE, level, outliving, unsound, waits_for
from tests.support.recorded import Recording
from tests.unit.networking.istio_stack import AMBIENT, TWO, istio, mesh

if TYPE_CHECKING:
    from components.networking.mesh.istio import Istio

PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"
TELEMETRY = "kubernetes:telemetry.istio.io/v1:Telemetry"
TRACING = {"host": "otel-collector.monitoring.svc.cluster.local", "samplingPercentage": 12.5}
ONLY = ControlPlane("default")


def values(settings: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return istiod_values(mesh(settings, **rest), ONLY, ingress_class=None)


def config(settings: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return mesh_config(mesh(settings, **rest), ingress_class=None)


@pytest.mark.parametrize("ingress_class", ["istio", None])
@pytest.mark.parametrize("settings", [{"gateway": {"internal": True}}, {"egressGateway": {}}, AMBIENT, TWO])
def test_values_and_objects_exist(settings: dict[str, Any], ingress_class: str | None) -> None:
    assert unsound(istio(settings, ingress_class=ingress_class, tracing=TRACING)) == []


def test_crds_before_istiod_before_the_gateways() -> None:
    recording = istio({"egressGateway": {}}, tracing=TRACING)
    assert waits_for(recording, recording.one(RELEASE, "istio-base")) == {"istio-system"}
    assert waits_for(recording, recording.one(RELEASE, "istio-istiod")) == {"istio-base", "gateway-api", "nodes"}
    assert waits_for(recording, recording.one(RELEASE, "istio-gateway")) == {"istio-ingress", "istio-istiod"}
    assert waits_for(recording, recording.one(RELEASE, "istio-egress-gateway")) == {"istio-egress", "istio-istiod"}
    assert waits_for(recording, recording.one(PEER)) == {"istio-istiod"}
    assert waits_for(recording, recording.one(TELEMETRY)) == {"istio-istiod"}


def test_the_node_agent_does_not_wait_for_istiod() -> None:
    recording = istio()
    assert waits_for(recording, recording.one(RELEASE, "istio-cni")) == {"istio-cni", "nodes"}


def test_ready_is_injection_redirection_and_the_way_out() -> None:
    found: list[Istio] = []
    istio(found=found)
    istio({"egressGateway": {}}, ingress_class=None, found=found)
    plain, egress = found
    assert len(plain.ready) == 2
    assert plain.gateway is not None
    assert plain.gateway not in plain.ready
    assert plain.egress_gateway is None
    assert egress.gateway is None
    assert egress.egress_gateway in egress.ready


def test_only_the_ingress_gateway_makes_something_outside_the_cluster() -> None:
    assert outliving(istio({"egressGateway": {}, **TWO}, tracing=TRACING)) == ["gateway-api", "istio-gateway"]


def test_only_the_node_agents_namespace_is_privileged() -> None:
    def levels(recording: Recording) -> dict[str, str]:
        return {found.inputs["metadata"]["name"]: level(found) for found in recording.all(NAMESPACE)}

    sidecar = {"istio-system": "restricted", "istio-ingress": "restricted", "istio-cni": "privileged"}
    assert levels(istio()) == levels(istio(AMBIENT)) == sidecar
    assert levels(istio({"egressGateway": {}}, ingress_class=None)) == {
        "istio-system": "restricted",
        "istio-egress": "restricted",
        "istio-cni": "privileged",
    }


@pytest.mark.parametrize("mode", ["STRICT", "PERMISSIVE"])
def test_mtls_is_the_whole_meshs(mode: str) -> None:
    peer = istio({"mtls": mode}).one(PEER).inputs
    assert peer["metadata"] == {"name": "default", "namespace": "istio-system"}
    assert peer["spec"] == {"mtls": {"mode": mode}}


def test_mtls_is_strict_unless_said_otherwise() -> None:
    assert istio().one(PEER).inputs["spec"] == {"mtls": {"mode": "STRICT"}}


def test_pods_with_a_proxy_pass_the_level_restricted() -> None:
    told = values()
    assert told["cni"] == {"enabled": True}
    seccomp = {"type": "RuntimeDefault"}
    assert told["seccompProfile"] == told["global"]["proxy"]["seccompProfile"] == seccomp
    assert told["gateways"] == {"seccompProfile": seccomp}


def test_sidecars_start_first_and_are_no_larger_than_set() -> None:
    told = values(sidecar={"limits": {"cpu": "1", "memory": "512Mi"}})
    assert told["env"]["ENABLE_NATIVE_SIDECARS"] == "true"
    assert told["global"]["proxy"]["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "1", "memory": "512Mi"},
    }


def test_istiod_can_be_drained() -> None:
    budget = chart("istiod")["values"]["_internal_defaults_do_not_set.pdb.minAvailable"]
    assert values()["autoscaleMin"] > budget


def test_istiod_finds_the_gateways_address_for_ingress_objects() -> None:
    recording = istio(ingress_class="public")
    told = recording.one(RELEASE, "istio-istiod").inputs["values"]
    gateway = recording.one(RELEASE, "istio-gateway").inputs
    served = told["meshConfig"]
    assert (served["ingressControllerMode"], served["ingressClass"]) == ("STRICT", "public")
    assert told["env"]["K8S_INGRESS_NS"] == gateway["namespace"] == "istio-ingress"
    # The chart labels the pods by the release's name, less istio-.
    assert gateway["name"] == served["ingressService"] == f"istio-{served['ingressSelector']}"


def test_without_a_class_ingress_objects_are_left_alone() -> None:
    assert config()["ingressControllerMode"] == "OFF"
    assert "K8S_INGRESS_NS" not in values()["env"]


def test_access_logs_can_be_turned_off() -> None:
    assert (config()["accessLogFile"], config()["accessLogEncoding"]) == ("/dev/stdout", "JSON")
    assert "accessLogFile" not in config({"accessLog": False})


@pytest.mark.parametrize(("egress", "mode"), [("declared", "REGISTRY_ONLY"), ("any", "ALLOW_ANY")])
def test_the_proxies_know_what_may_be_reached_outside(egress: str, mode: str) -> None:
    told = config(egress=egress)
    assert told["outboundTrafficPolicy"] == {"mode": mode}
    # Two declared hosts at one port, neither of them HTTP, are told apart by addresses that the proxies give them.
    assert ("defaultConfig" in told) is (egress == "declared")
    assert "defaultConfig" not in config(AMBIENT, egress=egress)


def test_spans_go_to_the_collector_at_the_set_rate() -> None:
    recording = istio(tracing=TRACING)
    told = recording.one(RELEASE, "istio-istiod").inputs["values"]["meshConfig"]
    (provider,) = told["extensionProviders"]
    assert provider == {
        "name": TRACING_PROVIDER,
        "opentelemetry": {"service": "otel-collector.monitoring.svc.cluster.local", "port": 4317},
    }
    assert told["enableTracing"] is True
    telemetry = recording.one(TELEMETRY).inputs
    assert telemetry["metadata"]["namespace"] == "istio-system"
    assert telemetry["spec"]["tracing"] == [
        {"providers": [{"name": provider["name"]}], "randomSamplingPercentage": 12.5}
    ]


def test_without_a_collector_nothing_is_traced() -> None:
    recording = istio()
    assert recording.all(TELEMETRY) == []
    assert "extensionProviders" not in recording.one(RELEASE, "istio-istiod").inputs["values"]["meshConfig"]


@pytest.mark.parametrize("settings", [{}, AMBIENT, {**TWO, "egressGateway": {}}])
def test_the_same_resources_whatever_is_known(settings: dict[str, Any]) -> None:
    assert istio(settings, known=False).urns == istio(settings).urns

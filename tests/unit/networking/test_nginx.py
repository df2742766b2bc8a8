"""NGINX: what the chart is told."""

from typing import Any

import pytest

from tests.support.chart_values import RELEASE
from tests.support.ingress import all_before, release_values, served, waits, ways_in
from tests.support.recorded import Recording

CONTROLLER = "ingress-nginx-controller"
PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"


def nginx(settings: dict[str, Any] | None = None, **rooms: Any) -> Recording:
    return ways_in(served({"controller": "nginx", "nginx": settings or {}, **rooms.pop("ingress", {})}, **rooms))


def controller(recording: Recording) -> dict[str, Any]:
    values: dict[str, Any] = release_values(recording, CONTROLLER)["controller"]
    return values


def test_plain_http_is_redirected_and_nobody_writes_its_configuration() -> None:
    values = controller(nginx())
    assert values["config"]["entries"]["ssl-redirect"] == "True"
    assert values["enableSnippets"] is False
    assert values["telemetryReporting"] == {"enable": False}


def test_it_serves_http_2_without_which_it_serves_no_grpc() -> None:
    assert controller(nginx())["config"]["entries"]["http2"] == "True"


@pytest.mark.parametrize("class_name", [None, "public"])
def test_it_serves_its_class_and_is_no_default(class_name: str | None) -> None:
    named = {"className": class_name} if class_name else {}
    values = controller(nginx(ingress=named))
    assert values["ingressClass"] == {"name": class_name or "nginx", "create": True, "setAsDefaultIngress": False}


def test_it_divides_requests_and_tells_its_address() -> None:
    values = controller(nginx())
    assert values["enableCustomResources"] is True
    assert values["reportIngressStatus"] == {"enable": True, "enableLeaderElection": True}


@pytest.mark.parametrize(("certificates", "watched"), [(None, False), ({"email": "platform@example.com"}, True)])
def test_it_watches_cert_manager_where_there_is_one(certificates: Any, watched: bool) -> None:
    assert controller(nginx(certificates=certificates))["enableCertManager"] is watched


def test_it_grows_with_its_load_and_moves_one_by_one() -> None:
    values = controller(nginx({"minReplicas": 3, "maxReplicas": 9}))
    assert (values["autoscaling"]["minReplicas"], values["autoscaling"]["maxReplicas"]) == (3, 9)
    assert values["autoscaling"]["enabled"] is True
    assert values["podDisruptionBudget"] == {"enabled": True, "maxUnavailable": 1}
    _zones, spread = values["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["labelSelector"]["matchLabels"]["app.kubernetes.io/instance"] == "nginx-ingress"


def test_its_root_file_system_is_read_only() -> None:
    assert controller(nginx())["readOnlyRootFilesystem"] is True


def test_its_load_balancer_is_eks_own_or_the_aws_controllers() -> None:
    alone = controller(nginx({"scheme": "internal"}))["service"]
    assert alone["annotations"]["service.beta.kubernetes.io/aws-load-balancer-internal"] == "true"
    assert "loadBalancerClass" not in alone
    beside = nginx(ingress={"additional": ["alb"]})
    assert controller(beside)["service"]["loadBalancerClass"] == "service.k8s.aws/nlb"
    assert "ingress-lbc-controller" in all_before(beside, beside.one(RELEASE, CONTROLLER))


def test_a_node_port_asks_for_no_load_balancer() -> None:
    assert controller(nginx({"serviceType": "NodePort"}))["service"] == {
        "type": "NodePort",
        "externalTrafficPolicy": "Cluster",
    }


def test_linkerd_is_in_its_pods_but_not_before_clients_from_outside() -> None:
    pod = controller(nginx(mesh={"kind": "linkerd"}))["pod"]
    assert pod["annotations"] == {"linkerd.io/inject": "enabled", "config.linkerd.io/skip-inbound-ports": "80,443"}


def test_ztunnel_carries_what_it_sends_and_lets_clients_from_outside_in() -> None:
    recording = nginx(mesh={"kind": "istio", "istio": {"dataPlane": "ambient"}})
    assert controller(recording)["pod"]["extraLabels"] == {"istio.io/dataplane-mode": "ambient"}
    peer = recording.one(PEER)
    assert peer.inputs["metadata"]["namespace"] == "nginx-ingress"
    assert peer.inputs["spec"] == {
        "selector": {
            "matchLabels": {"app.kubernetes.io/name": "nginx-ingress", "app.kubernetes.io/instance": "nginx-ingress"}
        },
        "mtls": {"mode": "PERMISSIVE"},
    }
    assert peer.name in waits(recording, CONTROLLER)


@pytest.mark.parametrize("mesh", ["none", "istio"])
def test_it_has_no_sidecar_of_istio(mesh: str) -> None:
    recording = nginx(mesh={"kind": mesh})
    assert controller(recording)["pod"] == {"annotations": {}, "extraLabels": {}}
    assert recording.all(PEER) == []

"""Istio's gateways: where requests come in, and where they leave."""

from typing import Any

from components.networking.mesh.istio_gateways import egress_gateway_values, gateway_values, load_balancer_annotations
from components.networking.mesh.istio_settings import EgressGatewaySettings, GatewaySettings
from components.networking.mesh.membership import EGRESS_GATEWAY_LABELS, GATEWAY_LABELS
from components.networking.mesh.revisions import ControlPlane
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.unit.networking.istio_stack import TWO, istio

PREFIX = "service.beta.kubernetes.io/aws-load-balancer"
ONLY = ControlPlane("default")


def ingress(**settings: Any) -> dict[str, Any]:
    return gateway_values(GatewaySettings(**settings), ONLY)


def test_the_gateway_is_restricted_and_opens_two_ports_only() -> None:
    values = ingress()
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
    assert ingress(external_traffic_policy="Local")["service"]["externalTrafficPolicy"] == "Local"


def test_without_a_load_balancer_there_is_nothing_of_aws() -> None:
    values = ingress(service_type="ClusterIP")
    assert values["service"]["annotations"] == {}
    assert "externalTrafficPolicy" not in values["service"]
    assert unknown_values(chart("istio-gateway"), values) == []


def test_nobody_outside_reaches_the_egress_gateway() -> None:
    values = egress_gateway_values(EgressGatewaySettings(min_replicas=3), ONLY)
    assert values["service"]["type"] == "ClusterIP"
    assert [port["targetPort"] for port in values["service"]["ports"]] == [80, 443]
    assert values["autoscaling"]["minReplicas"] == 3
    assert values["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    _zones, spread = values["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["labelSelector"] == {"matchLabels": EGRESS_GATEWAY_LABELS}


def test_the_gateways_are_apart_and_labelled_as_their_releases_are_named() -> None:
    recording = istio({"egressGateway": {}})
    found = {each.inputs["namespace"]: each.inputs["name"] for each in recording.all(RELEASE)}
    assert found["istio-ingress"] == f"istio-{GATEWAY_LABELS['istio']}"
    assert found["istio-egress"] == f"istio-{EGRESS_GATEWAY_LABELS['istio']}"


def test_gateways_are_replaced_when_the_stable_control_plane_changes() -> None:
    before = istio({"egressGateway": {}, **TWO})
    after = istio({"egressGateway": {}, **TWO, "tags": {"stable": "1-31-0"}})
    for name in ("istio-gateway", "istio-egress-gateway"):
        assert before.one(RELEASE, name).inputs["values"]["revision"] == "1-30-3"
        assert after.one(RELEASE, name).inputs["values"]["revision"] == "1-31-0"
        assert "revision" not in istio({"egressGateway": {}}).one(RELEASE, name).inputs["values"]

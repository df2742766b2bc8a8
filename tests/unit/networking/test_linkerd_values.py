"""What Linkerd's charts are told."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from components.networking.mesh.linkerd_egress import outside_networks
from components.networking.mesh.linkerd_names import egress_backend, egress_parent, identity_of
from components.networking.mesh.linkerd_values import cni_values, control_plane_values
from tests.support.chart_values import chart, unknown_values
from tests.support.linkerd import ANCHOR, GIVEN, mesh

TRACING = {"host": "collector.monitoring.svc.cluster.local"}


def values(*, managed: bool = True, **rooms: Any) -> dict[str, Any]:
    return control_plane_values(mesh(**rooms), managed=managed)


def test_every_value_exists() -> None:
    full = values(linkerd={"identity": GIVEN, "replicas": 3}, tracing=TRACING)
    assert unknown_values(chart("linkerd-control-plane"), full) == []
    assert unknown_values(chart("linkerd2-cni"), cni_values()) == []


def test_the_control_plane_takes_the_identity_that_is_given() -> None:
    given = values(linkerd={"identity": GIVEN})
    assert given["identityTrustAnchorsPEM"] == ANCHOR
    assert given["identity"] == {"externalCA": False, "issuer": {"scheme": "kubernetes.io/tls"}}


def test_the_control_plane_takes_the_identity_that_cert_manager_makes() -> None:
    assert "identityTrustAnchorsPEM" not in values()
    assert values()["identity"] == {"externalCA": True, "issuer": {"scheme": "kubernetes.io/tls"}}


def test_the_webhooks_certificates_are_the_charts_where_nobody_else_makes_them() -> None:
    own = values(managed=False, linkerd={"identity": GIVEN})
    assert "policyValidator" not in own
    assert own["proxyInjector"].keys() == {"namespaceSelector"}


@pytest.mark.parametrize("managed", [True, False])
def test_the_injector_is_not_asked_about_pods_that_it_needs_itself(managed: bool) -> None:
    selector = values(managed=managed, linkerd={"identity": GIVEN})["proxyInjector"]["namespaceSelector"]
    (by_name,) = (each for each in selector["matchExpressions"] if each["key"] == "kubernetes.io/metadata.name")
    assert by_name["operator"] == "NotIn"
    assert {"kube-system", "cert-manager", "calico-system", "tigera-operator", "linkerd-cni"} <= set(by_name["values"])


def test_network_policies_still_see_ports() -> None:
    proxy = values()["proxy"]
    assert proxy["outboundTransportMode"] == "transparent"
    assert proxy["resources"] == {
        "cpu": {"request": "100m", "limit": "500m"},
        "memory": {"request": "128Mi", "limit": "256Mi"},
    }


def test_jobs_end_and_apps_start_after_their_proxy() -> None:
    assert values()["proxy"]["nativeSidecar"] is True


@pytest.mark.parametrize("authorization", ["deny", "allow"])
def test_system_pods_admit_the_api_server_whatever_apps_do(authorization: str) -> None:
    assert values(authorization=authorization)["proxy"]["defaultInboundPolicy"] == "all-unauthenticated"


@pytest.mark.parametrize(("replicas", "several", "policy"), [(1, False, "Ignore"), (2, True, "Fail")])
def test_several_replicas_are_apart_and_required(replicas: int, several: bool, policy: str) -> None:
    found = values(linkerd={"replicas": replicas})
    assert found["controllerReplicas"] == replicas
    assert found["enablePodAntiAffinity"] is found["enablePodDisruptionBudget"] is several
    assert found["webhookFailurePolicy"] == policy
    # A pod that comes before another goes would need a third node.
    assert found.get("deploymentStrategy", {}).get("rollingUpdate", {}).get("maxUnavailable") == (
        1 if several else None
    )


def test_a_small_sidecar_does_not_shrink_the_control_planes_proxies() -> None:
    tiny = {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"cpu": "50m", "memory": "64Mi"}}
    found = values(sidecar=tiny)
    for part in ("destination", "identity", "proxyInjector"):
        assert found[f"{part}ProxyResources"] == values()[f"{part}ProxyResources"]
        assert found[f"{part}ProxyResources"]["memory"]["limit"] != "64Mi"
    assert found["proxy"]["resources"]["memory"]["limit"] == "64Mi"


def test_nothing_is_traced_unless_asked_for() -> None:
    assert values()["proxy"]["tracing"] == {"enabled": False}


@pytest.mark.parametrize(("account", "expected"), [(None, "collector"), ("otel", "otel")])
def test_spans_go_to_the_collector_whose_identity_is_known(account: str | None, expected: str) -> None:
    room = {"collectorServiceAccount": account} if account else {}
    assert values(linkerd=room, tracing=TRACING)["proxy"]["tracing"] == {
        "enabled": True,
        "collector": {
            "endpoint": "collector.monitoring.svc.cluster.local:4317",
            "meshIdentity": {"serviceAccountName": expected, "namespace": "monitoring"},
        },
    }


@pytest.mark.parametrize("host", ["collector.example.com", "collector.monitoring", "collector"])
def test_no_spans_are_sent_where_nobody_can_be_known(host: str) -> None:
    assert values(tracing={"host": host})["proxy"]["tracing"] == {"enabled": False}


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("198.51.100.7", True),
        ("2001:db8::1", True),
        ("10.30.4.5", False),  # the VPC
        ("100.64.1.1", False),
        ("172.20.0.10", False),  # the Services
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # instance metadata
        ("169.254.170.23", False),  # EKS Pod Identity
        ("169.254.20.10", False),  # NodeLocal DNS
        ("fd00:ec2::23", False),  # EKS Pod Identity over IPv6
    ],
)
def test_outside_is_neither_the_cluster_nor_the_node(address: str, outside: bool) -> None:
    ip = ip_address(address)
    covered = [
        network
        for network in outside_networks()
        if ip in ip_network(network["cidr"]) and not any(ip in ip_network(each) for each in network["except"])
    ]
    assert bool(covered) is outside


def test_what_linkerd_takes_for_the_cluster_is_outside_of_no_network() -> None:
    """It does not accept an EgressNetwork that overlaps its cluster networks."""
    excepted = [each for network in outside_networks() for each in network["except"]]
    assert set(values()["clusterNetworks"].split(",")) <= set(excepted)


def test_a_route_names_the_network_and_the_port() -> None:
    assert egress_parent(443) == {**egress_backend(), "port": 443}
    assert (egress_backend()["kind"], egress_backend()["namespace"]) == ("EgressNetwork", "linkerd-egress")
    assert values()["egress"] == {"globalEgressNetworkNamespace": egress_backend()["namespace"]}


def test_an_identity_is_spelt_as_linkerd_does() -> None:
    assert identity_of("web", "shop") == "web.shop.serviceaccount.identity.linkerd.cluster.local"

"""The lines of the summary, each for what it must not hide."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from slipway.cost.estimate import Estimate
from slipway.cost.lines import Gap
from slipway.preview.summary import summarise
from slipway.preview.summary_text import headline, summary_lines
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json
from tests.unit.cost.building import node_group, resource

CLUSTER = resource("aws:eks/cluster:Cluster", "k", {"version": "1.35"})


def an_object(
    kind: str, spec: Json = None, *, name: str = "a", api: str = "v1", labels: dict[str, Json] | None = None
) -> Resource:
    metadata: dict[str, Json] = {"name": name, "namespace": "web", "labels": labels or {}}
    return resource(
        f"kubernetes:{api}:{kind}",
        f"{kind}-{name}",
        {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {} if spec is None else spec},
    )


def lines(*resources: Resource) -> Mapping[str, str]:
    """Return the summary's lines by what stands before the colon."""
    summary = summarise(Recording("p", "demo", resources), environment="staging")
    return dict(line.strip().split(": ", 1) for line in summary_lines(summary, None) if ": " in line)


def test_a_cluster_that_exists_already() -> None:
    assert lines()["Nodes"] == "not Slipway's (the cluster exists already)"
    assert lines()["Cost"] == "not estimated (the cluster exists already)"
    assert "nodes" not in headline(summarise(Recording("p", "demo", ()), environment="local"), 3, None)


def test_spot_nodes_are_named_where_the_pool_is_not() -> None:
    groups = [
        replace(node_group(["t3.large"], 2, spot=spot, labels={"slipway.dev/pool": pool}), urn=pool)
        for pool, spot in (("batch", True), ("general", False), ("spot", True))
    ]
    assert (
        lines(CLUSTER, *groups)["Nodes"]
        == "6 planned (2 batch spot, 2 general, 2 spot), up to 27 where something scales them"
    )


@pytest.mark.parametrize(
    ("resources", "text"),
    [
        ([an_object("Ingress", {"tls": [{}]}), an_object("Ingress", {"tls": [{}]}, name="b")], "2 (all with TLS)"),
        ([an_object("Ingress", {"tls": [{}]}), an_object("Ingress", {}, name="b")], "2 (1 with TLS, 1 WITHOUT)"),
        ([], "0"),
    ],
)
def test_ingresses_without_tls_are_said_to_be(resources: list[Resource], text: str) -> None:
    assert lines(*resources)["Ingress"] == text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"servers": [{"tls": {"mode": "SIMPLE"}}, {"tls": {"httpsRedirect": True}}]}, "1 (all with TLS)"),
        ({"servers": [{"port": {"number": 80}}]}, "1 (0 with TLS, 1 WITHOUT)"),
        ({"listeners": [{"protocol": "HTTPS"}, {"protocol": "HTTP", "name": "http"}]}, "1 (all with TLS)"),
    ],
)
def test_gateways(spec: Json, text: str) -> None:
    assert lines(an_object("Gateway", spec))["Gateway servers"] == text


GATEWAY = an_object("Gateway", {"listeners": [{"protocol": "HTTP", "name": "http"}]}, name="edge")


@pytest.mark.parametrize(
    ("rule", "section", "text"),
    [
        ({"backendRefs": [{"name": "web"}]}, "http", "1 (0 with TLS, 1 WITHOUT)"),
        ({"backendRefs": [{"name": "web"}]}, "https", None),
        ({"filters": [{"type": "RequestRedirect"}]}, "http", None),
    ],
)
def test_a_listener_that_only_redirects_is_none(rule: Json, section: str, text: str | None) -> None:
    route = an_object("HTTPRoute", {"parentRefs": [{"name": "edge", "sectionName": section}], "rules": [rule]})
    assert lines(GATEWAY, route).get("Gateway servers") == text


def test_a_waypoint_is_no_way_in() -> None:
    spec: Json = {"gatewayClassName": "istio-waypoint", "listeners": [{"protocol": "HBONE"}]}
    assert "Gateway servers" not in lines(an_object("Gateway", spec))


DENY = an_object("NetworkPolicy", {"podSelector": {}, "policyTypes": ["Ingress"]}, name="deny")
ALLOW = an_object("NetworkPolicy", {"podSelector": {}, "ingress": [{}, {}], "egress": [{}]}, name="allow")
CALICO = an_object("Installation", api="operator.tigera.io/v1")
VPC_CNI = resource("aws:eks/addon:Addon", "cni", {"configurationValues": '{"enableNetworkPolicy": "true"}'})


@pytest.mark.parametrize(
    ("resources", "text"),
    [
        ([CLUSTER], "none"),
        ([CLUSTER, DENY, ALLOW, CALICO], "planned, enforced by Calico (default-deny in web + 3 allow rules)"),
        ([CLUSTER, DENY, VPC_CNI], "planned, enforced by the VPC CNI (default-deny in web + 0 allow rules)"),
        ([CLUSTER, DENY], "planned, ENFORCED BY NOTHING in this stack (default-deny in web + 0 allow rules)"),
        ([ALLOW], "planned, if the cluster enforces them (default-deny in no namespace + 3 allow rules)"),
    ],
)
def test_network_policies(resources: list[Resource], text: str) -> None:
    assert lines(*resources)["Network policies"] == text


def test_pod_security_by_profile() -> None:
    restricted: dict[str, Json] = {"pod-security.kubernetes.io/enforce": "restricted"}
    found = lines(
        an_object("Namespace", name="b", labels=restricted),
        an_object("Namespace", name="a", labels=restricted),
        an_object("Namespace", name="c"),
    )
    assert found["Pod security"] == "restricted: a, b; no profile: c"
    assert found["Namespaces"] == "3 (applications: 0, system: 3)"


def test_services_by_type() -> None:
    found = lines(
        an_object("Service", {"type": "LoadBalancer"}, name="a"),
        an_object("Service", {}, name="b"),
        an_object("Service", {"clusterIP": "None"}, name="c"),
        an_object("Service", {"type": "ClusterIP"}, name="d"),
    )
    assert found["Services"] == "4 (2 ClusterIP, 1 LoadBalancer, 1 headless)"


def test_pods_that_may_run_anywhere_are_counted_apart() -> None:
    pod: Json = {"replicas": 2, "template": {"spec": {"containers": [{"resources": {"requests": {"cpu": "250m"}}}]}}}
    found = lines(CLUSTER, an_object("Deployment", pod))
    assert found["any pool  CPU"].startswith("0.5 cores")
    assert found["Pods"].startswith("2 planned (web: 2 a)")


def test_what_has_no_price_is_counted(recording: Recording, cost: Estimate) -> None:
    what, why = "aws:rds/instance:Instance", "no price in the list"
    found = replace(cost, gaps=(Gap("urn:a", what, why), Gap("urn:b", what, why)))
    assert "without 2 of unknown price" in headline(summarise(recording, environment="x"), 1, found)

"""Every chart and add-on that shows metrics has a monitor when monitoring is on, and none when it is off."""

from typing import Any

import pytest

from components.charts import Charts
from components.foundation.addons import ADDONS
from components.operations.exporters import CHART_MONITORS, OWN_STACK, UNMEASURED, Exporter, exporters
from components.operations.platform_monitors import monitor
from tests.support.schemas import manifest_problems
from tests.support.stacks import stack

MESHED: dict[str, Any] = {"namespaces": {"web": {"mesh": True}, "data": {"mesh": False}}}
AMBIENT: dict[str, Any] = {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}, **MESHED}
DNS = {
    "nodeLocal": {"enabled": True},
    "external": {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]},
}
STACKS: dict[str, dict[str, Any]] = {
    "bare": {},
    "sidecars": {
        "mesh": {"kind": "istio", "istio": {"egressGateway": {}}},
        "ingress": {"controller": "istio", "additional": ["alb", "nginx"]},
        **MESHED,
    },
    "ambient": {**AMBIENT, "ingress": {"controller": "istio"}},
    "ambient, Gateway API": {
        **AMBIENT,
        "ingress": {"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}},
    },
    "Linkerd": {"mesh": "linkerd", "ingress": "gateway-api", **MESHED},
    "overlay": {"cni": {"mode": "cni"}, "ingress": "alb"},
    "names": {"dns": DNS, "consul": {}, "aws": {"region": "us-west-2", "accountId": "123456789012"}},
    "volumes": {
        "cluster": {
            "version": "1.35",
            "admins": ["arn:aws:iam::123456789012:role/platform-admin"],
            "addons": {
                "aws-ebs-csi-driver": {
                    "configuration": {"controller": {"enableMetrics": True}, "node": {"enableMetrics": True}}
                }
            },
        }
    },
}


def of(name: str) -> dict[str, Exporter]:
    found = exporters(stack(monitoring={}, **STACKS[name]))
    assert len({each.name for each in found}) == len(found)
    return {each.name: each for each in found}


def test_each_chart_and_add_on_is_in_one_of_the_tables() -> None:
    """A new entry of the lock, or a new add-on, fails here until somebody has looked where it shows its metrics."""
    made = {each.part for name in STACKS for each in of(name).values()}
    tables = [set(CHART_MONITORS), set(OWN_STACK), set(UNMEASURED), made - {"node-local-dns"}]
    everything = set(Charts.read_lock().charts) | set(ADDONS)
    assert set().union(*tables) == everything
    assert sum(map(len, tables)) == len(everything), "each in one table"
    assert all(reason for reason in (*OWN_STACK.values(), *UNMEASURED.values()))


@pytest.mark.parametrize(
    ("name", "there", "absent"),
    [
        ("bare", {"aws-node", "eks-pod-identity-agent", "metrics-server", "calico-node", "calico-typha"}, {"istiod"}),
        (
            "sidecars",
            {"istiod", "istio-cni", "istio-ingress-gateway", "istio-egress-gateway", "nginx-ingress"},
            {"istio-ztunnel", "istio-waypoints", "envoy-gateway"},
        ),
        ("ambient", {"istiod", "istio-ztunnel", "istio-waypoints", "istio-ingress-gateway"}, {"nginx-ingress"}),
        ("ambient, Gateway API", {"istio-gateway-api", "istio-waypoints"}, {"envoy-proxies", "istio-ingress-gateway"}),
        ("Linkerd", {"linkerd-control-plane", "linkerd-cni", "envoy-gateway", "envoy-proxies"}, {"istiod"}),
        ("overlay", {"aws-load-balancer-controller", "calico-node"}, {"aws-node"}),
        ("names", {"external-dns", "node-local-dns", "consul"}, {"ebs-csi-node"}),
        ("volumes", {"ebs-csi-controller", "ebs-csi-node"}, set()),
    ],
)
def test_what_is_installed_is_looked_at(name: str, there: set[str], absent: set[str]) -> None:
    found = of(name)
    assert there <= set(found)
    assert not absent & set(found)


def test_moved_ports_are_looked_at_where_they_are() -> None:
    assert of("overlay")["aws-load-balancer-controller"].port == 10283
    assert of("sidecars")["aws-load-balancer-controller"].port == 8080


def test_an_existing_clusters_own_add_ons_are_not_looked_at() -> None:
    found = {each.name for each in exporters(stack(existing=True, monitoring={}))}
    assert not {"aws-node", "metrics-server", "external-dns"} & found


@pytest.mark.parametrize("name", STACKS)
def test_each_monitor_finds_one_target_for_each_pod(name: str) -> None:
    for exporter in of(name).values():
        kind, spec = monitor(exporter)
        manifest = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": kind,
            "metadata": {"name": exporter.name, "namespace": "monitoring"},
            "spec": spec,
        }
        assert manifest_problems(manifest) == []
        assert spec["selector"]["matchLabels"], "all pods of a namespace are not one exporter"
        assert spec["namespaceSelector"]["matchNames"]
        assert exporter.source
        assert (exporter.port is None) != (exporter.named is None)
        endpoint = (spec.get("podMetricsEndpoints") or spec["endpoints"])[0]
        assert endpoint["interval"] == "30s"
        assert endpoint["path"] == exporter.path
        if exporter.port is not None:
            address = [each for each in endpoint["relabelings"] if each.get("targetLabel") == "__address__"]
            assert [each["replacement"] for each in address] == [f"$1:{exporter.port}"]
            assert {"action": "labeldrop", "regex": "container"} in endpoint["relabelings"]


def test_istios_gateways_and_waypoints_have_the_job_that_the_queries_name() -> None:
    found = [*of("ambient").values(), *of("sidecars").values(), *of("ambient, Gateway API").values()]
    proxies = [each for each in found if each.port == 15090]
    assert len(proxies) == 6
    for each in proxies:
        (endpoint,) = monitor(each)[1]["podMetricsEndpoints"]
        assert {"action": "replace", "targetLabel": "job", "replacement": "monitoring/istio-proxies"} in endpoint[
            "relabelings"
        ]

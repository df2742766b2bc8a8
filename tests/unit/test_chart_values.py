"""The check of chart values itself: what it must find, and what it must let pass."""

import json
from typing import Any

import pytest

from components.chart_values import DATA
from components.charts import Charts
from components.networking.called import CALLED
from tests.support.chart_values import BEYOND, chart, lock_entry, unknown_values
from tests.support.recorded import UNKNOWN, Secret

SMALL: dict[str, Any] = {
    "chart": "small",
    "values": {
        "replicas": 1,
        "image.name": "web",
        "image.tag": "",
        "resources": {},
        "certificate": None,
        "tolerations": [],
        "nodeSelector.kubernetes.io/os": "linux",
        "job.annotations.helm.sh/hook": "post-install",
    },
}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"replicas": 3, "image": {"tag": "1.2"}},
        {"resources": {"limits": {"cpu": "1"}}},
        {"certificate": {"pem": "x"}},
        {"tolerations": [{"operator": "Exists"}]},
        {"image": None},
        {"nodeSelector": {"kubernetes.io/os": "linux", "slipway.dev/pool": "general"}},
        {"job": {"annotations": {"example.com/owner": "platform"}}},
        {"image": UNKNOWN, "replicas": Secret(2)},
    ],
)
def test_lets_existing_values_pass(values: dict[str, Any]) -> None:
    assert unknown_values(SMALL, values) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"replica": 3}, "replica: the chart has no such value"),
        ({"image": {"version": "1.2"}}, "image.version: the chart has no such value"),
        ({"image": "web:1.2"}, "image: the chart takes a map"),
        ({"image": []}, "image: the chart takes a map"),
        ({"replicas": {"min": 1}}, "replicas: the chart takes a single value"),
        ({"image": {"tag": {"a": 1}}}, "image.tag: the chart takes a single value"),
        ({"tolerations": {"operator": "Exists"}}, "tolerations: the chart takes a list"),
        ({"nodeSelector": {"kubernetes": {"io/os": "linux"}}}, "nodeSelector: the chart takes a map of strings"),
        ({"job": {"annotation": {"helm.sh/hook": "x"}}}, "job.annotation: the chart has no such value"),
        ({"job": {"resources": {"limits": {"cpu": "1"}}}}, "job.resources: the chart has no such value"),
        ({"job": {"helm.sh/hook": "x"}}, "job.helm.sh/hook: the chart has no such value"),
        ({"resources.limits": {"cpu": "1"}}, "resources.limits: the chart has no such value"),
        ({"image": Secret({"version": "1.2"})}, "image.version: the chart has no such value"),
    ],
)
def test_finds_values_that_the_chart_does_not_have(values: dict[str, Any], problem: str) -> None:
    assert unknown_values(SMALL, values) == [problem]


def test_applies_the_charts_own_schema() -> None:
    problems = unknown_values(chart("cert-manager"), {"replicaCount": "two"})
    assert problems == ["replicaCount: 'two' is not of type 'number'"]
    assert unknown_values(chart("istio-gateway"), {"kind": "StatefulSet"}) == [
        "kind: 'StatefulSet' is not one of ['Deployment', 'DaemonSet']"
    ]


def test_istio_values_are_given_without_their_internal_prefix() -> None:
    assert unknown_values(chart("istiod"), {"cni": {"enabled": True}, "meshConfig": {"accessLogFile": "x"}}) == []
    assert unknown_values(chart("istiod"), {"cni": {"enable": True}}) == ["cni.enable: the chart has no such value"]
    assert unknown_values(chart("istio-cni"), {"meshConfig": {"accessLogFile": "x"}}) == [
        "meshConfig: the chart has no such value"
    ]


def test_every_lock_entry_has_its_chart_as_data() -> None:
    lock = Charts.read_lock()
    assert {path.stem for path in DATA.glob("*.json")} == lock.charts.keys()
    # Beyond the lock, charts that Slipway knows how to put on the host network.
    assert {path.stem for path in BEYOND.glob("*.json")} <= CALLED.keys() - lock.charts.keys()
    for name, pinned in lock.charts.items():
        assert json.loads((DATA / f"{name}.json").read_text())["chart"] == (pinned.chart or name)


def test_recorded_inputs_lead_back_to_the_lock_entry() -> None:
    charts = Charts.read_lock().charts
    oci = {"chart": "oci://quay.io/jetstack/charts/cert-manager", "version": charts["cert-manager"].version}
    assert lock_entry(oci) == "cert-manager"
    assert lock_entry({"chart": "base", "version": charts["istio-base"].version}) == "istio-base"
    assert lock_entry({"chart": "istiod", "version": "1.31.0"}) == "istiod"
    assert lock_entry({"chart": f"./charts/gateway-{charts['istio-gateway'].version}.tgz"}) == "istio-gateway"
    with pytest.raises(AssertionError):
        lock_entry({"chart": "cni", "version": "0.0.1"})

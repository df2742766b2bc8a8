"""For every metric that a query of the program names there is somebody who scrapes it; and every query is PromQL."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from components.operations.exporters import CHART_MONITORS
from tests.queries.engine import Engine, Selector
from tests.queries.recordings import Monitor, Stack, manifests, releases, value
from tests.queries.stacks import MESHES, recorded

Releases = dict[str, dict[str, Any]]
STATE_METRICS = "kube-prometheus-stack"

COLLECTORS = {
    "deployment": "deployments",
    "statefulset": "statefulsets",
    "daemonset": "daemonsets",
    "cronjob": "cronjobs",
    "horizontalpodautoscaler": "horizontalpodautoscalers",
    "pod": "pods",
}
"""kube-state-metrics' collector (docs/metrics of its repository) by the word after `kube_` in a metric's name."""


def _state_metrics(metric: str, installed: Releases) -> bool:
    collectors = value(installed.get(STATE_METRICS, {}), "kube-state-metrics.collectors")
    return collectors is not None and COLLECTORS[metric.split("_")[1]] in collectors


def _kubelet(_: str, installed: Releases) -> bool:
    return STATE_METRICS in installed and value(installed[STATE_METRICS], "kubelet.enabled") is not False


def _chart(entry: str) -> Callable[[str, Releases], bool]:
    def scraped(_: str, installed: Releases) -> bool:
        return entry in installed and all(value(installed[entry], path) is True for path in CHART_MONITORS[entry])

    return scraped


BY_CHARTS: dict[str, Callable[[str, Releases], bool]] = {
    r"kube_\w+": _state_metrics,
    # cAdvisor's, and those of volumes: https://kubernetes.io/docs/reference/instrumentation/metrics/
    r"(container|kubelet)_\w+": _kubelet,
    r"certmanager_\w+": _chart("cert-manager"),
    r"rollout_info_\w+": _chart("argo-rollouts"),
}
"""Metrics of what a chart has scraped: who that is."""


def equal(selector: Selector, label: str) -> str | None:
    return next((text for name, operator, text in selector.matchers if (name, operator) == (label, "=")), None)


def found_by(monitor: Monitor, selector: Selector, stack: Stack) -> bool:
    """Whether a monitor is the one whose series a selector chooses: by its job, or by the Service that it finds."""
    if not monitor.keeps(selector.metric):
        return False
    if (job := equal(selector, "job")) is not None:
        return monitor.job == job
    namespace, service = equal(selector, "namespace"), equal(selector, "service")
    if monitor.kind != "ServiceMonitor" or namespace not in monitor.namespaces or service is None:
        return False
    described = stack.services.get((namespace or "", service))
    if described is None:
        return False
    ports = {each["name"] for each in described["spec"]["ports"]}
    return monitor.labels <= set(described["metadata"]["labels"].items()) and monitor.port in ports


def nobody_scrapes(selector: Selector, stack: Stack) -> bool:
    if selector.metric.startswith("slipway:"):
        recordings = [each for each in stack.rules if each.get("record") == selector.metric]
        asked = {(name, text) for name, _, text in selector.matchers}
        return not any(asked == set(each["labels"].items()) for each in recordings)
    for pattern, scraped in BY_CHARTS.items():
        if re.fullmatch(pattern, selector.metric):
            return not scraped(selector.metric, stack.releases)
    return not any(found_by(each, selector, stack) for each in stack.monitors)


@pytest.fixture(scope="module", params=list(MESHES))
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return Stack(recorded(request.param, tmp_path_factory.mktemp("stack")))


def test_every_metric_of_every_query_is_scraped(engine: Engine, stack: Stack) -> None:
    assert len(stack.queries) > 100
    asked = zip(stack.queries, engine.selectors(stack.queries.values()), strict=True)
    missing = {
        f"{where}: {selector.metric}{selector.matchers}"
        for where, selectors in asked
        for selector in selectors
        if nobody_scrapes(selector, stack)
    }
    assert missing == set()


def test_every_kind_of_query_is_among_them(stack: Stack) -> None:
    kinds = {
        each["kind"] for each in manifests(stack.recording, "AnalysisTemplate", "MetricTemplate", "PrometheusRule")
    }
    assert kinds >= {"AnalysisTemplate", "PrometheusRule"}
    names = {rule.get("alert") for rule in stack.rules}
    assert {"AppDown", "AppErrors", "AppErrorBudgetBurn", "DependencyVolumeFull", "CertManagerAbsent"} <= names


def test_every_alert_leads_to_an_address(stack: Stack) -> None:
    addresses = [rule["annotations"]["runbook_url"] for rule in stack.rules if "alert" in rule]
    assert addresses
    assert all(re.fullmatch(r"https://[^/\s]+/\S+\.md#[a-z]+", each) for each in addresses)


def test_each_query_looks_back_over_four_scrapes(stack: Stack) -> None:
    """One missed scrape, or two, leave a rate something to go by."""
    scales = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    for where, query in stack.queries.items():
        for count, unit in re.findall(r"\[(\d+)([smhd])\]", query):
            assert int(count) * scales[unit] >= 4 * 30, where


def test_with_monitoring_each_chart_with_a_value_for_it_is_scraped(stack: Stack) -> None:
    installed = stack.releases
    there = CHART_MONITORS.keys() & installed.keys()
    assert {"cert-manager", "keda", "argo-rollouts", "external-secrets"} <= there
    off = {
        f"{each}: {path}" for each in there for path in CHART_MONITORS[each] if value(installed[each], path) is not True
    }
    assert off == set()


@pytest.mark.parametrize("name", MESHES)
def test_without_monitoring_nobody_is_scraped(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    plain = recorded(name, tmp_path_factory.mktemp("plain"), monitoring=False)
    assert list(manifests(plain, "ServiceMonitor", "PodMonitor", "PrometheusRule")) == []
    installed = releases(plain)
    assert STATE_METRICS not in installed
    on = {
        f"{entry}: {path}"
        for entry, paths in CHART_MONITORS.items()
        for path in paths
        if "onitor" in path and value(installed.get(entry, {}), path)
    }
    assert on == set()
    (installation,) = manifests(plain, "Installation")
    assert not {"nodeMetricsPort", "typhaMetricsPort"} & installation["spec"].keys()
    assert "extraContainers" not in installed["consul"]["server"]


def test_calico_and_consul_show_what_is_scraped(stack: Stack) -> None:
    (installation,) = manifests(stack.recording, "Installation")
    assert installation["spec"]["nodeMetricsPort"] == 9091
    assert installation["spec"]["typhaMetricsPort"] == 9093
    (exporter,) = stack.releases["consul"]["server"]["extraContainers"]
    assert exporter["ports"] == [{"name": "metrics", "containerPort": 9102}]


def test_where_a_policy_denies_by_default_prometheus_is_let_in(stack: Stack) -> None:
    """To the port `metrics` of apps, to the proxies beside them, and to waypoints."""
    for monitor in (each for each in stack.monitors if "web" in each.namespaces):
        policies = [
            each["spec"]
            for each in manifests(stack.recording, "NetworkPolicy")
            if each["metadata"]["namespace"] == "web"
            and any("monitoring" in str(rule.get("from")) for rule in each["spec"].get("ingress", []))
        ]
        admitted = [set(each["podSelector"]["matchLabels"].items()) for each in policies]
        assert any(each <= monitor.labels or monitor.labels <= each for each in admitted), monitor

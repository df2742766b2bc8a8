"""How an app is watched: who scrapes it, whom its alerts wake, what Grafana shows, where its spans go."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.observability import observability_objects
from components.apps.observability_alerts import DEFAULTS
from components.apps.observability_dashboard import LONGEST_UID, uid
from components.apps.words import Manifest
from components.networking.mesh.settings import TracingSettings
from tests.support.schemas import manifest_problems
from tests.unit.apps.meshes import app, context

PORTS = {"http": 8080, "metrics": 9090}
COLLECTOR = TracingSettings(host="otel-collector.observability.svc.cluster.local", sampling_percentage=5)
SLO = {"slo": {"availability": 99.9, "latency": {"objective": 99, "threshold": "500ms"}}}


def where(mesh: str, **fields: Any) -> AppContext:
    return context(mesh, **{"monitoring": True, "grafana": True, **fields})


def watching(mesh: str, *, stack: dict[str, Any] | None = None, **fields: Any) -> dict[str, Manifest]:
    objects = dict(observability_objects(app(**{"ports": PORTS, **fields}), where(mesh, **(stack or {}))))
    assert {suffix: manifest_problems(each) for suffix, each in objects.items() if manifest_problems(each)} == {}
    return objects


def rules(objects: dict[str, Manifest]) -> list[Manifest]:
    return [rule for group in objects["alerts"]["spec"]["groups"] for rule in group["rules"]]


def alert(objects: dict[str, Manifest], name: str) -> Manifest:
    (found,) = [rule for rule in rules(objects) if rule.get("alert") == name]
    return found


def names(objects: dict[str, Manifest]) -> set[str]:
    return {rule["alert"] for rule in rules(objects) if "alert" in rule}


def test_the_metrics_port_is_scraped_as_the_document_says() -> None:
    objects = watching("none")
    monitor = objects["servicemonitor"]
    assert monitor["metadata"]["name"] == "api-monitor"
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"app": "api"}},
        "endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s"}],
    }
    service = render(app(ports=PORTS), where("none"))["metrics"]
    assert service["metadata"]["labels"]["app"] == "api"
    assert [port["name"] for port in service["spec"]["ports"]] == ["metrics"]
    assert set(objects) == {"servicemonitor", "alerts", "dashboard"}


def test_path_and_interval_are_the_apps() -> None:
    objects = watching("none", monitoring={"path": "/actuator/prometheus", "interval": "1m"})
    (endpoint,) = objects["servicemonitor"]["spec"]["endpoints"]
    assert endpoint == {"port": "metrics", "path": "/actuator/prometheus", "interval": "1m"}


@pytest.mark.parametrize(
    ("mesh", "port", "number", "path"),
    [("sidecar", "http-envoy-prom", 15090, "/stats/prometheus"), ("linkerd", "linkerd-admin", 4191, "/metrics")],
)
def test_the_proxies_are_scraped_and_reachable(mesh: str, port: str, number: int, path: str) -> None:
    objects = watching(mesh)
    (endpoint,) = objects["mesh-monitor"]["spec"]["podMetricsEndpoints"]
    assert (endpoint["port"], endpoint["path"]) == (port, path)
    (rule,) = objects["allow-proxy-metrics"]["spec"]["ingress"]
    assert rule["ports"] == [{"port": number, "protocol": "TCP"}]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    # The series that the alerts ask for carry the job that the operator derives from the monitor.
    monitor = objects["mesh-monitor"]["metadata"]
    assert f'job="{monitor["namespace"]}/{monitor["name"]}"' in alert(objects, "AppErrors")["expr"]


def test_linkerd_admits_prometheus_only_where_it_refuses_others() -> None:
    admitted = watching("linkerd")
    assert admitted["server-proxy-metrics"]["spec"]["port"] == 4191
    assert admitted["authz-proxy-metrics"]["spec"]["targetRef"]["name"] == "api.proxy-metrics"
    assert "server-proxy-metrics" not in watching("linkerd", stack={"authorization": False})
    assert "server-proxy-metrics" not in watching("sidecar")


def test_requests_are_counted_by_the_mesh() -> None:
    istio, linkerd = watching("sidecar"), watching("linkerd")
    assert (
        'istio_requests_total{job="web/api-mesh",reporter="destination",response_code=~"5..|0"}[5m]'
        in (alert(istio, "AppErrors")["expr"])
    )
    assert alert(istio, "AppErrors")["expr"].endswith(" > 5")
    assert "grpc_response_status" not in alert(istio, "AppErrors")["expr"]
    assert 'classification="failure"' in alert(linkerd, "AppErrors")["expr"]
    assert alert(linkerd, "AppSlow")["expr"] == (
        "histogram_quantile(0.99, sum by (le)"
        ' (rate(response_latency_ms_bucket{job="web/api-mesh",direction="inbound",route_name!="probe",srv_port!="4191"}'
        "[5m]))) > 1000"
    )
    assert "grpc_response_status" in alert(watching("sidecar", ports={"grpc": 9000}), "AppErrors")["expr"]


@pytest.mark.parametrize(
    ("mesh", "ports"),
    [("none", PORTS), ("ambient", {"db": 5432, "metrics": 1}), ("sidecar", {"db": 5432, "metrics": 1})],
)
def test_who_is_not_measured_has_no_alerts_on_requests(mesh: str, ports: dict[str, int]) -> None:
    objects = watching(mesh, ports=ports)
    assert "mesh-monitor" not in objects
    assert not {"AppErrors", "AppSlow"} & names(objects)
    assert {"AppDown", "AppReplicasUnavailable", "AppTargetsDown", "AppCrashLooping"} <= names(objects)


def test_in_ambient_mode_requests_are_counted_on_their_way() -> None:
    objects = watching("ambient", ports={"http": 8080})
    assert "mesh-monitor" not in objects, "the namespace's waypoint and the gateway are the platform's to scrape"
    assert {"AppErrors", "AppSlow"} <= names(objects)
    assert 'job="monitoring/istio-proxies",reporter=~"source|waypoint"' in alert(objects, "AppErrors")["expr"]


def test_an_apps_own_metrics_come_before_the_meshs() -> None:
    metrics = {"requests": "http_requests_total", "errors": 'status=~"5.."', "latency": "http_request_duration_seconds"}
    objects = watching("sidecar", monitoring={"metrics": metrics})
    assert (
        'http_requests_total{namespace="web",service="api-metrics",status=~"5.."}'
        in (alert(objects, "AppErrors")["expr"])
    )
    assert alert(objects, "AppSlow")["expr"].startswith("1000 * histogram_quantile(0.99")


@pytest.mark.parametrize(
    ("tier", "symptom", "cause"),
    [(1, "critical", "critical"), (2, "critical", "warning"), (3, "warning", "warning")],
)
def test_the_tier_decides_whom_an_alert_wakes(tier: int, symptom: str, cause: str) -> None:
    scaling = {"minReplicas": 2, "maxReplicas": 4}
    objects = watching("sidecar", tier=tier, scaling=scaling)
    expected = {each.alert: symptom if each.symptom else cause for each in DEFAULTS.values()}
    assert {rule["alert"]: rule["labels"]["severity"] for rule in rules(objects)} == expected
    assert all(rule["for"] and rule["labels"]["app"] == "api" for rule in rules(objects))


def test_every_alert_has_a_section_in_the_runbook() -> None:
    objects = watching("sidecar", scaling={"minReplicas": 2, "maxReplicas": 4}, **SLO)
    root = Path(__file__).parents[3]
    for rule in rules(objects):
        if "alert" in rule:
            page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
            page = page.removeprefix("https://github.com/example/slipway/blob/main/")
            headings = [line[3:].strip() for line in (root / page).read_text().splitlines() if line.startswith("## ")]
            assert anchor in [heading.lower() for heading in headings], rule["alert"]


def test_alerts_are_switched_and_changed_one_by_one() -> None:
    wanted = {
        "errors": {"threshold": 0.5, "for": "2m", "severity": "info"},
        "memory": {"enabled": False},
        "latency": {"threshold": 250},
    }
    objects = watching("sidecar", monitoring={"alerts": wanted, "runbook": "https://wiki.example.com/alerts"})
    errors = alert(objects, "AppErrors")
    assert errors["expr"].endswith(" > 0.5")
    assert (errors["for"], errors["labels"]["severity"]) == ("2m", "info")
    assert errors["annotations"]["runbook_url"] == "https://wiki.example.com/alerts#apperrors"
    assert "AppMemoryNearLimit" not in names(objects)
    ours = watching("none", stack={"runbooks": "https://git.example.com/platform/"}, monitoring={"runbook": "api.md"})
    assert alert(ours, "AppDown")["annotations"]["runbook_url"] == "https://git.example.com/platform/api.md#appdown"
    assert alert(objects, "AppSlow")["expr"].endswith(" > 250")


def test_pods_are_counted_by_kind() -> None:
    stateful = alert(watching("none", kind="StatefulSet"), "AppDown")["expr"]
    assert stateful == (
        '(max(kube_statefulset_status_replicas_ready{namespace="web",statefulset="api"}) or vector(0)) == 0'
        ' unless max(kube_statefulset_replicas{namespace="web",statefulset="api"}) == 0'
    )
    assert "kube_deployment_spec_replicas" in alert(watching("none"), "AppDown")["expr"]


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    objects = watching("sidecar", scaling={"minReplicas": 2, "maxReplicas": 4}, **SLO)
    described = objects["dashboard"]
    assert described["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert described["metadata"]["namespace"] == "web"
    ((key, text),) = described["data"].items()
    board = json.loads(text)
    assert (key, board["uid"]) == ("app-api.json", "app-api")
    variables = {each["name"]: each for each in board["templating"]["list"]}
    assert variables["app"]["current"]["value"] == "api"
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    spots = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(spots)) == len(spots)
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    assert all("$app" in each and '"web' not in each and '"api' not in each for each in asked)
    assert {panel["title"] for panel in panels} >= {"Requests", "Failures", "Latency", "Pods", "Scaling"}
    assert 'slipway:app_errors:ratio_rate1h{app="$app",namespace="$namespace"} / 0.001' in asked


def test_the_uid_is_stable_and_short() -> None:
    long = "a" * 52
    assert uid(long) == uid(long) != uid("a" * 51)
    assert len(uid(long)) <= LONGEST_UID


def test_what_is_switched_off_is_not_there() -> None:
    assert watching("sidecar", monitoring=False) == {}
    assert "dashboard" not in watching("sidecar", monitoring={"dashboard": False})
    assert "dashboard" not in watching("sidecar", stack={"grafana": False})
    assert watching("sidecar", stack={"monitoring": False}) == {}
    assert watching("none", ports={"http": 8080}) == {}
    assert set(watching("none", ports={"http": 8080}, monitoring=True)) == {"alerts", "dashboard"}


def container(mesh: str, **fields: Any) -> tuple[Manifest, dict[str, str]]:
    described = app(ports=PORTS, **fields)
    template = render(described, where(mesh, collector=COLLECTOR))["deployment"]["spec"]["template"]
    return template["spec"]["containers"][0], template["metadata"].get("annotations", {})


def test_spans_go_to_the_stacks_collector() -> None:
    described, _ = container("none", tracing={})
    env = {each["name"]: each.get("value") for each in described["env"]}
    assert env["OTEL_SERVICE_NAME"] == "api"
    assert env["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://otel-collector.observability.svc.cluster.local:4317"
    assert env["OTEL_TRACES_SAMPLER_ARG"] == "0.05"
    assert "service.version=1.0.0,deployment.environment.name=production" in str(env["OTEL_RESOURCE_ATTRIBUTES"])
    order = list(env)
    assert order.index("OTEL_POD_NAME") < order.index("OTEL_RESOURCE_ATTRIBUTES")
    policy = watching("none", tracing={}, stack={"collector": COLLECTOR})["allow-collector"]
    assert policy["spec"]["egress"] == [
        {
            "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "observability"}}}],
            "ports": [{"protocol": "TCP", "port": 4317}],
        }
    ]


def test_what_the_app_sets_itself_stays() -> None:
    described, _ = container("none", tracing={"samplingPercentage": 100}, config={"OTEL_SERVICE_NAME": "other"})
    env = {each["name"]: each.get("value") for each in described["env"]}
    assert "OTEL_SERVICE_NAME" not in env
    assert env["OTEL_TRACES_SAMPLER_ARG"] == "1"


def test_annotations_of_pods() -> None:
    tracing = {"language": "java", "instrumentation": "observability/default"}
    _, annotations = container("none", tracing=tracing, logs={"parser": "nginx"})
    assert annotations["instrumentation.opentelemetry.io/inject-java"] == "observability/default"
    assert annotations["fluentbit.io/parser"] == "nginx"
    assert container("none")[1] == {}
    assert "env" not in container("none")[0]


@pytest.mark.parametrize(
    ("strategy", "counted"),
    [
        (
            {"type": "canary", "by": "argo-rollouts"},
            'rollout_info_replicas_available{exported_namespace="web",name="api"}',
        ),
        ({"type": "canary", "by": "flagger"}, 'deployment="api-primary"'),
        ({"type": "blue-green", "active": "green"}, 'deployment="api-green"'),
    ],
)
def test_the_pods_that_serve_are_counted(strategy: dict[str, str], counted: str) -> None:
    assert counted in alert(watching("none", strategy=strategy), "AppDown")["expr"]

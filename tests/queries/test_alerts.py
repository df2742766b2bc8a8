"""The alerts of an app, in Prometheus: on pods that are there, gone, idle, and on requests that fail."""

from collections.abc import Callable
from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.queries import exporters
from tests.queries.engine import STEP, Engine
from tests.queries.exporters import LONG, SILENT, Version, counter, series
from tests.unit.apps.meshes import app, context

HALF_AN_HOUR = LONG * STEP


def groups(mesh: str = "none", **fields: Any) -> list[Manifest]:
    own = app(**{"ports": {"http": 8080, "metrics": 9090}, **fields})
    rules = render(own, context(mesh, own, monitoring=True))["alerts"]
    found: list[Manifest] = rules["spec"]["groups"]
    return found


def firing(
    engine: Engine, shown: dict[str, str], mesh: str = "none", *, until: int = HALF_AN_HOUR, **fields: Any
) -> set[str]:
    return engine.evaluate(shown, groups=groups(mesh, **fields), until=until).alerts()


def state(kind: str, name: str, available: int, wanted: int) -> dict[str, str]:
    """What kube-state-metrics shows of one workload (docs/metrics/workload of its repository)."""
    metrics = {
        "deployment": ("kube_deployment_status_replicas_available", "kube_deployment_spec_replicas"),
        "statefulset": ("kube_statefulset_status_replicas_ready", "kube_statefulset_replicas"),
        "daemonset": ("kube_daemonset_status_number_available", "kube_daemonset_status_desired_number_scheduled"),
    }[kind]
    labels = {"job": "kube-state-metrics", "namespace": "web", kind: name}
    return {
        series(metric, labels): f"{count}x{LONG}" for metric, count in zip(metrics, (available, wanted), strict=True)
    }


def rollout(available: int, wanted: int) -> dict[str, str]:
    """What the controller of Argo Rollouts shows; the target's own namespace comes before the Rollout's."""
    labels = {"job": "argo-rollouts-metrics", "namespace": "argo-rollouts", "exported_namespace": "web", "name": "api"}
    names = {"rollout_info_replicas_available": available, "rollout_info_replicas_desired": wanted}
    return {series(name, labels): f"{count}x{LONG}" for name, count in names.items()}


def pods(**ready: bool) -> dict[str, str]:
    labels = {"job": "kube-state-metrics", "namespace": "web", "container": "api"}
    return {
        series("kube_pod_container_status_ready", {**labels, "pod": f"api-{name}"}): f"{int(value)}x{LONG}"
        for name, value in ready.items()
    }


KEDA = {
    "triggers": {
        "day": {"cron": {"timezone": "Etc/UTC", "start": "0 6 * * *", "end": "0 20 * * *", "desiredReplicas": 2}}
    }
}
ARGO = {"type": "canary", "by": "argo-rollouts", "analysis": None}
ARGO_COLOURS = {"type": "blue-green", "by": "argo-rollouts"}
FLAGGER = {"type": "canary", "by": "flagger", "analysis": None}
COLOURS = {"type": "blue-green", "active": "green", "blue": {}}

Shown = Callable[[int, int], dict[str, str]]
WORKLOADS: dict[str, tuple[dict[str, Any], Shown]] = {
    "Deployment": ({}, lambda available, wanted: state("deployment", "api", available, wanted)),
    "StatefulSet": ({"kind": "StatefulSet"}, lambda available, wanted: state("statefulset", "api", available, wanted)),
    "DaemonSet": ({"kind": "DaemonSet"}, lambda available, wanted: state("daemonset", "api", available, wanted)),
    "autoscaler": (
        {"scaling": {"minReplicas": 2, "maxReplicas": 6}},
        lambda available, wanted: state("deployment", "api", available, wanted),
    ),
    "KEDA": (
        {"scaling": {"minReplicas": 1, "maxReplicas": 6, "keda": KEDA}},
        lambda available, wanted: state("deployment", "api", available, wanted),
    ),
    "Argo Rollouts": ({"strategy": ARGO}, rollout),
    # All pods of the idle colour are ready, whatever the active one's are.
    "blue-green by Argo Rollouts": (
        {"strategy": ARGO_COLOURS},
        lambda available, wanted: {**rollout(available, wanted), **pods(idle=True)},
    ),
    "Flagger": (
        {"strategy": FLAGGER},
        lambda available, wanted: {
            **state("deployment", "api", 1, 1),
            **state("deployment", "api-primary", available, wanted),
            **pods(canary=True),
        },
    ),
    "blue-green by the switch": (
        {"strategy": COLOURS},
        lambda available, wanted: {
            **state("deployment", "api-blue", 3, 3),
            **state("deployment", "api-green", available, wanted),
            **pods(idle=True),
        },
    ),
}


@pytest.fixture(params=list(WORKLOADS.values()), ids=list(WORKLOADS))
def workload(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Shown]:
    found: tuple[dict[str, Any], Shown] = request.param
    return found


def test_nobody_is_woken_by_an_app_that_is_well(engine: Engine, workload: tuple[dict[str, Any], Shown]) -> None:
    fields, shown = workload
    up = {series("up", {"namespace": "web", "service": "api-metrics", "pod": "api-1"}): f"1x{LONG}"}
    assert firing(engine, {**shown(3, 3), **up}, **fields) == set()


def test_an_app_without_a_pod_that_serves_is_down(engine: Engine, workload: tuple[dict[str, Any], Shown]) -> None:
    fields, shown = workload
    assert "AppDown" in firing(engine, shown(0, 3), **fields)
    assert "AppDown" not in firing(engine, shown(0, 3), until=240, **fields), "not before five minutes"
    assert "AppDown" not in firing(engine, shown(1, 3), **fields)
    assert "AppReplicasUnavailable" in firing(engine, shown(1, 3), **fields)


def test_an_app_of_which_nothing_is_known_is_down(engine: Engine, workload: tuple[dict[str, Any], Shown]) -> None:
    fields, _ = workload
    assert {"AppDown", "AppTargetsDown"} <= firing(engine, {}, **fields)
    gone = {name: samples.replace(f"x{LONG}", "x10") for name, samples in workload[1](3, 3).items()}
    lasting = {name: samples for name, samples in gone.items() if "ready" not in name and "primary" not in name}
    assert "AppDown" in firing(engine, lasting, **fields), "it was there, and is deleted"


def test_an_app_that_shall_have_no_pod_is_not_down(engine: Engine, workload: tuple[dict[str, Any], Shown]) -> None:
    fields, shown = workload
    assert "AppDown" not in firing(engine, shown(0, 0), **fields)


def test_without_its_controllers_metrics_a_rollout_is_known_by_its_pods(engine: Engine) -> None:
    assert "AppDown" not in firing(engine, pods(one=True, two=False), strategy=ARGO)
    assert "AppDown" in firing(engine, pods(one=False, two=False), strategy=ARGO)


def test_an_app_that_scales_to_none_has_no_targets_to_miss(engine: Engine) -> None:
    scaling = {"minReplicas": 0, "maxReplicas": 6, "keda": KEDA}
    assert "AppTargetsDown" not in firing(engine, state("deployment", "api", 0, 0), scaling=scaling)


def test_targets_that_do_not_answer(engine: Engine) -> None:
    def up(*answers: int) -> dict[str, str]:
        labels = {"namespace": "web", "service": "api-metrics"}
        return {series("up", {**labels, "pod": f"api-{n}"}): f"{each}x{LONG}" for n, each in enumerate(answers)}

    assert "AppTargetsDown" not in firing(engine, up(1, 1, 1, 0))
    assert "AppTargetsDown" in firing(engine, up(0, 0, 0, 1))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "api-hpa"),
        ({"strategy": FLAGGER}, "api-hpa-primary"),
        ({"strategy": COLOURS}, "api-hpa"),
    ],
)
def test_the_autoscaler_has_nothing_left(engine: Engine, fields: dict[str, Any], name: str) -> None:
    def scaler(desired: int) -> dict[str, str]:
        labels = {"namespace": "web", "horizontalpodautoscaler": name}
        return {
            series("kube_horizontalpodautoscaler_status_desired_replicas", labels): f"{desired}x{LONG}",
            series("kube_horizontalpodautoscaler_spec_max_replicas", labels): f"6x{LONG}",
        }

    scaling = {"minReplicas": 2, "maxReplicas": 6}
    assert "AppScaledToMaximum" in firing(engine, scaler(6), scaling=scaling, **fields)
    assert "AppScaledToMaximum" not in firing(engine, scaler(5), scaling=scaling, **fields)


def test_what_a_container_has_used_up(engine: Engine) -> None:
    own = {"namespace": "web", "container": "api", "pod": "api-1"}

    def used(throttled: float, memory: float, waits: int) -> dict[str, str]:
        return {
            series("container_cpu_cfs_throttled_periods_total", own): counter(throttled),
            series("container_cpu_cfs_periods_total", own): counter(300),
            series("container_memory_working_set_bytes", own): f"{memory:g}x{LONG}",
            series("kube_pod_container_resource_limits", {**own, "resource": "memory"}): f"1000x{LONG}",
            series("kube_pod_container_resource_limits", {**own, "resource": "cpu"}): f"1x{LONG}",
            series(
                "kube_pod_container_status_waiting_reason", {**own, "reason": "CrashLoopBackOff"}
            ): f"{waits}x{LONG}",
        }

    alerts = {"AppCpuThrottled", "AppMemoryNearLimit", "AppCrashLooping"}
    assert alerts <= firing(engine, used(90, 950, 1))
    assert not alerts & firing(engine, used(60, 800, 0))


OWN = {"metrics": {"requests": "http_requests_total", "latency": "http_request_duration_seconds"}}
COUNTED: dict[str, tuple[str, Callable[..., dict[str, str]], dict[str, Any]]] = {
    "Istio": ("sidecar", exporters.sidecars, {"ports": {"http": 8080}}),
    "ambient, calls": ("ambient", exporters.waypoint, {"ports": {"http": 8080}}),
    "ambient, gateway": ("ambient", exporters.gateway, {"ports": {"http": 8080}}),
    "Linkerd": ("linkerd", exporters.linkerd, {"ports": {"http": 8080}}),
    "the app's own": ("none", exporters.own, {"monitoring": OWN}),
}


@pytest.fixture(params=list(COUNTED.values()), ids=list(COUNTED))
def counted(request: pytest.FixtureRequest) -> tuple[str, Callable[..., dict[str, str]], dict[str, Any]]:
    found: tuple[str, Callable[..., dict[str, str]], dict[str, Any]] = request.param
    return found


REQUESTS = {"AppErrors", "AppSlow"}


def test_requests_that_fail_or_are_slow(
    engine: Engine, counted: tuple[str, Callable[..., dict[str, str]], dict[str, Any]]
) -> None:
    mesh, shown, fields = counted

    def told(**requests: Any) -> set[str]:
        return REQUESTS & firing(engine, shown(Version("api-1", "api-service", **requests)), mesh, **fields)

    assert told(good=counter(300)) == set()
    assert told(good=counter(290), bad=counter(10)) == set(), "four in a hundred"
    assert told(good=counter(270), bad=counter(30)) == {"AppErrors"}
    assert told(bad=counter(300)) == {"AppErrors"}
    assert told(bad=counter(300, missed=55)) == {"AppErrors"}
    assert told(good=counter(300), milliseconds=4000) == {"AppSlow"}
    assert told(good=SILENT) == told(bad=SILENT) == told() == set(), "silence is AppDown's, if anybody's"


SLO: dict[str, Any] = {"slo": {"availability": 99.9, "latency": {"objective": 99, "threshold": "500ms"}}}
BURNT = {"AppErrorBudgetBurn", "AppLatencyBudgetBurn"}


def test_the_error_budget_burns(
    engine: Engine, counted: tuple[str, Callable[..., dict[str, str]], dict[str, Any]]
) -> None:
    mesh, shown, fields = counted

    def burnt(**requests: Any) -> set[str]:
        return BURNT & firing(engine, shown(Version("api-1", "api-service", **requests)), mesh, **fields, **SLO)

    assert burnt(good=counter(300)) == set()
    assert burnt(good=counter(299.9), bad=counter(0.1)) == set()
    assert burnt(bad=counter(300)) == {"AppErrorBudgetBurn"}
    assert burnt(good=counter(290), bad=counter(10)) == {"AppErrorBudgetBurn"}
    assert burnt(good=counter(300), milliseconds=900) == {"AppLatencyBudgetBurn"}
    assert burnt(good=SILENT) == burnt() == set()


@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
@pytest.mark.parametrize(
    "failure",
    [{"response_code": "503", "grpc_response_status": ""}, {"response_code": "200", "grpc_response_status": "14"}],
)
def test_grpc_fails_in_two_ways_and_either_alone_is_seen(engine: Engine, mesh: str, failure: dict[str, str]) -> None:
    labels = {
        "job": "web/api-mesh" if mesh == "sidecar" else "monitoring/istio-proxies",
        "reporter": "destination" if mesh == "sidecar" else "waypoint",
        "destination_service_namespace": "web",
        "destination_service_name": "api-service",
        "request_protocol": "grpc",
        **failure,
    }
    shown = {series("istio_requests_total", labels): counter(300)}
    assert "AppErrors" in firing(engine, shown, mesh, ports={"grpc": 9000})
    assert "AppErrorBudgetBurn" in firing(engine, shown, mesh, ports={"grpc": 9000}, slo={"availability": 99.9})
    well = {series("istio_requests_total", {**labels, "response_code": "200", "grpc_response_status": "5"}): counter(9)}
    assert "AppErrors" not in firing(engine, well, mesh, ports={"grpc": 9000}), "NOT_FOUND is the caller's"


def test_what_is_recorded_is_nought_without_failures(engine: Engine) -> None:
    """Not nothing: a dashboard without data looks like one that is broken."""
    for mesh, shown, fields in COUNTED.values():
        rules = groups(mesh, **fields, **SLO)
        healthy = shown(Version("api-1", "api-service", good=counter(300)))
        asked = [f"slipway:app_{each}:ratio_rate{window}" for each in ("errors", "slow") for window in ("5m", "1h")]
        results = engine.evaluate(healthy, groups=rules, queries=asked, until=HALF_AN_HOUR).results
        assert [[each.value for each in one] for one in results] == [[0]] * 4
        assert results[0][0].labels == {"__name__": asked[0], "app": "api", "namespace": "web"}


def test_a_boundary_below_which_no_request_is_counted_is_kept_by_none(engine: Engine) -> None:
    labels = {"namespace": "web", "service": "api-metrics", "code": "200", "le": "+Inf"}
    shown = {series("http_request_duration_seconds_bucket", labels): counter(300)}
    assert "AppLatencyBudgetBurn" in firing(engine, shown, monitoring=OWN, **SLO)

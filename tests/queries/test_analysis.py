"""A new version is judged by what Prometheus really says of it, for each mesh, controller and way in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from components.apps.analysis import analysis_of, queries
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.queries import exporters
from tests.queries.engine import Engine
from tests.queries.exporters import SILENT, Version, counter
from tests.queries.verdicts import BAD, GOOD, UNKNOWN, by_flagger, concluded, measured
from tests.unit.apps.meshes import app, context

HASH = "7d9c5b6f4d"
OWN = {"metrics": {"requests": "http_requests_total", "latency": "http_request_duration_seconds"}}
MEASURED = {"ports": {"http": 8080, "metrics": 9090}, "monitoring": OWN}
ARGO = {"type": "canary", "by": "argo-rollouts"}
FLAGGER = {"type": "canary", "by": "flagger"}
BLUE_GREEN = {"type": "blue-green", "by": "argo-rollouts", "analysis": {}}


@dataclass(frozen=True)
class Setting:
    """A mesh, a controller and a way in; who counts the requests there, and how the two versions are told apart."""

    mesh: str
    strategy: dict[str, Any]
    counted: Callable[..., dict[str, str]]
    service: str = "api-canary"
    fields: dict[str, Any] | None = None

    def objects(self, **analysis: Any) -> dict[str, Manifest]:
        fields = {"ports": {"http": 8080}, **(self.fields or {})}
        wanted = {**self.strategy, **({"analysis": analysis} if analysis else {})}
        own = app(strategy=wanted, **fields)
        return render(own, context(self.mesh, own, monitoring=True))

    def version(self, **requests: Any) -> Version:
        pod = f"api-{HASH}-x7k2p"
        return Version(pod, self.service, **requests)

    def old(self, **requests: Any) -> Version:
        flagger = self.strategy is FLAGGER
        pod = "api-primary-5c9d8b7f6-abcde" if flagger else "api-64f5d8c9b7-abcde"
        return Version(pod, "api-service-primary" if flagger else "api-stable", **requests)


ROUTE = {"route": {"host": "api.example.com", "controller": "istio"}}
SETTINGS = {
    "Istio, Argo Rollouts": Setting("sidecar", ARGO, exporters.sidecars, fields=ROUTE),
    "Istio, Flagger": Setting("sidecar", FLAGGER, exporters.sidecars, "api-service-canary"),
    "Istio, blue-green": Setting("sidecar", BLUE_GREEN, exporters.sidecars, "api-preview"),
    "ambient, Argo Rollouts, calls": Setting("ambient", ARGO, exporters.waypoint),
    "ambient, Argo Rollouts, gateway": Setting("ambient", ARGO, exporters.gateway, fields=ROUTE),
    "ambient, Flagger": Setting("ambient", FLAGGER, exporters.waypoint, "api-service-canary"),
    "Linkerd, Argo Rollouts": Setting("linkerd", ARGO, exporters.linkerd),
    "Linkerd, Flagger": Setting("linkerd", FLAGGER, exporters.linkerd, "api-service-canary"),
    "Linkerd, blue-green": Setting("linkerd", BLUE_GREEN, exporters.linkerd, "api-preview"),
    "ALB, Argo Rollouts": Setting(
        "none", ARGO, exporters.own, fields={**MEASURED, "ingress": {"host": "api.example.com", "controller": "alb"}}
    ),
    "no way in, blue-green": Setting("none", BLUE_GREEN, exporters.own, "api-preview", MEASURED),
    "Istio, the app's own metrics": Setting("sidecar", ARGO, exporters.own, fields={**MEASURED, **ROUTE}),
    "ambient, the app's own metrics": Setting("ambient", FLAGGER, exporters.own, "api-service-canary", MEASURED),
}
BUSY: dict[str, Any] = {"good": counter(300)}


def verdicts(engine: Engine, objects: dict[str, Manifest], series: dict[str, str], second: int) -> set[str]:
    """Return what the controller says of the success rate and of the latency at a moment."""
    template = objects.get("analysis")
    asked: list[str] = []
    judges: list[Callable[[Sequence[float]], str]] = []
    if template is not None:
        for metric in template["spec"]["metrics"]:
            asked.append(metric["provider"]["prometheus"]["query"].replace("{{args.hash}}", HASH))
            judges.append(partial(measured, metric))
    else:
        for metric in objects["flagger"]["spec"]["analysis"]["metrics"]:
            asked.append(objects[metric["name"]]["spec"]["query"])
            judges.append(partial(by_flagger, metric["thresholdRange"]))
    results = engine.evaluate(series, queries=asked, until=second).results
    assert all(len(each) <= 1 for each in results), "one answer, whichever is the first"
    return {judge([each.value for each in result]) for judge, result in zip(judges, results, strict=True)}


@pytest.fixture(params=list(SETTINGS.values()), ids=list(SETTINGS))
def setting(request: pytest.FixtureRequest) -> Setting:
    found: Setting = request.param
    return found


def said(engine: Engine, setting: Setting, *versions: Version, second: int = 900, **analysis: Any) -> set[str]:
    return verdicts(engine, setting.objects(**analysis), setting.counted(*versions), second)


def test_a_healthy_version_is_good(engine: Engine, setting: Setting) -> None:
    assert said(engine, setting, setting.version(**BUSY), setting.old(**BUSY)) == {GOOD}
    few = setting.version(good=counter(999), bad=counter(1))
    assert said(engine, setting, few, setting.old(**BUSY)) == {GOOD}


def test_a_version_that_fails_every_request_is_bad(engine: Engine, setting: Setting) -> None:
    assert BAD in said(engine, setting, setting.version(bad=counter(300)), setting.old(**BUSY))


def test_a_version_that_fails_one_request_in_ten_is_bad(engine: Engine, setting: Setting) -> None:
    failing = setting.version(good=counter(270), bad=counter(30))
    assert BAD in said(engine, setting, failing, setting.old(**BUSY))


def test_a_slow_version_is_bad(engine: Engine, setting: Setting) -> None:
    assert said(engine, setting, setting.version(**BUSY, milliseconds=2000), setting.old(**BUSY)) == {GOOD, BAD}


def test_the_old_versions_failures_are_not_the_new_ones(engine: Engine, setting: Setting) -> None:
    old = setting.old(good=counter(100), bad=counter(200), milliseconds=9000)
    assert said(engine, setting, setting.version(**BUSY), old) == {GOOD}


@pytest.mark.parametrize("missed", [27, 28, 29, 30])
def test_a_missed_scrape_changes_no_verdict(engine: Engine, setting: Setting, missed: int) -> None:
    well, ill = setting.version(good=counter(300, missed=missed)), setting.version(bad=counter(300, missed=missed))
    assert said(engine, setting, well) == {GOOD}
    assert BAD in said(engine, setting, ill)


def test_a_version_that_nobody_calls_is_neither(engine: Engine, setting: Setting) -> None:
    for version in (setting.version(), setting.version(good=SILENT), setting.version(bad=SILENT)):
        assert said(engine, setting, version, setting.old(**BUSY)) == {UNKNOWN}


def test_a_version_that_nobody_scrapes_is_neither(engine: Engine, setting: Setting) -> None:
    assert said(engine, setting, replace(setting.version(**BUSY), scraped=False)) == {UNKNOWN}
    unknown = replace(setting.version(**BUSY), scraped=False)
    assert said(engine, setting, unknown, withoutRequests="pass") == {UNKNOWN}


def test_silence_passes_where_the_app_says_so(engine: Engine, setting: Setting) -> None:
    for version in (setting.version(), setting.version(good=SILENT)):
        assert said(engine, setting, version, setting.old(**BUSY), withoutRequests="pass") == {GOOD}
    assert BAD in said(engine, setting, setting.version(bad=counter(300)), withoutRequests="pass")


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_so_many_measurements_may_fail_and_not_one_more(engine: Engine, limit: int) -> None:
    setting = SETTINGS["Istio, Argo Rollouts"]
    objects = setting.objects(failureLimit=limit)
    series = setting.counted(setting.version(bad=counter(300)))
    (metric, _) = objects["analysis"]["spec"]["metrics"]
    seconds = [int(metric[key].removesuffix("s")) for key in ("initialDelay", "interval")]
    ill = [BAD if BAD in verdicts(engine, objects, series, seconds[0] + n * seconds[1]) else GOOD for n in range(4)]
    assert ill == [BAD] * 4
    assert concluded(metric, ill[:limit]) is None
    assert concluded(metric, ill[: limit + 1]) == BAD


def test_flagger_gives_up_after_as_many() -> None:
    for limit in (0, 2, 5):
        objects = SETTINGS["Istio, Flagger"].objects(failureLimit=limit)
        assert objects["flagger"]["spec"]["analysis"]["threshold"] == limit + 1


@pytest.mark.parametrize("strategy", [ARGO, {**ARGO, "steps": [50, 100]}, {**ARGO, "pause": "30m"}, BLUE_GREEN])
def test_a_silent_version_never_has_all_requests(strategy: dict[str, Any]) -> None:
    own = app(ports={"http": 8080}, strategy=strategy)
    where = context("sidecar", own, monitoring=True)
    analysis = analysis_of(own)
    assert analysis is not None
    (metric, _) = render(own, where)["analysis"]["spec"]["metrics"]
    pauses = 300 if strategy.get("pause") is None else 1800
    steps = sum(1 for each in own.strategy.steps if each < 100)
    window = queries(own, where, analysis).window
    count = metric.get("count") or (steps * pauses - window) // analysis.interval_seconds
    assert concluded(metric, [UNKNOWN] * count) == UNKNOWN
    if strategy is ARGO:
        assert metric["inconclusiveLimit"] == 5, "the measurements of one pause"

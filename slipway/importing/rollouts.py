"""Strategies that a controller carries out: Argo's Rollout and Flagger's Canary."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.operations.monitoring_names import PROMETHEUS_URL
from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group

_WORST = re.compile(r"result\[0\] (?:>=|<=) ([0-9.]+)")


def surge(rolling: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many pods more and fewer there may be, empty where it is what an app file means anyway."""
    found = {key: rolling[key] for key in ("maxSurge", "maxUnavailable") if key in rolling}
    return {} if found == {"maxSurge": 1, "maxUnavailable": 0} else found


def by_argo(source: Source, group: Group) -> dict[str, Any]:
    """Return the strategy of a Rollout."""
    strategy = at(source.manifest, ("spec", "strategy")) or {}
    analysis = dict(_analysis(group)) or None
    blue_green = strategy.get("blueGreen")
    if blue_green is not None:
        automatic = blue_green.get("autoPromotionEnabled", True)
        found: dict[str, Any] = {"type": "blue-green", "by": "argo-rollouts"}
        if automatic:
            found["autoPromotionSeconds"] = blue_green.get("autoPromotionSeconds", 0)
        if "scaleDownDelaySeconds" in blue_green:
            found["scaleDownDelaySeconds"] = blue_green["scaleDownDelaySeconds"]
        return {**found, **({"analysis": analysis} if analysis else {})}
    canary = strategy.get("canary") or {}
    return {
        "type": "canary",
        "by": "argo-rollouts",
        **surge(canary),
        **_steps(canary.get("steps") or []),
        "analysis": analysis,
    }


def _steps(steps: list[Mapping[str, Any]]) -> dict[str, Any]:
    weights = [each["setWeight"] for each in steps if each.get("setWeight")]
    pauses = [at(dict(each), ("pause", "duration")) for each in steps if "pause" in each]
    found: dict[str, Any] = {"steps": [*weights, *([] if weights[-1:] == [100] else [100])]}
    pause = next((each for each in pauses if each is not None), None)
    if pause is not None:
        found["pause"] = f"{pause}s" if isinstance(pause, int) else pause
    for each in steps:
        match = at(dict(each), ("setHeaderRoute", "match", 0)) or {}
        if exact := at(match, ("headerValue", "exact")):
            found["header"] = {"name": match.get("headerName"), "value": exact}
    return found


def _seconds(duration: Any) -> int | None:
    match = re.fullmatch(r"(\d+)(s|m)", str(duration))
    return int(match[1]) * (60 if match[2] == "m" else 1) if match else None


def _analysis(group: Group) -> Iterator[tuple[str, Any]]:
    """Yield what an AnalysisTemplate measures, where it is of success and latency."""
    for part in group.of("AnalysisTemplate"):
        for metric in at(part.manifest, ("spec", "metrics")) or []:
            asked = at(metric, ("provider", "prometheus")) or {}
            worst = _WORST.search(str(metric.get("successCondition")))
            if worst is None or metric.get("name") not in {"success-rate", "latency-p99"}:
                continue
            success = metric["name"] == "success-rate"
            yield ("successRate", float(worst[1])) if success else ("latencyP99Ms", int(float(worst[1])))
            yield "successQuery" if success else "latencyQuery", asked.get("query")
            if asked.get("address") not in {None, PROMETHEUS_URL}:
                yield "prometheus", asked["address"]
            if "failureLimit" in metric:
                yield "failureLimit", metric["failureLimit"]
            if (seconds := _seconds(metric.get("interval"))) is not None:
                yield "intervalSeconds", seconds


def by_flagger(source: Source, group: Group) -> dict[str, Any]:
    """Return the strategy of a Canary."""
    analysis = at(source.manifest, ("spec", "analysis")) or {}
    weights = list(analysis.get("stepWeights") or [])
    step, most = analysis.get("stepWeight"), analysis.get("maxWeight", 50)
    if not weights and isinstance(step, int) and step > 0:
        weights = list(range(step, most + 1, step))
    found: dict[str, Any] = {"type": "canary", "by": "flagger"}
    found["steps"] = [*(each for each in weights if each not in {0, 100}), 100]
    if analysis.get("interval"):
        found["pause"] = analysis["interval"]
    measured = dict(_measured(analysis, group))
    if measured and isinstance(analysis.get("threshold"), int):
        measured["failureLimit"] = analysis["threshold"] - 1
    return {**found, "analysis": measured or None}


def _measured(analysis: Mapping[str, Any], group: Group) -> Iterator[tuple[str, Any]]:
    templates = {each.name: each.manifest for each in group.of("MetricTemplate")}
    bounds = {"success-rate": ("successRate", "min"), "latency-p99": ("latencyP99Ms", "max")}
    for metric in analysis.get("metrics") or []:
        template = templates.get(str(at(metric, ("templateRef", "name"))), {})
        if metric.get("name") in bounds and template:
            key, bound = bounds[metric["name"]]
            yield key, at(metric, ("thresholdRange", bound))
            yield "successQuery" if bound == "min" else "latencyQuery", at(template, ("spec", "query"))
            if (address := at(template, ("spec", "provider", "address"))) != PROMETHEUS_URL:
                yield "prometheus", address
            if (seconds := _seconds(metric.get("interval"))) is not None:
                yield "intervalSeconds", seconds

"""What Argo Rollouts and Flagger make of Prometheus's answers, as their sources say.

Argo Rollouts: utils/evaluate and analysis/analysis.go. Flagger: pkg/controller/scheduler_metrics.go.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

GOOD, BAD, UNKNOWN = "Successful", "Failed", "Inconclusive"


def holds(condition: str, result: Sequence[float]) -> bool:
    """Return what a condition of an AnalysisTemplate says of a result: a conjunction of the terms used here."""
    terms = {
        "len(result) > 0": lambda: len(result) > 0,
        "!isNaN(result[0])": lambda: not math.isnan(result[0]),
    }
    for term in condition.split(" && "):
        if term in terms:
            if not terms[term]():
                return False
            continue
        compared = re.fullmatch(r"result\[0\] (>=|<=|<|>) ([\d.]+)", term)
        assert compared, f"{term} is no term that is understood here"
        operator, limit = compared[1], float(compared[2])
        value = result[0]
        said = {">=": value >= limit, "<=": value <= limit, "<": value < limit, ">": value > limit}
        if not said[operator]:
            return False
    return True


def measured(metric: dict[str, Any], result: Sequence[float]) -> str:
    """Return what Argo Rollouts says of one measurement: a failure before a success, neither is inconclusive."""
    if holds(metric["failureCondition"], result):
        return BAD
    return GOOD if holds(metric["successCondition"], result) else UNKNOWN


def concluded(metric: dict[str, Any], measurements: Sequence[str]) -> str | None:
    """Return what Argo Rollouts says after these measurements; None while it goes on."""
    for said, limit in ((BAD, metric["failureLimit"]), (UNKNOWN, metric["inconclusiveLimit"])):
        if measurements.count(said) > limit:
            return said
    return GOOD if len(measurements) >= metric.get("count", math.inf) else None


def by_flagger(allowed: dict[str, float], result: Sequence[float]) -> str:
    """Return what Flagger says: without an answer it halts, which counts as a failed check; NaN is never outside."""
    if not result:
        return UNKNOWN
    value = result[-1]
    outside = value < allowed.get("min", -math.inf) or value > allowed.get("max", math.inf)
    return BAD if outside else GOOD

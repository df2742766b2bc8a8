"""How a new version replaces the old one: every strategy that the stack can carry out for the app."""

from typing import Any

from hypothesis import strategies as st

from tests.support.app_strategies import images, int_or_percent
from tests.support.generate.connections import exposure, sees_requests, tcp
from tests.support.generate.place import Place, maybe, pick, some
from tests.support.generate.rooms import Document

HEADER: Document = {"name": "canary", "value": "always"}
QUERIES: Document = {
    "prometheus": "http://prometheus.example.com:9090",
    "successQuery": "sum(rate(good[1m]))",
    "latencyQuery": "quantile",
}
NOT_FOR: dict[str, frozenset[str]] = {
    "argo-rollouts": frozenset({"nginx", "external"}),
    "flagger": frozenset({"nginx", "external", "alb"}),
}
"""The ways in that a controller cannot divide requests of."""


def _ways(draw: st.DrawFn, place: Place, declared: Document, by: str) -> Document:
    """Return the ways in of a canary that `by` carries out."""
    avoid = NOT_FOR[by]
    if by == "flagger":
        avoid |= {"gateway-api"} if place.has.implementation == "alb" else set()
        avoid |= {"istio"} if place.has.ambient and place.meshed else set()
    found: Document = {}
    for key in ("ingress", "route"):
        refused = avoid | {"istio"} if key == "ingress" else avoid
        made = exposure(draw, place, declared, key, refused) if maybe(draw, one_in=2) else None
        if made is not None and not (by == "flagger" and found):
            found[key] = made
    return found


def _analysis(draw: st.DrawFn, place: Place, declared: Document) -> Any:
    # in ambient mode what comes in past Istio's gateway is counted by nobody
    known = place.has.monitoring and place.meshed and not place.has.ambient and sees_requests(declared)
    limits = {"failureLimit": st.integers(0, 3), "intervalSeconds": st.integers(10, 120), "successRate": st.just(99.5)}
    own = {**QUERIES, **some(draw, limits)}
    return pick(draw, [None, own, *([some(draw, limits)] if known else [])])


def _progress(draw: st.DrawFn, place: Place, declared: Document, by: str) -> Document | None:
    """Return a canary of a controller with its ways in, None where nobody would divide its requests."""
    ways = _ways(draw, place, declared, by)
    if not ways and not (place.meshed and sees_requests(declared)):
        return None
    strategy: Document = {"type": "canary", "by": by, "analysis": _analysis(draw, place, declared)}
    # time enough for as many measurements as may fail, where there are any
    steps = [[10, 100], [5, 50, 100], *([[100]] if strategy["analysis"] is None else [])]
    if maybe(draw):
        strategy |= {"steps": pick(draw, steps), "pause": "30m"}
    if by == "argo-rollouts" and maybe(draw):
        strategy["header"] = HEADER
    return {"strategy": strategy, **ways}


def _colours(draw: st.DrawFn) -> Document:
    sides = {"blue": st.just({}), "green": st.fixed_dictionaries({"image": images})}
    return {"type": "blue-green", **some(draw, {"active": st.sampled_from(["blue", "green"]), **sides}, one_in=2)}


def _plain(draw: st.DrawFn, place: Place) -> Document:
    if place.kind == "StatefulSet" or place.ends:
        return {}
    if place.kind == "DaemonSet":
        return pick(
            draw, [{}, {"strategy": {"maxSurge": 1, "maxUnavailable": 0}}, {"strategy": {"maxUnavailable": "10%"}}]
        )
    rolling: Document = {"maxSurge": draw(int_or_percent), "maxUnavailable": 0}
    less: Document = {"type": "rolling", "maxSurge": 0, "maxUnavailable": 1}
    return pick(draw, [{}, {"strategy": rolling}, {"strategy": less}, {"strategy": {"type": "Recreate"}}])


def _second_version(draw: st.DrawFn, place: Place, document: Document, declared: Document) -> Document:
    """Return a second version with a fixed share, where somebody divides the requests."""
    ways = [document[key] for key in ("ingress", "route") if key in document]
    named = [way.get("controller", place.has.controllers[0]) for way in ways]
    if not place.meshed and not any(each != "external" for each in named):
        return {}
    optional = {"replicas": st.integers(1, 3), "weight": st.integers(0, 100), "header": st.just(HEADER)}
    return {"canary": draw(st.fixed_dictionaries({"image": images}, optional=optional))}


def versions(draw: st.DrawFn, place: Place, declared: Document) -> Document:
    """Return the strategy with the ways in that it can have, and perhaps a second version."""
    ways: Document = {}
    if tcp(declared):
        for key in ("ingress", "route"):
            made = exposure(draw, place, declared, key, frozenset()) if maybe(draw) else None
            ways |= {key: made} if made is not None else {}
    if place.kind != "Deployment" or not [name for name in declared if name != "metrics"]:
        return {**_plain(draw, place), **ways}
    kinds = ["plain", "plain", "blue-green", "second"]
    kinds += ["argo-rollouts", "argo-rollouts", "argo-blue-green"] if place.has.argo else []
    kinds += ["flagger"] * 4 if place.has.flagger else []
    kind = pick(draw, kinds)
    if kind in NOT_FOR and tcp(declared):
        return _progress(draw, place, declared, kind) or ways
    if kind == "blue-green":
        return {"strategy": _colours(draw), **ways}
    if kind == "argo-blue-green":
        times = {"autoPromotionSeconds": st.integers(0, 600), "scaleDownDelaySeconds": st.integers(0, 600)}
        judged = {"analysis": _analysis(draw, place, declared)} if maybe(draw) else {}
        return {"strategy": {"type": "blue-green", "by": "argo-rollouts", **some(draw, times), **judged}, **ways}
    if kind == "second":
        return {**_plain(draw, place), **ways, **_second_version(draw, place, ways, declared)}
    return {**_plain(draw, place), **ways}

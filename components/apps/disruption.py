"""How many pods may be taken away on purpose: pod disruption budgets, and rolling updates."""

from typing import Annotated

from pydantic import Field

from components.apps.exposure import HeaderSettings
from components.apps.strategy_settings import (
    STEPS,
    AnalysisSettings,
    By,
    Colour,
    ColourSettings,
    Seconds,
    Steps,
    TypeWord,
)
from components.apps.traffic import Duration
from components.apps.words import IntOrPercent, Manifest
from components.model import Settings


class DisruptionSettings(Settings):
    """An app's own disruption budget: exactly one of the two."""

    max_unavailable: IntOrPercent | None = Field(
        default=None, description="Pods, or a percentage, that a drain may take away at once."
    )
    min_available: IntOrPercent | None = Field(
        default=None, description="Pods, or a percentage, that a drain must leave."
    )


class StrategySettings(Settings):
    """How a new version replaces the old one."""

    type: TypeWord = Field(
        default="RollingUpdate",
        description=(
            "RollingUpdate (rolling) replaces pod by pod; Recreate (recreate) stops the old version first; blue-green"
            " has both versions and switches; canary gives the new one more and more requests (all but the first:"
            " Deployments only)."
        ),
    )
    max_surge: IntOrPercent | None = Field(
        default=None, description="Extra pods, or a percentage, during an update. Unset: 1."
    )
    max_unavailable: IntOrPercent | None = Field(
        default=None, description="Missing pods, or a percentage, during an update. Unset: 0, no capacity is lost."
    )
    by: By | None = Field(
        default=None,
        description="Who carries out blue-green (argo-rollouts) or a canary (argo-rollouts, flagger). Unset: for"
        " blue-green nobody but `active`.",
    )
    active: Colour = Field(default="blue", description="Blue-green without `by`: the colour that clients reach.")
    blue: ColourSettings | None = Field(
        default=None, description="Blue-green without `by`: blue. Unset: there only while it is active."
    )
    green: ColourSettings | None = Field(
        default=None, description="Blue-green without `by`: green. Unset: there only while it is active."
    )
    auto_promotion_seconds: Seconds | None = Field(
        default=None,
        description="Blue-green by argo-rollouts: seconds from a ready new version to the switch. Unset: a person"
        " switches.",
    )
    scale_down_delay_seconds: Seconds | None = Field(
        default=None,
        description="Blue-green by argo-rollouts: seconds that the old version stays after the switch. Unset: 30.",
    )
    steps: Steps = Field(
        default=STEPS, description="Canary: the percentages of requests, one after the other, up to 100."
    )
    pause: Duration = Field(default="5m", description="Canary: how long each step lasts.")
    header: HeaderSettings | None = Field(
        default=None,
        description="Canary: requests with this header all go to the new version from the first step on; by flagger"
        " only these, and then all.",
    )
    iterations: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="Canary by flagger with `header`: how many times `pause` the new version has only these requests."
        " Unset: 10.",
    )
    analysis: AnalysisSettings | None = Field(
        default_factory=AnalysisSettings,
        description="What Prometheus must say of the new version, by a canary always, by blue-green (argo-rollouts)"
        " where it is written. null: nothing is asked.",
    )


def percent_of(value: int | str, total: int, *, up: bool) -> int:
    """Return the number of pods that an IntOrPercent means of `total`, as Kubernetes rounds it.

    `maxSurge` and disruption budgets round up, `maxUnavailable` of a rolling update down.
    """
    if isinstance(value, int):
        return value
    part = int(value.removesuffix("%")) * total
    return -(-part // 100) if up else part // 100


def surge(strategy: StrategySettings) -> int | str:
    """Return the effective `maxSurge` of a Deployment's update; 0 where the old version is stopped first."""
    if strategy.type == "Recreate":
        return 0
    if strategy.type == "blue-green" and strategy.by is not None:
        return "100%"  # the new version is as large as the old one
    return 1 if strategy.max_surge is None else strategy.max_surge


def unavailable(strategy: StrategySettings) -> int | str:
    """Return the effective `maxUnavailable` of a Deployment's rolling update."""
    return 0 if strategy.max_unavailable is None else strategy.max_unavailable


def canary_strategy(strategy: StrategySettings) -> StrategySettings:
    """Return how a canary is updated: with a pod more and never a pod less.

    What the app can spare of its pods may be the canary's only one, and its share of the requests goes nowhere else.
    """
    if strategy.type == "Recreate":
        return strategy
    extra = surge(strategy)
    return StrategySettings(max_surge=1 if extra in {0, "0%"} else extra, max_unavailable=0)


def deployment_strategy(strategy: StrategySettings) -> Manifest:
    """Return the `strategy` of a Deployment."""
    if strategy.type == "Recreate":
        return {"type": "Recreate"}
    return {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": surge(strategy), "maxUnavailable": unavailable(strategy)},
    }


def daemon_strategy(strategy: StrategySettings) -> Manifest:
    """Return the `updateStrategy` of a DaemonSet: unless it says otherwise, node by node and without a second pod."""
    extra = 0 if strategy.max_surge is None else strategy.max_surge
    missing = (1 if extra in {0, "0%"} else 0) if strategy.max_unavailable is None else strategy.max_unavailable
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": extra, "maxUnavailable": missing}}


def budget_spec(budget: Manifest, selector: dict[str, str]) -> Manifest:
    """Return the spec of a PodDisruptionBudget over the pods that `selector` matches.

    A pod that is not ready never blocks a drain: it serves nobody, and the node under it may be why.
    """
    return {**budget, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": selector}}


def budget(override: DisruptionSettings | None, default: Manifest) -> Manifest:
    """Return what a budget allows: the app's own setting, otherwise its tier's."""
    if override is None:
        return default
    own = {"maxUnavailable": override.max_unavailable, "minAvailable": override.min_available}
    return {key: value for key, value in own.items() if value is not None}

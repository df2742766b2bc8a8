"""Where an app is not what its tier makes of an app: every default of the tiers' table that it does without. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from components.apps.context import AppContext
from components.apps.disruption import budget, percent_of, unavailable
from components.apps.patch_deviations import patch_deviations
from components.apps.placement import placement, pool_of
from components.apps.pod_counts import EVICTED, fewest_path, fewest_pods
from components.apps.preset_containers import AUTH_PROXY, LOG_ADAPTER, OTEL_COLLECTOR, preset_resources
from components.apps.resources import ResourcesSettings, requests
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS, TierPolicy
from components.problem import KeyPath
from components.quantity import parse

PRESET_KEYS = {AUTH_PROXY: "authProxy", LOG_ADAPTER: "logAdapter", OTEL_COLLECTOR: "otelCollector"}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One default of its tier that an app has not.

    `path` leads from the root of the app file to what decides it, `tier` and `app` are the two values in words, `text`
    is the sentence: tier 1, but 1 replica.
    """

    path: KeyPath
    tier: str
    app: str
    text: str


Found = tuple[KeyPath, str, str, str]
"""Where it is decided, the tier's value, the app's, and what follows `tier 1, but`."""


def counted(number: int) -> str:
    """Return a number of replicas in words."""
    return "1 replica" if number == 1 else f"{number} replicas"


def allowed(rule: dict[str, Any]) -> str:
    """Return a disruption budget in words."""
    return ", ".join(f"{key} {value}" for key, value in rule.items())


def _replicas(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    pods = fewest_pods(app)
    if app.kind in EVICTED and pods < tier.replicas:
        yield fewest_path(app), f"at least {counted(tier.replicas)}", counted(pods), counted(pods)


def _budget(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    own = budget(app.disruption, tier.budget)
    if app.kind in EVICTED and own != tier.budget:
        yield ("disruption",), allowed(tier.budget), allowed(own), f"a disruption budget of {allowed(own)}"


def _update(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    if app.kind != "Deployment" or not tier.gapless:
        return
    wanted, pods = "an update that leaves pods", fewest_pods(app)
    if app.strategy.type == "Recreate":
        yield ("strategy", "type"), wanted, "Recreate", "Recreate: every update is an outage"
    elif app.strategy.type == "RollingUpdate" and pods:
        missing = unavailable(app.strategy)
        if percent_of(missing, pods, up=False) >= pods:
            value = f"maxUnavailable {missing}"
            yield ("strategy", "maxUnavailable"), wanted, value, f"{value}: an update may take every pod away"


def _priority(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    if app.priority_class not in {None, tier.priority_class}:
        own = str(app.priority_class)
        yield ("priorityClass",), tier.priority_class, own, f"priority class {own}"


def _pool(app: AppSettings, tier: TierPolicy, context: AppContext) -> Iterator[Found]:
    """A tier's pools are the first that is there; where the stack has no pools at all, there is none to be in."""
    wanted = next((name for name in tier.pools if name in context.pools), None)
    pool = pool_of(app, context)
    own = pool.name if pool else None
    if not context.pools or (own is not None and own == wanted) or (app.kind == "DaemonSet" and own is None):
        return
    key = "pool" if app.pool or app.gpu is None else "gpu"
    said = f"in the pool {own}" if own else f"in any pool, for want of {' or '.join(tier.pools)}"
    yield (key,), wanted or " or ".join(tier.pools), own or "any pool", said


def _spread(app: AppSettings, tier: TierPolicy, context: AppContext) -> Iterator[Found]:
    if app.spread is None or app.kind == "DaemonSet":
        return
    keys = ("topologySpreadConstraints", "affinity")
    own, wanted = (
        [placement(each, context, "stable").get(key) for key in keys]
        for each in (app, app.model_copy(update={"spread": None}))
    )
    if own != wanted:
        rules = [f"over {each.topology_key} ({each.when_unsatisfiable}, {each.max_skew} apart)" for each in app.spread]
        said = " and ".join(rules) or "nowhere in particular"
        yield ("spread",), tier.spread, said, f"spread {said}"


def _parts(app: AppSettings) -> Iterator[tuple[KeyPath, str, ResourcesSettings]]:
    """Yield the resources of an app's containers with where they are written, and who it is."""
    yield ("resources",), "", app.resources
    for name, resources in preset_resources(app).items():
        yield ("presets", PRESET_KEYS[name], "resources"), f"{name} ", resources
    groups = {"sidecars": app.sidecars, "initContainers": app.init_containers, "containers": app.containers}
    for key, group in groups.items():
        for name, each in group.items():
            yield (key, name, "resources"), f"{name} ", each.resources


def _requests(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    """A request that says what the tier would is none."""
    for path, who, resources in _parts(app):
        plain = ResourcesSettings(limits=resources.limits)
        own, wanted = (requests(each, tier.request_percent) for each in (resources, plain))
        limits = {"cpu": resources.limits.cpu, "memory": resources.limits.memory}
        for name, limit in limits.items():
            if parse(own[name]) != parse(wanted[name]):
                share = f"{100 * parse(own[name]) / parse(limit):.0f} % of the limit"
                yield (
                    (*path, "requests", name),
                    f"{tier.request_percent} % of the limit ({wanted[name]})",
                    f"{share} ({own[name]})",
                    f"{who}requests {share} of {name} ({own[name]} of {limit})",
                )


def _vertical(app: AppSettings, tier: TierPolicy, _: AppContext) -> Iterator[Found]:
    if app.vertical_scaling is not None and app.vertical_scaling.acts:
        wanted = f"{tier.request_percent} % of the limits"
        value = f"what is used ({app.vertical_scaling.mode})"
        yield ("verticalScaling", "mode"), wanted, value, "requests that follow what is used"


_RULES: tuple[Callable[[AppSettings, TierPolicy, AppContext], Iterator[Found]], ...] = (
    _replicas,
    _budget,
    _update,
    _priority,
    _pool,
    _spread,
    _requests,
    _vertical,
    patch_deviations,
)


def deviations(app: AppSettings, context: AppContext) -> tuple[Deviation, ...]:
    """Return where an app differs from its tier; none for one that leaves everything to it and has pods enough.

    The tier's values are those of the table in `tiers.py`, and of nothing else. The settings have passed the checks.
    """
    tier = TIERS[app.tier]
    return tuple(
        Deviation(path, wanted, own, f"tier {app.tier}, but {said}")
        for rule in _RULES
        for path, wanted, own, said in rule(app, tier, context)
    )

"""Where an app is not what its tier makes of an app, in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.context import AppContext
from components.apps.deviations import Deviation, deviations
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolvable
from tests.support.app_strategies import apps_of, context_of, fleets
from tests.support.effort import examples
from tests.unit.apps.meshes import app

NAMES = ("general", "memory", "spot", "gpu")
CONTEXT = AppContext(environment="staging", pools=resolvable({each: NodePoolSettings() for each in NAMES}), zoned=True)
KEDA = {"triggers": {"cpu": {"cpu": {"averageUtilization": 50}}}, "idleReplicaCount": 0}
EXTRA = {"image": "registry.example.com/x:1", "resources": {"limits": {"cpu": "200m"}, "requests": {"cpu": "20m"}}}
ZONES = "topology.kubernetes.io/zone"


def found(context: AppContext = CONTEXT, **fields: Any) -> tuple[Deviation, ...]:
    return deviations(app(**fields), context)


def said(**fields: Any) -> list[tuple[str, str]]:
    return [(".".join(map(str, each.path)), each.text) for each in found(**fields)]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"scaling": {"minReplicas": 2, "maxReplicas": 4}},
        {"kind": "StatefulSet", "replicas": 2},
        {"kind": "DaemonSet"},
        {"kind": "Job"},
        {"kind": "CronJob", "cron": {"schedule": "0 3 * * *"}},
    ],
)
def test_who_leaves_it_to_the_tier_deviates_in_nothing(tier: int, fields: dict[str, Any]) -> None:
    assert said(tier=tier, **fields) == []


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ({"tier": 1, "replicas": 1}, "replicas", "tier 1, but 1 replica"),
        ({"tier": 2, "replicas": 0}, "replicas", "tier 2, but 0 replicas"),
        ({"kind": "StatefulSet"}, "replicas", "tier 2, but 1 replica"),
        ({"scaling": {"minReplicas": 1, "maxReplicas": 3}}, "scaling.minReplicas", "tier 2, but 1 replica"),
        (
            {"scaling": {"minReplicas": 2, "maxReplicas": 3, "keda": KEDA}},
            "scaling.keda.idleReplicaCount",
            "tier 2, but 0 replicas",
        ),
        (
            {"tier": 1, "disruption": {"maxUnavailable": 1}},
            "disruption",
            "tier 1, but a disruption budget of maxUnavailable 1",
        ),
        ({"strategy": {"type": "recreate"}}, "strategy.type", "tier 2, but Recreate: every update is an outage"),
        (
            {"strategy": {"maxUnavailable": "100%"}},
            "strategy.maxUnavailable",
            "tier 2, but maxUnavailable 100%: an update may take every pod away",
        ),
        ({"priorityClass": "low-priority"}, "priorityClass", "tier 2, but priority class low-priority"),
        ({"pool": "memory"}, "pool", "tier 2, but in the pool memory"),
        ({"gpu": {"count": 1}}, "gpu", "tier 2, but in the pool gpu"),
        ({"tier": 1, "spread": []}, "spread", "tier 1, but spread nowhere in particular"),
        (
            {"spread": [{"whenUnsatisfiable": "ScheduleAnyway"}]},
            "spread",
            f"tier 2, but spread over {ZONES} (ScheduleAnyway, 1 apart)",
        ),
        (
            {"resources": {"requests": {"cpu": "100m"}}},
            "resources.requests.cpu",
            "tier 2, but requests 20 % of the limit of cpu (100m of 500m)",
        ),
        (
            {"sidecars": {"proxy": EXTRA}},
            "sidecars.proxy.resources.requests.cpu",
            "tier 2, but proxy requests 10 % of the limit of cpu (20m of 200m)",
        ),
        (
            {"presets": {"otelCollector": {"endpoint": "c.example.com:1", "resources": EXTRA["resources"]}}},
            "presets.otelCollector.resources.requests.cpu",
            "tier 2, but otel-collector requests 10 % of the limit of cpu (20m of 200m)",
        ),
        (
            {"verticalScaling": {"mode": "Recreate"}},
            "verticalScaling.mode",
            "tier 2, but requests that follow what is used",
        ),
    ],
)
def test_every_default_that_is_overridden_is_said(fields: dict[str, Any], path: str, text: str) -> None:
    assert said(**fields) == [(path, text)]


@pytest.mark.parametrize(
    "fields",
    [
        {"disruption": {"maxUnavailable": 1}},
        {"priorityClass": "high-priority"},
        {"pool": "general"},
        {"tier": 3, "spread": []},
        {
            "tier": 1,
            "spread": [{}, {"topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}],
        },
        {"tier": 3, "strategy": {"type": "recreate"}},
        {"tier": 3, "replicas": 1},
        {"resources": {"requests": {"cpu": "0.35"}}},
        {"verticalScaling": {}},
        {"strategy": {"maxUnavailable": 1}},
        {"patches": {"deployment": {"spec": {"replicas": 3, "revisionHistoryLimit": 1}}}},
    ],
)
def test_who_says_what_the_tier_says_does_not_deviate(fields: dict[str, Any]) -> None:
    assert said(**fields) == []


def test_both_values_are_told() -> None:
    (one,) = found(tier=1, priorityClass="low-priority")
    assert (one.tier, one.app) == ("mission-critical", "low-priority")
    (pool,) = found(tier=3, pool="general")
    assert (pool.tier, pool.app) == ("spot", "general")


def test_a_pool_that_is_not_there() -> None:
    odd = AppContext(environment="staging", pools=resolvable({"memory": NodePoolSettings()}))
    (one,) = found(odd)
    assert one.text == "tier 2, but in any pool, for want of general"
    assert found(AppContext(environment="local")) == ()


@pytest.mark.parametrize(
    ("key", "patch", "text"),
    [
        ("deployment", {"replicas": 1}, "a patch of deployment sets replicas to 1"),
        ("Deployment", {"strategy": {"type": "Recreate"}}, "a patch of deployment sets strategy to Recreate"),
        (
            "deployment",
            {"template": {"spec": {"priorityClassName": None}}},
            "a patch of deployment sets priorityClassName to none",
        ),
        (
            "deployment",
            {"template": {"spec": {"containers": [{"name": "api", "resources": {"requests": {"cpu": "1m"}}}]}}},
            "a patch of deployment sets api requests.cpu to 0.001",
        ),
        ("pdb", {"maxUnavailable": 2}, "a patch of pdb sets maxUnavailable to 2"),
    ],
)
def test_a_patch_cannot_deviate_in_silence(key: str, patch: dict[str, Any], text: str) -> None:
    assert said(patches={key: {"spec": patch}}) == [(f"patches.{key}", f"tier 2, but {text}")]


@examples(6, 100)
@given(fleets(most=1), st.sampled_from([1, 2, 3]))
def test_what_is_taken_back_is_no_deviation_any_more(fleet: Any, tier: int) -> None:
    context = context_of(fleet)
    for each in apps_of(fleet):
        kept = {"name", "namespace", "image", "kind", "ports", "volumes"}
        plain = each.model_dump(by_alias=True, include=kept, exclude_defaults=True, mode="json")
        wanted = AppSettings.model_validate({**plain, "tier": tier, "replicas": 3}, by_name=False)
        assert [one for one in deviations(wanted, context) if one.path != ("pool",)] == []
        for one in deviations(each, context):
            assert one.tier != one.app
            assert one.text.startswith(f"tier {each.tier}, but ")

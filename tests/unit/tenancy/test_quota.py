"""Quotas, and what apps need of them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components import quantity
from components.apps.pod_counts import most_pods
from components.apps.settings import AppSettings
from components.networking.mesh.settings import SidecarSettings
from components.tenancy.demand import app_demand
from components.tenancy.quota import ComputeSettings, Demand, QuotaSettings, exceeds, quota_spec, shortfalls
from tests.support.stacks import app

GIB = 1024**3
amounts = st.decimals(min_value=0, max_value=1000, places=3)
demands = st.builds(
    Demand,
    pods=st.integers(0, 200),
    requests_cpu=amounts,
    requests_memory=amounts.map(lambda gib: gib * GIB),
    limits_cpu=amounts,
    limits_memory=amounts.map(lambda gib: gib * GIB),
    requests_storage=amounts.map(lambda gib: gib * GIB),
)


def settings(**rest: Any) -> AppSettings:
    return AppSettings.model_validate(app(**rest), by_name=False)


def quota_for(demand: Demand) -> QuotaSettings:
    """Return the smallest quota that holds a demand, by writing down what its shortfalls ask for."""
    none = QuotaSettings(
        requests_cpu="0", requests_memory="1Mi", limits_cpu="0", limits_memory="1Mi", pods=0, requests_storage="1Mi"
    )
    asked = {each.key: each.needed for each in shortfalls(none, demand)}
    return QuotaSettings.model_validate({**none.model_dump(by_alias=True), **asked}, by_name=False)


@given(demands)
def test_what_a_shortfall_asks_for_is_enough(demand: Demand) -> None:
    assert list(shortfalls(quota_for(demand), demand)) == []


@given(demands, demands)
def test_more_demand_never_mends_a_shortfall(one: Demand, other: Demand) -> None:
    quota = QuotaSettings()
    short = {each.key for each in shortfalls(quota, one)}
    assert short <= {each.key for each in shortfalls(quota, one + other)}


@given(demands, st.integers(0, 20))
def test_several_times_is_adding_up(demand: Demand, count: int) -> None:
    assert demand.times(count) == sum((demand for _ in range(count)), start=Demand())


def test_a_shortfall_says_what_is_allowed_and_needed_as_kubernetes_writes_it() -> None:
    quota = QuotaSettings(requests_storage="10Gi")
    demand = Demand(pods=51, limits_cpu=Decimal("20.5"), limits_memory=Decimal(41 * GIB), requests_storage=Decimal(GIB))
    found = {each.key: (each.allowed, each.needed) for each in shortfalls(quota, demand)}
    assert found == {"limitsCpu": ("20", "20500m"), "limitsMemory": ("40Gi", "41Gi"), "pods": ("50", "51")}


def test_what_is_not_limited_is_never_short() -> None:
    assert list(shortfalls(QuotaSettings(), Demand(requests_storage=Decimal(10**15)))) == []


def test_load_balancers_are_no_demand_of_pods() -> None:
    assert quota_spec(QuotaSettings(load_balancers=2))["hard"]["services.loadbalancers"] == "2"
    assert list(shortfalls(QuotaSettings(load_balancers=0), Demand(pods=1))) == []


@pytest.mark.parametrize(
    ("changes", "pods"),
    [
        ({"replicas": 3}, 4),
        ({"replicas": 3, "strategy": {"maxSurge": 0, "maxUnavailable": 1}}, 3),
        ({"replicas": 3, "strategy": {"maxSurge": "50%"}}, 5),
        ({"replicas": 3, "strategy": {"type": "Recreate"}}, 3),
        ({"scaling": {"minReplicas": 3, "maxReplicas": 10}}, 11),
        (
            {
                "scaling": {"minReplicas": 3, "maxReplicas": 10},
                "canary": {"image": "registry.example.com/web:1.1.0", "replicas": 2},
            },
            14,
        ),
        (
            {
                "replicas": 3,
                "strategy": {"maxSurge": 0, "maxUnavailable": 1},
                "canary": {"image": "registry.example.com/web:1.1.0"},
            },
            5,
        ),
        ({"replicas": 0}, 0),
        ({"kind": "StatefulSet", "replicas": 3}, 3),
    ],
)
def test_the_most_pods_are_those_of_an_update_when_scaled_up(changes: dict[str, Any], pods: int) -> None:
    assert most_pods(settings(**changes)) == pods


def test_the_demand_of_an_app_is_that_of_all_its_pods_with_their_sidecars() -> None:
    resources = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "250m", "memory": "256Mi"}}
    web = settings(resources=resources, scaling={"minReplicas": 3, "maxReplicas": 12})
    assert app_demand(web, SidecarSettings()) == Demand(
        pods=13,
        requests_cpu=quantity.parse("350m") * 13,
        requests_memory=quantity.parse("384Mi") * 13,
        limits_cpu=quantity.parse("1500m") * 13,
        limits_memory=quantity.parse("1280Mi") * 13,
    )
    assert app_demand(web, None).limits_cpu == 13


def test_unset_requests_are_the_tiers_share_of_the_limits() -> None:
    web = settings(
        tier=1, replicas=1, strategy={"type": "Recreate"}, resources={"limits": {"cpu": "2", "memory": "2Gi"}}
    )
    assert app_demand(web, None).requests_cpu == 1


def test_every_pod_of_a_stateful_set_has_its_volumes() -> None:
    volumes = {"data": {"size": "20Gi", "mountPath": "/data"}, "log": {"size": "5Gi", "mountPath": "/log"}}
    database = settings(kind="StatefulSet", replicas=3, volumes=volumes)
    assert app_demand(database, None).requests_storage == 75 * GIB


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [
        (("1", "1Gi"), ("1", "1Gi"), False),
        (("1001m", "1Gi"), ("1", "1Gi"), True),
        (("1", "1025Mi"), ("1", "1Gi"), True),
        (("500m", "1Mi"), ("0.6", "1Gi"), False),
    ],
)
def test_amounts_compare_by_value(one: tuple[str, str], other: tuple[str, str], more: bool) -> None:
    amounts = [ComputeSettings(cpu=cpu, memory=memory) for cpu, memory in (one, other)]
    assert exceeds(*amounts) is more


@pytest.mark.parametrize(
    "wrong", [{"pods": -1}, {"limitsCpu": "many"}, {"requestsMemory": "0"}, {"loadBalancers": 1.5}]
)
def test_wrong_quotas_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QuotaSettings.model_validate(wrong)

"""What the scheduler counts of a pod, and its quality of service, by Kubernetes' rules."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.patch_deviations import pod_of
from components.apps.pod_resources import (
    beside_proxy,
    effective_limits,
    effective_requests,
    peak,
    pod_requests,
    qos_class,
)
from tests.unit.apps.meshes import app

MIB = 1024**2
EQUAL = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1000m", "memory": "1024Mi"}}
LOWER = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
LIMITS = {"limits": {"cpu": "1", "memory": "1Gi"}}
GPU = {"limits": {"nvidia.com/gpu": "1"}}
ZERO = {"requests": {"cpu": "0"}, "limits": {"memory": 0}}


def pod(*containers: dict[str, Any], init: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "containers": [{"name": f"c{index}", "resources": each} for index, each in enumerate(containers)],
        "initContainers": [{"name": f"i{index}", **each} for index, each in enumerate(init)],
        **more,
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (pod(EQUAL), "Guaranteed"),
        (pod(LIMITS), "Guaranteed"),  # the API server makes the limit the request
        (pod(EQUAL, LIMITS), "Guaranteed"),
        (pod({**EQUAL, "limits": {**EQUAL["limits"], "nvidia.com/gpu": "1"}}), "Guaranteed"),
        (pod(LOWER), "Burstable"),
        (pod(EQUAL, {}), "Burstable"),
        (pod(EQUAL, LOWER), "Burstable"),
        (pod({"limits": {"memory": "1Gi"}}), "Burstable"),
        (pod({"requests": {"cpu": "1"}}), "Burstable"),
        (pod(EQUAL, init=({"resources": LOWER},)), "Burstable"),
        (pod(EQUAL, init=({},)), "Burstable"),
        (pod(EQUAL, init=({"resources": EQUAL, "restartPolicy": "Always"},)), "Guaranteed"),
        (pod(EQUAL, init=({"resources": LOWER, "restartPolicy": "Always"},)), "Burstable"),
        (pod({}), "BestEffort"),
        (pod(GPU), "BestEffort"),
        (pod(ZERO), "BestEffort"),
        (pod({}, init=({"resources": {"requests": {"cpu": "1m"}}},)), "Burstable"),
        (pod(LOWER, resources=EQUAL), "Guaranteed"),
        (pod(EQUAL, resources=LOWER), "Burstable"),
    ],
)
def test_the_class_of_a_pod(spec: dict[str, Any], expected: str) -> None:
    assert qos_class(spec) == expected


def test_a_proxy_takes_a_pod_to_the_middle() -> None:
    assert beside_proxy("Guaranteed", "Guaranteed") == "Guaranteed"
    assert {beside_proxy("Guaranteed", "Burstable"), beside_proxy("BestEffort", "Guaranteed")} == {"Burstable"}


def test_an_init_container_counts_with_the_sidecars_before_it() -> None:
    def own(cpu: str, **more: Any) -> dict[str, Any]:
        return {"resources": {"requests": {"cpu": cpu, "memory": "1Mi"}}, **more}

    first, last = own("1", restartPolicy="Always"), own("4", restartPolicy="Always")
    found = pod({"requests": {"cpu": "2"}}, init=(first, own("5"), last))
    assert pod_requests(found) == {"cpu": Decimal(7), "memory": Decimal(2 * MIB)}  # together 1 + 4 + 2, before 1 + 5
    larger = pod({"requests": {"cpu": "2"}}, init=(first, own("9"), last))
    assert pod_requests(larger)["cpu"] == 10


@given(st.lists(st.tuples(st.sampled_from(["sidecar", "init", "container"]), st.integers(0, 9).map(Decimal))))
def test_a_peak_holds_all_that_runs_together_and_each_alone(parts: list[Any]) -> None:
    found = peak(parts)
    together = sum(amount for role, amount in parts if role != "init")
    assert together <= found <= sum(amount for _, amount in parts)
    assert all(amount <= found for _, amount in parts)


amounts = st.builds(
    lambda cpu, memory: {"limits": {"cpu": f"{cpu}m", "memory": f"{memory}Mi"}},
    st.integers(10, 4000),
    st.integers(16, 4096),
)
helpers = st.dictionaries(
    st.sampled_from(["a", "b"]), amounts.map(lambda each: {"image": "registry.example.com/x:1", "resources": each})
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([1, 2, 3]), amounts, helpers, helpers, helpers)
def test_what_checks_count_is_what_is_rendered(
    tier: int, resources: Any, init: Any, sidecars: Any, containers: Any
) -> None:
    fields: dict[str, Any] = {
        "initContainers": {f"i{name}": each for name, each in init.items()},
        "sidecars": {f"s{name}": each for name, each in sidecars.items()},
        "containers": {f"c{name}": each for name, each in containers.items()},
        "presets": {"otelCollector": {"endpoint": "collector.example.com:4317"}},
    }
    own = app(tier=tier, resources=resources, **fields)
    spec = pod_of(render(own, AppContext(environment="staging"))["deployment"])
    assert spec is not None
    assert pod_requests(spec) == effective_requests(own)
    only_limits = pod_requests(
        {
            key: [{**each, "resources": {"limits": each["resources"]["limits"]}} for each in spec.get(key, [])]
            for key in ("containers", "initContainers")
        }
    )
    assert only_limits == effective_limits(own)

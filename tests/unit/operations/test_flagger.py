"""Flagger: by whom it splits requests, whom it asks, and what waits for it."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.operations.delivery_settings import FlaggerSettings
from components.operations.flagger import Flagger
from components.operations.flagger_values import MeshProvider, chart_values, mesh_provider
from components.operations.monitoring_names import PROMETHEUS_URL
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import operations_stack, other, release_values
from tests.support.recorded import Recording

PROVIDERS: tuple[MeshProvider, ...] = get_args(MeshProvider)


def flagger(
    provider: MeshProvider = "istio", *, known: bool = True, monitoring: bool = False, **settings: Any
) -> Recording:
    def build(target: Any, nodes: Any) -> Flagger:
        return Flagger(
            "flagger",
            FlaggerSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            provider=provider,
            monitoring=[other("monitoring-crds")] if monitoring else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_made_exists_and_goes_with_the_cluster(provider: MeshProvider) -> None:
    recording = flagger(provider, monitoring=True)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert flagger(provider, monitoring=True, known=False).urns == recording.urns
    assert waits_for(recording, recording.one(RELEASE)) == {"flagger-namespace", "monitoring-crds", "nodes"}


def test_its_namespace_is_the_platforms_and_its_pods_meet_restricted() -> None:
    recording = flagger()
    assert recording.one(NAMESPACE).inputs["metadata"]["name"] in SYSTEM_NAMESPACES
    assert level(recording.one(NAMESPACE)) == "restricted"
    security = release_values(recording)["securityContext"]
    assert security["enabled"] is True
    assert security["context"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


@pytest.mark.parametrize(
    ("rooms", "provider"),
    [
        ({}, "kubernetes"),
        ({"ingress": "alb"}, "kubernetes"),
        ({"ingress": "nginx"}, "kubernetes"),
        ({"ingress": "gateway-api"}, "gatewayapi:v1"),
        ({"ingress": {"controller": "alb", "additional": ["gateway-api"]}}, "gatewayapi:v1"),
        ({"mesh": "linkerd"}, "gatewayapi:v1"),
        ({"mesh": "istio", "ingress": "istio"}, "istio"),
        ({"mesh": "istio", "ingress": "gateway-api"}, "istio"),
        ({"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}, "gatewayapi:v1"),
    ],
)
def test_requests_are_split_by_what_the_stack_has(rooms: dict[str, Any], provider: MeshProvider) -> None:
    assert mesh_provider(operations_stack(**rooms)) == provider


def test_it_asks_the_stacks_own_prometheus_or_another() -> None:
    assert release_values(flagger())["metricsServer"] == PROMETHEUS_URL
    elsewhere = "https://prometheus.example.com/team"
    assert release_values(flagger(metricsServer=elsewhere))["metricsServer"] == elsewhere


@given(st.integers(1, 10), st.sampled_from(PROVIDERS), st.booleans())
def test_several_pods_agree_who_works_and_one_is_always_there(
    replicas: int, provider: MeshProvider, monitoring: bool
) -> None:
    values = chart_values(FlaggerSettings(replicas=replicas), provider=provider, monitoring=monitoring)
    assert unknown_values(chart("flagger"), values) == []
    assert values["leaderElection"] == {"enabled": replicas > 1, "replicaCount": replicas}
    # With a single pod a budget would keep its node from ever being drained.
    assert values["podDisruptionBudget"] == {"enabled": replicas > 1, "minAvailable": 1}
    assert values["meshProvider"] == provider
    assert values["podPriorityClassName"] == "system-cluster-critical"
    assert values.get("podMonitor") == ({"enabled": True} if monitoring else None)


def test_no_mesh_takes_it_in() -> None:
    assert release_values(flagger())["podAnnotations"] == {"linkerd.io/inject": "disabled"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": 0},
        {"metricsServer": "prometheus.example.com:9090"},
        {"metricsServer": "http://user:password@prometheus.example.com"},
        {"metricsServer": "http://prometheus.example.com/?token=x"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FlaggerSettings.model_validate(wrong, by_name=False)

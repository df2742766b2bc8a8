"""KEDA: what it may scale and read, how it is reached, and what waits for it."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.operations.autoscaling_settings import AutoscalingSettings, KedaAwsSettings, KedaSettings
from components.operations.keda import Keda
from components.operations.keda_values import aws_statements, chart_values, scaled_resources
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import ASSOCIATION, ROLE_POLICY, operations_stack, other, release_values, trusted_account
from tests.support.recorded import Recording

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"


def keda(
    *,
    eks: bool = True,
    known: bool = True,
    overlay: bool = False,
    certificates: bool = False,
    monitoring: bool = False,
    scaled: tuple[str, ...] = (),
    **settings: Any,
) -> Recording:
    def build(target: Any, nodes: Any) -> Keda:
        return Keda(
            "keda",
            KedaSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            eks_name="slipway-test" if eks else None,
            account_id="123456789012",
            overlay=overlay,
            scaled_resources=scaled,
            certificates=[other("cert-manager")] if certificates else [],
            monitoring=[other("monitoring-crds")] if monitoring else [],
            namespaces=[other(each) for each in settings.get("watchNamespaces", ())],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("overlay", [True, False])
@pytest.mark.parametrize("beside", [True, False])
def test_what_is_made_exists_and_goes_with_the_cluster(overlay: bool, beside: bool) -> None:
    facts: dict[str, Any] = {"overlay": overlay, "certificates": beside, "monitoring": beside}
    recording = keda(**facts, aws={"queueArns": [QUEUE]}, scaled=("rollouts.argoproj.io",))
    assert unsound(recording) == []
    assert outliving(recording) == []
    unknown = keda(**facts, aws={"queueArns": [QUEUE]}, scaled=("rollouts.argoproj.io",), known=False)
    assert unknown.urns == recording.urns


def test_its_namespace_is_the_platforms_and_restricted_but_on_the_host_network() -> None:
    plain, overlay = keda().one(NAMESPACE), keda(overlay=True).one(NAMESPACE)
    assert plain.inputs["metadata"]["name"] in SYSTEM_NAMESPACES
    assert (level(plain), level(overlay)) == ("restricted", "privileged")


def test_on_an_overlay_the_control_plane_reaches_the_webhook_and_the_metrics_api_on_ports_of_their_own() -> None:
    values = release_values(keda(overlay=True, monitoring=True))
    assert values["webhooks"]["useHostNetwork"] is values["metricsServer"]["useHostNetwork"] is True
    assert values["metricsServer"]["dnsPolicy"] == "ClusterFirstWithHostNet"
    # Beside the number of pods, which the host network's values must not take away.
    assert values["webhooks"]["replicaCount"] == values["metricsServer"]["replicaCount"] == 2
    metrics = values["prometheus"]
    ports = [
        values["webhooks"]["port"],
        values["webhooks"]["healthProbePort"],
        values["service"]["portHttpsTarget"],
        metrics["metricServer"]["port"],
        metrics["webhooks"]["port"],
    ]
    assert len(set(ports)) == len(ports)
    assert not {8080, 8081, 9443, 6443} & set(ports)
    assert all(part["serviceMonitor"] == {"enabled": True} for part in metrics.values())
    assert "useHostNetwork" not in release_values(keda())["webhooks"]


def test_cert_manager_makes_its_certificates_where_there_is_one() -> None:
    with_manager, without = keda(certificates=True), keda()
    assert release_values(with_manager)["certificates"] == {"certManager": {"enabled": True}}
    assert "cert-manager" in waits_for(with_manager, with_manager.one(RELEASE))
    assert "certificates" not in release_values(without)


def test_it_is_scraped_only_where_somebody_can() -> None:
    scraped = keda(monitoring=True)
    assert set(release_values(scraped)["prometheus"]) == {"operator", "metricServer", "webhooks"}
    assert "monitoring-crds" in waits_for(scraped, scraped.one(RELEASE))
    assert "prometheus" not in release_values(keda())


def test_its_operator_has_its_identity_from_the_start_and_nothing_else_has_one() -> None:
    recording = keda(aws={"queueArns": [QUEUE], "cloudwatch": True})
    association = recording.one(ASSOCIATION)
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("keda", "keda-operator")
    assert release_values(recording)["serviceAccount"]["operator"]["name"] == "keda-operator"
    assert trusted_account(recording) == "123456789012"
    assert waits_for(recording, recording.one(RELEASE)) == {"keda-namespace", association.name, "nodes"}
    assert json.loads(recording.one(ROLE_POLICY).inputs["policy"])["Statement"] == [
        {"Effect": "Allow", "Action": "sqs:GetQueueAttributes", "Resource": [QUEUE]},
        {"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"},
    ]


def test_without_settings_for_aws_or_without_eks_there_is_no_identity() -> None:
    assert keda().all(ASSOCIATION) == []
    assert keda(eks=False, aws={"queueArns": [QUEUE]}).all(ASSOCIATION) == []


@given(st.lists(st.from_regex(r"[a-zA-Z0-9_-]{1,75}", fullmatch=True), unique=True), st.booleans())
def test_it_may_read_the_queues_that_are_named_and_no_others(names: list[str], cloudwatch: bool) -> None:
    arns = tuple(f"arn:aws:sqs:us-west-2:123456789012:{name}" for name in names)
    statements = aws_statements(KedaAwsSettings(queue_arns=arns, cloudwatch=cloudwatch))
    assert [arn for each in statements if each["Resource"] != "*" for arn in each["Resource"]] == list(arns)
    assert len(statements) == bool(arns) + cloudwatch
    assert all(re.fullmatch(r"sqs:GetQueueAttributes|cloudwatch:GetMetricData", each["Action"]) for each in statements)


def test_it_reads_no_kinds_but_those_that_it_scales() -> None:
    # The chart's default is every kind of every group, and with it every Secret.
    assert release_values(keda())["rbac"] == {"enabledCustomScaledRefKinds": False, "scaledRefKinds": []}
    assert release_values(keda(scaled=("rollouts.argoproj.io",)))["rbac"] == {
        "enabledCustomScaledRefKinds": True,
        "scaledRefKinds": [{"kind": "rollouts", "apiGroup": "argoproj.io"}],
    }


@pytest.mark.parametrize(
    ("rooms", "scaled"),
    [
        ({}, ()),
        ({"delivery": {"argoRollouts": {}}}, ("rollouts.argoproj.io",)),
        ({"autoscaling": {"keda": {"scaledResources": ["games.example.com"]}}}, ("games.example.com",)),
        (
            {"autoscaling": {"keda": {"scaledResources": ["rollouts.argoproj.io"]}}, "delivery": {"argoRollouts": {}}},
            ("rollouts.argoproj.io",),
        ),
    ],
)
def test_with_argo_rollouts_it_scales_rollouts(rooms: dict[str, Any], scaled: tuple[str, ...]) -> None:
    assert scaled_resources(operations_stack(**rooms)) == scaled


def test_its_crds_stay_when_the_release_goes() -> None:
    crds = release_values(keda())["crds"]
    assert crds == {"install": True, "additionalAnnotations": {"helm.sh/resource-policy": "keep"}}


def test_it_watches_the_namespaces_that_are_named() -> None:
    assert release_values(keda(watchNamespaces=["web", "data"]))["watchNamespace"] == "web,data"
    assert release_values(keda())["watchNamespace"] == ""
    # The chart binds the operator's role in each of them.
    watching = keda(watchNamespaces=["web", "data"])
    assert waits_for(watching, watching.one(RELEASE)) == {"keda-namespace", "web", "data", "nodes"}


@given(st.builds(KedaSettings, replicas=st.integers(1, 10)), st.booleans(), st.booleans(), st.booleans())
def test_every_part_has_the_replicas_spread_and_a_budget_that_lets_it_move(
    settings: KedaSettings, overlay: bool, certificates: bool, monitoring: bool
) -> None:
    values = chart_values(
        settings,
        cluster_name="slipway-test",
        scaled_resources=(),
        overlay=overlay,
        certificates=certificates,
        monitoring=monitoring,
    )
    assert unknown_values(chart("keda"), values) == []
    assert {values[part]["replicaCount"] for part in ("operator", "metricsServer", "webhooks")} == {settings.replicas}
    budget = {"maxUnavailable": 1} if settings.replicas > 1 else {}
    assert list(values["podDisruptionBudget"].values()) == [budget] * 3
    for part, pods in values["topologySpreadConstraints"].items():
        (labels,) = {json.dumps(each["labelSelector"]["matchLabels"]) for each in pods}
        name = {"operator": "", "metricsServer": "-metrics-apiserver"}.get(part)
        assert labels == json.dumps({"app": "keda-admission-webhooks" if name is None else f"keda-operator{name}"})
    assert values["priorityClassName"] == "system-cluster-critical"
    assert values["image"]["pullPolicy"] == "IfNotPresent"
    assert values["clusterName"] == "slipway-test"


def test_null_and_nothing_mean_not_installed_and_an_empty_map_means_installed() -> None:
    def read(room: dict[str, Any]) -> AutoscalingSettings:
        return AutoscalingSettings.model_validate(room, by_name=False)

    assert read({}).keda is read({"keda": None}).keda is None
    assert read({"keda": {}}).keda == KedaSettings()


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": 0},
        {"watchNamespaces": ["Web"]},
        {"scaledResources": ["*"]},
        {"scaledResources": ["rollouts"]},
        {"aws": {"queueArns": ["orders"]}},
        {"aws": {"queueArns": ["arn:aws:sqs:us-west-2:123456789012:*"]}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KedaSettings.model_validate(wrong, by_name=False)

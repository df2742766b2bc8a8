"""Argo Rollouts: whom it may command, its plugin, its AWS identity, and what waits for it."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.operations.argo_rollouts import ArgoRollouts
from components.operations.argo_rollouts_values import TrafficRouter, chart_values, traffic_routers
from components.operations.delivery_settings import GATEWAY_PLUGIN_IMAGE, ArgoRolloutsSettings
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import ASSOCIATION, ROLE_POLICY, operations_stack, other, release_values, trusted_account
from tests.support.recorded import Recording

ROUTERS: tuple[TrafficRouter, ...] = get_args(TrafficRouter)


def rollouts(
    *,
    routers: tuple[TrafficRouter, ...] = (),
    eks: bool = True,
    known: bool = True,
    monitoring: bool = False,
    **settings: Any,
) -> Recording:
    def build(target: Any, nodes: Any) -> ArgoRollouts:
        return ArgoRollouts(
            "rollouts",
            ArgoRolloutsSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            eks_name="slipway-test" if eks else None,
            account_id="123456789012",
            region="us-west-2",
            routers=routers,
            monitoring=[other("monitoring-crds")] if monitoring else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("routers", [(), ("istio",), ("alb",), ("gateway-api",), ROUTERS])
def test_what_is_made_exists_and_goes_with_the_cluster(routers: tuple[TrafficRouter, ...]) -> None:
    recording = rollouts(routers=routers, verifyTargetGroups=True, monitoring=True)
    assert unsound(recording) == []
    assert outliving(recording) == []
    unknown = rollouts(routers=routers, verifyTargetGroups=True, monitoring=True, known=False)
    assert unknown.urns == recording.urns


def test_its_namespace_is_the_platforms_and_restricted() -> None:
    namespace = rollouts().one(NAMESPACE)
    assert namespace.inputs["metadata"]["name"] in SYSTEM_NAMESPACES
    assert level(namespace) == "restricted"


@pytest.mark.parametrize(
    ("rooms", "routers"),
    [
        ({}, ()),
        ({"ingress": "nginx"}, ()),
        ({"ingress": "alb"}, ("alb",)),
        ({"ingress": "gateway-api"}, ("gateway-api",)),
        ({"ingress": {"controller": "nginx", "additional": ["alb"]}}, ("alb",)),
        ({"mesh": "istio", "ingress": "istio"}, ("istio",)),
        ({"mesh": "istio", "ingress": "alb"}, ("istio", "alb")),
        ({"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}, ("istio", "gateway-api")),
        ({"mesh": "linkerd"}, ("gateway-api",)),
    ],
)
def test_requests_are_split_by_what_the_stack_has(rooms: dict[str, Any], routers: tuple[TrafficRouter, ...]) -> None:
    assert traffic_routers(operations_stack(**rooms)) == routers


@given(st.sets(st.sampled_from(ROUTERS)), st.booleans(), st.booleans(), st.integers(1, 10))
def test_it_commands_nobody_else(routers: set[TrafficRouter], verify: bool, monitoring: bool, replicas: int) -> None:
    settings = ArgoRolloutsSettings(verify_target_groups=verify, replicas=replicas)
    values = chart_values(settings, routers=routers, region="us-west-2", monitoring=monitoring)
    assert unknown_values(chart("argo-rollouts"), values) == []
    rights = values["providerRBAC"]["providers"]
    words = {"istio": "istio", "awsLoadBalancerController": "alb", "gatewayAPI": "gateway-api"}
    assert {words[word] for word, granted in rights.items() if granted} == routers
    # A router that a newer chart knows, and grants by default, is one to decide about.
    known = {path.rpartition(".")[2] for path in chart("argo-rollouts")["values"] if "RBAC.providers." in path}
    assert set(rights) == known
    controller = values["controller"]
    assert ("trafficRouterPlugins" in controller) is ("gateway-api" in routers)
    assert controller["replicas"] == replicas
    assert controller["priorityClassName"] == "system-cluster-critical"
    assert controller["resources"] == {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}
    assert controller["logging"] == {"format": "json"}
    # Spread as far as there are zones and nodes: a stack with one of either still gets all pods.
    assert {each["topologyKey"]: each["whenUnsatisfiable"] for each in controller["topologySpreadConstraints"]} == {
        "topology.kubernetes.io/zone": "ScheduleAnyway",
        "kubernetes.io/hostname": "ScheduleAnyway",
    }
    assert controller["pdb"] == {"enabled": replicas > 1, "maxUnavailable": 1}
    assert ("metrics" in controller) is monitoring


def test_the_plugin_comes_as_an_image_and_is_found_where_it_was_put() -> None:
    values = release_values(rollouts(routers=("gateway-api",)))["controller"]
    (copy,), (plugin,), (volume,) = values["initContainers"], values["trafficRouterPlugins"], values["volumes"]
    assert plugin["name"] == "argoproj-labs/gatewayAPI"
    source, folder = copy["command"][1:]
    assert plugin["location"] == f"file://{folder}{source.rpartition('/')[2]}"
    assert copy["image"] == GATEWAY_PLUGIN_IMAGE
    for mounts in (copy["volumeMounts"], values["volumeMounts"]):
        assert mounts == [{"name": volume["name"], "mountPath": folder.rstrip("/")}]
    security = copy["securityContext"]
    assert (security["allowPrivilegeEscalation"], security["capabilities"]) == (False, {"drop": ["ALL"]})
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security["readOnlyRootFilesystem"] is True


def test_the_plugins_image_can_be_a_copy() -> None:
    image = "registry.example.com/gatewayapi:v0.16.0"
    values = release_values(rollouts(routers=("gateway-api",), gatewayPluginImage=image))["controller"]
    assert values["initContainers"][0]["image"] == image


def test_it_asks_aws_only_to_verify_and_with_an_identity_from_the_start() -> None:
    recording = rollouts(routers=("alb",), verifyTargetGroups=True)
    association = recording.one(ASSOCIATION)
    account = (association.inputs["namespace"], association.inputs["serviceAccount"])
    values = release_values(recording)
    assert account == ("argo-rollouts", values["serviceAccount"]["name"])
    assert trusted_account(recording) == "123456789012"
    assert waits_for(recording, recording.one(RELEASE)) == {"rollouts-namespace", association.name, "nodes"}
    (statement,) = json.loads(recording.one(ROLE_POLICY).inputs["policy"])["Statement"]
    assert len(statement["Action"]) == 6
    assert all(action.startswith("elasticloadbalancing:Describe") for action in statement["Action"])
    assert values["controller"]["awsVerifyTargetGroup"] is True
    assert values["controller"]["extraEnv"] == [{"name": "AWS_REGION", "value": "us-west-2"}]


def test_without_verification_or_without_eks_there_is_no_identity() -> None:
    without = rollouts(routers=("alb",))
    assert without.all(ASSOCIATION) == []
    assert "awsVerifyTargetGroup" not in release_values(without)["controller"]
    assert rollouts(routers=("alb",), verifyTargetGroups=True, eks=False).all(ASSOCIATION) == []


def test_its_crds_stay_and_nobody_gets_a_dashboard() -> None:
    values = release_values(rollouts())
    assert (values["installCRDs"], values["keepCRDs"], values["dashboard"]) == (True, True, {"enabled": False})


def test_it_is_scraped_only_where_somebody_can() -> None:
    scraped = rollouts(monitoring=True)
    assert release_values(scraped)["controller"]["metrics"] == {"enabled": True, "serviceMonitor": {"enabled": True}}
    assert "monitoring-crds" in waits_for(scraped, scraped.one(RELEASE))


@pytest.mark.parametrize(
    "wrong", [{"replicas": 0}, {"gatewayPluginImage": "plugin:latest"}, {"dashboard": True}, {"verifyTargetGroups": 3}]
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ArgoRolloutsSettings.model_validate(wrong, by_name=False)

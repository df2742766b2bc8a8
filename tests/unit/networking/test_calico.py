"""Calico in both modes."""

import ipaddress
from typing import Any, Literal

import pytest

from components.networking.calico import Calico
from components.networking.calico_installation import installation_spec
from components.networking.cni import BaselineSettings, CniSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import (
    CHART,
    CHARTS,
    NAMESPACE,
    level,
    outliving,
    record_in_cluster,
    unsound,
    waits_for,
)
from tests.support.recorded import Recorded, Recording

INSTALLATION = "kubernetes:operator.tigera.io/v1:Installation"
GOLDMANE = "kubernetes:operator.tigera.io/v1:Goldmane"
WHISKER = "kubernetes:operator.tigera.io/v1:Whisker"
API_SERVER = "kubernetes:operator.tigera.io/v1:APIServer"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"

Mode = Literal["policy-only", "cni"]
MODES: tuple[Mode, ...] = ("policy-only", "cni")
EVERYTHING: dict[str, Any] = {"flow_logs": True, "baseline": BaselineSettings(log_denied=True)}


def calico(mode: Mode, *, known: bool = True, owned: bool = True, **settings: Any) -> Recording:
    """Record Calico; its operator waits for the nodes when it is not their CNI."""
    return record_in_cluster(
        lambda target, nodes: Calico(
            "calico",
            CniSettings(mode=mode, **settings),
            target=target,
            charts=CHARTS,
            app_namespaces=["web", "data"],
            after=[nodes] if mode == "policy-only" else [],
        ),
        known=known,
        owned=owned,
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("settings", [{}, EVERYTHING])
def test_values_and_objects_exist(mode: Mode, settings: dict[str, Any]) -> None:
    assert unsound(calico(mode, **settings)) == []


@pytest.mark.parametrize("mode", MODES)
def test_custom_resources_come_after_the_operator_and_go_before_it(mode: Mode) -> None:
    recording = calico(mode)
    operator = recording.one(RELEASE)
    assert waits_for(recording, operator) - {"nodes"} == {"calico-namespace", "calico-crds"}
    assert waits_for(recording, recording.one(INSTALLATION)) == {"calico-operator"}
    assert waits_for(recording, recording.one(API_SERVER)) == {"calico-installation"}


def test_only_beside_the_vpc_cni_the_operator_waits_for_nodes() -> None:
    beside, alone = calico("policy-only"), calico("cni")
    assert "nodes" in waits_for(beside, beside.one(RELEASE))
    assert "nodes" not in waits_for(alone, alone.one(RELEASE))
    assert alone.one(RELEASE).inputs["timeout"] > beside.one(RELEASE).inputs["timeout"]


def test_policy_only_leaves_addresses_to_the_vpc_cni() -> None:
    spec = calico("policy-only").one(INSTALLATION).inputs["spec"]
    assert spec["kubernetesProvider"] == "EKS"
    assert spec["cni"] == {"type": "AmazonVPC", "ipam": {"type": "AmazonVPC"}}
    assert spec["calicoNetwork"] == {"bgp": "Disabled"}


def test_policy_only_lets_the_vpc_cni_annotate_pods() -> None:
    recording = calico("policy-only")
    assert recording.one(ROLE).inputs["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["patch"]}]
    binding = recording.one(BINDING).inputs
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "aws-node", "namespace": "kube-system"}]
    assert binding["roleRef"]["name"] == recording.one(ROLE).inputs["metadata"]["name"]


def test_as_the_cni_it_has_one_vxlan_pool_and_no_rights_for_the_vpc_cni() -> None:
    recording = calico("cni")
    spec = recording.one(INSTALLATION).inputs["spec"]
    assert spec["cni"]["type"] == "Calico"
    assert spec["calicoNetwork"]["bgp"] == "Disabled"
    (pool,) = spec["calicoNetwork"]["ipPools"]
    assert (pool["cidr"], pool["encapsulation"], pool["natOutgoing"]) == ("172.16.0.0/16", "VXLAN", "Enabled")
    assert recording.all(ROLE) == recording.all(BINDING) == []


def test_the_pod_network_is_a_setting() -> None:
    spec = installation_spec(CniSettings(mode="cni", pod_cidr="100.64.0.0/16"))
    assert spec["calicoNetwork"]["ipPools"][0]["cidr"] == "100.64.0.0/16"


def test_the_default_pod_network_is_apart_from_the_default_service_network() -> None:
    pods = ipaddress.ip_network(CniSettings().pod_cidr)
    assert not pods.overlaps(ipaddress.ip_network("172.20.0.0/16"))


def test_the_chart_makes_no_custom_resources_and_no_crds() -> None:
    recording = calico("policy-only")
    values = recording.one(RELEASE).inputs["values"]
    assert [values[key]["enabled"] for key in ("installation", "apiServer", "goldmane", "whisker")] == [False] * 4
    assert values["manageCRDs"] is False
    assert recording.one(CHART).inputs["chart"] == "crd.projectcalico.org.v1"
    assert recording.one(CHART).inputs["version"] == recording.one(RELEASE).inputs["version"]


def test_the_policy_engine_must_be_ready_for_the_deployment_to_go_on() -> None:
    annotations = calico("policy-only").one(INSTALLATION).inputs["metadata"]["annotations"]
    assert annotations["pulumi.com/waitFor"] == "condition=Ready"
    assert annotations["pulumi.com/patchForce"] == "true"


def test_everything_goes_with_the_cluster() -> None:
    assert outliving(calico("policy-only", **EVERYTHING)) == []
    assert {found.deleted_with for found in calico("cni", owned=False).resources} == {""}


def test_the_operators_namespace_is_privileged() -> None:
    assert level(calico("cni").one(NAMESPACE)) == "privileged"


@pytest.mark.parametrize("mode", MODES)
def test_the_same_resources_whatever_is_known(mode: Mode) -> None:
    assert calico(mode, known=False, **EVERYTHING).urns == calico(mode, **EVERYTHING).urns


def test_flows_are_recorded_and_shown_to_nobody_else() -> None:
    recording = calico("policy-only", flow_logs=True)
    goldmane, whisker = recording.one(GOLDMANE), recording.one(WHISKER)
    assert waits_for(recording, goldmane) == {"calico-installation"}
    assert waits_for(recording, whisker) == {"calico-goldmane"}
    assert goldmane.inputs["metadata"]["name"] == whisker.inputs["metadata"]["name"] == "default"
    assert whisker.inputs["spec"] == {"notifications": "Disabled"}
    plain = calico("policy-only")
    assert plain.all(GOLDMANE) == plain.all(WHISKER) == []


@pytest.mark.parametrize("mode", MODES)
def test_definitions_come_first_and_the_operator_is_there_until_its_last_resource_is_gone(mode: Mode) -> None:
    recording = calico(mode, **EVERYTHING)
    told = [each for each in recording.resources if "projectcalico" in each.type or "operator.tigera.io" in each.type]
    assert len(told) == 9
    for each in told:
        assert {"calico-operator", "calico-crds", "calico-namespace"} <= everything_before(recording, each), each.name


def test_the_uninstall_hook_of_the_chart_runs_with_its_namespace_and_definitions_there() -> None:
    recording = calico("cni", **EVERYTHING)
    assert {"calico-crds", "calico-namespace"} <= everything_before(recording, recording.one(RELEASE))
    assert not recording.one(RELEASE).inputs.get("disableWebhooks")  # Pulumi's word for a chart's hooks


def everything_before(recording: Recording, resource: Recorded) -> set[str]:
    """Return the names of all that a resource waits for, directly or not."""
    by_name = {each.name: each for each in recording.resources}
    found, open_ = set[str](), [resource]
    while open_:
        new = waits_for(recording, open_.pop()) - found
        found |= new
        open_.extend(by_name[name] for name in new)
    return found

"""The managed add-ons: which, when, at which version, configured how."""

import json
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components.foundation.addons import ADDONS, AddonName, Addons, AddonSettings, Phase, merged, selected
from components.foundation.cluster import EksCluster
from components.foundation.network import Network
from components.foundation.node_pools import NodePools, NodePoolSettings
from tests.support.eks import ZONES, names, record_cluster
from tests.support.recording import Recording

ADDON = "aws:eks/addon:Addon"
IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234"
READ = TypeAdapter(dict[AddonName, AddonSettings])


def recorded(
    phase: Phase = "before-compute", overlay: bool = False, given: Any = None, *, known: bool = True, **arguments: Any
) -> Recording:
    def then(cluster: EksCluster, _: Network) -> None:
        Addons("addons", READ.validate_python(given or {}), cluster=cluster, phase=phase, overlay=overlay, **arguments)

    return record_cluster(then=then, known=known)


@cache
def plain(phase: Phase = "before-compute") -> Recording:
    return recorded(phase)


def configuration(recording: Recording, addon: str) -> Any:
    text = recording.one(ADDON, f"addons-{addon}").inputs.get("configurationValues")
    return text and json.loads(text)


def added(recording: Recording) -> set[str]:
    return {each.inputs["addonName"] for each in recording.all(ADDON)}


def test_daemons_of_the_host_network_come_before_the_nodes_and_deployments_after_them() -> None:
    assert selected({}, "before-compute", overlay=False) == ("eks-pod-identity-agent", "vpc-cni", "kube-proxy")
    assert selected({}, "after-compute", overlay=False) == (
        "coredns",
        "aws-ebs-csi-driver",
        "snapshot-controller",
        "metrics-server",
    )
    assert added(plain("before-compute")) | added(plain("after-compute")) == set(ADDONS)


def test_where_calico_is_the_cni_there_is_no_other() -> None:
    assert selected({}, "before-compute", overlay=True) == ("eks-pod-identity-agent", "kube-proxy")
    assert added(recorded(overlay=True)) == {"eks-pod-identity-agent", "kube-proxy"}


def test_an_addon_that_slipway_does_not_know_comes_after_the_nodes_with_the_roles_it_is_given() -> None:
    role = "arn:aws:iam::123456789012:role/efs-driver"
    given = {"aws-efs-csi-driver": {"podIdentities": {"efs-csi-controller-sa": role}, "version": "v2.1.4-eksbuild.1"}}
    assert "aws-efs-csi-driver" not in added(recorded(given=given))
    recording = recorded("after-compute", given=given)
    inputs = recording.one(ADDON, "addons-aws-efs-csi-driver").inputs
    assert (inputs["addonName"], inputs["addonVersion"]) == ("aws-efs-csi-driver", "v2.1.4-eksbuild.1")
    assert inputs["podIdentityAssociations"] == [{"serviceAccount": "efs-csi-controller-sa", "roleArn": role}]
    assert "podIdentityAssociations" not in recording.one(ADDON, "addons-coredns").inputs


@pytest.mark.parametrize(
    "name", ["upbound_universal-crossplane", "datadog_operator", "cert-manager", "kubecost_kubecost", "adot"]
)
def test_any_name_of_awss_list_is_one(name: str) -> None:
    assert selected(READ.validate_python({name: {}}), "after-compute", overlay=False)[-1] == name
    assert selected(READ.validate_python({name: {"enabled": False}}), "after-compute", overlay=False)[-1] != name


def test_what_is_switched_off_is_not_installed() -> None:
    assert "metrics-server" not in added(recorded("after-compute", given={"metrics-server": {"enabled": False}}))


def test_an_addon_is_installed_over_what_is_there_and_keeps_later_changes() -> None:
    addon = plain().one(ADDON, "addons-kube-proxy")
    assert addon.inputs == {
        "clusterName": "blue",
        "addonName": "kube-proxy",
        "addonVersion": "v1.2.3-eksbuild.4",
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "PRESERVE",
    }


@pytest.mark.parametrize(("wanted", "most_recent"), [("default", False), ("latest", True)])
def test_a_version_is_resolved_for_the_cluster(wanted: str, most_recent: bool) -> None:
    recording = recorded(given={"kube-proxy": {"version": wanted}})
    assert (
        "aws:eks/getAddonVersion:getAddonVersion",
        {"addonName": "kube-proxy", "kubernetesVersion": "1.35", "mostRecent": most_recent},
    ) in recording.calls


def test_a_pinned_version_is_not_looked_up() -> None:
    recording = recorded(given={"kube-proxy": {"version": "v1.35.0-eksbuild.9"}})
    assert recording.one(ADDON, "addons-kube-proxy").inputs["addonVersion"] == "v1.35.0-eksbuild.9"
    assert "kube-proxy" not in {arguments["addonName"] for _, arguments in recording.calls}


def test_the_platform_configures_an_addon_and_the_stack_has_the_last_word() -> None:
    own: dict[AddonName, Any] = {"vpc-cni": {"enableNetworkPolicy": "false", "env": {"ANNOTATE_POD_IP": "true"}}}
    assert configuration(recorded(configurations=own), "vpc-cni") == own["vpc-cni"]
    given = {"vpc-cni": {"configuration": {"env": {"WARM_ENI_TARGET": "2"}, "enableNetworkPolicy": "true"}}}
    assert configuration(recorded(given=given, configurations=own), "vpc-cni") == {
        "enableNetworkPolicy": "true",
        "env": {"ANNOTATE_POD_IP": "true", "WARM_ENI_TARGET": "2"},
    }


def test_an_addon_that_nobody_configures_has_its_own_defaults() -> None:
    assert configuration(recorded(configurations={"vpc-cni": {}}), "vpc-cni") is None
    assert configuration(plain(), "vpc-cni") is None


def test_the_platforms_configuration_is_laid_on_the_volumes_tags() -> None:
    recording = recorded(
        "after-compute",
        volume_tags={"owner": "platform"},
        configurations={"aws-ebs-csi-driver": {"controller": {"replicaCount": 3}}},
    )
    assert configuration(recording, "aws-ebs-csi-driver") == {
        "controller": {"extraVolumeTags": {"owner": "platform"}, "replicaCount": 3}
    }


def test_merging_replaces_what_is_no_mapping() -> None:
    assert merged({"a": {"b": 1}, "c": [1]}, {"a": 2, "c": [2], "d": {}}) == {"a": 2, "c": [2], "d": {}}


def test_the_cni_has_its_own_permissions_before_its_pods_and_the_agent_to_get_them() -> None:
    recording = plain()
    identity = recording.one(IDENTITY).inputs
    assert (identity["namespace"], identity["serviceAccount"]) == ("kube-system", "aws-node")
    attached = recording.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "addons-vpc-cni-AmazonEKS_CNI_Policy")
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    waits = names(recording, recording.one(ADDON, "addons-vpc-cni").dependencies)
    assert {"addons-eks-pod-identity-agent", "addons-vpc-cni-association"} <= waits


def test_the_ebs_driver_reaches_its_own_volumes_and_the_key_that_is_named() -> None:
    recording = recorded("after-compute", volume_kms_key_arn=KEY, account_id="123456789012")
    attached = recording.one(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "addons-aws-ebs-csi-driver-AmazonEBSCSIDriverPolicyV2",
    )
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"
    inline = recording.one("aws:iam/rolePolicy:RolePolicy", "addons-aws-ebs-csi-driver-policy")
    statements = json.loads(inline.inputs["policy"])["Statement"]
    assert {statement["Resource"] for statement in statements} == {KEY}
    grant = next(statement for statement in statements if statement["Action"] == "kms:CreateGrant")
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    role = recording.one("aws:iam/role:Role", "addons-aws-ebs-csi-driver-role")
    assert '"aws:SourceAccount": "123456789012"' in role.inputs["assumeRolePolicy"]


def test_without_a_key_of_its_own_the_ebs_driver_gets_none() -> None:
    inline = {each.name for each in plain("after-compute").all("aws:iam/rolePolicy:RolePolicy")}
    assert "addons-aws-ebs-csi-driver-policy" not in inline


def test_volumes_carry_the_stacks_tags() -> None:
    recording = recorded("after-compute", volume_tags={"owner": "platform-team"})
    assert configuration(recording, "aws-ebs-csi-driver") == {
        "controller": {"extraVolumeTags": {"owner": "platform-team"}}
    }


def waits(configurations: dict[AddonName, Any], **pools: dict[str, Any]) -> dict[str, set[str]]:
    """Return the node groups that each add-on waits for."""

    def then(cluster: EksCluster, network: Network) -> None:
        declared = {name: NodePoolSettings.model_validate(pool) for name, pool in pools.items()}
        nodes = NodePools("pools", declared, cluster=cluster, network=network, addresses="interfaces").nodes
        wanted = {name: AddonSettings(configuration=each) for name, each in configurations.items()}
        Addons("addons", wanted, cluster=cluster, phase="after-compute", nodes=nodes)

    recording = record_cluster(then=then)
    groups = {group.urn for group in recording.all("aws:eks/nodeGroup:NodeGroup")}
    return {
        addon.inputs["addonName"]: names(recording, groups & set(addon.dependencies)) for addon in recording.all(ADDON)
    }


def groups(*pools: str) -> set[str]:
    return {f"pools-{pool}-{zone}" for pool in pools for zone in ZONES}


def test_every_addon_waits_for_the_groups_that_run_it_and_for_no_gpu_or_spot_instance() -> None:
    found = waits({}, general={}, memory={"size": 3}, gpu={}, spot={}, burst={"size": 0, "instanceTypes": ["m5.large"]})
    assert set(found) == {"coredns", "aws-ebs-csi-driver", "snapshot-controller", "metrics-server"}
    assert all(each == groups("general", "memory") for each in found.values())


def test_addons_that_are_told_where_to_run_wait_for_those_nodes() -> None:
    taint = {"key": "CriticalAddonsOnly", "value": "true"}
    system = {"instanceTypes": ["m6i.large"], "size": 3, "taints": [taint]}
    home = {"nodeSelector": {"slipway.dev/pool": "system"}}
    tolerant = {**home, "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}]}
    found = waits(
        {"coredns": home, "aws-ebs-csi-driver": {"controller": home}, "metrics-server": tolerant},
        general={},
        system=system,
    )
    assert found == {
        "coredns": groups("system"),
        "aws-ebs-csi-driver": groups("system"),
        "metrics-server": groups("system"),
        "snapshot-controller": groups("general"),
    }


def test_the_agent_in_one_phase_is_no_gate_in_the_other() -> None:
    seen: dict[str, Any] = {}

    def then(cluster: EksCluster, _: Network) -> None:
        addons = Addons("addons", {}, cluster=cluster, phase="after-compute")
        seen.update(by_name=set(addons.by_name), count=len(addons.resources))

    record_cluster(then=then)
    assert seen == {"by_name": set(selected({}, "after-compute", overlay=False)), "count": 4}


@pytest.mark.parametrize("phase", ["before-compute", "after-compute"])
def test_unknown_outputs_change_no_urn(phase: Phase) -> None:
    assert recorded(phase, known=False).urns == plain(phase).urns


@pytest.mark.parametrize(
    "given",
    [
        {"vpc cni": {}},
        {"coredns": {"version": "1.11.4"}},
        {"coredns": {"version": "newest"}},
        {"coredns": {"on": True}},
    ],
)
def test_a_wrong_addon_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(given)

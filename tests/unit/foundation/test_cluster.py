"""The cluster as it is registered: control plane, key, logs, identities, and the provider that reaches it."""

import json
from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from components.component import Nodes
from components.foundation.cluster import ClusterSettings, EksCluster, cluster_name
from components.foundation.network import Network, NetworkSettings
from tests.support.eks import ADMIN, REGION, ZONES, names, record_cluster, settings
from tests.support.recording import UNKNOWN, Recorded, Recording, record

CLUSTER = "aws:eks/cluster:Cluster"


@cache
def plain() -> Recording:
    return record_cluster()


def recorded_cluster(**keys: Any) -> Recorded:
    return record_cluster(settings(**keys)).one(CLUSTER)


def provider(recording: Recording) -> Recorded:
    return recording.one("pulumi:providers:kubernetes")


def test_the_control_plane_is_private_encrypted_and_logged() -> None:
    cluster = recorded_cluster()
    assert cluster.inputs == {
        "name": "blue",
        "version": "1.35",
        "roleArn": "arn:aws:mock:us-west-2:123456789012:role/cluster-role",
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
        "bootstrapSelfManagedAddons": False,
        "deletionProtection": False,
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "encryptionConfig": {
            "provider": {"keyArn": "arn:aws:mock:us-west-2:123456789012:key/cluster-key"},
            "resources": ["secrets"],
        },
        "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
        "upgradePolicy": {"supportType": "STANDARD"},
        "vpcConfig": {
            "subnetIds": [f"network-intra-{zone}-id" for zone in ZONES],
            "endpointPrivateAccess": True,
            "endpointPublicAccess": False,
        },
        "zonalShiftConfig": {"enabled": False},
    }
    assert cluster.ignore_changes == ("bootstrapSelfManagedAddons",)
    assert not cluster.protect


def test_the_settings_reach_the_cluster() -> None:
    cluster = recorded_cluster(
        version="1.33",
        supportType="EXTENDED",
        serviceCidr="10.100.0.0/16",
        zonalShift=True,
        endpoint={"publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
    )
    assert cluster.inputs["version"] == "1.33"
    assert cluster.inputs["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster.inputs["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "10.100.0.0/16"
    assert cluster.inputs["zonalShiftConfig"] == {"enabled": True}
    assert cluster.inputs["vpcConfig"]["endpointPublicAccess"] is True
    assert cluster.inputs["vpcConfig"]["endpointPrivateAccess"] is True
    assert cluster.inputs["vpcConfig"]["publicAccessCidrs"] == ["203.0.113.0/24"]


def test_an_allow_list_without_public_access_is_left_out() -> None:
    cluster = recorded_cluster(endpoint={"publicAccessCidrs": ["203.0.113.0/24"]})
    assert "publicAccessCidrs" not in cluster.inputs["vpcConfig"]


def test_the_networks_that_are_named_reach_the_private_address() -> None:
    rules = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    recording = record_cluster(settings(endpoint={"privateAccessCidrs": ["10.8.0.0/16"]}))
    rule = recording.one(rules, "cluster-sg-to-control-plane-10.8.0.0-16").inputs
    assert (rule["securityGroupId"], rule["cidrIpv4"], rule["toPort"]) == ("sg-control-plane", "10.8.0.0/16", 443)


def test_protection_is_of_the_cluster_and_its_key_in_pulumi_and_in_aws() -> None:
    recording = record_cluster(settings(protect=True))
    assert {each.name for each in recording.resources if each.protect} == {"cluster", "cluster-key"}
    assert recording.one(CLUSTER).inputs["deletionProtection"] is True
    assert not any(each.protect for each in plain().resources)


def test_the_key_rotates_and_is_long_in_dying() -> None:
    key = plain().one("aws:kms/key:Key").inputs
    assert (key["enableKeyRotation"], key["deletionWindowInDays"]) == (True, 30)
    assert plain().one("aws:kms/alias:Alias").inputs == {"name": "alias/eks/blue", "targetKeyId": "key-1"}


def test_logs_are_kept_for_as_long_as_asked_and_their_group_is_there_first() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    recording = record_cluster(settings(logRetentionDays=90, logKmsKeyArn=key))
    assert recording.one("aws:cloudwatch/logGroup:LogGroup", "cluster-logs").inputs == {
        "name": "/aws/eks/blue/cluster",
        "retentionInDays": 90,
        "kmsKeyId": key,
    }
    assert "cluster-logs" in names(recording, recording.one(CLUSTER).dependencies)


def test_the_role_is_trusted_by_eks_and_outlives_the_cluster_with_its_permissions() -> None:
    recording = plain()
    trust = json.loads(recording.one("aws:iam/role:Role", "cluster-role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "eks.amazonaws.com"}
    attached = recording.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "cluster-AmazonEKSClusterPolicy")
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    use_of_key = json.loads(recording.one("aws:iam/rolePolicy:RolePolicy", "cluster-key").inputs["policy"])
    assert use_of_key["Statement"][0]["Resource"] == "arn:aws:mock:us-west-2:123456789012:key/cluster-key"
    assert {"cluster-AmazonEKSClusterPolicy", "cluster-key"} <= names(recording, recording.one(CLUSTER).dependencies)


def test_iam_trusts_the_cluster_without_a_thumbprint() -> None:
    oidc = plain().one("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert oidc.inputs == {
        "url": "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF",
        "clientIdLists": ["sts.amazonaws.com"],
    }


def test_the_kubeconfig_makes_a_token_at_each_use_and_holds_none() -> None:
    inputs = provider(plain()).inputs
    config = json.loads(inputs["kubeconfig"])
    assert config["clusters"] == [
        {
            "name": "blue",
            "cluster": {
                "server": "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com",
                "certificate-authority-data": "Y2VydGlmaWNhdGU=",
            },
        }
    ]
    assert config["users"] == [
        {
            "name": "blue",
            "user": {
                "exec": {
                    "apiVersion": "client.authentication.k8s.io/v1beta1",
                    "command": "aws",
                    "args": ["--region", REGION, "eks", "get-token", "--cluster-name", "blue", "--output", "json"],
                    "interactiveMode": "Never",
                }
            },
        }
    ]
    assert config["current-context"] == config["contexts"][0]["name"] == "blue"


def test_the_provider_applies_on_the_server_and_is_replaced_with_the_cluster_only() -> None:
    inputs = provider(plain()).inputs
    assert inputs["clusterIdentifier"] == "us-west-2/blue"
    assert inputs["enableServerSideApply"] in (True, "true")
    assert inputs["enableConfigMapMutable"] in (True, "true")
    assert inputs["enableSecretMutable"] in (True, "true")
    assert "upsertExistingObjects" not in inputs


def test_pulumi_assumes_the_deploy_role_which_is_an_administrator() -> None:
    role = "arn:aws:iam::123456789012:role/ci"
    recording = record_cluster(settings(deployRoleArn=role))
    config = json.loads(provider(recording).inputs["kubeconfig"])
    assert config["users"][0]["user"]["exec"]["args"][-2:] == ["--role-arn", role]
    recording.one(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "cluster-access-123456789012-role-ci-cluster-admin"
    )


def test_nothing_is_made_in_the_cluster_before_pulumi_may_enter() -> None:
    recording = plain()
    waits = names(recording, provider(recording).dependencies)
    # the rules that let Pulumi reach a private address go after all that is in the cluster, too
    assert {"cluster-access-123456789012-role-platform-admin-cluster-admin", "cluster-sg-nodes-to-nodes"} <= waits


def test_what_runs_in_the_cluster_goes_with_it() -> None:
    seen: dict[str, Any] = {}

    def then(cluster: EksCluster, _: Network) -> None:
        target = cluster.target(dns=[cluster.resource], nodes=Nodes())
        seen.update(name=target.name, provider=target.provider is cluster.provider)
        seen.update(
            lifetime=target.lifetime is cluster.resource,
            ready=target.ready == (cluster.resource, *cluster.security_groups.called),
        )

    record_cluster(then=then)
    assert seen == {"name": "blue", "provider": True, "lifetime": True, "ready": True}


def test_unknown_outputs_change_no_urn() -> None:
    unknown = record_cluster(settings(viewers=[ADMIN]), known=False)
    assert unknown.urns == record_cluster(settings(viewers=[ADMIN])).urns
    assert provider(unknown).inputs["kubeconfig"] == UNKNOWN


def test_a_cluster_without_a_version_is_refused() -> None:
    network = NetworkSettings()
    with pytest.raises(ValueError, match=r"cluster\.version is not set"):
        record(
            lambda: EksCluster(
                "cluster",
                ClusterSettings(),
                cluster_name="blue",
                network=Network("network", network, cluster_name="blue", region=REGION),
                region=REGION,
                called_ports={},
            )
        )


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"version": "1.35"}, "slipway-staging"),
        ({"version": "1.35", "name": "blue"}, "blue"),
        ({"existing": {"context": "kind-slipway"}}, "kind-slipway"),
    ],
)
def test_the_name_comes_from_the_stack_unless_it_is_given(keys: dict[str, Any], name: str) -> None:
    assert cluster_name(ClusterSettings.model_validate(keys), "staging") == name


@pytest.mark.parametrize(
    "keys",
    [
        {"version": 1.35},
        {"name": "-blue"},
        {"admins": ["arn:aws:sts::123456789012:assumed-role/admin/session"]},
        {"logRetentionDays": 31},
        {"endpoint": {"publicAccessCidrs": ["203.0.113.1/24"]}},
        {"logKmsKeyArn": "alias/mine"},
    ],
)
def test_a_wrong_field_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ClusterSettings.model_validate(keys)


def test_every_child_is_under_the_cluster() -> None:
    recording = plain()
    roots = [each for each in recording.resources if "EksCluster" not in each.urn and "Network" not in each.urn]
    assert [each.name for each in roots] == []

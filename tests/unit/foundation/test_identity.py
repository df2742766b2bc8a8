"""AWS identities for pods."""

import json
from typing import Any

from components.foundation.identity import PodIdentity, managed_policy
from tests.support.eks import names
from tests.support.recording import Recording, record

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234"


def recorded(*, known: bool = True, **arguments: Any) -> Recording:
    return record(
        lambda: PodIdentity(
            "dns", cluster_name="blue", namespace="kube-system", service_account="external-dns", **arguments
        ),
        known=known,
    )


def trust(recording: Recording) -> dict[str, Any]:
    return dict(json.loads(recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"][0])


def test_the_role_is_for_the_pods_of_one_service_account_of_one_cluster() -> None:
    assert trust(recorded()) == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-name": "blue",
                "aws:RequestTag/kubernetes-namespace": "kube-system",
                "aws:RequestTag/kubernetes-service-account": "external-dns",
            }
        },
    }


def test_a_known_account_is_the_only_one_trusted() -> None:
    equals = trust(recorded(account_id="123456789012"))["Condition"]["StringEquals"]
    assert equals["aws:SourceAccount"] == "123456789012"


def test_the_association_is_of_the_service_account_and_waits_for_the_permissions() -> None:
    recording = recorded(
        managed_policy_arns=[managed_policy("AmazonEKS_CNI_Policy")],
        statements=[{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}],
    )
    association = recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert association.inputs == {
        "clusterName": "blue",
        "namespace": "kube-system",
        "serviceAccount": "external-dns",
        "roleArn": "arn:aws:mock:us-west-2:123456789012:role/dns-role",
    }
    assert {"dns-AmazonEKS_CNI_Policy", "dns-policy"} <= names(recording, association.dependencies)
    attached = recording.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attached.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    inline = json.loads(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    assert inline == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}],
    }


def test_no_policy_is_made_where_nothing_is_granted() -> None:
    assert not recorded().all("aws:iam/rolePolicy:RolePolicy")


def test_unknown_outputs_change_no_urn() -> None:
    statements = [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}]
    assert recorded(statements=statements, known=False).urns == recorded(statements=statements).urns

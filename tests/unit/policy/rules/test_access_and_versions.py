"""no-wildcard-iam, no-wildcard-rbac, audit-logs, supported-versions, extended-support, removed-apis, no-latest."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.rules.no_latest import tag
from slipway.recording.resource import Resource
from slipway.recording.wire import UNKNOWN
from tests.unit.policy.rules.building import TODAY, aws, container, found, kube, pod, workload


def policy(*statements: dict[str, Any]) -> Resource:
    written = [{"Effect": "Allow", **each} for each in statements]
    return aws("iam/rolePolicy:RolePolicy", policy=json.dumps({"Statement": written}))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ({"Action": "*", "Resource": "arn:aws:s3:::files"}, "allows *:"),
        ({"Action": ["s3:*"], "Resource": "arn:aws:s3:::files"}, "allows s3:*:"),
        ({"NotAction": "iam:*", "Resource": "*"}, "NotAction"),
        ({"Action": "kms:Decrypt", "Resource": "*"}, "kms:Decrypt on every resource"),
        ({"Action": ["S3:Get*"], "Resource": ["*"]}, "S3:Get* on every resource"),
        (
            {"Action": "iam:PassRole", "NotResource": "arn:aws:iam::123456789012:role/x"},
            "iam:PassRole on every resource",
        ),
    ],
)
def test_statements_that_allow_too_much(statement: dict[str, Any], said: str) -> None:
    (text,) = found("no-wildcard-iam", policy(statement))
    assert said in text


@pytest.mark.parametrize(
    "resource",
    [
        policy({"Action": ["ec2:Describe*", "route53:ListHostedZonesByName"], "Resource": "*"}),
        policy({"Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-west-2:123456789012:key/1"}),
        policy(
            {"Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "x"}}}
        ),
        policy({"Effect": "Deny", "Action": "*", "Resource": "*"}),
        aws("iam/rolePolicy:RolePolicy", policy=UNKNOWN),
        aws("iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"),
        aws(
            "iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:aws:iam::123456789012:policy/IAMFullAccess"
        ),
    ],
)
def test_statements_that_name_what_they_allow(resource: Resource) -> None:
    assert found("no-wildcard-iam", resource) == []


def test_roles_for_everyone_and_policies_of_awss_own() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = aws("iam/role:Role", assumeRolePolicy=json.dumps({"Statement": trust}))
    assert "everyone may assume the role" in found("no-wildcard-iam", role)[0]
    limited = {**trust, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
    assert found("no-wildcard-iam", aws("iam/role:Role", assumeRolePolicy=json.dumps({"Statement": [limited]}))) == []
    admin = aws(
        "iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    assert "AdministratorAccess" in found("no-wildcard-iam", admin)[0]
    assert found("no-wildcard-iam", admin, managedPolicies=[]) == []


def role(**rule: Any) -> Resource:
    return kube("rbac.authorization.k8s.io/v1", "ClusterRole", "r", namespace=None, rules=[rule])


def binding(to: str, subject: str) -> Resource:
    ref = {"kind": "ClusterRole", "name": to}
    subjects = [{"kind": "Group", "name": subject}]
    return kube(
        "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "b", namespace=None, roleRef=ref, subjects=subjects
    )


def test_roles_in_the_cluster() -> None:
    everything: dict[str, Any] = {"apiGroups": ["*"], "resources": ["*"]}
    assert found("no-wildcard-rbac", role(apiGroups=[""], resources=["pods"], verbs=["get", "patch"])) == []
    assert found("no-wildcard-rbac", role(apiGroups=["apps"], resources=["*"], verbs=["get", "list"])) == []
    assert "all verbs" in found("no-wildcard-rbac", role(apiGroups=[""], resources=["pods"], verbs=["*"]))[0]
    assert "change all resources" in found("no-wildcard-rbac", role(**everything, verbs=["patch"]))[0]
    assert "Secrets included" in found("no-wildcard-rbac", role(**everything, verbs=["list"]))[0]
    assert "may impersonate" in found("no-wildcard-rbac", role(resources=["users"], verbs=["impersonate"]))[0]
    assert found("no-wildcard-rbac", binding("view", "developers")) == []
    assert "cluster-admin" in found("no-wildcard-rbac", binding("cluster-admin", "developers"))[0]
    assert found("no-wildcard-rbac", binding("cluster-admin", "developers"), refusedRoles=[]) == []
    assert "everyone" in found("no-wildcard-rbac", binding("view", "system:authenticated"))[0]


def cluster(version: Any = "1.35", **more: Any) -> Resource:
    return aws("eks/cluster:Cluster", "k", name="blue", version=version, **more)


def test_the_control_planes_logs_are_on_and_kept() -> None:
    logs = {"enabledClusterLogTypes": ["api", "audit", "authenticator"]}
    group = aws("cloudwatch/logGroup:LogGroup", "logs", name="/aws/eks/blue/cluster", retentionInDays=30)
    assert found("audit-logs", cluster(**logs), group) == []
    assert found("audit-logs", cluster(enabledClusterLogTypes=UNKNOWN)) == []
    assert "logs audit, authenticator:" in found("audit-logs", cluster())[0]
    assert "logs scheduler:" in found("audit-logs", cluster(**logs), logTypes=["audit", "scheduler"])[0]
    assert "for 30 days, and must be for 90" in found("audit-logs", cluster(**logs), group, retentionDays=90)[0]
    for_ever = replace(group, inputs={"name": "/aws/eks/blue/cluster", "retentionInDays": 0})
    assert found("audit-logs", cluster(**logs), for_ever, retentionDays=90) == []


def test_a_stack_may_ask_for_flow_logs() -> None:
    vpc = aws("ec2/vpc:Vpc", "net")
    assert found("audit-logs", vpc) == []
    assert "network.flowLogs" in found("audit-logs", vpc, flowLogs=True)[0]
    logs = replace(aws("ec2/flowLog:FlowLog", "logs", vpcId=UNKNOWN), property_dependencies={"vpcId": (vpc.urn,)})
    assert found("audit-logs", vpc, logs, flowLogs=True) == []


def nodes(version: str, **more: Any) -> Resource:
    return aws("eks/nodeGroup:NodeGroup", "n", version=version, **more)


def test_versions_that_aws_runs() -> None:
    rule = "supported-versions"
    assert found(rule, cluster("1.35"), nodes("1.32", amiType="AL2023_x86_64_STANDARD")) == []
    assert found(rule, cluster("1.33")) == []
    assert found(rule, cluster(UNKNOWN), nodes(UNKNOWN)) == []
    assert "does not support Kubernetes 1.30 on 2026-11-21" in found(rule, cluster("1.30"))[0]
    assert "1.36, 1.35" in found(rule, cluster("1.99"))[0]
    assert "1.33 on 2027-08-01" in found(rule, cluster("1.33"), on=date(2027, 8, 1))[0]
    assert "no Kubernetes version is set" in found(rule, aws("eks/cluster:Cluster"))[0]
    assert "newer than the control plane" in found(rule, cluster("1.34"), nodes("1.35"))[0]
    assert "4 minors behind" in found(rule, cluster("1.36"), nodes("1.32"))[0]
    assert "Amazon Linux 2," in found(rule, cluster(), nodes("1.35", amiType="AL2_x86_64_GPU"))[0]


def test_extended_support_is_said_and_foretold() -> None:
    rule = "extended-support"
    assert found(rule, cluster("1.36")) == []
    assert "six times" in found(rule, cluster("1.33"))[0]
    assert "ends on 2026-12-02" in found(rule, cluster("1.34"))[0]
    assert found(rule, cluster("1.34"), noticeDays=5) == []
    assert found(rule, cluster("1.35"), on=date(2026, 12, 26)) == []
    assert "ends on 2027-03-27" in found(rule, cluster("1.35"), on=date(2026, 12, 27))[0]
    assert found(rule, cluster("1.30")) == [], "that is for supported-versions to say"


def test_apis_that_are_gone() -> None:
    old = kube("policy/v1beta1", "PodDisruptionBudget", "old")
    assert found("removed-apis", old) == [
        "PodDisruptionBudget web/old is of policy/v1beta1, gone since Kubernetes 1.25: write apiVersion: policy/v1"
    ]
    assert "nothing took its place" in found("removed-apis", kube("policy/v1beta1", "PodSecurityPolicy"))[0]
    assert found("removed-apis", kube("policy/v1", "PodDisruptionBudget"), kube("v1", "Service")) == []


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", None),
        ("registry.example.com:5000/nginx", None),
        ("registry.example.com:5000/nginx:1.29", "1.29"),
        ("nginx:1.29@sha256:" + "0" * 64, "1.29"),
    ],
)
def test_the_tag_of_an_image(image: str, expected: str | None) -> None:
    assert tag(image) == expected


def of_image(image: str, **more: Any) -> Resource:
    return workload(pod(container(image=image), **more))


def test_images_that_move() -> None:
    digest = "nginx:latest@sha256:" + "0" * 64
    assert found("no-latest", of_image("registry.example.com:5000/web:1.0"), of_image(digest)) == []
    assert found("no-latest", of_image(UNKNOWN)) == []
    assert "Deployment web/web, container web: the image nginx has no tag" in found("no-latest", of_image("nginx"))[0]
    assert "another one tomorrow" in found("no-latest", of_image("nginx:latest"))[0]
    assert found("no-latest", of_image("nginx:latest"), floatingTags=["main"]) == []
    first = of_image("web:1", initContainers=[{"name": "init", "image": "busybox"}])
    assert "container init" in found("no-latest", first)[0]
    assert "requireDigest" in found("no-latest", of_image("web:1"), requireDigest=True)[0]
    assert found("no-latest", of_image(digest), requireDigest=True) == []


def release(**inputs: Any) -> Resource:
    return Resource("urn:r", "kubernetes:helm.sh/v3:Release", "r", None, True, {"chart": "loki", **inputs})


def test_charts_that_move() -> None:
    assert found("no-latest", release(version="v1.2.3", values={"image": {"tag": "1.2.3"}})) == []
    assert found("no-latest", release(version="2026.8.3")) == []
    assert "the newest of the day" in found("no-latest", release())[0]
    assert "a range" in found("no-latest", release(version=">=1.2"))[0]
    values = {"sidecars": [{"image": {"tag": "latest"}}], "image": "loki:main", "track": "stable"}
    assert found("no-latest", release(version="1.2.3", values=values)) == [
        "values.sidecars[0].image.tag is latest, another image tomorrow: name the version",
        "values.image is loki:main, another image tomorrow: name the version",
    ]


def test_what_is_asked_today_is_the_day_of_the_stack() -> None:
    assert found("supported-versions", cluster("1.32"), on=TODAY) == []
    assert len(found("supported-versions", cluster("1.32"), on=date(2027, 3, 23))) == 1

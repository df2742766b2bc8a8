"""The AWS Load Balancer Controller: what it is told, what it may do, and the load balancers of its classes."""

import json
from typing import Any

import pytest

from tests.support.chart_values import RELEASE, plain
from tests.support.incluster import waits_for
from tests.support.ingress import (
    CERTIFICATE,
    CLASS_PARAMS,
    INGRESS_CLASS,
    OVERLAY,
    all_before,
    release_values,
    served,
    ways_in,
)
from tests.support.recorded import Recording

CONTROLLER = "ingress-lbc-controller"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ACL = "aws:wafv2/webAcl:WebAcl"
TAG = "elbv2.k8s.aws/cluster"


def alb(
    settings: dict[str, Any] | None = None, *, certificate_arn: str | None = CERTIFICATE, **rooms: Any
) -> Recording:
    return ways_in(served({"controller": "alb", "alb": settings or {}}, **rooms), certificate_arn=certificate_arn)


def params(recording: Recording, name: str = "ingress-alb-params") -> dict[str, Any]:
    spec: dict[str, Any] = recording.one(CLASS_PARAMS, name).inputs["spec"]
    return spec


def test_it_knows_where_it_is_and_touches_no_service_of_others() -> None:
    values = release_values(alb(), CONTROLLER)
    assert (values["clusterName"], values["region"], values["vpcId"]) == ("slipway-test", "us-west-2", "vpc-0123")
    assert values["enableServiceMutatorWebhook"] is False
    assert (values["enableShield"], values["enableWaf"]) == (False, False)
    assert values["createIngressClassResource"] is False


def test_its_pods_pass_the_level_restricted_and_move_one_by_one() -> None:
    values = release_values(alb({"replicas": 3}), CONTROLLER)
    assert values["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert values["podSecurityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert (values["replicaCount"], values["podDisruptionBudget"]) == (3, {"maxUnavailable": 1})
    _zones, spread = values["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": "aws-load-balancer-controller"}


@pytest.mark.parametrize(
    ("certificates", "by_cert_manager"), [(None, False), ({"email": "platform@example.com"}, True)]
)
def test_its_webhooks_certificate_is_not_made_anew_by_each_rendering(certificates: Any, by_cert_manager: bool) -> None:
    values = release_values(alb(certificates=certificates), CONTROLLER)
    assert (values["enableCertManager"], values["keepTLSSecret"]) == (by_cert_manager, not by_cert_manager)


def test_on_an_overlay_its_webhooks_are_on_the_host_network_and_nodes_are_its_targets() -> None:
    overlay = alb(cni=OVERLAY)
    values = release_values(overlay, CONTROLLER)
    assert values["hostNetwork"] is True
    assert values["webhookBindPort"] != 9443
    assert values["defaultTargetType"] == params(overlay)["targetType"] == "instance"
    usual = release_values(alb(), CONTROLLER)
    assert "hostNetwork" not in usual
    assert usual["defaultTargetType"] == params(alb())["targetType"] == "ip"


@pytest.mark.parametrize(
    ("ingress", "gateway"),
    [("alb", False), ({"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}, True)],
)
def test_it_looks_at_the_gateway_api_where_it_implements_that(ingress: Any, gateway: bool) -> None:
    recording = ways_in(served(ingress))
    gates = release_values(recording, CONTROLLER)["controllerConfig"]["featureGates"]
    assert gates == {"ALBGatewayAPI": gateway, "NLBGatewayAPI": False}
    assert ("gateway-api-crds" in waits_for(recording, recording.one(RELEASE, CONTROLLER))) is gateway


def test_its_pods_have_their_identity_from_the_start() -> None:
    recording = alb()
    association = recording.one(ASSOCIATION)
    release = recording.one(RELEASE, CONTROLLER)
    assert association.inputs["serviceAccount"] == release.inputs["values"]["serviceAccount"]["name"]
    assert association.inputs["namespace"] == release.inputs["namespace"] == "aws-load-balancer-controller"
    assert waits_for(recording, release) == {"ingress-lbc-namespace", association.name, "nodes"}


def policy() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(plain(alb().one(ROLE_POLICY).inputs["policy"]))["Statement"]
    return found


def allowing(action: str) -> list[dict[str, Any]]:
    return [each for each in policy() if action in each["Action"]]


def test_the_policy_fits_where_it_is() -> None:
    assert len(json.dumps({"Version": "2012-10-17", "Statement": policy()}, separators=(",", ":"))) <= 10_240
    assert not any(action.endswith("*") for each in policy() for action in each["Action"])


@pytest.mark.parametrize(
    "action",
    [
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:SetSecurityGroups",
        "ec2:DeleteSecurityGroup",
    ],
)
def test_it_changes_and_deletes_what_is_this_clusters_only(action: str) -> None:
    (statement,) = allowing(action)
    assert statement["Condition"] == {"StringEquals": {f"aws:ResourceTag/{TAG}": "slipway-test"}}


@pytest.mark.parametrize(
    "action", ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
)
def test_what_it_makes_carries_the_tag_from_the_start(action: str) -> None:
    (statement,) = allowing(action)
    assert statement["Condition"] == {"StringEquals": {f"aws:RequestTag/{TAG}": "slipway-test"}}


def test_it_gives_the_tag_to_nothing_that_is_there_already() -> None:
    for action in ("ec2:CreateTags", "elasticloadbalancing:AddTags"):
        for statement in allowing(action):
            condition = statement.get("Condition", {})
            made = condition.get("StringEquals", {}).keys() & {
                "ec2:CreateAction",
                "elasticloadbalancing:CreateAction",
            }
            kept = condition.get("Null") == {f"aws:RequestTag/{TAG}": "true"}
            listeners = all("listener" in each for each in statement["Resource"])
            assert made or kept or listeners, statement


def test_it_opens_security_groups_of_its_vpc_only() -> None:
    (statement,) = allowing("ec2:AuthorizeSecurityGroupIngress")
    assert statement["Condition"] == {"ArnLike": {"ec2:Vpc": "arn:aws:ec2:us-west-2:*:vpc/vpc-0123"}}


def test_no_rights_for_what_is_off() -> None:
    actions = {action for each in policy() for action in each["Action"]}
    assert not [action for action in actions if action.startswith(("shield:", "waf-regional:"))]
    assert {"wafv2:AssociateWebACL", "acm:DescribeCertificate", "elasticloadbalancing:SetRulePriorities"} <= actions


def test_a_class_says_what_its_load_balancers_are() -> None:
    recording = alb({"idleTimeout": 120, "inboundCidrs": ["203.0.113.0/24"]})
    spec = params(recording)
    assert (spec["scheme"], spec["certificateArn"]) == ("internet-facing", [CERTIFICATE])
    assert {"key": "idle_timeout.timeout_seconds", "value": "120"} in spec["loadBalancerAttributes"]
    assert spec["inboundCIDRs"] == ["203.0.113.0/24"]
    assert "wafv2AclArn" not in spec
    assert "TLS13-1-2" in spec["sslPolicy"]
    found = recording.one(INGRESS_CLASS, "ingress-alb-class")
    assert found.inputs["metadata"] == {"name": "alb"}
    assert found.inputs["spec"] == {
        "controller": "ingress.k8s.aws/alb",
        "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "alb"},
    }
    assert {"ingress-alb-params", CONTROLLER} <= all_before(recording, found)


def test_what_is_internal_has_a_class_of_its_own_and_the_vpc_as_its_clients() -> None:
    recording = alb()
    internal = params(recording, "ingress-alb-internal-params")
    assert (internal["scheme"], internal["inboundCIDRs"]) == ("internal", ["10.0.0.0/16"])
    assert "inboundCIDRs" not in params(recording)
    only = alb({"scheme": "internal"})
    assert [found.inputs["metadata"]["name"] for found in only.all(INGRESS_CLASS)] == ["alb"]
    assert params(only)["inboundCIDRs"] == ["10.0.0.0/16"]


def test_without_a_certificate_no_class_has_one() -> None:
    assert "certificateArn" not in params(alb(certificate_arn=None))


def test_slipways_web_acl_is_aws_rules_and_a_rate_limit() -> None:
    recording = alb({"waf": {"rateLimit": 500}})
    acl = recording.one(ACL)
    assert (acl.inputs["scope"], acl.inputs["defaultAction"]) == ("REGIONAL", {"allow": {}})
    rules = {rule["name"]: rule for rule in acl.inputs["rules"]}
    assert rules["rate-limit"]["statement"]["rateBasedStatement"]["limit"] == 500
    assert rules["rate-limit"]["action"] == {"block": {}}
    assert sorted(rule["priority"] for rule in rules.values()) == list(range(len(rules)))
    common = rules["AWSManagedRulesCommonRuleSet"]["statement"]["managedRuleGroupStatement"]
    assert common["ruleActionOverrides"] == [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}]
    for name in ("ingress-alb-params", "ingress-alb-internal-params"):
        assert params(recording, name)["wafv2AclArn"] == "arn:aws:mock:us-west-2:123456789012:webacl/ingress-lbc-waf"


def test_a_web_acl_of_ones_own_is_used_as_it_is() -> None:
    arn = "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/edge/1234abcd"
    recording = alb({"waf": {"aclArn": arn}})
    assert recording.all(ACL) == []
    assert params(recording)["wafv2AclArn"] == arn

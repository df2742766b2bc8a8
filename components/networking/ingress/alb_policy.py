"""What the AWS Load Balancer Controller may do in the account.

After docs/install/iam_policy.json of kubernetes-sigs/aws-load-balancer-controller for v3, and narrower: where that asks
for the controller's tag with any value, this asks for the cluster's name as the value, and rules of security groups are
changed in this VPC only. What serves features that the values turn off (Shield, WAF Classic) is left out.
"""

from typing import Any

import pulumi

CLUSTER_TAG = "elbv2.k8s.aws/cluster"
"""The tag that the controller gives to all that it makes; the value is the cluster's name."""

_ELB = "elasticloadbalancing"

_READS = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeCoipPools",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeIpamPools",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetCoipPoolUsage",
    "ec2:GetSecurityGroupsForVpc",
    f"{_ELB}:DescribeCapacityReservation",
    f"{_ELB}:DescribeListenerAttributes",
    f"{_ELB}:DescribeListenerCertificates",
    f"{_ELB}:DescribeListeners",
    f"{_ELB}:DescribeLoadBalancerAttributes",
    f"{_ELB}:DescribeLoadBalancers",
    f"{_ELB}:DescribeRules",
    f"{_ELB}:DescribeSSLPolicies",
    f"{_ELB}:DescribeTags",
    f"{_ELB}:DescribeTargetGroupAttributes",
    f"{_ELB}:DescribeTargetGroups",
    f"{_ELB}:DescribeTargetHealth",
    f"{_ELB}:DescribeTrustStores",
)
_OTHERS = (
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "cognito-idp:DescribeUserPoolClient",
    "iam:GetServerCertificate",
    "iam:ListServerCertificates",
    "wafv2:AssociateWebACL",
    "wafv2:DisassociateWebACL",
    "wafv2:GetWebACL",
    "wafv2:GetWebACLForResource",
)
_GROUP_RULES = ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress")
_ON_OWN = (
    "DeleteLoadBalancer",
    "DeleteTargetGroup",
    "ModifyCapacityReservation",
    "ModifyIpPools",
    "ModifyListenerAttributes",
    "ModifyLoadBalancerAttributes",
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "SetIpAddressType",
    "SetSecurityGroups",
    "SetSubnets",
)
# Listeners and their rules do not always carry the tag: these cannot ask for it.
_ON_LISTENERS = (
    "AddListenerCertificates",
    "CreateListener",
    "CreateRule",
    "DeleteListener",
    "DeleteRule",
    "ModifyListener",
    "ModifyRule",
    "RemoveListenerCertificates",
    "SetRulePriorities",
    "SetWebAcl",
)
_TAGGED = tuple(
    f"arn:aws:{_ELB}:*:*:{what}" for what in ("targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*")
)
_LISTENERS = tuple(
    f"arn:aws:{_ELB}:*:*:{what}"
    for what in ("listener/net/*/*/*", "listener/app/*/*/*", "listener-rule/net/*/*/*", "listener-rule/app/*/*/*")
)
_SECURITY_GROUPS = "arn:aws:ec2:*:*:security-group/*"


def _allow(actions: tuple[str, ...], resource: str | tuple[str, ...] = "*", **condition: Any) -> dict[str, Any]:
    resources = list(resource) if isinstance(resource, tuple) else resource
    return {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resources,
        **({"Condition": condition} if condition else {}),
    }


def _elb(*actions: str) -> tuple[str, ...]:
    return tuple(f"{_ELB}:{action}" for action in actions)


def statements(*, cluster_name: pulumi.Input[str], region: str, vpc_id: pulumi.Input[str]) -> list[dict[str, Any]]:
    """Return the IAM statements, for the load balancers of one cluster in one VPC."""
    requested = {f"aws:RequestTag/{CLUSTER_TAG}": cluster_name}
    carried = {f"aws:ResourceTag/{CLUSTER_TAG}": cluster_name}
    # Adding or removing tags may not touch the tag by which everything else is told apart.
    kept = {f"aws:RequestTag/{CLUSTER_TAG}": "true"}
    vpc = pulumi.Output.format("arn:aws:ec2:{0}:*:vpc/{1}", region, vpc_id)
    return [
        _allow(
            ("iam:CreateServiceLinkedRole",),
            StringEquals={"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"},
        ),
        _allow((*_READS, *_OTHERS)),
        _allow(("ec2:CreateSecurityGroup",)),
        # The nodes' own group carries another tag than the controller's.
        _allow(_GROUP_RULES, ArnLike={"ec2:Vpc": vpc}),
        _allow(
            ("ec2:CreateTags",),
            _SECURITY_GROUPS,
            StringEquals={"ec2:CreateAction": "CreateSecurityGroup", **requested},
        ),
        _allow(("ec2:CreateTags", "ec2:DeleteTags"), _SECURITY_GROUPS, Null=kept, StringEquals=carried),
        _allow(("ec2:DeleteSecurityGroup",), StringEquals=carried),
        _allow(_elb("CreateLoadBalancer", "CreateTargetGroup"), StringEquals=requested),
        _allow(_elb("AddTags", "RemoveTags"), _TAGGED, Null=kept, StringEquals=carried),
        _allow(
            _elb("AddTags"),
            _TAGGED,
            StringEquals={f"{_ELB}:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"], **requested},
        ),
        _allow(_elb("AddTags", "RemoveTags"), _LISTENERS),
        _allow(_elb(*_ON_OWN), StringEquals=carried),
        _allow(_elb("RegisterTargets", "DeregisterTargets"), f"arn:aws:{_ELB}:*:*:targetgroup/*/*"),
        _allow(_elb(*_ON_LISTENERS)),
    ]

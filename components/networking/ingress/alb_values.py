"""What the AWS Load Balancer Controller is told: the chart's values, and the parameters of its classes."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.foundation.addons import merged
from components.networking.host_network import host_network_values
from components.networking.ingress.names import LBC_LABELS, LBC_RELEASE
from components.networking.ingress.pods import CRITICAL, RUNTIME_DEFAULT
from components.networking.ingress.settings import AlbSettings, Scheme
from components.spread import over_zones_and_nodes

SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3 (docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)."""


def chart_values(
    settings: AlbSettings,
    *,
    cluster_name: pulumi.Input[str],
    region: str,
    vpc_id: pulumi.Input[str],
    cert_manager: bool,
    gateway: bool,
    overlay: bool,
) -> dict[str, Any]:
    """Return the chart's values.

    With `cert_manager` the webhooks' certificate is cert-manager's, which renews it; otherwise the chart makes one and
    keeps it. `gateway` is whether it implements the Gateway API.
    """
    values: dict[str, Any] = {
        # Region and VPC are given: pods do not reach the metadata service that it would ask for them.
        "clusterName": cluster_name,
        "region": region,
        "vpcId": vpc_id,
        "serviceAccount": {"create": True, "name": LBC_RELEASE},
        "replicaCount": settings.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "topologySpreadConstraints": over_zones_and_nodes(LBC_LABELS),
        "priorityClassName": CRITICAL,
        "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}, "limits": {"memory": "500Mi"}},
        "podSecurityContext": {"seccompProfile": RUNTIME_DEFAULT},
        "securityContext": {"capabilities": {"drop": ["ALL"]}},
        "defaultTargetType": "instance" if overlay else "ip",
        "defaultSSLPolicy": SSL_POLICY,
        # It fails closed on every Service of the cluster, even before the controller runs.
        "enableServiceMutatorWebhook": False,
        "enableCertManager": cert_manager,
        "keepTLSSecret": not cert_manager,
        # Slipway makes the classes, with parameters that only a deployment knows.
        "createIngressClassResource": False,
        "ingressClassParams": {"create": False},
        # Neither is used, and the role has no rights for them.
        "enableShield": False,
        "enableWaf": False,
        "controllerConfig": {"featureGates": {"ALBGatewayAPI": gateway, "NLBGatewayAPI": False}},
    }
    return merged(values, host_network_values("aws-load-balancer-controller", overlay=overlay))


def inbound_cidrs(settings: AlbSettings, scheme: Scheme, vpc_cidr: str | None) -> list[str]:
    """Return the networks that reach a load balancer, none for all: unset, an internal one's are the VPC."""
    if settings.inbound_cidrs:
        return list(settings.inbound_cidrs)
    return [vpc_cidr] if scheme == "internal" and vpc_cidr else []


def load_balancer_attributes(settings: AlbSettings) -> list[dict[str, str]]:
    """Return the attributes of every load balancer, as key and value."""
    return [
        {"key": "idle_timeout.timeout_seconds", "value": str(settings.idle_timeout)},
        # A request whose headers do not parse is answered by nobody.
        {"key": "routing.http.drop_invalid_header_fields.enabled", "value": "true"},
    ]


def class_params(
    settings: AlbSettings,
    scheme: Scheme,
    *,
    vpc_cidr: str | None,
    certificates: Sequence[pulumi.Input[str]],
    web_acl_arn: pulumi.Input[str] | None,
    overlay: bool,
) -> dict[str, Any]:
    """Return the spec of IngressClassParams: what no Ingress of the class may say otherwise.

    The group is not here but in each Ingress, since those without TLS need another.
    """
    cidrs = inbound_cidrs(settings, scheme, vpc_cidr)
    return {
        "scheme": scheme,
        "targetType": "instance" if overlay else "ip",
        "sslPolicy": SSL_POLICY,
        "loadBalancerAttributes": load_balancer_attributes(settings),
        **({"inboundCIDRs": cidrs} if cidrs else {}),
        **({"certificateArn": list(certificates)} if certificates else {}),
        **({"wafv2AclArn": web_acl_arn} if web_acl_arn is not None else {}),
    }

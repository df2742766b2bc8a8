"""The shared Gateway as an application load balancer of AWS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.networking.gateway_api import API
from components.networking.ingress.alb import AlbController
from components.networking.ingress.alb_values import SSL_POLICY, inbound_cidrs, load_balancer_attributes
from components.networking.ingress.gateway import shared_gateway, tls_hosts
from components.networking.ingress.names import GATEWAY, GATEWAY_CLASSES, LBC_NAMESPACE

if TYPE_CHECKING:
    from components.settings import StackSettings

GROUP = "gateway.k8s.aws"
CLASS_CONTROLLER = "gateway.k8s.aws/alb"


def load_balancer_spec(
    settings: "StackSettings",
    *,
    vpc_cidr: str | None,
    certificate_arn: pulumi.Input[str] | None,
    web_acl_arn: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """Return the spec of the LoadBalancerConfiguration: what a Gateway cannot say, such as its certificate."""
    alb, scheme = settings.ingress.alb, settings.ingress.gateway_api.scheme
    cidrs = inbound_cidrs(alb, scheme, vpc_cidr)
    listener: dict[str, Any] = {"protocolPort": "HTTPS:443", "sslPolicy": SSL_POLICY}
    if certificate_arn is not None:
        listener["defaultCertificate"] = certificate_arn
    return {
        "scheme": scheme,
        "loadBalancerAttributes": load_balancer_attributes(alb),
        "defaultTargetGroupConfiguration": {"name": GATEWAY},
        **({"listenerConfigurations": [listener]} if tls_hosts(settings) else {}),
        **({"sourceRanges": cidrs} if cidrs else {}),
        **({"wafV2": {"webACL": web_acl_arn}} if web_acl_arn is not None else {}),
    }


def target_group_spec(settings: "StackSettings", *, overlay: bool) -> dict[str, Any]:
    """Return the spec of the TargetGroupConfiguration that holds where an app has none of its own."""
    delay = {"key": "deregistration_delay.timeout_seconds", "value": str(settings.ingress.alb.deregistration_delay)}
    return {"defaultConfiguration": {"targetType": "instance" if overlay else "ip", "targetGroupAttributes": [delay]}}


class AlbGateway(InCluster):
    """The shared Gateway beside the AWS Load Balancer Controller. `ready` is what an HTTPRoute waits for."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: "StackSettings",
        *,
        target: Target,
        controller: AlbController,
        certificate_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:networking:AlbGateway", name, target, opts)
        surroundings = controller.surroundings
        target_group = self._parameters(
            f"{name}-targets",
            "TargetGroupConfiguration",
            target_group_spec(settings, overlay=surroundings.overlay),
            [controller.release],
        )
        load_balancer = self._parameters(
            f"{name}-load-balancer",
            "LoadBalancerConfiguration",
            load_balancer_spec(
                settings,
                vpc_cidr=surroundings.vpc_cidr,
                certificate_arn=certificate_arn,
                web_acl_arn=controller.web_acl_arn,
            ),
            [controller.release],
        )
        gateway_class = CustomResource(
            f"{name}-class",
            api_version=API,
            kind="GatewayClass",
            metadata={"name": GATEWAY_CLASSES["alb"]},
            spec={"controllerName": CLASS_CONTROLLER},
            opts=self.inside(after=[controller.release]),
        )
        self.ready = shared_gateway(
            self,
            name,
            settings,
            infrastructure={"parametersRef": {"group": GROUP, "kind": "LoadBalancerConfiguration", "name": GATEWAY}},
            after=[controller.release, target_group, load_balancer, gateway_class],
        )
        self.register_outputs({})

    def _parameters(
        self, name: str, kind: str, spec: dict[str, Any], after: Sequence[pulumi.Resource]
    ) -> pulumi.Resource:
        return CustomResource(
            name,
            api_version=f"{GROUP}/v1",
            kind=kind,
            metadata={"name": GATEWAY, "namespace": LBC_NAMESPACE},
            spec=spec,
            opts=self.inside(after=after),
        )

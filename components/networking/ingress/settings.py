"""Which controllers bring requests in, and how each is set up."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from components.model import Settings
from components.names import DNS_LABEL, Cidr

Controller = Literal["istio", "alb", "gateway-api", "nginx", "external"]
Implementation = Literal["istio", "envoy-gateway", "alb"]
Scheme = Literal["internet-facing", "internal"]

WebAclArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]+/[\w-]+$",
        examples=["arn:aws:wafv2:us-west-2:123456789012:regional/webacl/edge/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ),
]


class WafSettings(Settings):
    """The web application firewall before application load balancers."""

    acl_arn: WebAclArn | None = Field(
        default=None, description="A web ACL of one's own. Unset: Slipway makes one, of AWS's managed rules."
    )
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] = Field(
        default=2000, description="Requests in five minutes from one address, beyond which Slipway's own ACL blocks it."
    )


class AlbSettings(Settings):
    """The AWS Load Balancer Controller, and the application load balancers that it makes."""

    scheme: Scheme = Field(default="internet-facing", description="Where the load balancers have addresses.")
    inbound_cidrs: tuple[Cidr, ...] = Field(
        default=(), description="The networks that reach them. Unset: all of the internet, or of the VPC when internal."
    )
    group: Annotated[str, Field(pattern=rf"^{DNS_LABEL}$", max_length=63)] | None = Field(
        default="platform",
        description="One load balancer for all Ingresses of this group name, instead of one for each (null).",
    )
    waf: WafSettings | None = Field(default=None, description="A web application firewall. Unset: none.")
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = Field(
        default=60, description="Seconds without a byte after which a connection is closed. The default is AWS's."
    )
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=30, description="Seconds that a leaving pod still gets the answers to its open requests; AWS's is 300."
    )
    replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of the controller's pods.")


class GatewayApiSettings(Settings):
    """The Gateway API: one Gateway for all apps, and who implements it."""

    implementation: Implementation = Field(
        default="envoy-gateway",
        description="istio: needs mesh istio. envoy-gateway: a controller of its own, beside any mesh. alb: the AWS"
        " Load Balancer Controller.",
    )
    scheme: Scheme = Field(default="internet-facing", description="Where its load balancer has addresses.")
    min_replicas: Annotated[int, Field(ge=1)] = Field(
        default=2, description="The number of the data plane's pods at least, with istio and envoy-gateway."
    )
    max_replicas: Annotated[int, Field(ge=1)] = Field(default=5, description="The number of them at most.")


class NginxSettings(Settings):
    """F5's NGINX Ingress Controller. (The community's ingress-nginx was retired in March 2026.)"""

    scheme: Scheme = Field(default="internet-facing", description="Where its load balancer has addresses.")
    min_replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods at least.")
    max_replicas: Annotated[int, Field(ge=1)] = Field(default=5, description="The number of pods at most.")
    service_type: Literal["LoadBalancer", "NodePort"] = Field(
        default="LoadBalancer", description="A network load balancer of AWS, or a port of each node."
    )


class IngressSettings(Settings):
    """Who brings requests in. `ingress: alb` stands for `ingress: {controller: alb}`."""

    controller: Controller = Field(
        default="external",
        description="Whom apps use that name none. istio: the gateway of the stack's Istio. alb: application load"
        " balancers by the AWS Load Balancer Controller. gateway-api: one Gateway. nginx: F5's controller. external:"
        " one that Slipway does not install.",
    )
    additional: tuple[Controller, ...] = Field(
        default=(), description="Further controllers, for apps whose ingress or route names them."
    )
    class_name: Annotated[str, Field(pattern=rf"^{DNS_LABEL}(\.{DNS_LABEL})*$", max_length=253)] | None = Field(
        default=None,
        description="The IngressClass of the controller. Unset: istio, alb or nginx, and the cluster's default class"
        " with external.",
    )
    alb: AlbSettings = Field(default_factory=AlbSettings, description="Application load balancers.")
    gateway_api: GatewayApiSettings = Field(default_factory=GatewayApiSettings, description="The Gateway API.")
    nginx: NginxSettings = Field(default_factory=NginxSettings, description="NGINX.")


def shorthand(value: object) -> object:
    """Take `ingress: alb` for `ingress: {controller: alb}`."""
    return {"controller": value} if isinstance(value, str) else value


IngressInput = BeforeValidator(shorthand, json_schema_input_type=Controller | IngressSettings)

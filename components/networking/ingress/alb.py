"""The AWS Load Balancer Controller, and the classes of Ingress objects that it serves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.networking.v1.IngressClass import IngressClass

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.host_network import host_network_level
from components.networking.ingress.alb_policy import statements
from components.networking.ingress.alb_values import chart_values, class_params
from components.networking.ingress.names import LBC_NAMESPACE, LBC_RELEASE
from components.networking.ingress.settings import AlbSettings, Scheme
from components.networking.ingress.waf import WebAcl
from components.tenancy.system import system_namespace

CLASS_CONTROLLER = "ingress.k8s.aws/alb"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the controller has to know of the account: its cluster, region and VPC, and what its pods can be called by.

    `vpc_cidr` is None where it is not known.
    """

    cluster_name: pulumi.Input[str]
    region: str
    vpc_id: pulumi.Input[str]
    vpc_cidr: str | None = None
    overlay: bool = False


class AlbController(InCluster):
    """The controller, alone in its namespace, with its own AWS identity.

    `release` is what everything waits for whose load balancers it makes, so that it outlives them. `web_acl_arn` is the
    web ACL before application load balancers, None without one.
    """

    release: Release
    web_acl_arn: pulumi.Input[str] | None

    def __init__(
        self,
        name: str,
        settings: AlbSettings,
        *,
        target: Target,
        charts: Charts,
        surroundings: Surroundings,
        cert_manager: bool = False,
        gateway_api: Sequence[pulumi.Resource] | None = None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with the controller for `after`: the nodes, and with `cert_manager` for cert-manager's webhook.

        `gateway_api` are the definitions of the Gateway API, which it looks for when it starts; None where it does not
        implement that.
        """
        super().__init__("slipway:networking:AlbController", name, target, opts)
        self.surroundings = surroundings
        inner = pulumi.ResourceOptions(parent=self)
        level = host_network_level("aws-load-balancer-controller", "restricted", overlay=surroundings.overlay)
        namespace = system_namespace(self, f"{name}-namespace", LBC_NAMESPACE, level)
        identity = PodIdentity(
            f"{name}-identity",
            cluster_name=surroundings.cluster_name,
            namespace=LBC_NAMESPACE,
            service_account=LBC_RELEASE,
            statements=statements(
                cluster_name=surroundings.cluster_name, region=surroundings.region, vpc_id=surroundings.vpc_id
            ),
            opts=inner,
        )
        self.release = charts.release(
            f"{name}-controller",
            "aws-load-balancer-controller",
            release_name=LBC_RELEASE,
            namespace=LBC_NAMESPACE,
            values=chart_values(
                settings,
                cluster_name=surroundings.cluster_name,
                region=surroundings.region,
                vpc_id=surroundings.vpc_id,
                cert_manager=cert_manager,
                gateway=gateway_api is not None,
                overlay=surroundings.overlay,
            ),
            opts=self.inside(after=[namespace, identity.association, *(gateway_api or ()), *after]),
        )
        self.web_acl_arn = self._web_acl(name, settings, inner)
        self.register_outputs({})

    def _web_acl(self, name: str, settings: AlbSettings, inner: pulumi.ResourceOptions) -> pulumi.Input[str] | None:
        if settings.waf is None:
            return None
        return settings.waf.acl_arn or WebAcl(f"{name}-waf", settings.waf, opts=inner).arn


class AlbClasses(InCluster):
    """The IngressClasses of the controller. `ready` is what an Ingress waits for, and so the last to go after it.

    `class_name` has the load balancers that the settings say; where those are public, `internal_class_name` has
    internal ones.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: AlbSettings,
        *,
        target: Target,
        controller: AlbController,
        class_name: str,
        internal_class_name: str | None,
        certificate_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:networking:AlbClasses", name, target, opts)
        wanted: dict[str, Scheme] = {class_name: settings.scheme}
        if internal_class_name is not None:
            wanted[internal_class_name] = "internal"
        self.ready = tuple(
            self._class(
                f"{name}-internal" if own == internal_class_name else name,
                own,
                class_params(
                    settings,
                    scheme,
                    vpc_cidr=controller.surroundings.vpc_cidr,
                    certificates=[] if certificate_arn is None else [certificate_arn],
                    web_acl_arn=controller.web_acl_arn,
                    overlay=controller.surroundings.overlay,
                ),
                controller.release,
            )
            for own, scheme in wanted.items()
        )
        self.register_outputs({})

    def _class(self, name: str, class_name: str, spec: dict[str, object], controller: Release) -> IngressClass:
        params = CustomResource(
            f"{name}-params",
            api_version="elbv2.k8s.aws/v1beta1",
            kind="IngressClassParams",
            metadata={"name": class_name},
            spec=spec,
            opts=self.inside(after=[controller]),
        )
        return IngressClass(
            f"{name}-class",
            metadata={"name": class_name},
            spec={
                "controller": CLASS_CONTROLLER,
                "parameters": {"api_group": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": class_name},
            },
            opts=self.inside(after=[params, controller]),
        )

"""The controllers that bring requests in: those that the stack names, and the one that makes their load balancers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi_kubernetes.networking.v1.IngressClass import IngressClass

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.cni import overlay
from components.networking.ingress.alb import AlbClasses, AlbController, Surroundings
from components.networking.ingress.alb_gateway import AlbGateway
from components.networking.ingress.envoy import EnvoyGateway
from components.networking.ingress.facts import controllers
from components.networking.ingress.istio_gateway import IstioGateway
from components.networking.ingress.nginx import NginxController
from components.networking.ingress.selection import (
    gateway_implementation,
    ingress_class,
    installed,
    load_balancer_controller_needed,
)
from components.networking.ingress.settings import Controller

if TYPE_CHECKING:
    from components.settings import StackSettings

ISTIO_CONTROLLER = "istio.io/ingress-controller"

Resources = tuple[pulumi.Resource, ...]


class IngressControllers(InCluster):
    """Every controller of the stack. `ready` is what an Ingress or a route waits for, and what is deleted after it."""

    ready: Resources

    def __init__(
        self,
        name: str,
        settings: "StackSettings",
        *,
        target: Target,
        charts: Charts,
        cluster_name: pulumi.Input[str] | None = None,
        region: str | None = None,
        vpc_id: pulumi.Input[str] | None = None,
        acm_certificate_arn: pulumi.Input[str] | None = None,
        gateway_api: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with everything that runs pods for `after`: nodes, the mesh, cert-manager where the stack has it.

        `cluster_name`, `region` and `vpc_id` are those of the EKS cluster, None for one that Slipway does not own;
        `acm_certificate_arn` is the certificate of application load balancers; `gateway_api` are the definitions of
        the Gateway API. Raises ValueError where the AWS Load Balancer Controller is wanted and has no EKS cluster,
        which the checks refuse first.
        """
        super().__init__("slipway:networking:IngressControllers", name, target, opts)
        self._settings, self._charts, self._after = settings, charts, tuple(after)
        self._certificate_arn, self._gateway_api = acm_certificate_arn, tuple(gateway_api)
        self._inner = pulumi.ResourceOptions(parent=self)
        self._load_balancers = self._load_balancer_controller(name, cluster_name, region, vpc_id)
        self.ready = tuple(
            resource for controller in installed(settings.ingress) for resource in self._install(name, controller)
        )
        self.register_outputs({})

    def _load_balancer_controller(
        self,
        name: str,
        cluster_name: pulumi.Input[str] | None,
        region: str | None,
        vpc_id: pulumi.Input[str] | None,
    ) -> AlbController | None:
        settings = self._settings
        if not load_balancer_controller_needed(settings.ingress):
            return None
        if cluster_name is None or region is None or vpc_id is None:
            raise ValueError("the AWS Load Balancer Controller needs an EKS cluster of Slipway's")
        return AlbController(
            f"{name}-lbc",
            settings.ingress.alb,
            target=self.target,
            charts=self._charts,
            surroundings=Surroundings(
                cluster_name,
                region,
                vpc_id,
                vpc_cidr=settings.network.cidr if settings.network else None,
                overlay=overlay(settings),
            ),
            cert_manager=settings.certificates is not None,
            gateway_api=self._gateway_api if gateway_implementation(settings.ingress) == "alb" else None,
            after=self._after,
            opts=self._inner,
        )

    def _install(self, name: str, controller: Controller) -> Resources:
        if controller == "istio":
            return self._istio(name)
        if controller == "alb":
            return self._alb(name)
        if controller == "nginx":
            return self._nginx(name)
        if controller == "gateway-api":
            return self._gateway(name)
        return ()

    def _istio(self, name: str) -> Resources:
        """Make the class alone: the gateway comes with the mesh."""
        resource = IngressClass(
            f"{name}-class",
            metadata={"name": ingress_class(self._settings.ingress, "istio")},
            spec={"controller": ISTIO_CONTROLLER},
            opts=self.inside(after=self._after),
        )
        return (resource,)

    def _alb(self, name: str) -> Resources:
        facts = controllers(self._settings)["alb"]
        if self._load_balancers is None or facts.class_name is None:
            return ()
        return AlbClasses(
            f"{name}-alb",
            self._settings.ingress.alb,
            target=self.target,
            controller=self._load_balancers,
            class_name=facts.class_name,
            internal_class_name=facts.internal_class_name,
            certificate_arn=self._certificate_arn,
            opts=self._inner,
        ).ready

    def _nginx(self, name: str) -> Resources:
        return NginxController(
            f"{name}-nginx",
            self._settings,
            target=self.target,
            charts=self._charts,
            balancers=self._balancers(),
            after=self._after,
            opts=self._inner,
        ).ready

    def _gateway(self, name: str) -> Resources:
        settings, name = self._settings, f"{name}-gateway-api"
        if self._load_balancers is not None and gateway_implementation(settings.ingress) == "alb":
            return AlbGateway(
                name,
                settings,
                target=self.target,
                controller=self._load_balancers,
                certificate_arn=self._certificate_arn,
                opts=self._inner,
            ).ready
        if gateway_implementation(settings.ingress) == "istio":
            return IstioGateway(
                name,
                settings,
                target=self.target,
                gateway_api=self._gateway_api,
                balancers=self._balancers(),
                after=self._after,
                opts=self._inner,
            ).ready
        return EnvoyGateway(
            name,
            settings,
            target=self.target,
            charts=self._charts,
            gateway_api=self._gateway_api,
            balancers=self._balancers(),
            after=self._after,
            opts=self._inner,
        ).ready

    def _balancers(self) -> Resources:
        """Return who makes network load balancers; none where EKS itself does."""
        return (self._load_balancers.release,) if self._load_balancers is not None else ()

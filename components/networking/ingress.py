"""What serves Ingress objects: Istio's gateway, or a controller that somebody else installs."""

from collections.abc import Sequence
from typing import Annotated, Literal

import pulumi
from pulumi_kubernetes.networking.v1.IngressClass import IngressClass
from pydantic import Field

from components.component import InCluster, Target
from components.model import Settings
from components.names import DNS_LABEL
from components.networking.mesh.membership import GATEWAY_NAMESPACE
from components.networking.mesh.settings import MeshSettings

Controller = Literal["istio", "external"]

ISTIO_CLASS = "istio"
ISTIO_CONTROLLER = "istio.io/ingress-controller"


class IngressSettings(Settings):
    """Which controller serves Ingress objects."""

    controller: Controller = Field(
        default="external",
        description="istio: the gateway of the stack's Istio. external: one that Slipway does not install.",
    )
    class_name: Annotated[str, Field(pattern=rf"^{DNS_LABEL}(\.{DNS_LABEL})*$", max_length=253)] | None = Field(
        default=None,
        description="The IngressClass. Unset: istio with controller istio, and the cluster's default class otherwise.",
    )


def ingress_class(settings: IngressSettings) -> str | None:
    """Return the class that an Ingress names; None leaves it to the cluster's default class."""
    return settings.class_name or (ISTIO_CLASS if settings.controller == "istio" else None)


def served_class(settings: IngressSettings) -> str | None:
    """Return the class that Istio serves, None where it serves none."""
    return ingress_class(settings) if settings.controller == "istio" else None


def tls_secret_namespace(controller: Controller, namespace: str) -> str:
    """Return where the Secret must be that an Ingress in `namespace` names for its TLS.

    Istio's gateway reads Secrets of its own namespace only, so the Certificate belongs there, and so does the pod that
    proves a name over HTTP. Other controllers take the Ingress's own namespace, as Kubernetes' API says.
    """
    return GATEWAY_NAMESPACE if controller == "istio" else namespace


def awaits_address(settings: IngressSettings, mesh: MeshSettings) -> bool:
    """Say whether an Ingress gets an address in its status, so that a deployment can wait for it.

    istiod writes the address of its gateway's load balancer. Of another controller nobody knows that it is there.
    """
    return settings.controller == "istio" and mesh.istio.gateway.service_type == "LoadBalancer"


class IngressController(InCluster):
    """What serves Ingress objects: Istio's gateway by its class, or a controller that brings its own.

    `ready` is what an Ingress waits for.
    """

    class_name: str | None
    ready: tuple[pulumi.Resource, ...] = ()

    def __init__(
        self,
        name: str,
        settings: IngressSettings,
        *,
        target: Target,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:networking:IngressController", name, target, opts)
        self.class_name = ingress_class(settings)
        if served := served_class(settings):
            resource = IngressClass(
                f"{name}-class",
                metadata={"name": served},
                spec={"controller": ISTIO_CONTROLLER},
                opts=self.inside(after=after),
            )
            self.ready = (resource,)
        self.register_outputs({"className": self.class_name})

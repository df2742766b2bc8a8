"""Envoy Gateway, which implements the Gateway API beside any mesh."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.gateway_api import API, CRDS_CHART, crds_values
from components.networking.ingress.envoy_values import chart_values, proxy_spec
from components.networking.ingress.gateway import shared_gateway
from components.networking.ingress.load_balancer import network_load_balancer
from components.networking.ingress.names import ENVOY_LABELS, ENVOY_NAMESPACE, GATEWAY, GATEWAY_CLASSES
from components.networking.ingress.permissive import let_outside_in
from components.tenancy.system import system_namespace

if TYPE_CHECKING:
    from components.settings import StackSettings

CLASS_CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"


class EnvoyGateway(InCluster):
    """Envoy Gateway with the shared Gateway, alone in its namespace. `ready` is what an HTTPRoute waits for.

    The proxies and their load balancer are made by the controller after the Gateway. The namespace is deleted one by
    one, which waits until the load balancer is gone, and before the `balancers`, which delete it.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: "StackSettings",
        *,
        target: Target,
        charts: Charts,
        gateway_api: Sequence[pulumi.Resource],
        balancers: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with the controller for `gateway_api`, the definitions, and with its pods for `after`: nodes, mesh."""
        super().__init__("slipway:networking:EnvoyGateway", name, target, opts)
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            ENVOY_NAMESPACE,
            "restricted",
            labels=network_load_balancer(settings, settings.ingress.gateway_api.scheme).namespace_labels,
            after=balancers,
            outlived=False,
        )
        definitions = charts.template(
            f"{name}-crds",
            CRDS_CHART,
            values=crds_values(gateway_api=False, envoy_gateway=True),
            opts=self.inside(),
        )
        release = charts.release(
            f"{name}-controller",
            "gateway-helm",
            namespace=ENVOY_NAMESPACE,
            values=chart_values(settings),
            skip_crds=True,
            opts=self.inside(after=[namespace, definitions, *gateway_api, *after]),
        )
        permissive = let_outside_in(
            self, f"{name}-outside", settings, ENVOY_NAMESPACE, ENVOY_LABELS, [namespace, *after]
        )
        proxy = CustomResource(
            f"{name}-proxy",
            api_version="gateway.envoyproxy.io/v1alpha1",
            kind="EnvoyProxy",
            metadata={"name": GATEWAY, "namespace": ENVOY_NAMESPACE},
            spec=proxy_spec(settings),
            opts=self.inside(after=[release]),
        )
        gateway_class = CustomResource(
            f"{name}-class",
            api_version=API,
            kind="GatewayClass",
            metadata={"name": GATEWAY_CLASSES["envoy-gateway"]},
            spec={
                "controllerName": CLASS_CONTROLLER,
                "parametersRef": {
                    "group": "gateway.envoyproxy.io",
                    "kind": "EnvoyProxy",
                    "name": GATEWAY,
                    "namespace": ENVOY_NAMESPACE,
                },
            },
            opts=self.inside(after=[proxy]),
        )
        self.ready = shared_gateway(self, name, settings, after=[gateway_class, *permissive])
        self.register_outputs({})

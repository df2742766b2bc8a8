"""The CustomResourceDefinitions of the Gateway API, which have one owner whoever uses them."""

from typing import TYPE_CHECKING, Any

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.ingress.selection import gateway_implementation

if TYPE_CHECKING:
    from components.settings import StackSettings

API = "gateway.networking.k8s.io/v1"

CRDS_CHART = "gateway-crds-helm"


def gateway_api_needed(settings: "StackSettings") -> bool:
    """Tell whether anything reads the Gateway API: its controller, Linkerd's routes, the waypoints of Istio ambient."""
    mesh = settings.mesh
    ambient = mesh.kind == "istio" and mesh.istio.data_plane == "ambient"
    return gateway_implementation(settings.ingress) is not None or mesh.kind == "linkerd" or ambient


def crds_values(*, gateway_api: bool, envoy_gateway: bool) -> dict[str, Any]:
    """Return the values of the chart that has both sets of definitions.

    The channel is the standard one: nobody here needs more, and the policy that comes along (safe-upgrades) refuses to
    go from standard to experimental, or back to a bundle before 1.5.
    """
    return {
        "crds": {
            "gatewayAPI": {"enabled": gateway_api, "channel": "standard"},
            "envoyGateway": {"enabled": envoy_gateway},
        }
    }


class GatewayApiCrds(InCluster):
    """The Gateway API's definitions, object by object: they outgrow a Helm release. `ready` is what users wait for."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, *, target: Target, charts: Charts, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:networking:GatewayApiCrds", name, target, opts)
        values = crds_values(gateway_api=True, envoy_gateway=False)
        self.ready = (charts.template(f"{name}-crds", CRDS_CHART, values=values, opts=self.inside()),)
        self.register_outputs({})

"""Flagger: canaries of Deployments, judged by Prometheus."""

from collections.abc import Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.operations.delivery_settings import FlaggerSettings
from components.operations.flagger_values import NAMESPACE, MeshProvider, chart_values
from components.tenancy.system import system_namespace


class Flagger(InCluster):
    """The controller of Canaries. `ready` is what a Canary, a MetricTemplate or an AlertProvider waits for."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: FlaggerSettings,
        *,
        target: Target,
        charts: Charts,
        provider: MeshProvider,
        monitoring: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`. `provider` is what `mesh_provider` says.

        `monitoring` are the CRDs of the Prometheus operator, empty where nothing is to be scraped. It calls nobody in
        AWS and has no webhook, so it needs no identity and no host network.
        """
        super().__init__("slipway:operations:Flagger", name, target, opts)
        namespace = system_namespace(self, f"{name}-namespace", NAMESPACE, "restricted")
        release = charts.release(
            f"{name}-release",
            "flagger",
            namespace=NAMESPACE,
            values=chart_values(settings, provider=provider, monitoring=bool(monitoring)),
            opts=self.inside(after=[namespace, *monitoring, *after]),
        )
        self.ready = (release,)
        self.register_outputs({})

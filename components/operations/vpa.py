"""The Vertical Pod Autoscaler: requests sized by what containers use."""

from collections.abc import Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.host_network import host_network_level
from components.operations.autoscaling_settings import VpaSettings
from components.operations.vpa_certificate import VpaCertificate
from components.operations.vpa_values import NAMESPACE, chart_values
from components.tenancy.system import system_namespace


class Vpa(InCluster):
    """The recommender, the updater, and the webhook that gives new pods what is recommended.

    `ready` is what a VerticalPodAutoscaler waits for. With `recommend_only` there is the recommender alone.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: VpaSettings,
        *,
        target: Target,
        charts: Charts,
        overlay: bool = False,
        certificates: Sequence[pulumi.Resource] = (),
        monitoring: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`, metrics-server among it.

        `certificates` is cert-manager, empty where the stack has none; `monitoring` are the CRDs of the Prometheus
        operator, empty where nothing is to be scraped.
        """
        super().__init__("slipway:operations:Vpa", name, target, opts)
        webhook = not settings.recommend_only
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            NAMESPACE,
            host_network_level("vpa", "restricted", overlay=overlay and webhook),
        )
        secret: list[pulumi.Resource] = []
        if webhook and certificates:
            own = VpaCertificate(
                f"{name}-webhook",
                target=target,
                after=[namespace, *certificates],
                opts=pulumi.ResourceOptions(parent=self),
            )
            secret.append(own.certificate)
        release = charts.release(
            f"{name}-release",
            "vpa",
            namespace=NAMESPACE,
            values=chart_values(
                settings, overlay=overlay, certificates=bool(certificates), monitoring=bool(monitoring)
            ),
            opts=self.inside(after=[namespace, *secret, *monitoring, *after]),
        )
        self.ready = (release,)
        self.register_outputs({})

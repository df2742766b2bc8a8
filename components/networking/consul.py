"""Consul as a service registry beside Kubernetes' own."""

from collections.abc import Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.consul_settings import ConsulSettings
from components.networking.consul_values import RELEASE, chart_values
from components.tenancy.system import system_namespace

NAMESPACE = "consul"

INSTALLATION_SECONDS = 900
"""Volumes, an election, then a job that makes the ACL tokens: longer than most charts take."""


class Consul(InCluster):
    """Consul servers that vote, with the cluster's Services in their catalog, and a DNS for it.

    No mesh and no webhook: nothing of it has to be reached by the control plane, so that it works on an overlay, too.
    `ready` is what an app that asks Consul waits for.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: ConsulSettings,
        *,
        target: Target,
        charts: Charts,
        storage_class: str | None,
        dns_ip: str | None,
        zoned: bool,
        monitoring: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Keep volumes of `storage_class` (None: the cluster's default), whose driver is among `after`.

        `dns_ip` is the fixed address of its DNS, which CoreDNS forwards to; None leaves it to Kubernetes.
        `monitoring` is whether a Prometheus looks at the servers.
        """
        super().__init__("slipway:networking:Consul", name, target, opts)
        namespace = system_namespace(self, f"{name}-namespace", NAMESPACE, "restricted")
        release = charts.release(
            f"{name}-release",
            "consul",
            release_name=RELEASE,
            namespace=NAMESPACE,
            values=chart_values(
                settings, storage_class=storage_class, dns_ip=dns_ip, zoned=zoned, monitoring=monitoring
            ),
            timeout_seconds=INSTALLATION_SECONDS,
            # It makes volumes: they are detached while their driver still runs.
            opts=self.inside(after=[namespace, *after], outlived=False),
        )
        self.ready = (release,)
        self.register_outputs({})

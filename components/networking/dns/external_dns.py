"""external-dns: records in Route 53 for the hosts that the cluster serves."""

from collections.abc import Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.dns.external_dns_values import SERVICE_ACCOUNT, chart_values, route53_statements
from components.networking.dns.settings import ExternalDnsSettings
from components.tenancy.system import system_namespace

NAMESPACE = "external-dns"


class ExternalDns(InCluster):
    """external-dns with an AWS identity of its own, for these zones only.

    `ready` is what every object with a host waits for: when the stack is destroyed those go first, while it still runs,
    so that with the policy `sync` their records go, too.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: ExternalDnsSettings,
        *,
        target: Target,
        charts: Charts,
        cluster_name: pulumi.Input[str],
        region: str,
        account_id: str | None = None,
        sources: Sequence[str],
        owner_id: str,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`, the CRDs of `sources` among it; `cluster_name` is the EKS cluster's."""
        super().__init__("slipway:networking:ExternalDns", name, target, opts)
        namespace = system_namespace(self, f"{name}-namespace", NAMESPACE, "restricted")
        identity = PodIdentity(
            f"{name}-identity",
            cluster_name=cluster_name,
            namespace=NAMESPACE,
            service_account=SERVICE_ACCOUNT,
            statements=route53_statements(settings),
            account_id=account_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        release = charts.release(
            f"{name}-release",
            "external-dns",
            namespace=NAMESPACE,
            values=chart_values(settings, sources=sources, owner_id=owner_id, region=region),
            # Its own CRD is for a source that is not used.
            skip_crds=True,
            # Records are outside the cluster: it stops only when the objects that they are for have gone.
            opts=self.inside(after=[namespace, identity.association, *after], outlived=False),
        )
        self.ready = (release,)
        self.register_outputs({})

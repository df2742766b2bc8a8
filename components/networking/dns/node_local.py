"""NodeLocal DNSCache: answers from the node itself, without connection tracking and without a way to another zone."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apps.v1.DaemonSet import DaemonSet
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.Service import Service
from pulumi_kubernetes.core.v1.ServiceAccount import ServiceAccount

from components.component import InCluster, Target
from components.networking.dns import node_local_manifests as manifests
from components.networking.dns.settings import DnsSettings


class NodeLocalDns(InCluster):
    """A DNS cache on each node, at the address that pods ask already: none has to be restarted.

    It works with kube-proxy in its mode iptables, EKS's default, not with ipvs. Until it runs on a node, and after it
    has been removed in order, pods there reach CoreDNS as ever. `ready` is the DaemonSet.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: DnsSettings,
        *,
        target: Target,
        cluster_dns_ip: str,
        consul: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take over `cluster_dns_ip`, the address of kube-dns; with `consul` CoreDNS knows Consul's names, too."""
        super().__init__("slipway:networking:NodeLocalDns", name, target, opts)
        metadata = self._any(manifests.metadata(manifests.NAME))
        account = ServiceAccount(
            f"{name}-account", metadata=metadata, automount_service_account_token=False, opts=self.inside()
        )
        corefile = manifests.corefile(settings.coredns, cluster_dns_ip=cluster_dns_ip, consul=consul)
        config = ConfigMap(f"{name}-config", metadata=metadata, data={"Corefile": corefile}, opts=self.inside())
        upstream = Service(
            f"{name}-upstream",
            metadata=self._any(manifests.metadata(manifests.UPSTREAM)),
            spec=self._any(manifests.upstream_spec()),
            opts=self.inside(after=after),
        )
        cache = DaemonSet(
            f"{name}-cache",
            metadata=metadata,
            spec=self._any(manifests.daemon_set_spec(settings.node_local.image, cluster_dns_ip=cluster_dns_ip)),
            # A pod is given a Service's address when it starts: the Service comes first.
            opts=self.inside(after=[account, config, upstream, *after]),
        )
        Service(
            f"{name}-metrics",
            metadata=metadata,
            spec=self._any(manifests.metrics_spec()),
            opts=self.inside(),
        )
        self.ready = (cache,)
        self.register_outputs({})

    @staticmethod
    def _any(manifest: dict[str, Any]) -> Any:
        """Return a part of a manifest as the SDK's inputs, which take it as it is, untyped."""
        return manifest

"""What Consul's chart is told: pure."""

from typing import Any

from components.networking.consul_settings import ConsulSettings

RELEASE = "consul"

SPREAD = """\
- maxSkew: 1
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: DoNotSchedule
  labelSelector:
    matchLabels:
      app: consul
      release: consul
      component: server
"""
"""A text, since the chart renders it as a template. It does not yield: two of three servers in one zone would take the
majority with them when the zone fails. On the same node they are never: that is the chart's own."""


def chart_values(
    settings: ConsulSettings, *, storage_class: str | None, dns_ip: str | None, zoned: bool
) -> dict[str, Any]:
    """Return the chart's values: servers, their DNS and the catalog's synchronization; no mesh, no gateway, no agents.

    Every key is made in the cluster by the chart's own jobs (gossip, TLS, ACL tokens) and kept in Secrets there. The
    anonymous token reads services by DNS only. `zoned` is whether every node carries a zone's label.
    """
    server: dict[str, Any] = {
        "enabled": True,
        "replicas": settings.replicas,
        "storage": settings.storage,
        # As the apps' volumes: taking Consul out of the stack loses nothing that somebody wrote to it.
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        # The chart's own: one at a time. A single server is away during a drain, or no drain would end.
        "disruptionBudget": {"enabled": settings.replicas > 1},
        "priorityClassName": "system-cluster-critical",
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
    }
    if storage_class:
        server["storageClass"] = storage_class
    if zoned:
        server["topologySpreadConstraints"] = SPREAD
    return {
        "global": {
            "name": RELEASE,
            "datacenter": settings.datacenter,
            "gossipEncryption": {"autoGenerate": True},
            "tls": {"enabled": True},
            "acls": {"manageSystemACLs": True},
            # The Gateway API's CRDs have one owner in the cluster, and Consul's are of an old version.
            "installK8sNetworkingCRDs": False,
        },
        "server": server,
        "connectInject": {
            "enabled": False,
            "apiGateway": {"manageExternalCRDs": False, "manageNonStandardCRDs": False},
        },
        "dns": {"enabled": True, "type": "ClusterIP", **({"clusterIP": dns_ip} if dns_ip else {})},
        "syncCatalog": {"enabled": settings.sync_services, "toConsul": True, "toK8S": False},
        "ui": {"enabled": False},
        "tests": {"enabled": False},
    }

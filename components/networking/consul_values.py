"""What Consul's chart is told: pure."""

import json
from typing import Any

from components.networking.consul_settings import METRICS_PORT, ConsulSettings

RELEASE = "consul"

STATSD_PORT = 9125
"""Where the exporter hears what the server counts: statsd_exporter's own port."""

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


def measured(image: str) -> dict[str, Any]:
    """Return the server's values with which it tells an exporter beside it what it counts.

    Its own page of metrics asks for a token that may read agents, and for TLS by an authority of its own; what it sends
    out asks for nothing (`statsd_address`, developer.hashicorp.com/consul/docs/reference/agent/configuration-file).
    """
    exporter = {
        "name": "metrics",
        "image": image,
        "args": [f"--web.listen-address=:{METRICS_PORT}", f"--statsd.listen-udp=127.0.0.1:{STATSD_PORT}"],
        "ports": [{"name": "metrics", "containerPort": METRICS_PORT}],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    telemetry = {"telemetry": {"statsd_address": f"127.0.0.1:{STATSD_PORT}", "disable_hostname": True}}
    return {"extraConfig": json.dumps(telemetry), "extraContainers": [exporter]}


def chart_values(
    settings: ConsulSettings, *, storage_class: str | None, dns_ip: str | None, zoned: bool, monitoring: bool = False
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
    if monitoring:
        server |= measured(settings.metrics_image)
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

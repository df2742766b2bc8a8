"""What the cache on each node is made of, after Kubernetes' addon nodelocaldns: pure."""

from typing import Any

from components.networking.dns.addresses import LINK_LOCAL
from components.networking.dns.coredns import CONSUL_DOMAIN, NODE_RESOLVERS
from components.networking.dns.coredns import POD_LABELS as COREDNS_LABELS
from components.networking.dns.corefile import DNS_PORT, block, cache, forward, server
from components.networking.dns.settings import CLUSTER_ZONES, CoreDnsSettings

NAME = "node-local-dns"
NAMESPACE = "kube-system"
UPSTREAM = "kube-dns-upstream"
"""A second Service before CoreDNS: the address of kube-dns itself is the cache's on every node."""

LABELS = {"k8s-app": NAME}
METRICS_PORT = 9253
HEALTH_PORT = 8080
COREDNS = "__PILLAR__CLUSTER__DNS__"
"""What the cache replaces by the address of the Service `kube-dns-upstream`, which it is given as a variable."""


def corefile(settings: CoreDnsSettings, *, cluster_dns_ip: str, consul: bool) -> str:
    """Return the Corefile that the cache completes itself.

    The cluster's zones and the domains that CoreDNS forwards go to CoreDNS, over TCP, which the node's connection
    tracking does not lose. All other names go from each node to its resolvers, and spread over the VPC: Amazon's
    resolver takes 1,024 packets a second from one network interface.
    """
    listen = f"bind {LINK_LOCAL} {cluster_dns_ip}"
    metrics = f"prometheus :{METRICS_PORT}"
    seconds = settings.cache_seconds
    kept = (block("cache", f"success 9984 {seconds}", f"denial 9984 {min(5, seconds)}"),) if seconds else ()
    to_coredns = block(forward((COREDNS,)), "force_tcp")

    def zone(name: str, keep: tuple[str, ...], ask: str, *more: str) -> str:
        return server(name, ["errors", *keep, "reload", "loop", listen, ask, metrics, *more])

    first, *reverse = CLUSTER_ZONES
    domains = [*reverse, *sorted({*settings.stub_domains, *((CONSUL_DOMAIN,) if consul else ())})]
    return "\n".join(
        [
            zone(first, kept, to_coredns, f"health {LINK_LOCAL}:{HEALTH_PORT}"),
            *(zone(domain, cache(seconds), to_coredns) for domain in domains),
            zone(".", cache(seconds), forward(settings.upstreams or (NODE_RESOLVERS,))),
        ]
    )


def metadata(name: str, labels: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the metadata of one of its objects."""
    return {"name": name, "namespace": NAMESPACE, "labels": labels or LABELS}


def upstream_spec() -> dict[str, Any]:
    """Return the spec of the Service by which the cache reaches CoreDNS."""
    ports = [("dns", "UDP"), ("dns-tcp", "TCP")]
    return {
        "ports": [
            {"name": name, "port": DNS_PORT, "protocol": protocol, "targetPort": DNS_PORT} for name, protocol in ports
        ],
        "selector": COREDNS_LABELS,
    }


def metrics_spec() -> dict[str, Any]:
    """Return the spec of the headless Service by which the caches are scraped."""
    port = {"name": "metrics", "port": METRICS_PORT, "targetPort": METRICS_PORT}
    return {"clusterIP": "None", "selector": LABELS, "ports": [port]}


def _container(image: str, cluster_dns_ip: str) -> dict[str, Any]:
    health = {"httpGet": {"host": LINK_LOCAL, "path": "/health", "port": HEALTH_PORT}, "timeoutSeconds": 5}
    listens = f"{LINK_LOCAL},{cluster_dns_ip}"
    return {
        "name": "node-cache",
        "image": image,
        "args": ["-localip", listens, "-conf", "/etc/Corefile", "-upstreamsvc", UPSTREAM],
        # No limit of CPU, and a roomy one of memory: while it is away, the node has no DNS.
        "resources": {"requests": {"cpu": "25m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}},
        # It makes a network interface and rules of the packet filter, as root, and writes the Corefile it completes.
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "ports": [
            {"name": "dns", "containerPort": DNS_PORT, "protocol": "UDP"},
            {"name": "dns-tcp", "containerPort": DNS_PORT, "protocol": "TCP"},
            {"name": "metrics", "containerPort": METRICS_PORT, "protocol": "TCP"},
        ],
        "livenessProbe": {**health, "initialDelaySeconds": 60},
        "readinessProbe": health,
        "volumeMounts": [
            {"name": "xtables-lock", "mountPath": "/run/xtables.lock"},
            {"name": "config", "mountPath": "/etc/coredns"},
            {"name": "kube-dns-config", "mountPath": "/etc/kube-dns"},
        ],
    }


def daemon_set_spec(image: str, *, cluster_dns_ip: str) -> dict[str, Any]:
    """Return the DaemonSet's spec: on every node, whatever its taints, a tenth of them at a time."""
    pod = {
        "priorityClassName": "system-node-critical",
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        "hostNetwork": True,
        "dnsPolicy": "Default",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "tolerations": [{"operator": "Exists"}],
        "containers": [_container(image, cluster_dns_ip)],
        "volumes": [
            {"name": "xtables-lock", "hostPath": {"path": "/run/xtables.lock", "type": "FileOrCreate"}},
            {"name": "config", "configMap": {"name": NAME, "items": [{"key": "Corefile", "path": "Corefile.base"}]}},
            # EKS has no such ConfigMap. Without the folder, though, the cache never completes its Corefile.
            {"name": "kube-dns-config", "configMap": {"name": "kube-dns", "optional": True}},
        ],
    }
    scraped = {"prometheus.io/scrape": "true", "prometheus.io/port": str(METRICS_PORT)}
    return {
        "selector": {"matchLabels": LABELS},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        "template": {"metadata": {"labels": LABELS, "annotations": scraped}, "spec": pod},
    }

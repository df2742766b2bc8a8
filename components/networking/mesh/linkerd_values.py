"""The values of Linkerd's charts."""

from typing import Any

from components.networking.mesh.linkerd_names import (
    CLUSTER_NETWORKS,
    EGRESS_NAMESPACE,
    NEVER_MESHED,
    WEBHOOKS,
)
from components.networking.mesh.linkerd_settings import LinkerdSettings
from components.networking.mesh.membership import LINKERD_NAMESPACE, collector_namespace
from components.networking.mesh.settings import MeshSettings, SidecarSettings, TracingSettings

CONTROLLER = {"cpu": {"request": "100m"}, "memory": {"request": "50Mi", "limit": "250Mi"}}
"""What each controller reserves and may use: Linkerd's own values for high availability, values-ha.yaml."""

CONTROLLER_PROXY = {
    "cpu": {"request": "100m", "limit": "1"},
    "memory": {"request": "128Mi", "limit": "512Mi"},
}
"""The proxies of the control plane: all pods of the mesh hang on them, so `sidecar` does not shrink them."""


def crds_values() -> dict[str, Any]:
    """Return the values of the CRDs, without the Gateway API's old ones: those have an owner of their own."""
    return {"installGatewayAPI": False}


def cni_values() -> dict[str, Any]:
    """Return the values of the node agent that redirects traffic, so that pods need no privileged init container.

    Its repair controller restarts the pods that came to a new node before it did: they would wait forever.
    """
    return {
        "priorityClassName": "system-node-critical",
        "resources": {"cpu": {"request": "10m"}, "memory": {"request": "32Mi", "limit": "128Mi"}},
        "repairController": {
            "enabled": True,
            "resources": {"cpu": {"request": "10m"}, "memory": {"request": "32Mi", "limit": "128Mi"}},
        },
    }


def identity_values(settings: LinkerdSettings) -> dict[str, Any]:
    """Return what the chart is told of the identity. The issuer's Secret is never the chart's: it would hold the key.

    With certificates of cert-manager the trusted ones are trust-manager's ConfigMap (`externalCA`), too.
    """
    given = settings.identity
    identity = {"externalCA": given is None, "issuer": {"scheme": "kubernetes.io/tls"}}
    return {"identity": identity, **({"identityTrustAnchorsPEM": given.trust_anchor_pem} if given else {})}


def webhook_values(*, managed: bool) -> dict[str, Any]:
    """Return the webhooks' values; `managed` where cert-manager makes their certificates.

    Otherwise the chart makes new ones each time that it is rendered, valid for a year.
    """
    values: dict[str, Any] = {
        key: {"externalSecret": True, "injectCaFrom": f"{LINKERD_NAMESPACE}/{service}"} if managed else {}
        for key, service in WEBHOOKS.items()
    }
    values["proxyInjector"]["namespaceSelector"] = {
        "matchExpressions": [
            {"key": "config.linkerd.io/admission-webhooks", "operator": "NotIn", "values": ["disabled"]},
            {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": list(NEVER_MESHED)},
        ]
    }
    return {key: value for key, value in values.items() if value}


def tracing_values(tracing: TracingSettings | None, service_account: str | None) -> dict[str, Any]:
    """Return the proxies' tracing: to the collector in the mesh whose pods have `service_account` (None: its name)."""
    namespace = collector_namespace(tracing.host) if tracing else None
    if tracing is None or namespace is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "collector": {
            "endpoint": f"{tracing.host}:{tracing.port}",
            "meshIdentity": {
                "serviceAccountName": service_account or tracing.host.partition(".")[0],
                "namespace": namespace,
            },
        },
    }


def proxy_values(sidecar: SidecarSettings, tracing: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the proxy beside each pod."""
    return {
        # An init container that restarts: it starts before the app, stops after it, and lets a Job end.
        "nativeSidecar": True,
        # By default all meshed traffic goes to the proxy's port 4143, so that a NetworkPolicy could not tell ports.
        "outboundTransportMode": "transparent",
        # Where no namespace says otherwise: the apps' namespaces deny. The platform's own pods have no Servers, and
        # deny would refuse the API server's calls of their webhooks.
        "defaultInboundPolicy": "all-unauthenticated",
        "resources": {
            "cpu": {"request": sidecar.requests.cpu, "limit": sidecar.limits.cpu},
            "memory": {"request": sidecar.requests.memory, "limit": sidecar.limits.memory},
        },
        "tracing": tracing,
    }


def availability_values(replicas: int) -> dict[str, Any]:
    """Return how the control plane's pods are spread, budgeted and replaced."""
    several = replicas > 1
    return {
        "controllerReplicas": replicas,
        "enablePodAntiAffinity": several,
        "enablePodDisruptionBudget": several,
        # One goes before the next comes: its place is the only node where none of its kind runs, on two nodes.
        **({"deploymentStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": "25%"}}} if several else {}),
        # Better no pod than one without a sidecar; a single injector could not be replaced then.
        "webhookFailurePolicy": "Fail" if several else "Ignore",
        "priorityClassName": "system-cluster-critical",
        **{f"{part}Resources": CONTROLLER for part in ("destination", "identity", "proxyInjector", "spValidator")},
        **{f"{part}ProxyResources": CONTROLLER_PROXY for part in ("destination", "identity", "proxyInjector")},
        "policyController": {"resources": CONTROLLER},
    }


def control_plane_values(settings: MeshSettings, *, managed: bool) -> dict[str, Any]:
    """Return the values of the control plane; `managed` where cert-manager makes the webhooks' certificates."""
    linkerd = settings.linkerd
    return {
        "cniEnabled": True,
        "clusterNetworks": ",".join(CLUSTER_NETWORKS),
        "egress": {"globalEgressNetworkNamespace": EGRESS_NAMESPACE},
        "disableHeartBeat": True,
        "proxy": proxy_values(settings.sidecar, tracing_values(settings.tracing, linkerd.collector_service_account)),
        **identity_values(linkerd),
        **webhook_values(managed=managed),
        **availability_values(linkerd.replicas),
    }

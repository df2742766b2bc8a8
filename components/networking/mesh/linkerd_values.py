"""The values of Linkerd's charts."""

from typing import Any

from components.networking.mesh.settings import LinkerdSettings, SidecarSettings

ISSUER_SECRET = "linkerd-identity-issuer"  # noqa: S105 (a name that the chart fixes)


def crds_values(settings: LinkerdSettings) -> dict[str, Any]:
    """Return the values of the CRDs. Linkerd's policy controller does not start without the Gateway API's."""
    return {"installGatewayAPI": settings.install_gateway_api}


def cni_values() -> dict[str, Any]:
    """Return the values of the node agent that redirects traffic, so that pods need no privileged init container."""
    return {"priorityClassName": "system-node-critical", "repairController": {"enabled": True}}


def control_plane_values(settings: LinkerdSettings, sidecar: SidecarSettings) -> dict[str, Any]:
    """Return the values of the control plane."""
    several = settings.replicas > 1
    return {
        "cniEnabled": True,
        "identityTrustAnchorsPEM": settings.trust_anchor_pem,
        # The issuer's Secret is Slipway's: with the chart's own, the key would be a value of the release.
        "identity": {"issuer": {"scheme": "kubernetes.io/tls"}},
        "controllerReplicas": settings.replicas,
        "enablePodAntiAffinity": several,
        "enablePodDisruptionBudget": several,
        # Better no pod than one without a sidecar; a single injector could not be replaced then.
        "webhookFailurePolicy": "Fail" if several else "Ignore",
        "disableHeartBeat": True,
        "priorityClassName": "system-cluster-critical",
        "proxy": {
            # By default all meshed traffic goes to the proxy's port 4143, so that a NetworkPolicy could not tell ports.
            "outboundTransportMode": "transparent",
            "resources": {
                "cpu": {"request": sidecar.requests.cpu, "limit": sidecar.limits.cpu},
                "memory": {"request": sidecar.requests.memory, "limit": sidecar.limits.memory},
            },
        },
    }

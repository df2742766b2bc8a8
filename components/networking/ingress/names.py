"""The names that the ways in have in the cluster, which apps and network policies refer to."""

import re
from hashlib import sha256

from components.networking.ingress.settings import Implementation

LBC_NAMESPACE = "aws-load-balancer-controller"
LBC_RELEASE = "aws-load-balancer-controller"
LBC_LABELS = {"app.kubernetes.io/name": LBC_RELEASE}

NGINX_NAMESPACE = "nginx-ingress"
NGINX_RELEASE = "nginx-ingress"
"""The release, and as the chart derives them the service account and the pods' labels, too."""

NGINX_LABELS = {"app.kubernetes.io/name": NGINX_RELEASE, "app.kubernetes.io/instance": NGINX_RELEASE}

ENVOY_NAMESPACE = "envoy-gateway-system"
ENVOY_ACCOUNT = "slipway-gateway"

ISTIO_GATEWAY_NAMESPACE = "istio-gateway"

GATEWAY = "slipway"
"""The Gateway that all apps share."""

GATEWAY_NAMESPACES: dict[Implementation, str] = {
    "istio": ISTIO_GATEWAY_NAMESPACE,
    "envoy-gateway": ENVOY_NAMESPACE,
    "alb": LBC_NAMESPACE,
}
"""Where the Gateway is, and where Envoys read the Secrets of its certificates."""

GATEWAY_CLASSES: dict[Implementation, str] = {
    "istio": "istio",
    "envoy-gateway": "slipway-envoy",
    "alb": "slipway-alb",
}
"""The GatewayClass; Istio makes its own."""

ISTIO_GATEWAY_LABELS = {"gateway.networking.k8s.io/gateway-name": GATEWAY}
ISTIO_GATEWAY_ACCOUNT = f"{GATEWAY}-{GATEWAY_CLASSES['istio']}"
"""As istiod names it: after the Gateway and its class."""

ENVOY_LABELS = {
    "gateway.envoyproxy.io/owning-gateway-name": GATEWAY,
    "gateway.envoyproxy.io/owning-gateway-namespace": ENVOY_NAMESPACE,
}

HTTP, HTTPS = "http", "https"
"""The listener of plain HTTP, and that of all hosts with TLS where the load balancer has one certificate for all."""


def label_of(host: str) -> str:
    """Return a host as (part of) a DNS label.

    Its end keeps hosts apart that the label cannot: *.example.com and wildcard.example.com, or very long ones.
    """
    readable = re.sub(r"[^a-z0-9]+", "-", host.replace("*", "wildcard"))[:40].strip("-")
    return f"{readable}-{sha256(host.encode()).hexdigest()[:6]}"


def listener(host: str) -> str:
    """Return the name of the HTTPS listener of a host: a DNS label, since Istio names a port of a Service after it."""
    return f"{HTTPS}-{label_of(host)}"


READINESS_GATES = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""A namespace's label by which a new pod is ready only once AWS's load balancer finds it healthy: an update waits."""

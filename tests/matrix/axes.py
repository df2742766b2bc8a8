"""The three axes of a stack's network, and what a user writes for each of their values."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

Cni = Literal["calico", "calico-cni", "vpc-cni"]
Mesh = Literal["none", "istio", "ambient", "linkerd"]
Ingress = Literal["istio", "alb", "nginx", "gateway-istio", "gateway-envoy", "gateway-alb", "external"]

CNIS: dict[Cni, str] = {
    "calico": "{policy: calico, mode: policy-only}",
    "calico-cni": "{policy: calico, mode: cni}",
    "vpc-cni": "{policy: vpc-cni}",
}
MESHES: dict[Mesh, str] = {
    "none": "none",
    "istio": "istio",
    "ambient": "{kind: istio, istio: {dataPlane: ambient}}",
    "linkerd": "linkerd",
}
INGRESSES: dict[Ingress, str] = {
    "istio": "istio",
    "alb": "alb",
    "nginx": "nginx",
    "gateway-istio": "{controller: gateway-api, gatewayApi: {implementation: istio}}",
    "gateway-envoy": "{controller: gateway-api, gatewayApi: {implementation: envoy-gateway}}",
    "gateway-alb": "{controller: gateway-api, gatewayApi: {implementation: alb}}",
    "external": "external",
}
"""What stands after `slipway:cni:`, `slipway:mesh:` and `slipway:ingress:`."""

VERSIONS = ("1.34", "1.35", "1.36")
"""The Kubernetes versions in EKS's standard support."""

LOAD_BALANCED: frozenset[Ingress] = frozenset({"alb", "gateway-alb"})
"""The ways in that end TLS with a certificate of ACM."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One combination."""

    cni: Cni
    mesh: Mesh
    ingress: Ingress

    @property
    def name(self) -> str:
        """Its name in test ids and file names."""
        return f"{self.cni}--{self.mesh}--{self.ingress}"


ROWS = tuple(Row(*values) for values in product(CNIS, MESHES, INGRESSES))
"""All of them, allowed or not."""


def network_yaml(row: Row) -> str:
    """Return the three keys that make the row."""
    return (
        f"slipway:cni: {CNIS[row.cni]}\nslipway:mesh: {MESHES[row.mesh]}\nslipway:ingress: {INGRESSES[row.ingress]}\n"
    )


def certificates_yaml(row: Row) -> str:
    """Return the key that gives the row's hosts their certificates."""
    acm = "  acm: {hostedZoneId: Z0123456789EXAMPLE, domains: [staging.example.com]}\n"
    return (
        "slipway:certificates:\n"
        "  email: platform@example.com\n"
        "  dns01: {hostedZoneId: Z0123456789EXAMPLE, domains: [staging.example.com]}\n"
        f"{acm if row.ingress in LOAD_BALANCED else ''}"
    )


def divides(row: Row) -> bool:
    """Tell whether requests can be divided between two versions: by a mesh, or by the way in."""
    return row.mesh != "none" or row.ingress != "external"


def shop_yaml(row: Row) -> str:
    """Return the app that is reached from outside, with a canary where something can divide its requests."""
    way_in = "ingress" if row.ingress == "external" else "route"
    canary = "canary: {image: registry.example.com/shop:1.3.0, weight: 10}\n" if divides(row) else ""
    return (
        "name: shop\n"
        "namespace: web\n"
        "image: registry.example.com/shop:1.2.0\n"
        "ports: {http: 8080, metrics: 9090}\n"
        f"{way_in}: {{host: shop.staging.example.com}}\n"
        f"{canary}"
        "allowTo: [stock]\n"
    )


def stock_yaml(row: Row) -> str:
    """Return the app that only the shop may call, treated with care by the mesh where there is one."""
    care = "" if row.mesh == "none" else "retries: {attempts: 2}\ntimeout: 5s\ncircuitBreaker: {consecutiveErrors: 5}\n"
    return (
        "name: stock\n"
        "namespace: data\n"
        "image: registry.example.com/stock:1.2.0\n"
        "ports: {http: 8080}\n"
        f"{care}"
        "egress: [{cidrs: [203.0.113.0/24]}]\n"
    )

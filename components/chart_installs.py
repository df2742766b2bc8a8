"""What of a stack's file installs each chart of the lock: one answer for all who ask whether a chart is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.networking.certificates.trust import trust_manager_needed
from components.networking.cni import calico_installed
from components.networking.gateway_api import gateway_api_needed
from components.networking.ingress.selection import gateway_implementation, installed, load_balancer_controller_needed
from components.operations.monitoring_crds import monitoring_crds_needed

if TYPE_CHECKING:
    from components.settings import StackSettings


@dataclass(frozen=True, slots=True)
class Install:
    """Whether a stack installs a chart, and the `lines` of its file that do, without `slipway:`."""

    lines: tuple[str, ...]
    there: Callable[["StackSettings"], bool]


def _own_cluster(settings: "StackSettings") -> bool:
    return settings.cluster.existing is None and settings.aws is not None


def _ambient(settings: "StackSettings") -> bool:
    return settings.mesh.kind == "istio" and settings.mesh.istio.data_plane == "ambient"


def _istio_gateway(settings: "StackSettings") -> bool:
    way_out = settings.mesh.istio.egress_gateway is not None
    return settings.mesh.kind == "istio" and ("istio" in installed(settings.ingress) or way_out)


_CALICO = Install(("cni: {policy: calico}",), calico_installed)
_ISTIO = Install(("mesh: istio",), lambda settings: settings.mesh.kind == "istio")
_LINKERD = Install(("mesh: linkerd",), lambda settings: settings.mesh.kind == "linkerd")

INSTALLS: Mapping[str, Install] = {
    "calico-crds": _CALICO,
    "tigera-operator": _CALICO,
    "cert-manager": Install(("certificates: {}",), lambda settings: settings.certificates is not None),
    "trust-manager": Install(("certificates: {trust: {}}",), trust_manager_needed),
    "aws-privateca-issuer": Install(
        ("certificates: {awsPrivateCa: {arn: …}}",),
        lambda settings: settings.certificates is not None and settings.certificates.aws_private_ca is not None,
    ),
    "istio-base": _ISTIO,
    "istiod": _ISTIO,
    "istio-cni": _ISTIO,
    "istio-ztunnel": Install(("mesh: {kind: istio, istio: {dataPlane: ambient}}",), _ambient),
    "istio-gateway": Install(("mesh: istio", "ingress: istio"), _istio_gateway),
    "linkerd-crds": _LINKERD,
    "linkerd-control-plane": _LINKERD,
    "linkerd2-cni": _LINKERD,
    "gateway-crds-helm": Install(("ingress: gateway-api",), gateway_api_needed),
    "gateway-helm": Install(
        ("ingress: {controller: gateway-api, gatewayApi: {implementation: envoy-gateway}}",),
        lambda settings: gateway_implementation(settings.ingress) == "envoy-gateway",
    ),
    "nginx-ingress": Install(("ingress: nginx",), lambda settings: "nginx" in installed(settings.ingress)),
    "aws-load-balancer-controller": Install(
        ("ingress: alb",), lambda settings: load_balancer_controller_needed(settings.ingress)
    ),
    "external-dns": Install(
        ("dns: {external: {hostedZoneIds: […], domains: […]}}",),
        lambda settings: settings.dns.external is not None and _own_cluster(settings),
    ),
    "consul": Install(("consul: {}",), lambda settings: settings.consul is not None),
    "keda": Install(("autoscaling: {keda: {}}",), lambda settings: settings.autoscaling.keda is not None),
    "vpa": Install(("autoscaling: {vpa: {}}",), lambda settings: settings.autoscaling.vpa is not None),
    "argo-rollouts": Install(
        ("delivery: {argoRollouts: {}}",), lambda settings: settings.delivery.argo_rollouts is not None
    ),
    "flagger": Install(("delivery: {flagger: {}}",), lambda settings: settings.delivery.flagger is not None),
    "kube-prometheus-stack": Install(("monitoring: {}",), lambda settings: settings.monitoring is not None),
    "prometheus-operator-crds": Install(("monitoring: {}",), monitoring_crds_needed),
    "external-secrets": Install(
        ("secretStores: {externalSecrets: {…}}",), lambda settings: settings.secret_stores.external_secrets is not None
    ),
    "sealed-secrets": Install(
        ("secretStores: {sealedSecrets: {}}",), lambda settings: settings.secret_stores.sealed_secrets is not None
    ),
}
"""By entry of the lock. Tests hold it against what whole stacks install, and each line against a stack that has it."""


def way_in(entry: str) -> str:
    """Return what to write to have a chart, as text."""
    return " with ".join(f"`slipway:{line}`" for line in INSTALLS[entry].lines)

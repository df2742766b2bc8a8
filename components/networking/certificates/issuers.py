"""Who issues certificates: the ACME issuers of Let's Encrypt, and which issuer the apps use."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components.networking.certificates.settings import CertificatesSettings, IssuerName
from components.networking.ingress.facts import ControllerFacts, GatewayRef, controllers
from components.networking.mesh.membership import UNMESHED_LABELS

if TYPE_CHECKING:
    from components.settings import StackSettings

ACME_SERVERS: dict[IssuerName, str] = {
    "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
    "letsencrypt-production": "https://acme-v02.api.letsencrypt.org/directory",
}
"""Let's Encrypt's directories: letsencrypt.org/docs/acme-protocol-updates and /docs/staging-environment."""

PRIVATE_ISSUERS: tuple[IssuerName, ...] = ("private-ca", "aws-private-ca")
"""Issuers that ask for no proof: they issue any host, wildcards too, and only those who were told trust them."""

SOLVER_PORT = 8089
"""Where the pod listens that answers an HTTP-01 challenge."""

SOLVER_LABELS = {"acme.cert-manager.io/http01-solver": "true"}
"""The label that cert-manager gives such a pod."""

CONTROLLER_LABEL = "slipway.dev/ingress-controller"
"""On a Certificate: the way in of its host, where that is not the stack's default one."""

Solver = str | GatewayRef | None
"""Who carries HTTP-01's answers: an IngressClass by name (None: the cluster's default one), or a Gateway."""


def available_issuers(settings: CertificatesSettings) -> tuple[IssuerName, ...]:
    """Return the issuers that the settings make."""
    made = {
        "private-ca": settings.private_ca,
        "aws-private-ca": settings.aws_private_ca is not None,
        **dict.fromkeys(ACME_SERVERS, settings.email is not None),
    }
    names: tuple[IssuerName, ...] = (*ACME_SERVERS, *PRIVATE_ISSUERS)
    return tuple(name for name in names if made[name])


def app_issuer(settings: CertificatesSettings) -> IssuerName | None:
    """Return the issuer of the apps' certificates, None where the settings do not make it."""
    return settings.issuer if settings.issuer in available_issuers(settings) else None


def issuer_ref(settings: CertificatesSettings) -> dict[str, str] | None:
    """Return the `issuerRef` (group, kind, name) of the apps' Certificates, None where nobody issues any."""
    name = app_issuer(settings)
    if name is None:
        return None
    if name == "aws-private-ca":
        return {"group": "awspca.cert-manager.io", "kind": "AWSPCAClusterIssuer", "name": name}
    return {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": name}


def issuer_annotations(ref: Mapping[str, str]) -> dict[str, str]:
    """Return the annotations by which cert-manager makes the Certificate of an Ingress, from an `issuerRef`.

    `cluster-issuer` names cert-manager's own kind only, so that any other is named in full.
    """
    if ref["kind"] == "ClusterIssuer":
        return {"cert-manager.io/cluster-issuer": ref["name"]}
    return {
        "cert-manager.io/issuer": ref["name"],
        "cert-manager.io/issuer-kind": ref["kind"],
        "cert-manager.io/issuer-group": ref["group"],
    }


def solved_beside_apps(settings: "StackSettings") -> bool:
    """Tell whether pods that answer HTTP-01 run in the apps' namespaces: where their Certificates are, too."""
    if settings.certificates is None or settings.certificates.email is None:
        return False
    ways_in = controllers(settings).values()
    return any(facts.certificates == "cert-manager" and facts.tls_namespace is None for facts in ways_in)


def solver_of(facts: ControllerFacts) -> Solver:
    """Return who carries the answers to HTTP-01 for hosts that come in by a controller."""
    return facts.gateway or facts.class_name


def dns01_solver(hosted_zone_id: str, domains: Sequence[str], region: str) -> dict[str, Any]:
    """Return the solver for names in `domains`, which takes its credentials from the controller's own pod."""
    return {
        "selector": {"dnsZones": list(domains)},
        "dns01": {"route53": {"region": region, "hostedZoneID": hosted_zone_id}},
    }


def _solver_pod() -> dict[str, Any]:
    """Return what the pod is that answers: the level restricted admits it, and it is outside the mesh.

    It runs in the Certificate's namespace.
    """
    return {
        "metadata": {
            "labels": dict(UNMESHED_LABELS),
            "annotations": {"linkerd.io/inject": "disabled"},
        },
        "spec": {"securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}},
    }


def http01_solver(solver: Solver, controller: str | None = None) -> dict[str, Any]:
    """Return the solver over HTTP; with `controller` only for Certificates with the label of that way in."""
    selector = {"selector": {"matchLabels": {CONTROLLER_LABEL: controller}}} if controller else {}
    if isinstance(solver, GatewayRef):
        parent = {
            "group": "gateway.networking.k8s.io",
            "kind": "Gateway",
            "name": solver.name,
            "namespace": solver.namespace,
        }
        route = {"parentRefs": [parent], "podTemplate": _solver_pod()}
        return {**selector, "http01": {"gatewayHTTPRoute": route}}
    ingress = {**({"ingressClassName": solver} if solver else {}), "podTemplate": _solver_pod()}
    return {**selector, "http01": {"ingress": ingress}}


def acme_solvers(
    settings: CertificatesSettings, solver: Solver, additional: Mapping[str, Solver], *, dns01_region: str | None
) -> list[dict[str, Any]]:
    """Return the solvers of an ACME issuer; cert-manager takes the one whose selector fits a name best.

    `additional` are the stack's further ways in by controller. `dns01_region` is None where there is no AWS identity,
    so that nothing can be proved by DNS.
    """
    over_http = [http01_solver(solver), *(http01_solver(each, name) for name, each in sorted(additional.items()))]
    if settings.dns01 is None or dns01_region is None:
        return over_http
    return [dns01_solver(settings.dns01.hosted_zone_id, settings.dns01.domains, dns01_region), *over_http]


def issuer_spec(name: IssuerName, email: str, solvers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the spec of a ClusterIssuer, its ACME account's key in a Secret named after it."""
    return {
        "acme": {
            "server": ACME_SERVERS[name],
            "email": email,
            "privateKeySecretRef": {"name": f"{name}-account"},
            "solvers": list(solvers),
        }
    }

"""`AppContext`: what an app needs to know of the stack it is deployed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from components.apps.settings import AppSettings
from components.foundation.pool_plan import Pool, resolve
from components.foundation.storage import storage_class_names
from components.networking.ingress import Controller, awaits_address, ingress_class
from components.networking.mesh.membership import GATEWAY_LABELS, GATEWAY_NAMESPACE
from components.networking.mesh.settings import MeshKind

if TYPE_CHECKING:
    from components.settings import StackSettings

MONITORING_NAMESPACE = "monitoring"
"""The namespace whose pods may scrape metrics ports."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The pods that outside traffic comes through: in which namespace, and with which labels (none: all of them)."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AppContext:
    """The stack as its apps see it, decided before any resource.

    `gateway` is Istio's, None without Istio. `ingress_from` is where an Ingress's traffic comes from, None where only
    the operator of the controller knows; `awaits_address` is whether an Ingress gets an address. `zoned` is whether
    every node is known to carry a zone label. `storage_class` is the class of a volume that names none, None for the
    cluster's own default. `issuer` is the ClusterIssuer for TLS, None without certificates, and `dns_domains` the
    domains that it proves by DNS. `protect` guards what holds data.
    """

    environment: str
    mesh: MeshKind = "none"
    gateway: Gateway | None = None
    ingress_controller: Controller = "external"
    ingress_class: str | None = None
    ingress_from: Gateway | None = None
    awaits_address: bool = False
    pools: Mapping[str, Pool] = field(default_factory=dict)
    zoned: bool = False
    storage_class: str | None = None
    issuer: str | None = None
    dns_domains: tuple[str, ...] = ()
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    apps: Mapping[str, AppSettings] = field(default_factory=dict)
    protect: bool = False

    def proves_by_dns(self, host: str) -> bool:
        """Tell whether a host's certificate is proved by DNS (ACME's DNS-01), not by an answer over plain HTTP."""
        return is_below(host, self.dns_domains)


def is_below(host: str, domains: Iterable[str]) -> bool:
    """Tell whether a host, possibly a wildcard, is one of the domains or a name below one."""
    name = host.removeprefix("*.")
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def dns_domains(settings: "StackSettings") -> tuple[str, ...]:
    """Return the domains whose certificates are proved by DNS: none on an existing cluster, which has no AWS role."""
    certificates = settings.certificates
    if certificates is None or certificates.dns01 is None or settings.cluster.existing is not None:
        return ()
    return certificates.dns01.domains


def context(settings: "StackSettings") -> AppContext:
    """Return what the apps of a stack need to know of it; its settings have passed the checks."""
    existing = settings.cluster.existing is not None
    gateway = Gateway(GATEWAY_NAMESPACE, GATEWAY_LABELS) if settings.mesh.kind == "istio" else None
    classes = storage_class_names(settings.storage, existing=existing)
    return AppContext(
        environment=settings.environment,
        mesh=settings.mesh.kind,
        gateway=gateway,
        ingress_controller=settings.ingress.controller,
        ingress_class=ingress_class(settings.ingress),
        ingress_from=gateway if settings.ingress.controller == "istio" else None,
        awaits_address=awaits_address(settings.ingress, settings.mesh),
        pools={name: resolve(name, pool) for name, pool in settings.node_pools.items()},
        zoned=not existing,
        storage_class=settings.storage.default_class if settings.storage.default_class in classes else None,
        issuer=settings.certificates.issuer if settings.certificates is not None else None,
        dns_domains=dns_domains(settings),
        secrets=settings.secrets,
        apps={app.name: app for app in settings.apps},
        protect=settings.cluster.protect,
    )

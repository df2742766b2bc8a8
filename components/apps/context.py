"""`AppContext`: what an app needs to know of the stack it is deployed in."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from components.apps.exposure import ExposedSettings
from components.apps.settings import AppSettings
from components.dependencies.settings import DependenciesSettings
from components.foundation.pool_plan import Pool, resolvable
from components.foundation.storage import storage_class_names
from components.networking.certificates.issuers import PRIVATE_ISSUERS, issuer_ref
from components.networking.cni import overlay
from components.networking.ingress.facts import ControllerFacts, controllers
from components.networking.ingress.load_balancer import NetworkLoadBalancer, network_load_balancer
from components.networking.ingress.settings import Controller, Scheme
from components.networking.mesh.membership import is_ambient
from components.networking.mesh.revisions import revision_of
from components.networking.mesh.settings import MeshKind, TracingSettings
from components.operations.monitoring_names import RUNBOOKS
from components.remembered import of_the_last

if TYPE_CHECKING:
    from components.settings import StackSettings

MONITORING_NAMESPACE = "monitoring"
"""The namespace whose pods may scrape metrics ports."""

SCHEMES: tuple[Scheme, ...] = ("internal", "internet-facing")


@dataclass(frozen=True, slots=True)
class AppContext:
    """The stack as its apps see it, decided before any resource.

    `mesh` is the stack's, `ambient` whether its proxies are on the nodes and not in the pods; `meshed` are the
    namespaces whose pods are in it. `authorization` is whether a meshed pod serves nobody that its app does not admit,
    `declared_egress` whether meshed pods reach nothing outside that their app does not declare. `controllers` are the
    ways in, `controller` the default one. `monitoring` and `grafana` are whether the stack has them, `collector` is
    where spans go. `overlay` is whether pods have addresses that the control plane and load
    balancers cannot reach. `vpc_cidr` is None for a cluster that Slipway did not build. `zoned` is whether every node
    is known to carry a zone label. `storage_class` is the class of a volume that names none, None for the cluster's own
    default. `issuer` is the `issuerRef` (group, kind, name) of certificates, None without any, and `dns_domains` the
    domains that it proves by DNS; `acme` is whether it asks for a proof at all. `revisions` is the revision of Istio by
    namespace, where the stack names revisions.
    `load_balancers` is what a Service says to get a network load balancer of a scheme. `version` is the Kubernetes
    version, None where the stack does not say it. `protect` guards what holds data.
    `kubernetes_api` are the networks that the Kubernetes API is in, empty for a cluster that Slipway did not build.
    `refresh_interval` is how often secrets of a store are read again where the app says nothing.
    `dependencies` is where the databases and caches of apps are. `runbooks` is the address that pages are below.
    """

    environment: str
    mesh: MeshKind = "none"
    ambient: bool = False
    meshed: frozenset[str] = frozenset()
    authorization: bool = False
    declared_egress: bool = False
    egress_gateway: bool = False
    tracing: bool = False
    monitoring: bool = False
    grafana: bool = False
    collector: TracingSettings | None = None
    controllers: Mapping[Controller, ControllerFacts] = field(default_factory=dict)
    controller: Controller = "external"
    overlay: bool = False
    vpc_cidr: str | None = None
    pools: Mapping[str, Pool] = field(default_factory=dict)
    zoned: bool = False
    storage_class: str | None = None
    issuer: Mapping[str, str] | None = None
    dns_domains: tuple[str, ...] = ()
    acme: bool = True
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    apps: Mapping[str, AppSettings] = field(default_factory=dict)
    revisions: Mapping[str, str] = field(default_factory=dict)
    load_balancers: Mapping[Scheme, NetworkLoadBalancer] = field(default_factory=dict)
    version: str | None = None
    protect: bool = False
    kubernetes_api: tuple[str, ...] = ()
    refresh_interval: str = "1h"
    dependencies: DependenciesSettings = field(default_factory=DependenciesSettings)
    runbooks: str = RUNBOOKS

    def mesh_of(self, namespace: str) -> MeshKind:
        """Return the mesh that the pods of a namespace are in."""
        return self.mesh if namespace in self.meshed else "none"

    def controller_of(self, exposure: ExposedSettings) -> ControllerFacts:
        """Return the controller that brings an exposure in; the checks have seen that the stack has it."""
        return self.controllers[exposure.controller or self.controller]

    def proved_over_http(self, host: str) -> bool:
        """Tell whether a host's certificate is proved by an answer over plain HTTP (ACME's HTTP-01).

        Not where it is proved by DNS, nor where the issuer asks for no proof.
        """
        return self.acme and not is_below(host, self.dns_domains)


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


def kubernetes_api(settings: "StackSettings") -> tuple[str, ...]:
    """Return where the Kubernetes API is: its Service's address, the first one, and its own in the VPC."""
    if settings.network is None or settings.cluster.existing is not None:
        return ()
    service = ipaddress.IPv4Network(settings.cluster.service_cidr)[1]
    return (f"{service}/32", settings.network.cidr)


def _revisions(settings: "StackSettings") -> dict[str, str]:
    """Return the revision whose proxies the pods of each meshed namespace get; none where there is only one."""
    istio = settings.mesh.istio
    if settings.mesh.kind != "istio" or not istio.revisions or is_ambient(settings.mesh):
        return {}
    return {name: revision_of(istio, each.mesh_revision) for name, each in settings.namespaces.items() if each.mesh}


@of_the_last
def context(settings: "StackSettings") -> AppContext:
    """Return what the apps of a stack need to know of it.

    Checks ask before they have all passed: a node pool that says too little is left out.
    """
    existing = settings.cluster.existing is not None
    classes = storage_class_names(settings.storage, existing=existing)
    external = settings.secret_stores.external_secrets
    return AppContext(
        environment=settings.environment,
        mesh=settings.mesh.kind,
        ambient=is_ambient(settings.mesh),
        meshed=frozenset(
            name for name, each in settings.namespaces.items() if each.mesh and settings.mesh.kind != "none"
        ),
        authorization=settings.mesh.kind != "none" and settings.mesh.authorization == "deny",
        declared_egress=settings.mesh.kind != "none" and settings.mesh.egress == "declared",
        egress_gateway=settings.mesh.kind == "istio" and settings.mesh.istio.egress_gateway is not None,
        tracing=settings.mesh.kind != "none" and settings.mesh.tracing is not None,
        monitoring=settings.monitoring is not None,
        grafana=settings.monitoring is not None and settings.monitoring.grafana.enabled,
        collector=settings.mesh.tracing,
        controllers=controllers(settings),
        controller=settings.ingress.controller,
        overlay=overlay(settings),
        vpc_cidr=settings.network.cidr if settings.network is not None and not existing else None,
        pools=resolvable(settings.node_pools),
        zoned=not existing,
        storage_class=settings.storage.default_class if settings.storage.default_class in classes else None,
        issuer=issuer_ref(settings.certificates) if settings.certificates is not None else None,
        dns_domains=dns_domains(settings),
        acme=settings.certificates is None or settings.certificates.issuer not in PRIVATE_ISSUERS,
        secrets=settings.secrets,
        apps={app.name: app for app in settings.apps},
        revisions=_revisions(settings),
        load_balancers={scheme: network_load_balancer(settings, scheme) for scheme in SCHEMES},
        version=settings.cluster.version,
        protect=settings.cluster.protect,
        kubernetes_api=kubernetes_api(settings),
        refresh_interval=external.refresh_interval if external is not None else "1h",
        dependencies=settings.dependencies,
        runbooks=settings.monitoring.runbook_url if settings.monitoring is not None else RUNBOOKS,
    )

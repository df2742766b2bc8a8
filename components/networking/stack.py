"""The network inside the cluster as one stack wires it: policies, certificates, mesh, ways in, names, registry."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.charts import Charts
from components.foundation.base import Base
from components.networking.calico import OPERATOR_PODS, Calico
from components.networking.certificates.issuers import solver_of
from components.networking.certificates.manager import Certificates
from components.networking.certificates.trust import trust_manager_needed
from components.networking.cni import calico_installed, overlay
from components.networking.consul import Consul
from components.networking.dns.addresses import cluster_dns_ip, consul_dns_ip, dns_cidrs
from components.networking.dns.external_dns import ExternalDns
from components.networking.dns.external_dns_values import owner_id, sources
from components.networking.dns.node_local import NodeLocalDns
from components.networking.gateway_api import GatewayApiCrds, gateway_api_needed
from components.networking.ingress.controllers import IngressControllers
from components.networking.ingress.facts import controllers, ingress_class, installed
from components.networking.mesh.istio import Istio
from components.networking.mesh.linkerd import Linkerd
from components.operations.monitoring_names import RUNBOOKS

if TYPE_CHECKING:
    from components.settings import StackSettings

Resources = tuple[pulumi.Resource, ...]


@dataclass(frozen=True, slots=True)
class ClusterNetwork:
    """What others wait for: `mesh` and `gateway_api` what a namespace's own objects need, `manager` is cert-manager
    where there is one. `pods` is what every app needs, `ways_in` what those need that are reached from outside."""

    mesh: Resources
    gateway_api: Resources
    manager: Resources
    pods: Resources
    ways_in: Resources


def cluster_network(
    settings: "StackSettings", base: Base, charts: Charts, *, storage: Resources, monitoring_crds: Resources
) -> ClusterNetwork:
    """Make every network system that the stack names, each after what it needs.

    `storage` are the storage classes, `monitoring_crds` the definitions of the Prometheus operator, where needed.
    """
    target, opts = base.target, base.opts
    gateway_api: Resources = ()
    if gateway_api_needed(settings):
        gateway_api = GatewayApiCrds("gateway-api", target=target, charts=charts, opts=opts).ready
    policies = _policies(settings, base, charts)
    certificates = _certificates(settings, base, charts, gateway_api, monitoring_crds)
    manager = (certificates.manager,) if certificates else ()
    mesh, mesh_gateway = _mesh(settings, base, charts, certificates, gateway_api)
    ingress = IngressControllers(
        "ingress",
        settings,
        target=target,
        charts=charts,
        cluster_name=base.eks_name,
        region=settings.aws.region if settings.aws else None,
        vpc_id=base.vpc_id,
        acm_certificate_arn=certificates.acm_certificate_arn if certificates else None,
        gateway_api=gateway_api,
        after=(*target.ready, *mesh, *manager),
        opts=opts,
    ).ready
    ingress = (*ingress, *mesh_gateway)
    names = _names(settings, base, charts, after=(*target.ready, *mesh, *gateway_api, *ingress))
    if settings.consul is not None:
        Consul(
            "consul",
            settings.consul,
            target=target,
            charts=charts,
            storage_class=settings.storage.default_class if storage else None,
            dns_ip=consul_dns_ip(settings),
            zoned=settings.cluster.existing is None,
            monitoring=settings.monitoring is not None,
            after=(*target.ready, *storage, *((base.ebs_driver,) if base.ebs_driver else ())),
            opts=opts,
        )
    issuers = certificates.issuers if certificates else ()
    return ClusterNetwork(mesh, gateway_api, manager, (*policies, *mesh), (*issuers, *ingress, *names))


def _policies(settings: "StackSettings", base: Base, charts: Charts) -> Resources:
    if not calico_installed(settings):
        return ()
    return Calico(
        "calico",
        settings.cni,
        target=base.target,
        charts=charts,
        app_namespaces=tuple(settings.namespaces),
        dns_cidrs=dns_cidrs(settings),
        monitoring=settings.monitoring is not None,
        after=() if overlay(settings) else base.target.nodes.for_pod(OPERATOR_PODS),
        opts=base.opts,
    ).ready


def _certificates(
    settings: "StackSettings", base: Base, charts: Charts, gateway_api: Resources, monitoring: Resources
) -> Certificates | None:
    if settings.certificates is None:
        return None
    ways_in = controllers(settings)
    return Certificates(
        "certificates",
        settings.certificates,
        target=base.target,
        charts=charts,
        solver=solver_of(ways_in[settings.ingress.controller]),
        additional_solvers={
            controller: solver_of(facts)
            for controller, facts in ways_in.items()
            if controller != settings.ingress.controller and facts.certificates == "cert-manager"
        },
        cluster_name=base.eks_name,
        region=settings.aws.region if settings.aws else None,
        account_id=settings.aws.account_id if settings.aws else None,
        install_trust=trust_manager_needed(settings),
        host_network=overlay(settings),
        monitoring=monitoring,
        runbooks=settings.monitoring.runbook_url if settings.monitoring is not None else RUNBOOKS,
        gateway_api=gateway_api if "gateway-api" in installed(settings.ingress) else (),
        after=base.target.ready,
        opts=base.opts,
    )


def _mesh(
    settings: "StackSettings", base: Base, charts: Charts, certificates: Certificates | None, gateway_api: Resources
) -> tuple[Resources, Resources]:
    """Return what meshed pods wait for, and what brings requests in from outside."""
    if settings.mesh.kind == "istio":
        istio = Istio(
            "istio",
            settings.mesh,
            target=base.target,
            charts=charts,
            ingress_class=ingress_class(settings.ingress, "istio") if "istio" in installed(settings.ingress) else None,
            gateway_api=gateway_api,
            after=base.target.ready,
            opts=base.opts,
        )
        return istio.ready, (istio.gateway,) if istio.gateway else ()
    if settings.mesh.kind == "linkerd":
        linkerd = Linkerd(
            "linkerd",
            settings.mesh,
            secrets=settings.secrets,
            target=base.target,
            charts=charts,
            certificates=certificates,
            gateway_api=gateway_api,
            after=base.target.ready,
            opts=base.opts,
        )
        return linkerd.ready, ()
    return (), ()


def _names(settings: "StackSettings", base: Base, charts: Charts, *, after: Resources) -> Resources:
    """Make what resolves and keeps names; nothing of it on an existing cluster, whose DNS is somebody else's."""
    if base.eks_name is None or settings.aws is None:
        return ()
    ready: Resources = ()
    if settings.dns.node_local.enabled:
        ready = NodeLocalDns(
            "node-local-dns",
            settings.dns,
            target=base.target,
            cluster_dns_ip=cluster_dns_ip(settings.cluster.service_cidr),
            consul=consul_dns_ip(settings) is not None,
            after=base.target.ready,
            opts=base.opts,
        ).ready
    if settings.dns.external is not None:
        external = ExternalDns(
            "external-dns",
            settings.dns.external,
            target=base.target,
            charts=charts,
            cluster_name=base.eks_name,
            region=settings.aws.region,
            account_id=settings.aws.account_id,
            sources=sources(settings),
            owner_id=owner_id(settings),
            after=after,
            opts=base.opts,
        )
        ready = (*ready, *external.ready)
    return ready

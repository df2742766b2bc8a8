"""What is wrong, or worth knowing, about a network without a way to the internet: `natGateways: none`."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.images import images
from components.networking.certificates.aws_private_ca import authority_region
from components.networking.cni import calico_installed
from components.networking.ingress.facts import installed
from components.networking.ingress.settings import Controller, Implementation
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

ECR = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/")
"""The start of an image in a private registry of ECR, whose endpoint is in the VPC; public.ecr.aws has none."""

GATEWAY_REGISTRIES: dict[Implementation, str] = {"alb": "public.ecr.aws", "envoy-gateway": "docker.io"}
INGRESS_REGISTRIES: dict[Controller, str] = {"alb": "public.ecr.aws", "nginx": "docker.io"}
"""Where the charts of who brings requests in take their images from; Istio's come with the mesh."""


def isolated(settings: "StackSettings") -> bool:
    """Tell whether nodes and pods reach nothing outside the VPC but AWS, by endpoints."""
    network = settings.network
    return network is not None and network.nat_gateways == "none" and not network.other_way_out


def issuers(settings: "StackSettings") -> Iterator[Problem]:
    """Let's Encrypt is on the internet, whether a name is proved over HTTP or by DNS."""
    certificates = settings.certificates
    if certificates is None or not isolated(settings) or not certificates.issuer.startswith("letsencrypt-"):
        return
    yield Problem(
        ("certificates", "issuer"),
        "with network.natGateways none nothing in the cluster reaches Let's Encrypt, so that no certificate would ever"
        " be issued",
        certificates.issuer,
        "private-ca or aws-private-ca; or network.natGateways single or per-zone, or network.otherWayOut: true where"
        " something else leads to the internet",
        "private-ca",
    )


def distant_private_ca(settings: "StackSettings") -> Iterator[Problem]:
    """AWS Private CA is reached by an endpoint of its own region only."""
    certificates = settings.certificates
    private_ca = certificates.aws_private_ca if certificates is not None else None
    if private_ca is None or settings.aws is None or not isolated(settings):
        return
    if authority_region(private_ca.arn) != settings.aws.region:
        yield Problem(
            ("certificates", "awsPrivateCa", "arn"),
            "with network.natGateways none the cluster reaches the AWS services of its own region only",
            private_ca.arn,
            f"an authority in {settings.aws.region}; or network.natGateways single or per-zone, or"
            " network.otherWayOut: true where something else leads there",
        )


def unused_way_out(settings: "StackSettings") -> Iterator[Advice]:
    """Another way out is only asked about where there is no NAT gateway."""
    network = settings.network
    if network is not None and network.other_way_out and network.nat_gateways != "none":
        yield Advice(("network", "otherWayOut"), f"has no effect with natGateways {network.nat_gateways}")


def idle_issuers(settings: "StackSettings") -> Iterator[Advice]:
    """An account at Let's Encrypt cannot be made, either."""
    certificates = settings.certificates
    if certificates is None or not isolated(settings) or certificates.issuer.startswith("letsencrypt-"):
        return
    if certificates.email is not None:
        yield Advice(
            ("certificates", "email"),
            "with natGateways none the issuers of Let's Encrypt never become ready: leave the address out",
        )


def internet_facing(settings: "StackSettings") -> Iterator[Advice]:
    """Load balancers in public subnets let the internet in to a network that does not let anything out."""
    if not isolated(settings):
        return
    ingress = settings.ingress
    schemes = {
        "alb": ("alb", ingress.alb.scheme),
        "gateway-api": ("gatewayApi", ingress.gateway_api.scheme),
        "nginx": ("nginx", ingress.nginx.scheme),
    }
    for controller in installed(ingress):
        key, scheme = schemes.get(controller, ("", "internal"))
        if scheme == "internet-facing":
            yield Advice(
                ("ingress", key, "scheme"),
                "the internet reaches these load balancers, although natGateways none lets nothing out: internal is"
                " for clients in the VPC and in networks that are joined to it",
            )
    gateway = settings.mesh.istio.gateway
    if "istio" in installed(ingress) and gateway.service_type == "LoadBalancer" and not gateway.internal:
        yield Advice(
            ("mesh", "istio", "gateway", "internal"),
            "the internet reaches the gateway's load balancer, although natGateways none lets nothing out: true is for"
            " clients in the VPC and in networks that are joined to it",
        )


def public_endpoint(settings: "StackSettings") -> Iterator[Advice]:
    """An API on the internet is the last way in that an isolated cluster would expect."""
    if isolated(settings) and settings.cluster.existing is None and settings.cluster.endpoint.public_access:
        yield Advice(
            ("cluster", "endpoint", "publicAccess"),
            "the Kubernetes API is reached from the internet, although natGateways none lets nothing out: without it,"
            " Pulumi and kubectl run inside the VPC or come by a VPN, of privateAccessCidrs",
        )


def platform_registries(settings: "StackSettings") -> dict[str, str]:
    """Return the public registry of each part of the platform whose pods nodes pull by themselves, by its YAML key.

    The EKS add-ons are not among them: their images are in the region's own registry of AWS. Registries are those of
    the charts' values at their pinned versions.
    """
    implementation = settings.ingress.gateway_api.implementation
    ingress = {**INGRESS_REGISTRIES, "gateway-api": GATEWAY_REGISTRIES.get(implementation, "")}
    parts = {
        "cni (Calico)": "quay.io" if calico_installed(settings) else "",
        "mesh (Istio)": "registry.istio.io" if settings.mesh.kind == "istio" else "",
        "mesh (Linkerd)": "cr.l5d.io" if settings.mesh.kind == "linkerd" else "",
        "certificates": "quay.io" if settings.certificates is not None else "",
        **{f"ingress ({name})": ingress.get(name, "") for name in installed(settings.ingress)},
        "dns.nodeLocal": _registry(settings.dns.node_local.image) if settings.dns.node_local.enabled else "",
        "dns.external": "registry.k8s.io" if settings.dns.external is not None else "",
        "consul": "docker.io" if settings.consul is not None else "",
        **_operations(settings),
    }
    return {part: registry for part, registry in parts.items() if registry}


def _operations(settings: "StackSettings") -> dict[str, str]:
    """Return the registries of the rooms of operations; monitoring has its images in several."""
    rooms: dict[str, tuple[object, str]] = {
        "autoscaling.keda": (settings.autoscaling.keda, "ghcr.io"),
        "autoscaling.vpa": (settings.autoscaling.vpa, "registry.k8s.io"),
        "delivery.argoRollouts": (settings.delivery.argo_rollouts, "quay.io"),
        "delivery.flagger": (settings.delivery.flagger, "ghcr.io"),
        "monitoring": (settings.monitoring, "quay.io, registry.k8s.io and docker.io"),
        "secretStores.externalSecrets": (settings.secret_stores.external_secrets, "ghcr.io"),
        "secretStores.sealedSecrets": (settings.secret_stores.sealed_secrets, "docker.io"),
    }
    return {part: registry for part, (room, registry) in rooms.items() if room is not None}


def _registry(image: str) -> str:
    """Return the registry that an image is pulled from, empty for one of ECR."""
    return "" if ECR.match(image) else image.partition("/")[0]


def platform_images(settings: "StackSettings") -> Iterator[Advice]:
    """Charts come to whoever runs Pulumi; the images in them to the nodes."""
    if isolated(settings) and (found := platform_registries(settings)):
        named = ", ".join(f"{part} from {registry}" for part, registry in found.items())
        yield Advice(
            ("network", "natGateways"),
            f"nodes pull these images, and charts.mirror does not change where from: {named}. With natGateways none"
            " their pods never start, unless these names lead to a copy inside, or otherWayOut to the internet",
        )


@each_app
def app_images(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """An image outside ECR is one that a node without a way out cannot pull."""
    if not isolated(settings) or settings.aws is None:
        return
    for path, image in images(app):
        match = ECR.match(image)
        if match is None or match["region"] != settings.aws.region:
            where = "another region" if match else "no private registry of ECR"
            yield Advice(
                path,
                f"{image} is in {where}, and natGateways none lets nodes reach only"
                f" ACCOUNT.dkr.ecr.{settings.aws.region}.amazonaws.com: its pods never start, unless the registry is in"
                " a network that is joined to the VPC",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (issuers, distant_private_ca)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    unused_way_out,
    idle_issuers,
    internet_facing,
    public_endpoint,
    platform_images,
    app_images,
)

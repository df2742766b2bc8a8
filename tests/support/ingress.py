"""Recording the ways in of a stack."""

from typing import Any

import pulumi

from components.networking.ingress.controllers import IngressControllers
from components.settings import StackSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHART, CHARTS, record_in_cluster, waits_for
from tests.support.recorded import Recorded, Recording
from tests.support.stacks import app, stack

GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
CLASS_PARAMS = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
CERTIFICATE = "arn:aws:acm:us-west-2:123456789012:certificate/1234abcd"
OVERLAY = {"policy": "calico", "mode": "cni"}


def served(ingress: object, *apps: dict[str, Any], existing: bool = False, **rooms: Any) -> StackSettings:
    """Return a stack with these ways in, and apps in the namespace web unless they say another."""
    names: dict[str, dict[str, Any]] = {each["namespace"]: {} for each in apps} or {"web": {}}
    return stack(existing=existing, ingress=ingress, namespaces=names, apps=list(apps), **rooms)


def exposed(name: str, host: str, namespace: str = "web", **exposure: Any) -> dict[str, Any]:
    """Return an app with an ingress."""
    return app(name, namespace, ingress={"host": host, **exposure})


def ways_in(
    settings: StackSettings, *, known: bool = True, certificate_arn: str | None = CERTIFICATE, owned: bool = True
) -> Recording:
    """Record the controllers of a stack; `gateway-api-crds` stands for the definitions, `nodes` for what pods need."""

    def build(target: Any, nodes: pulumi.Resource) -> None:
        definitions = pulumi.CustomResource(CHART, "gateway-api-crds", {"chart": "gateway-crds-helm"})
        IngressControllers(
            "ingress",
            settings,
            target=target,
            charts=CHARTS,
            cluster_name="slipway-test" if owned else None,
            region="us-west-2" if owned else None,
            vpc_id="vpc-0123" if owned else None,
            acm_certificate_arn=certificate_arn,
            gateway_api=[definitions],
            after=[nodes],
        )

    return record_in_cluster(build, known=known, owned=owned)


def release_values(recording: Recording, name: str) -> dict[str, Any]:
    """Return the values of a release."""
    values: dict[str, Any] = recording.one(RELEASE, name).inputs["values"]
    return values


def all_before(recording: Recording, resource: Recorded) -> set[str]:
    """Return the names of all that a resource waits for, directly or not: of what is destroyed after it."""
    by_urn = {found.urn: found for found in recording.resources}
    seen: set[str] = set()
    open_ = list(resource.dependencies)
    while open_:
        urn = open_.pop()
        if urn not in seen:
            seen.add(urn)
            open_.extend(by_urn[urn].dependencies)
    return {by_urn[urn].name for urn in seen}


def waits(recording: Recording, release: str) -> set[str]:
    """Return the names of what a release waits for, directly."""
    return waits_for(recording, recording.one(RELEASE, release))

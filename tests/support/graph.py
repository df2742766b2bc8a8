"""The order in which a recorded stack is built, and the reverse, in which it is destroyed."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.chart_values import RELEASE, lock_entry

CHART = "kubernetes:helm.sh/v4:Chart"

DEFINED_BY: Mapping[str, str] = {
    "cert-manager.io": "cert-manager",
    "awspca.cert-manager.io": "aws-privateca-issuer",
    "trust.cert-manager.io": "trust-manager",
    "crd.projectcalico.org": "calico-crds",
    "operator.tigera.io": "calico-crds",
    "networking.istio.io": "istio-base",
    "security.istio.io": "istio-base",
    "telemetry.istio.io": "istio-base",
    "policy.linkerd.io": "linkerd-crds",
    "gateway.networking.k8s.io": "gateway-crds-helm",
    "gateway.envoyproxy.io": "gateway-crds-helm",
    "elbv2.k8s.aws": "aws-load-balancer-controller",
    "gateway.k8s.aws": "aws-load-balancer-controller",
    "k8s.nginx.org": "nginx-ingress",
    "monitoring.coreos.com": "prometheus-operator-crds",
}
"""The lock entry whose chart brings the definitions of an API group's custom resources."""

ANSWERED_BY: Mapping[str, str] = {
    "cert-manager.io": "cert-manager",
    "trust.cert-manager.io": "trust-manager",
    "networking.istio.io": "istiod",
    "security.istio.io": "istiod",
    "telemetry.istio.io": "istiod",
    "policy.linkerd.io": "linkerd-control-plane",
    "elbv2.k8s.aws": "aws-load-balancer-controller",
}
"""The lock entry whose webhook the API server asks about an API group's objects."""


class Graph:
    """Who waits for whom, directly or through others."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._closures: dict[str, frozenset[str]] = {}

    def _direct(self, resource: Resource) -> Iterator[str]:
        yield from resource.dependencies
        if resource.provider:
            yield resource.provider

    def before(self, resource: Resource) -> frozenset[str]:
        """Return the URNs of all that is there before `resource` is made, and goes after it has gone."""
        found, open_ = set[str](), [*self._direct(resource)]
        while open_:
            urn = open_.pop()
            if urn in self._closures:
                found |= {urn, *self._closures[urn]}
            elif urn not in found:
                found.add(urn)
                if urn in self.recording.by_urn:
                    open_.extend(self._direct(self.recording.by_urn[urn]))
        self._closures[resource.urn] = frozenset(found)
        return self._closures[resource.urn]

    def waits(self, resource: Resource, goals: Iterable[Resource]) -> bool:
        """Tell whether `resource` waits for every goal."""
        return {goal.urn for goal in goals} <= self.before(resource)

    @cached_property
    def charts(self) -> Mapping[str, tuple[Resource, ...]]:
        """The releases and rendered charts by lock entry."""
        found: dict[str, list[Resource]] = {}
        for resource in self.recording.of_type(RELEASE, CHART):
            inputs: dict[str, Any] = dict(resource.inputs)
            found.setdefault(lock_entry(inputs), []).append(resource)
        return {entry: tuple(resources) for entry, resources in found.items()}

    def definitions(self, group: str) -> tuple[Resource, ...]:
        """Return what brings the definitions of an API group.

        One chart has those of the Gateway API and those of Envoy Gateway, and is used for each apart.
        """
        found = self.charts[DEFINED_BY[group]]
        if DEFINED_BY[group] != "gateway-crds-helm":
            return found
        key = "envoyGateway" if group == "gateway.envoyproxy.io" else "gatewayAPI"
        return tuple(each for each in found if dig(each.inputs, "values", "crds", key, "enabled"))

    def custom_resources(self) -> Iterator[tuple[str, Resource]]:
        """Yield (API group, object) of everything whose kind a chart defines."""
        for resource in self.recording.resources:
            group = str(resource.inputs.get("apiVersion", "")).rpartition("/")[0]
            if group in DEFINED_BY and resource.custom:
                yield group, resource

    def workloads(self) -> tuple[Resource, ...]:
        """Return everything whose pods Slipway describes itself."""
        return self.recording.of_type(
            "kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:DaemonSet"
        )

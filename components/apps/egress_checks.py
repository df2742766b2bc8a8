"""Checks of where apps go outside the cluster: that somebody can tell the hosts apart which they name."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.mesh_limits import mesh_of
from components.networking.mesh.membership import EGRESS_GATEWAY_PORTS, is_ambient
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.network import EgressSettings
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _naming_hosts(app: "AppSettings") -> Iterator[tuple[int, "EgressSettings"]]:
    return ((index, rule) for index, rule in enumerate(app.egress) if rule.hosts)


@each_app
def some_destination(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A rule says where to."""
    for index, rule in enumerate(app.egress):
        if not rule.cidrs and not rule.hosts:
            yield Problem(
                path=("egress", index),
                message="it says nothing of where to: no network policy and no mesh could open that",
                found="neither cidrs nor hosts",
                allowed="cidrs: [203.0.113.0/24], hosts: [api.example.org], or both",
                app=app.name,
            )


@each_app
def somebody_reads_names(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Hosts are told apart by proxies that see the name which a pod asks for."""
    ambient = mesh_of(app, settings) == "istio" and is_ambient(settings.mesh)
    if mesh_of(app, settings) != "none" and not ambient:
        return
    why = (
        "in ambient mode ztunnel sends calls out by address, and refuses none that is not declared"
        if ambient
        else "network policies, Calico's without a licence among them, know addresses only: the rule would open its"
        " ports to everywhere"
    )
    for index, _ in _naming_hosts(app):
        yield Problem(
            path=("egress", index, "hosts"),
            message=f"nobody would hold {app.name} to these names: {why}",
            found="Istio in ambient mode" if ambient else f"no mesh in the namespace {app.namespace}",
            allowed="cidrs instead of hosts, or a proxy in each pod: mesh linkerd, or istio with dataPlane: sidecar",
            app=app.name,
        )


@each_app
def names_over_tcp(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A name is read in TLS or HTTP."""
    for index, rule in _naming_hosts(app):
        if rule.protocol != "TCP":
            yield Problem(
                path=("egress", index, "protocol"),
                message="a mesh reads names in TLS, or in HTTP on port 80; it does not see other transports",
                found=rule.protocol,
                allowed="TCP, or cidrs instead of hosts",
                nearest="TCP",
                app=app.name,
            )


@each_app
def through_the_gateway(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What leaves by the egress gateway has one of its ports, and a name that it can look up."""
    if mesh_of(app, settings) != "istio" or settings.mesh.istio.egress_gateway is None:
        return
    ports = " or ".join(map(str, EGRESS_GATEWAY_PORTS))
    for index, rule in _naming_hosts(app):
        for place, port in enumerate(rule.ports):
            if port not in EGRESS_GATEWAY_PORTS:
                yield Problem(
                    path=("egress", index, "ports", place),
                    message="hosts are reached through the stack's egress gateway, which has no such port",
                    found=str(port),
                    allowed=f"{ports}, or cidrs instead of hosts",
                    app=app.name,
                )
        for place, host in enumerate(rule.hosts):
            if host.startswith("*."):
                yield Problem(
                    path=("egress", index, "hosts", place),
                    message="the stack's egress gateway looks hosts up by name, and there is nothing to look up here",
                    found=host,
                    allowed="each host by its full name, or no mesh.istio.egressGateway in the stack file",
                    app=app.name,
                )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    some_destination,
    somebody_reads_names,
    names_over_tcp,
    through_the_gateway,
)

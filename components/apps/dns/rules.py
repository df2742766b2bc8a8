"""Checks of name servers and aliases: that there is one to ask, and that the network lets the app reach it."""

import ipaddress
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

DNS_PORT = 53


@each_app
def nobody_to_ask(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """With the policy None a pod has the name servers of `dnsConfig`, so there is one (the API server says so too)."""
    if app.dns_policy == "None" and not (app.dns_config and app.dns_config.nameservers):
        yield Problem(
            ("dnsConfig", "nameservers"),
            "with dnsPolicy None the pods have no other name server",
            "none",
            "at least one, or dnsPolicy: ClusterFirst",
            "ClusterFirst",
            app=app.name,
        )


def _reaches(app: "AppSettings", address: str, port: int | None) -> bool:
    asked = ipaddress.ip_address(address)
    return any(
        asked in ipaddress.ip_network(cidr)
        for each in app.egress
        if port is None or (port in each.ports and each.protocol == "UDP")
        for cidr in each.cidrs
    )


@each_app
def closed_off(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which addresses the app's own network policies keep it from."""
    for address in app.dns_config.nameservers if app.dns_config is not None else ():
        if not _reaches(app, address, DNS_PORT):
            yield Advice(
                ("dnsConfig", "nameservers"),
                f"the namespace lets the app ask the cluster's name servers only; `egress: [{{cidrs: [{address}/32],"
                f" ports: [{DNS_PORT}], protocol: UDP}}]` opens {address}",
                app=app.name,
            )
    for address in app.host_aliases:
        if not _reaches(app, address, None):
            yield Advice(
                ("hostAliases", address),
                f"no egress rule lets the app reach {address}: `egress: [{{cidrs: [{address}/32], ports: […]}}]`",
                app=app.name,
            )


@each_app
def without_the_cluster(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say that the names of Services are not found where the cluster's name servers are not asked."""
    if app.dns_policy in {"Default", "None"}:
        yield Advice(
            ("dnsPolicy",),
            f"with {app.dns_policy} the cluster's name servers are not asked: the app finds no Service by its name,"
            " neither another app nor a dependency",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (nobody_to_ask,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (closed_off, without_the_cluster)

"""The one Gateway that all apps share: its listeners, who may attach routes to them, and the redirect to HTTPS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.apps.naming import tls_name
from components.component import InCluster
from components.networking.ingress import names
from components.networking.ingress.selection import exposures

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

API = "gateway.networking.k8s.io/v1"

MAX_LISTENERS = 64
"""The API's limit for one Gateway."""


@dataclass(frozen=True, slots=True)
class Host:
    """One host with TLS: the namespaces of its apps, and the Secret with its certificate.

    Apps that share a host each have a certificate for it; the first by name is served. `redirected` are the paths of
    which plain HTTP is redirected: all of the host, unless another app has some without TLS.
    """

    name: str
    namespaces: tuple[str, ...]
    secret: str
    redirected: tuple[str, ...] = ("/",)


def tls_hosts(settings: "StackSettings") -> tuple[Host, ...]:
    """Return the hosts with TLS of the apps that the Gateway brings in, sorted."""
    users: dict[str, dict[str, AppSettings]] = {}
    paths: dict[bool, dict[str, set[str]]] = {True: {}, False: {}}
    for each in exposures(settings, "gateway-api"):
        own = each.settings
        paths[own.tls].setdefault(own.host, set()).update(getattr(own, "paths", ("/",)))
        if own.tls:
            users.setdefault(own.host, {})[each.app.name] = each.app
    return tuple(
        Host(
            host,
            tuple(sorted({app.namespace for app in apps.values()})),
            tls_name(apps[min(apps)]),
            tuple(sorted(paths[True][host])) if host in paths[False] else ("/",),
        )
        for host, apps in sorted(users.items())
    )


def _from_namespaces(namespaces: Sequence[str]) -> dict[str, Any]:
    expression = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": sorted(set(namespaces))}
    return {"namespaces": {"from": "Selector", "selector": {"matchExpressions": [expression]}}}


def listeners(settings: "StackSettings") -> list[dict[str, Any]]:
    """Return the Gateway's listeners: plain HTTP, and HTTPS for hosts with TLS.

    Each such host has its own, with its own certificate, but with an application load balancer of AWS, which has one
    for all. Routes come from the namespaces of the apps only; to plain HTTP also from the Gateway's own, where the
    redirect is and cert-manager answers challenges.
    """
    implementation = settings.ingress.gateway_api.implementation
    own = names.GATEWAY_NAMESPACES[implementation]
    users = [each.app.namespace for each in exposures(settings, "gateway-api")]
    plain = {
        "name": names.HTTP,
        "port": 80,
        "protocol": "HTTP",
        "allowedRoutes": _from_namespaces([*users, own]),
    }
    hosts = tls_hosts(settings)
    secure = {"port": 443, "protocol": "HTTPS"}
    if implementation == "alb":
        everybody = [namespace for host in hosts for namespace in host.namespaces]
        return [
            plain,
            *([{"name": names.HTTPS, **secure, "allowedRoutes": _from_namespaces(everybody)}] if hosts else []),
        ]
    return [
        plain,
        *(
            {
                "name": names.listener(host.name),
                "hostname": host.name,
                **secure,
                "tls": {
                    "mode": "Terminate",
                    "certificateRefs": [{"group": "", "kind": "Secret", "name": host.secret}],
                },
                "allowedRoutes": _from_namespaces(host.namespaces),
            }
            for host in hosts
        ),
    ]


def redirect(host: str, namespace: str, paths: Sequence[str] = ("/",)) -> dict[str, Any]:
    """Return the spec of the HTTPRoute that sends plain HTTP to a host to HTTPS.

    The host is named: so is it where an ACME challenge is answered, and of two such routes the longer path is taken.
    """
    return {
        "parentRefs": [
            {
                "group": "gateway.networking.k8s.io",
                "kind": "Gateway",
                "name": names.GATEWAY,
                "namespace": namespace,
                "sectionName": names.HTTP,
            }
        ],
        "hostnames": [host],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": path}} for path in paths],
                "filters": [
                    {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "port": 443, "statusCode": 301}}
                ],
            }
        ],
    }


def shared_gateway(
    owner: InCluster,
    name: str,
    settings: "StackSettings",
    *,
    infrastructure: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    after: Sequence[pulumi.Resource],
) -> tuple[pulumi.Resource, ...]:
    """Make the Gateway, and its redirects, as children of `owner`; return what a route to it waits for.

    The Gateway has a load balancer, so that it is deleted while its implementation (`after`) still runs.
    """
    implementation = settings.ingress.gateway_api.implementation
    namespace = names.GATEWAY_NAMESPACES[implementation]
    gateway = CustomResource(
        f"{name}-gateway",
        api_version=API,
        kind="Gateway",
        metadata={"name": names.GATEWAY, "namespace": namespace, **({"labels": dict(labels)} if labels else {})},
        spec={
            "gatewayClassName": names.GATEWAY_CLASSES[implementation],
            **({"infrastructure": dict(infrastructure)} if infrastructure else {}),
            "listeners": listeners(settings),
        },
        opts=owner.inside(after=after, outlived=False),
    )
    for host in tls_hosts(settings):
        CustomResource(
            f"{name}-redirect-{names.listener(host.name)}",
            api_version=API,
            kind="HTTPRoute",
            metadata={"name": f"redirect-{names.listener(host.name)}", "namespace": namespace},
            spec=redirect(host.name, namespace, host.redirected),
            opts=owner.inside(after=[gateway]),
        )
    return (gateway,)

"""What is wrong, or worth knowing, about a stack's cluster; with the checks of its nodes and its storage."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from components.foundation import (
    addon_checks,
    address_checks,
    instance_checks,
    platform_pods,
    pool_checks,
    scale_checks,
    storage_checks,
    versions,
)
from components.foundation.access import ROLES
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.foundation.cluster import ClusterSettings
    from components.settings import StackSettings

WIDEST_PREFIX = 8
"""A public allow-list entry wider than this is the internet in two halves."""

SERVICE_NETWORKS = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Where EKS accepts Service addresses."""


def built(settings: "StackSettings") -> "ClusterSettings | None":
    """Return the cluster that Slipway builds; None for an existing one, and where the section could not be read."""
    cluster: ClusterSettings | None = settings.cluster
    return None if cluster is None or cluster.existing else cluster


def existing_alone(settings: "StackSettings") -> Iterator[Problem]:
    """An existing cluster is as it is."""
    cluster: ClusterSettings | None = settings.cluster
    if cluster is None or cluster.existing is None:
        return
    for field in sorted(cluster.model_fields_set - {"existing"}):
        key = type(cluster).model_fields[field].alias or field
        yield Problem(
            ("cluster", key),
            "an existing cluster is not built, so this has no effect",
            f"{key} beside existing",
            f"either {key} or existing",
        )


def version(settings: "StackSettings") -> Iterator[Problem]:
    """A cluster to build has a version that EKS runs."""
    cluster = built(settings)
    if cluster is None:
        return
    path = ("cluster", "version")
    if cluster.version is None:
        allowed = versions.supported(versions.REVIEWED)
        yield Problem(path, "a cluster to build needs a version", "nothing", ", ".join(allowed))
    elif found := versions.problem(cluster.version, path, versions.REVIEWED):
        yield found


def support_type(settings: "StackSettings") -> Iterator[Problem]:
    """AWS refuses the policy that ends with standard support once that is over."""
    cluster = built(settings)
    release = cluster and cluster.version and versions.find(cluster.version)
    if not cluster or not release or cluster.support_type == "EXTENDED":
        return
    if release.support(versions.REVIEWED) == "extended":
        yield Problem(
            ("cluster", "supportType"),
            f"standard support of Kubernetes {release.version} ended on {release.standard_until}",
            cluster.support_type,
            "EXTENDED, or a newer version",
            "EXTENDED",
        )


def public_access(settings: "StackSettings") -> Iterator[Problem]:
    """Whoever opens the API to the internet says to whom."""
    cluster = built(settings)
    if cluster is None or not cluster.endpoint.public_access:
        return
    path = ("cluster", "endpoint", "publicAccessCidrs")
    cidrs = cluster.endpoint.public_access_cidrs
    if not cidrs:
        yield Problem(
            path,
            "public access without an allow-list admits the whole internet",
            "nothing",
            "the addresses that may reach the API, such as [203.0.113.0/24]",
        )
    for index, cidr in enumerate(cidrs):
        if ipaddress.IPv4Network(cidr).prefixlen < WIDEST_PREFIX:
            yield Problem(
                (*path, index), "this is most of the internet", cidr, f"networks of /{WIDEST_PREFIX} or smaller"
            )


def admins(settings: "StackSettings") -> Iterator[Problem]:
    """The creator of a cluster has no rights in it by that alone."""
    cluster = built(settings)
    if cluster is None or cluster.admins or cluster.deploy_role_arn:
        return
    yield Problem(
        ("cluster", "admins"),
        "nobody could use the cluster, and Pulumi could make nothing in it",
        "nothing",
        "the IAM roles that administer it, one of them the role that runs Pulumi",
    )


def service_cidr(settings: "StackSettings") -> Iterator[Problem]:
    """EKS takes Service addresses of private networks of certain sizes."""
    cluster = built(settings)
    if cluster is None:
        return
    network = ipaddress.IPv4Network(cluster.service_cidr)
    inside = any(network.subnet_of(private) for private in SERVICE_NETWORKS)
    if not inside or not 12 <= network.prefixlen <= 24:
        yield Problem(
            ("cluster", "serviceCidr"),
            "not a network that EKS takes for Services",
            cluster.service_cidr,
            f"/12 to /24 within {', '.join(map(str, SERVICE_NETWORKS))}",
        )


def version_support(settings: "StackSettings") -> Iterator[Advice]:
    """Say when a version's support ends, or has ended."""
    cluster = built(settings)
    if cluster and cluster.version:
        note = versions.support_note(cluster.version, versions.REVIEWED, _notice(settings))
        if note:
            yield Advice(("cluster", "version"), note)


def _notice(settings: "StackSettings") -> timedelta:
    """Return how long before its end a support period is told: as the stack's policy says, else the default."""
    rule = settings.policy.rules.get(versions.SUPPORT_RULE)
    days = rule.parameters.get("noticeDays") if rule else None
    return timedelta(days=days) if isinstance(days, int) else versions.ENDING_SOON


def endpoint_access(settings: "StackSettings") -> Iterator[Advice]:
    """Say what an endpoint's settings leave out."""
    cluster = built(settings)
    if cluster is None or cluster.endpoint.public_access:
        return
    if cluster.endpoint.public_access_cidrs:
        yield Advice(("cluster", "endpoint", "publicAccessCidrs"), "without publicAccess this allow-list has no effect")
    if not cluster.endpoint.private_access_cidrs:
        yield Advice(
            ("cluster", "endpoint", "privateAccessCidrs"),
            "only the nodes reach the API: name the networks where Pulumi and kubectl run, such as the VPC's own CIDR"
            " or that of a VPN, or a deployment stops at the first Kubernetes object",
        )


def unbound_access(settings: "StackSettings") -> Iterator[Advice]:
    """Say where a grant is AWS's policy alone, which sees no custom resources."""
    cluster = built(settings)
    for index, each in enumerate(cluster.access if cluster else ()):
        for place, namespace in enumerate(each.namespaces):
            if ROLES[each.policy] and namespace not in (settings.namespaces or {}):
                yield Advice(
                    ("cluster", "access", index, "namespaces", place),
                    f"the stack does not make the namespace {namespace}, so nothing is bound there: {each.policy} is"
                    " AWS's policy alone, which sees no custom resources",
                )


def more_than_said(settings: "StackSettings") -> Iterator[Advice]:
    """Who administers the cluster may do everything, whatever else is said of the same principal."""
    cluster = built(settings)
    if cluster is None:
        return
    said = [
        *((("viewers", index), arn) for index, arn in enumerate(cluster.viewers)),
        *((("access", index), each.principal_arn) for index, each in enumerate(cluster.access)),
    ]
    for path, arn in said:
        if arn in cluster.admins or arn == cluster.deploy_role_arn:
            where = "admins" if arn in cluster.admins else "deployRoleArn"
            yield Advice(("cluster", *path), f"{arn} is under {where}, too, and may do everything")


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    existing_alone,
    version,
    support_type,
    public_access,
    admins,
    service_cidr,
    *addon_checks.CHECKS,
    *pool_checks.CHECKS,
    *instance_checks.CHECKS,
    *scale_checks.CHECKS,
    *storage_checks.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    version_support,
    *addon_checks.ADVICE,
    endpoint_access,
    unbound_access,
    more_than_said,
    *pool_checks.ADVICE,
    *instance_checks.ADVICE,
    *scale_checks.ADVICE,
    *platform_pods.ADVICE,
    *address_checks.ADVICE,
)

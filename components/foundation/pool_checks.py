"""What is wrong, or worth knowing, about a stack's node pools."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation import versions
from components.foundation.images import is_bottlerocket
from components.foundation.pool_plan import DEFAULTS, POOL_LABEL, Pool, address_pods, missing, resolve
from components.foundation.pool_sums import network_zones
from components.networking.vpc_cni import addresses
from components.problem import Advice, Problem, nearest, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

LONGEST_NAME = 24
"""Letters of a pool's name, which is part of node group names of at most 63, with the zone and Pulumi's own suffix."""

SKEW = 3
"""How many minors a node may be behind the control plane (Kubernetes' version skew policy)."""


def pools(settings: "StackSettings") -> Iterator[Pool]:
    """Give the pools that can be resolved."""
    for name, each in (settings.node_pools or {}).items():
        if not missing(name, each):
            yield resolve(name, each)


def present(settings: "StackSettings") -> Iterator[Problem]:
    """A cluster without nodes runs nothing."""
    if settings.node_pools == {} and settings.cluster is not None and settings.cluster.existing is None:
        yield Problem(("nodePools",), "an EKS cluster needs nodes", "nothing", "nodePools: {general: {}} or more")


def named(settings: "StackSettings") -> Iterator[Problem]:
    """A pool that Slipway has no defaults for says what it is made of, and its name fits into AWS's."""
    for name, each in (settings.node_pools or {}).items():
        for key in missing(name, each):
            yield Problem(
                ("nodePools", name, key),
                f"only {', '.join(DEFAULTS)} have defaults: the pool {name} needs its own {key}",
                "nothing",
                "a number of nodes" if key == "size" else "EC2 instance types, such as [m6i.xlarge]",
                nearest(name, DEFAULTS),
            )
        if len(name) > LONGEST_NAME:
            yield Problem(
                ("nodePools", name), "the pool's name is too long", f"{len(name)} letters", f"at most {LONGEST_NAME}"
            )
        if each.labels.get(POOL_LABEL, name) != name:
            yield Problem(
                ("nodePools", name, "labels", POOL_LABEL), "the pool's own label", each.labels[POOL_LABEL], name
            )


def sizes(settings: "StackSettings") -> Iterator[Problem]:
    """The size is between its bounds, and one node at least is possible."""
    for pool in pools(settings):
        path = ("nodePools", pool.name)
        order = f"minSize ≤ size ≤ maxSize, here {pool.min_size} ≤ {pool.size} ≤ {pool.max_size}"
        if pool.min_size > pool.size:
            yield Problem((*path, "minSize"), "more than size", str(pool.min_size), order)
        if pool.max_size < pool.size:
            yield Problem((*path, "maxSize"), "less than size", str(pool.max_size), order)
        if pool.max_size == 0:
            yield Problem((*path, "maxSize"), "a pool without nodes", "0", "1 or more")


def zones(settings: "StackSettings") -> Iterator[Problem]:
    """A pool's zones are the network's."""
    known = network_zones(settings)
    for pool in pools(settings):
        for index, zone in enumerate(pool.zones):
            if known and zone not in known:
                yield unknown_word(("nodePools", pool.name, "zones", index), "zone in this network", zone, known)


def node_versions(settings: "StackSettings") -> Iterator[Problem]:
    """Nodes are never newer than the control plane, nor too old for it; a pinned release is of their version."""
    cluster = settings.cluster.version if settings.cluster else None
    if cluster is None:
        return
    newest = versions.minor(cluster)
    for pool in pools(settings):
        found = pool.version or cluster
        if not newest - SKEW <= versions.minor(found) <= newest:
            yield Problem(
                ("nodePools", pool.name, "version"),
                f"nodes of this version do not run with a control plane of {cluster}",
                found,
                f"1.{newest - SKEW} to {cluster}",
                cluster,
            )
        if pool.release_version and not _is_release(pool, found):
            yield Problem(
                ("nodePools", pool.name, "releaseVersion"),
                f"not a release of {pool.ami_type} for Kubernetes {found}",
                pool.release_version,
                "Bottlerocket's VERSION-COMMIT" if is_bottlerocket(pool.ami_type) else f"{found}.PATCH-DATE",
            )


def _is_release(pool: Pool, kubernetes: str) -> bool:
    """Tell whether the pinned release may be one of the pool's image; Bottlerocket's do not say Kubernetes' version."""
    release = pool.release_version or ""
    dated = bool(re.fullmatch(r"1\.\d{2}\.\d+-20\d{6}", release))
    return not dated if is_bottlerocket(pool.ami_type) else dated and release.startswith(f"{kubernetes}.")


def disks(settings: "StackSettings") -> Iterator[Problem]:
    """The root volume keeps to the ratios of gp3: 500 operations for each GiB, and 1 MiB/s for each four of those."""
    for pool in pools(settings):
        path = ("nodePools", pool.name)
        iops = pool.disk_iops or 3000
        if iops > max(3000, pool.disk_gib * 500):
            yield Problem(
                (*path, "diskIops"), f"too many for {pool.disk_gib} GiB", str(iops), f"at most {pool.disk_gib * 500}"
            )
        if pool.disk_throughput and pool.disk_throughput * 4 > iops:
            yield Problem(
                (*path, "diskThroughput"),
                f"too much for {iops} operations per second",
                str(pool.disk_throughput),
                f"at most {iops // 4}, or diskIops of {pool.disk_throughput * 4}",
            )


def pods(settings: "StackSettings") -> Iterator[Advice]:
    """More pods than addresses leaves pods without one."""
    source = addresses(settings)
    for pool in pools(settings):
        most = address_pods(pool, source)
        if pool.max_pods and most and pool.max_pods > most:
            yield Advice(
                ("nodePools", pool.name, "maxPods"),
                f"the VPC CNI has addresses for {most} pods on {', '.join(pool.instance_types)}"
                + (": more need prefixes, cni: {prefixDelegation: true}" if source == "interfaces" else ""),
            )


def former_names(settings: "StackSettings") -> Iterator[Problem]:
    """A name that a pool had is nobody's now: two pools cannot be one, and the engine refuses it."""
    owners: dict[str, str] = {}
    for name, each in (settings.node_pools or {}).items():
        for index, former in enumerate(each.formerly):
            holder = former if former in settings.node_pools else owners.setdefault(former, name)
            if holder != name or former == name:
                yield Problem(
                    ("nodePools", name, "formerly", index),
                    f"the pool {holder} has this name" if holder == former else f"the pool {holder} had this name, too",
                    former,
                    "a name that was this pool's, and is no other's",
                )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    present,
    named,
    sizes,
    zones,
    node_versions,
    disks,
    former_names,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (pods,)

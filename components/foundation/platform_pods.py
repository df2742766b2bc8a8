"""Whether the platform's own pods find a node: CoreDNS and the other add-ons, and what Helm charts bring."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.addons import ADDONS, AddonName, AddonSettings, pod_fields, selected
from components.foundation.pool_fit import Group, PodSpec, fitting
from components.foundation.pool_sums import groups, scaled
from components.problem import Advice

if TYPE_CHECKING:
    from components.settings import StackSettings

_WAY_OUT = "give the stack a pool without taints, such as nodePools: {general: {}}"


def without_node(settings: "StackSettings") -> Iterator[Advice]:
    """Say what of the platform no node can run: an add-on stays degraded then, and the deployment fails after it."""
    if settings.cluster is None or settings.cluster.existing is not None:
        return
    every = groups(settings)
    if not every:
        return
    # A pool of no nodes runs pods only where something grows it.
    ready = [group for group in every if group.size or scaled(settings)]
    waiting = [name for name in _deployments(settings.cluster.addons) if not fitting(ready, _pod(settings, name))]
    if waiting:
        yield Advice(
            ("nodePools",),
            f"no node can run {', '.join(waiting)}: {_reasons(every, ready)}. EKS reports the add-on as degraded for 20"
            f" minutes, and the deployment fails; {_WAY_OUT}",
        )
    elif not fitting(ready, {}):
        yield Advice(
            ("nodePools",),
            f"no node can run a pod without tolerations: {_reasons(every, ready)}. What Helm charts and add-ons bring"
            f" waits for ever; {_WAY_OUT}",
        )


def _deployments(addons: "dict[AddonName, AddonSettings]") -> tuple[AddonName, ...]:
    """Return Slipway's own add-ons that are Deployments; those before the nodes are DaemonSets that tolerate all."""
    return tuple(name for name in selected(addons, "after-compute", overlay=False) if name in ADDONS)


def _pod(settings: "StackSettings", name: AddonName) -> PodSpec:
    addon = settings.cluster.addons.get(name, AddonSettings())
    return pod_fields(name, addon.configuration)


def _reasons(every: tuple[Group, ...], ready: list[Group]) -> str:
    """Return what keeps pods off each pool, in a few words."""
    told: dict[str, str] = {}
    for group in every:
        if group not in ready:
            told.setdefault(group.pool.name, "has no nodes")
        elif group.tainted:
            told[group.pool.name] = f"has the taint {', '.join(each.key for each in group.pool.taints)}"
        else:
            told[group.pool.name] = "does not have the labels that are asked for"
    return "; ".join(f"{name} {reason}" for name, reason in told.items())


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (without_node,)

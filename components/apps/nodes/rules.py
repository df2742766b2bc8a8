"""Checks of `nodeAffinity`: expressions that say something, of nodes that the app's pool has."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.nodes.settings import NodeExpressionSettings
from components.apps.placement import ZONE, pool_of
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import POOL_LABEL, Pool
from components.problem import KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

INSTANCE_TYPE, ARCHITECTURE = "node.kubernetes.io/instance-type", "kubernetes.io/arch"
_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
"""Kubernetes' names (GOARCH) of the architectures that EC2 names."""


def _expressions(app: "AppSettings") -> Iterator[tuple[KeyPath, NodeExpressionSettings]]:
    own = app.node_affinity
    if own is not None:
        for key, group in (("required", own.required), ("preferred", own.preferred)):
            yield from ((("nodeAffinity", key, index), each) for index, each in enumerate(group))


@each_app
def complete(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An operator has the values that it goes by: some, none, or one number (validated so by the API server)."""
    for path, each in _expressions(app):
        allowed = "at least one value"
        right = bool(each.values)
        if each.operator in {"Exists", "DoesNotExist"}:
            allowed, right = "no values", not each.values
        elif each.operator in {"Gt", "Lt"}:
            allowed, right = "one whole number", len(each.values) == 1 and each.values[0].isdecimal()
        if not right:
            yield Problem(
                (*path, "values"),
                f"{each.operator} goes by {allowed}",
                ", ".join(each.values) or "none",
                allowed,
                app=app.name,
            )
        if each.key == POOL_LABEL:
            yield Problem(
                (*path, "key"), "the key `pool` says this, with the pool's taints", each.key, "pool: NAME", app=app.name
            )


def _known(pool: Pool, zones: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the values that the nodes of a pool have for labels that everybody knows; unknown ones are left out."""
    found = {INSTANCE_TYPE: set(pool.instance_types), ZONE: set(pool.zones or zones)}
    if all(name in INSTANCE_TYPES for name in pool.instance_types):
        named = {str(INSTANCE_TYPES[name].architecture) for name in pool.instance_types}
        found[ARCHITECTURE] = {_ARCHITECTURES.get(each, each) for each in named}
    found |= {key: {value} for key, value in pool.labels.items()}
    return {key: values for key, values in found.items() if values}


@each_app
def some_node(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The pool has a node that fulfils what is required: no pod waits for ever."""
    pool = pool_of(app, context(settings))
    if pool is None or app.node_affinity is None:
        return
    zones = settings.network.zones or () if settings.network is not None else ()
    known = _known(pool, tuple(zones))
    for index, each in enumerate(app.node_affinity.required):
        there = known.get(each.key)
        if there is None or each.operator not in {"In", "NotIn"}:
            continue
        fitting = there & set(each.values) if each.operator == "In" else there - set(each.values)
        if not fitting:
            yield Problem(
                ("nodeAffinity", "required", index, "values"),
                f"no node of the pool {pool.name} is one: every pod would wait for ever",
                f"{each.operator} {', '.join(each.values)}",
                f"{each.key} of the pool: {', '.join(sorted(there))}",
                min(there) if each.operator == "In" else None,
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (complete, some_node)

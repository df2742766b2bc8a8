"""Where a value of a document stands in the rendered object: lists are compared by what identifies their items."""

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from slipway.importing.documents import LeafPath, at

IDENTITY: Mapping[str, Callable[[Any], Any]] = {
    "containerPolicies": lambda item: item.get("containerName"),
    "containers": lambda item: item.get("name"),
    "env": lambda item: item.get("name"),
    "envFrom": lambda item: (sorted(item), [at(item, (each, "name")) for each in sorted(item)]),
    "imagePullSecrets": lambda item: item.get("name"),
    "initContainers": lambda item: item.get("name"),
    "items": lambda item: item.get("key"),
    "metrics": lambda item: (item.get("type"), item.get("name"), at(item, ("resource", "name")), str(item)),
    "ports": lambda item: item.get("containerPort", item.get("port")),
    "rules": lambda item: item.get("host", str(item.get("matches", item))),
    "subsets": lambda item: item.get("name"),
    "sysctls": lambda item: item.get("name"),
    "topologySpreadConstraints": lambda item: item.get("topologyKey"),
    "triggers": lambda item: (item.get("type"), item.get("name", str(item))),
    "volumeClaimTemplates": lambda item: at(item, ("metadata", "name")),
    "volumeMounts": lambda item: posixpath.normpath(str(item.get("mountPath"))),
    "volumes": lambda item: item.get("name"),
}
"""By what the items of a list are found again; those of any other list by their place."""

SETS = frozenset(
    {
        "accessModes",
        "add",
        "apiGroups",
        "controlledResources",
        "drop",
        "gateways",
        "hostnames",
        "hosts",
        "loadBalancerSourceRanges",
        "policyTypes",
        "resourceNames",
        "resources",
        "verbs",
    }
)
"""Lists of words whose order says nothing."""


def item_again(field: str, document: list[Any], index: int, rendered: list[Any]) -> Any:
    """Return the item of a rendered list that an item of a document's became, None where there is none."""
    wanted = document[index]
    if field in SETS and isinstance(wanted, str):
        return wanted if wanted in rendered else None
    identity = IDENTITY.get(field)
    if identity is None or not isinstance(wanted, dict):
        return at(rendered, (index,))
    if field == "containers" and index == 0:
        return at(rendered, (0,))  # the app's own, whatever its name
    known = [each for each in rendered if isinstance(each, dict)]
    if field == "metrics" and "type" in wanted:
        return _metric_again(wanted, known)
    return next((each for each in known if identity(each) == identity(wanted)), None)


def _metric_again(wanted: dict[str, Any], known: list[dict[str, Any]]) -> Any:
    """Return a metric by its sort and by what it measures."""

    def measured(metric: dict[str, Any]) -> Any:
        body = next((each for each in metric.values() if isinstance(each, dict)), {})
        return (metric.get("type"), body.get("name"), at(body, ("metric", "name")), body.get("container"))

    return next((each for each in known if measured(each) == measured(wanted)), None)


def found_again(document: Any, rendered: Any, path: LeafPath) -> Any:
    """Return what an object has at a path of a document, with list items found by what identifies them."""
    field = ""
    for step in path:
        if isinstance(step, int) and isinstance(rendered, list):
            rendered = item_again(field, document, step, rendered)
        else:
            rendered = at(rendered, (step,))
        document = document[step]
        field = str(step)
    return rendered

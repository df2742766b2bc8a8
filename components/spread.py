"""How pods of one kind keep apart: over the zones, and in a zone over the nodes."""

from collections.abc import Mapping
from typing import Any

KEYS = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")


def over_zones_and_nodes(labels: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the topology spread constraints of the pods with `labels`, as far as there is room.

    They yield: with a zone or a node away, a pod elsewhere is better than none, and one node can run them all. None is
    for a chart that adds the selector of its own pods.
    """
    selector = {} if labels is None else {"labelSelector": {"matchLabels": dict(labels)}}
    return [{"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **selector} for key in KEYS]

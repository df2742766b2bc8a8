"""What the pods of every controller have in common."""

from typing import Any

CRITICAL = "system-cluster-critical"

RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
"""The seccomp profile that the Pod Security level restricted wants."""

CPU_UTILIZATION = 70
"""The percentage of the requested CPU at which pods of a gateway are added."""


def over_zones(labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the constraints that spread pods over zones, without keeping any from being scheduled."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
        }
    ]

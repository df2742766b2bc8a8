"""How an app is scraped."""

from typing import Any

from components.apps.ports import METRICS
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.ports import exposed, reference


def monitoring(group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    """Return the setting `monitoring` out of the monitor of the port `metrics`."""
    for part in group.of("ServiceMonitor", "PodMonitor"):
        key = "endpoints" if part.kind == "ServiceMonitor" else "podMetricsEndpoints"
        for each in at(part.manifest, ("spec", key)) or []:
            port = each.get("port")
            name = exposed(port, group, ports) if key == "endpoints" else reference(port, group.containers[0], ports)
            if name == METRICS:
                found = {"path": each.get("path"), "interval": each.get("interval")}
                kept = {word: value for word, value in found.items() if value}
                # What says no interval is scraped as often as Prometheus likes, which no app file says.
                return {"monitoring": kept or True}
    return {}

"""The ports of the nodes that the control plane reaches: the kubelet's, and those of what the stack installs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from components.chart_installs import INSTALLS
from components.foundation.addons import AddonSettings
from components.networking.called import CALLED
from components.networking.cni import overlay

if TYPE_CHECKING:
    from components.settings import StackSettings

KUBELET = 10250


def _metrics_server(settings: "StackSettings") -> bool:
    return settings.cluster.addons.get("metrics-server", AddonSettings()).enabled


def _vpa_webhook(settings: "StackSettings") -> bool:
    vpa = settings.autoscaling.vpa
    return vpa is not None and not vpa.recommend_only


INSTALLED: dict[str, Callable[["StackSettings"], bool]] = {
    **{entry: install.there for entry, install in INSTALLS.items() if entry in CALLED and entry != "consul"},
    "metrics-server": _metrics_server,
    # Without cert-manager it has no webhook.
    "kube-prometheus-stack": lambda settings: settings.monitoring is not None and settings.certificates is not None,
    "vpa": _vpa_webhook,
}
"""What of `CALLED` Slipway installs, by when there is something to call. Consul has no injector here."""


def called_ports(settings: "StackSettings") -> dict[int, str]:
    """Return the TCP ports that nodes and pods open for the control plane, in order, with who listens there.

    The kubelet's is always one of them. Beside what the stack installs, `cluster.webhookPorts` are opened as they are.
    """
    listeners: dict[int, list[str]] = {KUBELET: ["kubelet (logs, exec, port-forward)"]}
    on_overlay = overlay(settings)
    for entry, there in INSTALLED.items():
        if there(settings):
            for port in CALLED[entry].called(overlay=on_overlay):
                listeners.setdefault(port, []).append(CALLED[entry].serves)
    for port in settings.cluster.webhook_ports:
        listeners.setdefault(port, []).append("webhooks that the stack names (cluster.webhookPorts)")
    return {port: ", ".join(names) for port, names in sorted(listeners.items())}

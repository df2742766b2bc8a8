"""The security contexts of a pod: what the `restricted` Pod Security Standard asks for, and a read-only root."""

from collections.abc import Collection

from pydantic import Field

from components.apps.words import Manifest, UserId
from components.model import Settings

FIRST_UNPRIVILEGED_PORT = 1024


class RunAsSettings(Settings):
    """The user that the container runs as; the defaults are the seed's."""

    user: UserId = Field(default=1000, description="The numeric user.")
    group: UserId = Field(default=1000, description="The numeric group, which also owns the volumes.")


def _low(ports: Collection[int]) -> bool:
    return any(port < FIRST_UNPRIVILEGED_PORT for port in ports)


def pod_security(run_as: RunAsSettings, ports: Collection[int]) -> Manifest:
    """Return the pod's `securityContext`; `ports` are the container ports."""
    context: Manifest = {
        "runAsNonRoot": True,
        "runAsUser": run_as.user,
        "runAsGroup": run_as.group,
        "fsGroup": run_as.group,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if _low(ports):
        # A capability is lost by a user other than root when it starts a program: this safe sysctl is what lets it in.
        context["sysctls"] = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": str(min(ports))}]
    return context


def container_security(ports: Collection[int]) -> Manifest:
    """Return the container's `securityContext`."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], **({"add": ["NET_BIND_SERVICE"]} if _low(ports) else {})},
    }

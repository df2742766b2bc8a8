"""The Pod Security Standards as the rules ask for them: what of a pod's spec which level refuses.

After https://kubernetes.io/docs/concepts/security/pod-security-standards/, for pods of Linux.
"""

from collections.abc import Iterator
from typing import Any

from slipway.recording.objects import dig, items, mapping

Part = dict[str, Any]

_BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_PROFILES = frozenset({"RuntimeDefault", "Localhost"})


def _parts(spec: Part) -> Iterator[Part]:
    for key in ("initContainers", "containers"):
        yield from (each for each in items(spec, key) if isinstance(each, dict))


def host_access(spec: Part) -> Iterator[str]:
    """Yield what `baseline` refuses: the ways out of a pod to its node."""
    yield from (f"{key} is true" for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key) is True)
    for volume in items(spec, "volumes"):
        if mapping(volume, "hostPath"):
            yield f"the volume {dig(volume, 'name')} is the node's {dig(volume, 'hostPath', 'path')}"
    if dig(spec, "securityContext", "seccompProfile", "type") == "Unconfined":
        yield "seccompProfile is Unconfined"
    for part in _parts(spec):
        yield from (f"container {part.get('name')}: {fault}" for fault in _host_access(part))


def _host_access(part: Part) -> Iterator[str]:
    security = mapping(part, "securityContext")
    if security.get("privileged") is True:
        yield "privileged is true"
    if security.get("procMount") not in {None, "Default"}:
        yield f"procMount is {security['procMount']}"
    if dig(security, "seccompProfile", "type") == "Unconfined":
        yield "seccompProfile is Unconfined"
    added = [str(each) for each in items(security, "capabilities", "add")]
    beyond = [each for each in added if each.removeprefix("CAP_") not in _BASELINE_CAPABILITIES]
    if beyond:
        yield f"capabilities.add has {', '.join(beyond)}"
    for port in items(part, "ports"):
        if dig(port, "hostPort"):
            yield f"the port {dig(port, 'containerPort')} is the node's port {dig(port, 'hostPort')}"


def unrestricted(spec: Part) -> Iterator[str]:
    """Yield what `restricted` refuses beyond `baseline`."""
    pod = mapping(spec, "securityContext")
    for volume in items(spec, "volumes"):
        kinds = mapping(volume).keys() - {"name", "hostPath"}
        if kinds - _VOLUMES:
            yield f"the volume {dig(volume, 'name')} is of the type {', '.join(sorted(kinds - _VOLUMES))}"
    for part in _parts(spec):
        yield from (f"container {part.get('name')}: {fault}" for fault in _unrestricted(part, pod))


def _unrestricted(part: Part, pod: Part) -> Iterator[str]:
    own = mapping(part, "securityContext")
    merged = {**pod, **own}
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if "ALL" not in items(own, "capabilities", "drop"):
        yield "capabilities.drop is without ALL"
    if set(items(own, "capabilities", "add")) - {"NET_BIND_SERVICE"}:
        yield "capabilities.add has more than NET_BIND_SERVICE"
    if merged.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if merged.get("runAsUser") == 0:
        yield "runAsUser is 0"
    if dig(merged, "seccompProfile", "type") not in _PROFILES:
        yield "seccompProfile is neither RuntimeDefault nor Localhost"

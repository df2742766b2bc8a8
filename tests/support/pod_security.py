"""The Pod Security Standard `restricted`, as the API server's own admission decides it: the policy of Kubernetes 1.34.

Each rule is one check of k8s.io/pod-security-admission (directory `policy`), baseline and restricted together, for pods
of Linux. Version 1.35 admits more in one case, which no app of Slipway has: root in a user namespace of the pod's own.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Part = Mapping[str, Any]

VOLUME_TYPES = frozenset(
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
SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
PROFILES = frozenset({"RuntimeDefault", "Localhost"})
APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"


def restricted_violations(pod: Part, annotations: Mapping[str, str] | None = None) -> list[str]:
    """Return what of a pod's spec the level `restricted` refuses, one line each; `annotations` are the pod's."""
    found = [fault for rule in _POD_RULES for fault in rule(pod)]
    for container in containers(pod):
        found += [f"{container['name']}: {fault}" for rule in _CONTAINER_RULES for fault in rule(container, pod)]
    for key, value in (annotations or {}).items():
        known = value in {"", "runtime/default"} or value.startswith("localhost/")
        if key.startswith(APP_ARMOR_ANNOTATION) and not known:
            found.append(f"the annotation {key} is {value}")
    return found


def containers(pod: Part) -> Iterator[Part]:
    """Yield all containers of a pod: those before it, its own, and those that somebody adds to look into it."""
    for key in ("initContainers", "containers", "ephemeralContainers"):
        yield from pod.get(key) or ()


def _security(part: Part) -> Part:
    found: Part = part.get("securityContext") or {}
    return found


def _host_namespaces(pod: Part) -> Iterator[str]:
    yield from (f"{key} is true" for key in ("hostNetwork", "hostPID", "hostIPC") if pod.get(key))


def _sysctls(pod: Part) -> Iterator[str]:
    for each in _security(pod).get("sysctls") or ():
        if each["name"] not in SAFE_SYSCTLS:
            yield f"the sysctl {each['name']} is not among the safe ones"


def _volume_types(pod: Part) -> Iterator[str]:
    for volume in pod.get("volumes") or ():
        types = volume.keys() - {"name"}
        # a volume that says nothing of its type is an emptyDir by default, which the API server writes in first
        if types and not types <= VOLUME_TYPES:
            yield f"the volume {volume['name']} is of the type {' and '.join(sorted(types))}"


def _pod_profiles(pod: Part) -> Iterator[str]:
    yield from _profiles(_security(pod))


def _profiles(security: Part) -> Iterator[str]:
    """Yield what is wrong in itself, of a pod's security context as of a container's."""
    if security.get("runAsNonRoot") is False:
        yield "runAsNonRoot is false"
    if security.get("runAsUser") == 0:
        yield "runAsUser is 0"
    for key in ("seccompProfile", "appArmorProfile"):
        profile = security.get(key)
        if profile is not None and profile.get("type") not in PROFILES:
            yield f"{key} is {profile.get('type')}"
    options = security.get("seLinuxOptions") or {}
    if options.get("type", "") not in SELINUX_TYPES:
        yield f"the type of SELinux is {options['type']}"
    yield from (f"SELinux has a {key}" for key in ("user", "role") if options.get(key))
    if (security.get("windowsOptions") or {}).get("hostProcess"):
        yield "hostProcess is true"


def _own_profiles(container: Part, _: Part) -> Iterator[str]:
    yield from _profiles(_security(container))


def _inherited(container: Part, pod: Part) -> Iterator[str]:
    """Yield what neither the container nor its pod says, and one of them must."""
    own, outer = _security(container), _security(pod)
    if own.get("runAsNonRoot") is None and outer.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is true nowhere"
    if own.get("seccompProfile") is None and outer.get("seccompProfile") is None:
        yield "seccompProfile is nowhere"


def _privileges(container: Part, _: Part) -> Iterator[str]:
    security = _security(container)
    if security.get("privileged"):
        yield "privileged is true"
    if security.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if security.get("procMount") not in {None, "Default"}:
        yield f"procMount is {security['procMount']}"


def _capabilities(container: Part, _: Part) -> Iterator[str]:
    capabilities = _security(container).get("capabilities") or {}
    if "ALL" not in (capabilities.get("drop") or ()):
        yield "capabilities.drop is without ALL"
    for added in capabilities.get("add") or ():
        if added != "NET_BIND_SERVICE":
            yield f"capabilities.add has {added}"


def _host_ports(container: Part, _: Part) -> Iterator[str]:
    for port in container.get("ports") or ():
        if port.get("hostPort"):
            yield f"the port {port['containerPort']} is the node's port {port['hostPort']}"


def _other_hosts(container: Part, _: Part) -> Iterator[str]:
    """Yield the probes and hooks that the kubelet would send to another host than the pod."""
    hooks = container.get("lifecycle") or {}
    handlers = {key: container.get(key) for key in ("livenessProbe", "readinessProbe", "startupProbe")}
    handlers |= {key: hooks.get(key) for key in ("postStart", "preStop")}
    for key, handler in handlers.items():
        for kind in ("httpGet", "tcpSocket"):
            if ((handler or {}).get(kind) or {}).get("host"):
                yield f"{key} goes to a host"


_POD_RULES: tuple[Callable[[Part], Iterator[str]], ...] = (_host_namespaces, _sysctls, _volume_types, _pod_profiles)
_CONTAINER_RULES: tuple[Callable[[Part, Part], Iterator[str]], ...] = (
    _own_profiles,
    _inherited,
    _privileges,
    _capabilities,
    _host_ports,
    _other_hosts,
)

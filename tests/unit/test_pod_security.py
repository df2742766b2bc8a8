"""The checker of the Pod Security Standard `restricted` refuses what Kubernetes' own admission refuses."""

from copy import deepcopy
from typing import Any

import pytest

from tests.support.pod_security import SAFE_SYSCTLS, VOLUME_TYPES, restricted_violations


def container(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


POD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "initContainers": [container("first")],
    "containers": [container("web")],
    "ephemeralContainers": [container("debug")],
    "volumes": [{"name": "empty"}, *({"name": each.lower(), each: {}} for each in sorted(VOLUME_TYPES))],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    pod = deepcopy(POD)
    *steps, last = path.split(".")
    part: Any = pod
    for step in steps:
        part = part[int(step)] if step.isdigit() else part.setdefault(step, {})
    part[int(last) if last.isdigit() else last] = value
    return pod


def test_a_restricted_pod_is_taken() -> None:
    assert restricted_violations(POD) == []
    assert restricted_violations(changed("securityContext.sysctls", [{"name": each} for each in SAFE_SYSCTLS])) == []
    own = {"runAsNonRoot": True, "runAsUser": 1, "seccompProfile": {"type": "Localhost"}, "procMount": "Default"}
    alone = changed("securityContext", {})
    for key in ("initContainers", "containers", "ephemeralContainers"):
        alone[key][0]["securityContext"] |= own
    assert restricted_violations(alone) == []
    bound = changed("containers.0.securityContext.capabilities.add", ["NET_BIND_SERVICE"])
    bound["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": 0}]
    assert restricted_violations(bound) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("hostNetwork", True, "hostNetwork is true"),
        ("hostPID", True, "hostPID is true"),
        ("hostIPC", True, "hostIPC is true"),
        ("securityContext.sysctls", [{"name": "net.core.somaxconn"}], "the sysctl net.core.somaxconn is not"),
        ("volumes.0", {"name": "host", "hostPath": {"path": "/"}}, "the volume host is of the type hostPath"),
        ("volumes.0", {"name": "share", "nfs": {}}, "the volume share is of the type nfs"),
        ("securityContext.runAsNonRoot", False, "runAsNonRoot is false"),
        ("securityContext.runAsUser", 0, "runAsUser is 0"),
        ("securityContext.seccompProfile", {"type": "Unconfined"}, "seccompProfile is Unconfined"),
        ("securityContext.appArmorProfile", {"type": "Unconfined"}, "appArmorProfile is Unconfined"),
        ("securityContext.seLinuxOptions", {"type": "spc_t"}, "the type of SELinux is spc_t"),
        ("securityContext.windowsOptions", {"hostProcess": True}, "hostProcess is true"),
        ("containers.0.securityContext.seLinuxOptions", {"user": "root"}, "web: SELinux has a user"),
        ("containers.0.securityContext.seLinuxOptions", {"role": "sysadm"}, "web: SELinux has a role"),
        ("containers.0.securityContext.privileged", True, "web: privileged is true"),
        ("containers.0.securityContext.runAsNonRoot", False, "web: runAsNonRoot is false"),
        ("containers.0.securityContext.runAsUser", 0, "web: runAsUser is 0"),
        ("containers.0.securityContext.seccompProfile", {"type": "Unconfined"}, "web: seccompProfile is Unconfined"),
        ("containers.0.securityContext.procMount", "Unmasked", "web: procMount is Unmasked"),
        ("containers.0.securityContext.allowPrivilegeEscalation", True, "web: allowPrivilegeEscalation is not"),
        ("containers.0.securityContext.capabilities.drop", ["NET_RAW"], "web: capabilities.drop is without ALL"),
        ("containers.0.securityContext.capabilities.add", ["SYS_TIME"], "web: capabilities.add has SYS_TIME"),
        ("containers.0.ports", [{"containerPort": 80, "hostPort": 80}], "web: the port 80 is the node's port 80"),
        ("containers.0.livenessProbe", {"httpGet": {"host": "10.0.0.1"}}, "web: livenessProbe goes to a host"),
        ("containers.0.lifecycle", {"preStop": {"tcpSocket": {"host": "a"}}}, "web: preStop goes to a host"),
        ("initContainers.0.securityContext.privileged", True, "first: privileged is true"),
        ("ephemeralContainers.0.securityContext.privileged", True, "debug: privileged is true"),
    ],
)
def test_what_admission_refuses(path: str, value: Any, said: str) -> None:
    found = restricted_violations(changed(path, value))
    assert found
    assert found[0].startswith(said)
    assert said.startswith("runAsNonRoot") or len(found) == 1  # what the pod refuses, its containers lack


def test_what_is_left_unsaid() -> None:
    assert restricted_violations({"containers": [{"name": "web"}]}) == [
        "web: runAsNonRoot is true nowhere",
        "web: seccompProfile is nowhere",
        "web: allowPrivilegeEscalation is not false",
        "web: capabilities.drop is without ALL",
    ]


@pytest.mark.parametrize(("value", "refused"), [("unconfined", 1), ("runtime/default", 0), ("localhost/own", 0)])
def test_app_armor_by_annotation(value: str, refused: int) -> None:
    key = "container.apparmor.security.beta.kubernetes.io/web"
    assert len(restricted_violations(POD, {key: value})) == refused

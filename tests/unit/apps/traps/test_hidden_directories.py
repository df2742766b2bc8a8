"""A directory that is mounted hides what the image has there; what no image can do without is pointed out."""

from typing import Any

import pytest

from components.problem import KeyPath
from tests.unit.apps.traps.told import places, refused, told

HELPER = {"image": "example.com/helper:1"}


def volume(path: str) -> dict[str, Any]:
    return {"volumes": {"v": {"type": "emptyDir", "mountPath": path}}}


@pytest.mark.parametrize(
    ("app", "place"),
    [
        ({"files": {"/etc/exporter.yaml": "x: 1"}}, ("files", "/etc/exporter.yaml")),
        ({"files": {"/usr/bin/run.sh": "#!/bin/sh"}}, ("files", "/usr/bin/run.sh")),
        ({"files": {"/etc/app/a": "1", "/etc/b": "2"}}, ("files", "/etc/app/a")),  # one mount for both
        *(
            (volume(path), ("volumes", "v", "mountPath"))
            for path in ("/usr", "/bin", "/lib64", "/var", "/usr/local/bin", "/sbin")
        ),
        *(
            (volume(path), ("volumes", "v", "mountPath"))
            for path in ("/etc/ssl/certs", "/dev", "/sys", "/opt", "/run/secrets", "/usr/share/zoneinfo", "/nix/store")
        ),
        *(
            (volume(path), ("volumes", "v", "mountPath"))
            for path in ("/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/arm-linux-gnueabihf")
        ),
        *((volume(path), ("volumes", "v", "mountPath")) for path in ("/etc/passwd", "/etc/hosts", "/etc/resolv.conf")),
        (volume("/var/run/secrets/kubernetes.io/serviceaccount"), ("volumes", "v", "mountPath")),
        (volume("/var/run/secrets/eks.amazonaws.com/serviceaccount"), ("volumes", "v", "mountPath")),
        ({"scratch": ["/run", "/etc"]}, ("scratch", 1)),
        ({"secrets": {"external": {"s": {"store": "vault", "key": "staging/s", "mountPath": "/etc"}}}}, ("secrets",)),
        ({"sidecars": {"h": {**HELPER, "scratch": ["/lib"]}}}, ("sidecars", "h", "scratch")),
        (
            {**volume("/data"), "initContainers": {"h": {**HELPER, "mounts": {"v": "/usr/lib"}}}},
            ("initContainers", "h", "mounts", "v"),
        ),
    ],
    ids=str,
)
def test_a_directory_of_the_system(app: dict[str, Any], place: KeyPath) -> None:
    assert places(app) == [place]


@pytest.mark.parametrize(
    "app",
    [
        {"files": {"/etc/exporter/a.yaml": "x: 1", "/usr/share/app/b": "2", "/opt/app/c": "3"}},
        {"scratch": ["/var/run", "/run", "/var/cache/app", "/var/log", "/home/app"]},
        volume("/var/lib/app"),
        volume("/dev/shm"),  # noqa: S108 (a path in the container)
        volume("/var/run/secrets/app"),
    ],
    ids=str,
)
def test_a_directory_of_the_apps_own(app: dict[str, Any]) -> None:
    assert places(app) == []


def test_what_is_lost_is_said() -> None:
    (advice,) = told({"files": {"/etc/exporter.yaml": "x: 1"}})
    assert advice.text.startswith("a mount hides what the image has at its place: all of /etc, users, name resolution")


def test_a_program_that_a_mount_hides() -> None:
    hidden = {"files": {"/usr/share/agent/agent.yml": "a: 1"}, "command": ["/usr/share/agent/agent"]}
    (advice,) = told(hidden)
    assert advice.path == ("files", "/usr/share/agent/agent.yml")
    assert "the program /usr/share/agent/agent is in /usr/share/agent" in advice.text
    assert places({"scratch": ["/opt/app"], "command": ["/opt/app/run"]}) == [("scratch", 0)]
    script = {"content": "#!/bin/sh", "mode": "0755"}
    assert places({"files": {"/opt/app/run": script}, "command": ["/opt/app/run"]}) == []
    # what a volume holds is not known: an init container may have put the program there
    assert places({**volume("/opt/app"), "command": ["/opt/app/run"]}) == []
    assert places({"command": ["/usr/share/agent-2/agent"], "files": {"/usr/share/agent/a": "1"}}) == []


@pytest.mark.parametrize(
    ("app", "place"),
    [
        (volume("/proc"), ("volumes", "v", "mountPath")),
        ({"scratch": ["/proc/self"]}, ("scratch", 0)),
        ({"files": {"/proc/sys/a": "1"}}, ("files", "/proc/sys/a")),
        ({"containers": {"h": {**HELPER, "scratch": ["/proc"]}}}, ("containers", "h", "scratch", 0)),
        (
            {**volume("/a"), "containers": {"h": {**HELPER, "mounts": {"v": "/proc/v"}}}},
            ("containers", "h", "mounts", "v"),
        ),
    ],
    ids=str,
)
def test_nothing_is_mounted_into_proc(app: dict[str, Any], place: KeyPath) -> None:
    (problem,) = refused(app)
    assert (problem.path, problem.allowed) == (place, "a directory outside /proc")


def test_a_name_that_only_begins_so() -> None:
    assert refused(volume("/process")) == []

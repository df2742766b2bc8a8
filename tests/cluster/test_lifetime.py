"""How a control plane starts and ends: nothing of the outside reaches it, and nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import pytest

from tests.cluster.api import Client
from tests.cluster.assets import Assets
from tests.cluster.conftest import StartPlane, unavailable
from tests.cluster.control_plane import ControlPlane, StartError
from tests.cluster.manifests import config_map
from tests.cluster.processes import ProcessGroup, reserve_port
from tests.cluster.reporting import Reporting
from tests.cluster.waiting import eventually

WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": "nobody-there"},
    "webhooks": [
        {
            "name": "nobody.example.com",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "clientConfig": {"url": "https://127.0.0.1:1/"},
            "rules": [
                {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
            ],
        }
    ],
}

OWNER = """
import sys, time
from pathlib import Path
from tests.cluster.processes import ProcessGroup
folder, logs = Path(sys.argv[1]), Path(sys.argv[2])
group = ProcessGroup(folder, logs)
print(group.start("sleep", ["sleep", "600"], {"PATH": "/usr/bin:/bin"}).pid, flush=True)
time.sleep(600)
"""


def gone(pid: int) -> bool:
    """Return whether there is no such process, or one that only waits to be reaped."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return Path("/proc").is_dir()


def attached(reporting: Reporting, outcome: Literal["passed", "failed"]) -> list[str]:
    """Return the servers whose logs the report of a test with this outcome gets."""
    report = pytest.TestReport("test", ("test.py", 1, "test"), {}, outcome, None, "call")
    hook = reporting.pytest_runtest_makereport()
    next(hook)
    with pytest.raises(StopIteration):
        hook.send(report)
    return [title.split()[0] for title, _ in report.sections]


def verdicts(client: Client, seconds: float) -> list[str]:
    """Return the refusals that creating ConfigMaps met within `seconds`, up to the first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        verdict = client.try_apply(config_map(f"at-{time.monotonic_ns()}"))
        if not verdict.accepted:
            return [verdict.message]
        time.sleep(0.05)
    return []


def test_webhooks_are_called_only_where_a_test_serves_them(start_plane: StartPlane) -> None:
    deaf = start_plane(players=()).client
    deaf.apply(WEBHOOK)
    calling = start_plane(players=(), webhooks=True).client
    calling.apply(WEBHOOK)
    refusals = verdicts(calling, seconds=20)
    assert refusals
    assert 'failed calling webhook "nobody.example.com"' in refusals[0]
    # By now the first server has known of it for longer than the second took.
    assert verdicts(deaf, seconds=0.5) == []


def test_no_variable_reaches_a_server_and_nothing_of_it_is_left(
    assets: Assets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ETCD_LISTEN_CLIENT_URLS", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.setenv(name, "http://proxy.example.com:3128")
    with ControlPlane(assets, tmp_path) as plane:
        processes, folder = plane.processes, plane.folder
        assert set(processes) >= {"etcd", "kube-apiserver"}
        assert not [name for name, pid in processes.items() if gone(pid)]
        for pid in processes.values():
            environ = Path(f"/proc/{pid}/environ")
            assert not environ.exists() or b"example.com" not in environ.read_bytes()
    assert [name for name, pid in processes.items() if not gone(pid)] == []
    assert not folder.exists()
    assert {path.stem for path in tmp_path.iterdir()} == set(processes)
    plane.stop()


def test_a_killed_owner_leaves_nothing(tmp_path: Path) -> None:
    folder, logs = tmp_path / "folder", tmp_path / "logs"
    folder.mkdir()
    logs.mkdir()
    command = [sys.executable, "-c", OWNER, str(folder), str(logs)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not gone(pid)
        owner.send_signal(signal.SIGKILL)
    eventually(lambda: gone(pid) and not folder.exists(), "the process and its folder are gone", timeout_seconds=10)


def test_a_group_that_is_stopped_twice_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    group = ProcessGroup(folder, tmp_path)
    group.start("sleep", ["sleep", "600"], {"PATH": "/usr/bin:/bin"})
    assert group.alive()
    group.stop()
    group.stop()
    assert not group.alive()
    assert not folder.exists()


def test_a_server_that_ends_is_reported_with_its_log(assets: Assets, tmp_path: Path) -> None:
    liar = tmp_path / "etcd"
    liar.write_text("#!/bin/sh\necho no space left on device\nexit 3\n")
    liar.chmod(0o755)
    broken = Assets({**assets.programs, "etcd": liar}, "a test")
    with pytest.raises(StartError, match=r"(?s)\{'etcd': 3\} ended while etcd was starting.*no space left on device"):
        ControlPlane(broken, tmp_path)


def test_reserved_ports_differ() -> None:
    reserved = [reserve_port() for _ in range(50)]
    assert len({socket.getsockname()[1] for socket in reserved}) == 50
    for socket in reserved:
        socket.close()


def test_logs_are_attached_to_a_failing_test(control_plane: ControlPlane) -> None:
    reporting = Reporting()
    with reporting.watching(control_plane):
        assert attached(reporting, "failed") == list(control_plane.processes)
        assert attached(reporting, "passed") == []
    assert attached(reporting, "failed") == []
    assert reporting.tally.slowest_start == control_plane.seconds


def test_a_missing_control_plane_fails_under_ci_and_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Go"):
        unavailable("no Go")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no Go"):
        unavailable("no Go")

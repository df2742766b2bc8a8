"""Where the control plane's programs come from, and that they are built once."""

import threading
from pathlib import Path

import pytest

from tests.cluster import build as builder
from tests.cluster.assets import PACKAGES, TOOLS, UnavailableError, built_folder, find, kubernetes_version, link_flags
from tests.cluster.tally import Tally

GO = """#!/bin/sh
if [ "$1" = version ]; then echo "go version {version} linux/amd64"; exit; fi
echo "$PWD $*" >> "{log}"
while [ "$1" != -o ]; do shift; done
sleep 0.3
case "$2" in
  */) for package in kube-apiserver kube-controller-manager kube-scheduler kwok; do : > "$2$package"; done ;;
  *) : > "$2" ;;
esac
exit {code}
"""


@pytest.fixture
def go(tmp_path: Path) -> Path:
    """A `go` that writes down how it is called and makes empty programs."""
    return write_go(tmp_path)


def write_go(folder: Path, *, version: str = "go1.99.0", code: int = 0) -> Path:
    program = folder / "bin" / "go"
    program.parent.mkdir(exist_ok=True)
    program.write_text(GO.format(version=version, log=folder / "calls", code=code))
    program.chmod(0o755)
    return program


def environ(go: Path) -> dict[str, str]:
    return {"PATH": f"{go.parent}:/usr/bin:/bin", "SLIPWAY_CACHE": str(go.parents[1] / "cache")}


def test_the_stamp_is_the_pin() -> None:
    version = kubernetes_version()
    major, minor, _ = version[1:].split(".")
    stamps = link_flags().split()
    assert f"k8s.io/component-base/version.gitVersion={version}" in stamps
    assert f"k8s.io/component-base/version.gitMajor={major}" in stamps
    assert f"k8s.io/component-base/version.gitMinor={minor}" in stamps


def test_staging_modules_follow_the_pin() -> None:
    text = (TOOLS / "go.mod").read_text()
    replaced = [line.split() for line in text.splitlines() if "=>" in line]
    assert len(replaced) > 30
    wanted = kubernetes_version().replace("v1.", "v0.", 1)
    assert [line for line in replaced if line[0] != line[2] or line[3] != wanted] == []


def test_two_builds_at_once_are_one_build(go: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(builder.build(environ(go)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folders == [built_folder(environ(go))] * 2
    assert sorted(path.name for path in folders[0].iterdir()) == sorted(PACKAGES)
    calls = (go.parents[1] / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert all(call.startswith(f"{TOOLS} build -p 2 ") and " -trimpath " in call for call in calls)
    assert "waiting for it" in capsys.readouterr().err
    assert sorted(path.suffix for path in folders[0].parent.iterdir()) == ["", ".lock"]


def test_a_failed_build_leaves_nothing_that_looks_built(go: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_go(go.parents[1], code=2)
    for name, value in environ(go).items():
        monkeypatch.setenv(name, value)
    assert builder.main(["--optional"]) == 1
    assert [path.suffix for path in built_folder(environ(go)).parent.iterdir()] == [".lock"]
    with pytest.raises(UnavailableError, match="run `make cluster-tools`"):
        find(environ(go))
    write_go(go.parents[1])
    assert builder.main([]) == 0
    assert find(environ(go)).missing() == ()


def test_another_go_is_another_build(go: Path) -> None:
    before = built_folder(environ(go))
    write_go(go.parents[1], version="go1.99.1")
    assert built_folder(environ(go)) != before


def test_an_old_go_is_told(go: Path) -> None:
    write_go(go.parents[1], version="go1.20.3")
    with pytest.raises(UnavailableError, match=r"is built by Go 1\.\d+ or newer, and this is go1\.20"):
        builder.build(environ(go))


def test_without_go_both_ways_out_are_told(tmp_path: Path) -> None:
    for attempt in (find, builder.build):
        with pytest.raises(UnavailableError, match="Go is not installed, and KUBEBUILDER_ASSETS names no folder"):
            attempt({"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_a_missing_go_may_be_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert builder.main([]) == 1
    assert builder.main(["--optional"]) == 0


def test_envtests_programs_come_first_and_need_no_go(go: Path, tmp_path: Path) -> None:
    envtest = tmp_path / "envtest"
    envtest.mkdir()
    given = {**environ(go), "KUBEBUILDER_ASSETS": str(envtest)}
    with pytest.raises(UnavailableError, match="where etcd and kube-apiserver cannot be found"):
        find(given)
    for name in ("etcd", "kube-apiserver", "kubectl"):
        (envtest / name).touch()
    without_go = find({**given, "PATH": str(tmp_path)})
    assert set(without_go.programs) == {"etcd", "kube-apiserver"}
    assert without_go.missing() == ("kube-controller-manager", "kube-scheduler", "kwok")

    folder = builder.build(environ(go))
    both = find(given)
    assert both.missing() == ()
    assert both.programs["kube-apiserver"].parent == envtest
    assert both.programs["kwok"].parent == folder


def test_counts_of_workers_are_added_up() -> None:
    controller, worker = Tally(), Tally()
    assert controller.lines() == []
    worker.add("applied", 3)
    worker.add("pods scheduled")
    worker.started(2.5)
    controller.merge(worker.record())
    controller.merge(worker.record())
    assert controller.lines() == [
        (
            "The API server's verdict: 6 applied, 0 rejected, 0 re-applied unchanged,"
            " 0 pods admitted, 2 pods scheduled, 0 dry runs."
        ),
        "The slowest control plane was ready in 2.5 s.",
    ]
    with pytest.raises(ValueError, match="'unheard of' is not counted"):
        worker.add("unheard of")

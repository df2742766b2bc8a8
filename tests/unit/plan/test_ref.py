"""The program of another commit is recorded by today's recorder, and leaves no trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from slipway.plan import worktree
from slipway.plan.commits import resolve
from slipway.plan.errors import AgainstError, RefFailedError, UnknownRefError
from slipway.plan.git import git
from slipway.plan.ref import record_at, recording_at
from slipway.plan.worktree import checked_out
from slipway.recording.fingerprints import KEY_BYTES, digest
from slipway.recording.wire import SECRET
from tests.support.shipped import ROOT
from tests.unit.plan.projects import commit, put, repository, run_git, worktrees

pytestmark = pytest.mark.slow

KEY = b"k" * KEY_BYTES


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for all temporary files, so that what is left over is seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_all_of_the_program_is_the_commits_and_nothing_is_left(tmp_path: Path, private: Path) -> None:
    """In a subfolder of the repository, with another state committed since, and more that is not committed."""
    root = repository(tmp_path / "repository", within="platform")
    (tmp_path / "repository" / ".git" / "hooks" / "post-checkout").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "repository" / ".git" / "hooks" / "post-checkout").chmod(0o755)
    commit(root, {"components/__init__.py": "VALUE = 2\n"})
    put(root, {"components/__init__.py": "VALUE = 3\n", "Pulumi.dev.yaml": "canary-4712\n", "untracked": ""})
    before = run_git(root, "status", "--porcelain", "--branch")
    recording = record_at(root, "dev", "HEAD~1", key=KEY)
    assert recording is not None
    (one,) = recording.resources
    assert one.urn == "urn:pulumi:dev::tiny::tiny:raw:Raw::one"
    assert one.inputs == {"value": 1, "password": SECRET}
    assert one.fingerprints == {"/password": digest("canary-4711", KEY)}
    assert recording.secret_config == {"tiny:password": digest("canary-4711", KEY)}
    assert run_git(root, "status", "--porcelain", "--branch") == before
    assert worktrees(root) == 1
    assert not list(private.iterdir())
    assert not list(tmp_path.rglob("ran"))


def test_what_the_commit_does_not_have(tmp_path: Path) -> None:
    root = repository(tmp_path)
    commit(root, {"Pulumi.new.yaml": "x", "later/Pulumi.yaml": "name: later\n", "later/Pulumi.dev.yaml": "x"})
    assert record_at(root, "new", "HEAD~1", key=KEY) is None
    assert record_at(root / "later", "dev", "HEAD~1", key=KEY) is None
    with pytest.raises(UnknownRefError):
        record_at(root, "dev", "nowhere", key=KEY)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("components/__init__.py", "raise ValueError('no zone')"), ["ValueError: no zone", "__main__.py:3"]),
        (("slipway/loading/__init__.py", "import pulumi\nraise pulumi.RunError('2 mistakes')"), ["failed: 2 mistakes"]),
        (("__main__.py", "import os\nos.write(2, b'no memory')\nos._exit(9)"), ["ended with status 9", "no memory"]),
    ],
)
def test_a_program_that_fails_there(tmp_path: Path, private: Path, broken: tuple[str, str], said: list[str]) -> None:
    root = repository(tmp_path / "repository")
    name = commit(root, dict([broken]))[:7]
    with pytest.raises(RefFailedError) as caught:
        record_at(root, "dev", "main", key=KEY)
    assert str(caught.value).startswith(f"the program at main at {name} failed: ")
    for words in said:
        assert words in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert worktrees(root) == 1
    assert not list(private.iterdir())


@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError, SystemExit])
def test_the_work_tree_goes_whatever_happens(tmp_path: Path, private: Path, raised: type[BaseException]) -> None:
    root = repository(tmp_path / "repository")
    with pytest.raises(raised), checked_out(root, "HEAD") as there:  # noqa: PT012 (what is raised is raised inside)
        assert (there / "Pulumi.yaml").is_file()
        assert worktrees(root) == 2
        assert there.parent.stat().st_mode & 0o077 == 0
        (there / "Pulumi.yaml").write_text("changed")
        raise raised
    assert worktrees(root) == 1
    assert not list(private.iterdir())


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -2)])
def test_a_cancelled_pipeline_leaves_nothing(tmp_path: Path, private: Path, number: int, status: int) -> None:
    root = repository(tmp_path / "repository")
    script = f"""
import sys, time
from pathlib import Path
from slipway.plan.worktree import checked_out
with checked_out(Path({str(root)!r}), "HEAD") as there:
    print(there, flush=True)
    time.sleep(60)
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert Path(process.stdout.readline().strip()).is_dir()
        process.send_signal(number)
        started = time.monotonic()
        assert process.wait(timeout=30) == status
        assert time.monotonic() - started < 30
    assert worktrees(root) == 1
    assert not list(private.iterdir())


def test_handlers_of_signals_are_put_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with checked_out(repository(tmp_path), "HEAD"):
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_another_thread_can_do_it(tmp_path: Path) -> None:
    script = f"""
import threading
from pathlib import Path
from slipway.plan.worktree import checked_out
def work():
    with checked_out(Path({str(repository(tmp_path))!r}), "HEAD") as there:
        print((there / "Pulumi.yaml").is_file())
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert done.stdout.strip() == "True"


def test_the_recorder_needs_nothing_of_the_program() -> None:
    """Or the other commit's modules would be today's."""
    script = """
import json, sys
import slipway.recording.run, slipway.recording.document, slipway.recording.failure
print(json.dumps([name for name in sys.modules if name.partition(".")[0] in ("slipway", "components", "policy")]))
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, cwd=ROOT, text=True)
    names = json.loads(done.stdout)
    assert all(name == "slipway" or name.startswith("slipway.recording") for name in names), names


def test_removal_outlives_a_folder_that_is_gone(tmp_path: Path) -> None:
    root = repository(tmp_path)
    with checked_out(root, "HEAD") as there:
        shutil.rmtree(there)
    assert worktrees(root) == 1


def test_a_caller_that_leaves_ends_the_other_program(tmp_path: Path, private: Path) -> None:
    """Whatever it says meanwhile: more than a pipe holds would block it for ever."""
    root = repository(tmp_path / "repository")
    loud = "import sys, time\nfor _ in range(2000):\n    print('x' * 99, file=sys.stderr)\n"
    commit(root, {"__main__.py": f"{loud}print('done', file=sys.stderr, flush=True)\ntime.sleep(600)\n"})

    def loud_enough() -> bool:
        return any("done" in said.read_text() for said in private.glob("slipway-answer-*/said.txt"))

    started = time.monotonic()
    with recording_at(root, "dev", resolve(root, "HEAD"), key=KEY):
        while not loud_enough():
            assert time.monotonic() - started < 60
            time.sleep(0.05)
    assert worktrees(root) == 1
    assert not list(private.iterdir())


def test_a_second_interrupt_does_not_stop_the_removal(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "repository")

    def interrupted(folder: Path, *arguments: str) -> str:
        if "remove" in arguments:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
        return git(folder, *arguments)

    monkeypatch.setattr(worktree, "git", interrupted)
    with pytest.raises(KeyboardInterrupt, match="the first"), checked_out(root, "HEAD"):
        raise KeyboardInterrupt("the first")
    assert worktrees(root) == 1
    assert not list(private.iterdir())


@pytest.mark.parametrize(("number", "raised"), [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)])
def test_a_signal_while_git_works_waits_for_it(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch, number: int, raised: type[BaseException]
) -> None:
    root = repository(tmp_path / "repository")
    made: list[str] = []

    def signalled(folder: Path, *arguments: str) -> str:
        if "add" in arguments:
            signal.raise_signal(number)
        said = git(folder, *arguments)
        made.extend(arguments[1:2])
        return said

    monkeypatch.setattr(worktree, "git", signalled)
    with pytest.raises(raised), checked_out(root, "HEAD"):
        pytest.fail("the caller goes on")
    assert made == ["--show-prefix", "add", "remove"]
    assert worktrees(root) == 1
    assert not list(private.iterdir())


def test_a_locked_work_tree_is_removed_too(tmp_path: Path, private: Path) -> None:
    root = repository(tmp_path / "repository")
    with checked_out(root, "HEAD") as there:
        run_git(root, "worktree", "lock", str(there))
    assert worktrees(root) == 1
    assert not list(private.iterdir())


def test_a_sigterm_is_not_the_programs_own_exit(tmp_path: Path) -> None:
    """The recorder takes SystemExit for a program that left; a cancelled pipeline is no mistake of the program."""
    with pytest.raises(SystemExit) as caught, checked_out(repository(tmp_path), "HEAD"):  # noqa: PT012 (it has to try)
        try:
            signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            pytest.fail("taken for the program's")
    assert caught.value.code == 143


def test_a_repository_that_cannot_have_a_work_tree_says_what_needs_none(tmp_path: Path, private: Path) -> None:
    root = repository(tmp_path / "repository")
    (root / ".git" / "worktrees").write_text("in the way")
    with pytest.raises(AgainstError, match=r"^HEAD cannot be checked out beside your work: .*--baseline need no git$"):
        checked_out(root, "HEAD").__enter__()
    assert not list(private.iterdir())

"""Another lock file gets an environment of its own, once; the same one gets this process's."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.plan.environment import cache_folder, interpreter
from slipway.plan.errors import RefFailedError
from slipway.plan.ref import record_at
from tests.unit.plan.projects import commit, put, repository, worktrees

pytestmark = pytest.mark.slow

# Writes down how it was called, and makes what an environment has: a Python.
UV = f"""#!/bin/sh
echo "$@" >> "{{log}}"
echo "$UV_PROJECT_ENVIRONMENT|$UV_PYTHON_DOWNLOADS|$VIRTUAL_ENV" >> "{{log}}"
test -e "$(dirname "$0")/broken" && {{{{ echo "no such package" >&2; exit 2; }}}}
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
sleep 0.2
ln -s {sys.executable} "$UV_PROJECT_ENVIRONMENT/bin/python"
"""

# Makes a Python that leaves a trace.
MAKES_A_SCRIPT = """#!/bin/sh
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
cd "$UV_PROJECT_ENVIRONMENT/bin"
printf '#!/bin/sh\\ntouch "{ran}"\\nexec "{python}" "$@"\\n' > python
chmod +x python
"""


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return what asks for the Python of a lock file's text; the present one's is `old`."""
    put(tmp_path, {"here/uv.lock": "old", "tools/uv": UV.format(log=tmp_path / "log")})
    (tmp_path / "tools" / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("VIRTUAL_ENV", "somewhere")

    def build(text: str) -> Path:
        put(tmp_path, {f"there-{text}/uv.lock": text})
        return interpreter(tmp_path / "here", tmp_path / f"there-{text}", cache=tmp_path / "cache")

    return build


def calls(tmp_path: Path) -> list[str]:
    log = tmp_path / "log"
    return log.read_text().splitlines()[::2] if log.exists() else []


def test_the_same_lock_and_none_need_nothing(build: Callable[[str], Path], tmp_path: Path) -> None:
    assert build("old") == Path(sys.executable)
    assert interpreter(tmp_path / "here", tmp_path, cache=tmp_path / "cache") == Path(sys.executable)
    assert not calls(tmp_path)
    assert not (tmp_path / "cache").exists()


def test_line_ends_of_a_lock_file_are_no_difference(tmp_path: Path) -> None:
    """core.autocrlf may be set after the files were checked out."""
    put(tmp_path, {"here/uv.lock": "a\nb\n"})
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "uv.lock").write_bytes(b"a\r\nb\r\n")
    assert interpreter(tmp_path / "here", tmp_path / "there", cache=tmp_path / "cache") == Path(sys.executable)


def test_another_lock_is_built_once(build: Callable[[str], Path], tmp_path: Path) -> None:
    python = build("new")
    assert python.parents[2] == tmp_path / "cache"
    assert build("new") == python != build("newer")
    call, _ = calls(tmp_path)
    assert call.startswith("sync --frozen --no-install-project --no-default-groups")
    assert call.endswith(f"--project {tmp_path / 'there-new'}")
    assert (tmp_path / "log").read_text().splitlines()[1] == f"{python.parents[1]}|never|"


def test_two_at_a_time_build_it_once(build: Callable[[str], Path], tmp_path: Path) -> None:
    here, there, cache = tmp_path / "here", tmp_path / "there", tmp_path / "cache"
    put(there, {"uv.lock": "new"})
    threads = [threading.Thread(target=lambda: interpreter(here, there, cache=cache)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls(tmp_path)) == 1


def test_what_failed_is_built_anew(build: Callable[[str], Path], tmp_path: Path) -> None:
    broken = tmp_path / "tools" / "broken"
    broken.touch()
    with pytest.raises(RefFailedError, match="no such package"):
        build("new")
    broken.unlink()
    assert build("new").is_symlink()


def test_what_lost_its_python_is_built_anew(build: Callable[[str], Path], tmp_path: Path) -> None:
    python = build("new")
    python.unlink()
    python.symlink_to(tmp_path / "python-of-yesterday")
    assert build("new").exists()
    assert len(calls(tmp_path)) == 2


def test_uv_of_the_makefile_will_do(build: Callable[[str], Path], tmp_path: Path) -> None:
    own = tmp_path / "here" / ".tools" / "uv" / "bin"
    own.mkdir(parents=True)
    (tmp_path / "tools" / "uv").rename(own / "uv")
    assert build("new").is_symlink()
    (own / "uv").unlink()
    with pytest.raises(RefFailedError, match="uv is not installed"):
        build("newer")


def test_the_other_environment_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python that uv made runs the program; its absence is told with the commit's name."""
    root = repository(tmp_path / "repository")
    first = commit(root, {"uv.lock": "old"})
    commit(root, {"uv.lock": "new"})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(RefFailedError, match=f"the environment of HEAD~1 at {first[:7]} cannot be built: uv.lock"):
        record_at(root, "dev", "HEAD~1", key=b"k" * 32)
    assert worktrees(root) == 1
    put(root, {".tools/uv/bin/uv": MAKES_A_SCRIPT.format(ran=tmp_path / "ran", python=sys.executable)})
    (root / ".tools/uv/bin/uv").chmod(0o755)
    recording = record_at(root, "dev", "HEAD~1", key=b"k" * 32)
    assert recording is not None
    assert len(recording.resources) == 1
    assert (tmp_path / "ran").exists()
    assert list((tmp_path / "cache" / "slipway" / "environments").iterdir())


def test_where_the_cache_is(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "slipway" / "environments"
    assert cache_folder({}) == Path.home() / ".cache" / "slipway" / "environments"

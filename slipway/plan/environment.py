"""The Python that runs the program of another commit: the present one, unless that commit locks other packages."""

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

from slipway.plan.errors import RefFailedError

LOCK = "uv.lock"
_COMPLETE = ".complete"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where environments are kept: below XDG_CACHE_HOME, or ~/.cache."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway" / "environments"


def interpreter(here: Path, there: Path, *, cache: Path) -> Path:
    """Return the Python for the project in `there`, of which the one in `here` is the present version.

    It is this process's own where `uv.lock` is the same, or where there is none. Otherwise it is that of an
    environment in `cache`, built by uv from the other lock file once. Raises RefFailedError when it cannot be built.
    """
    wanted = _content(there / LOCK)
    if wanted is None or wanted == _content(here / LOCK):
        return Path(sys.executable)
    key = hashlib.sha256(b"\0".join((wanted, platform.python_version().encode(), sysconfig.get_platform().encode())))
    folder = cache / key.hexdigest()[:16]
    python = folder / "bin" / "python"
    with _alone(folder.with_suffix(".lock")):
        # A link to a Python that is gone does not exist.
        if not (folder / _COMPLETE).exists() or not python.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _build(there, folder, _uv(here))
            (folder / _COMPLETE).touch()
    return python


def _content(path: Path) -> bytes | None:
    """Return what a lock file says; its line ends are as git is told to check it out (core.autocrlf)."""
    return path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else None


def _uv(here: Path) -> str:
    """Return the uv that the Makefile would use: the one on the PATH, or the one it has put into the project."""
    own = here / ".tools" / "uv" / "bin" / "uv"
    found = shutil.which("uv") or (str(own) if own.is_file() else None)
    if found is None:
        raise RefFailedError(f"{LOCK} differs there, and uv is not installed to build its environment: `make setup`")
    return found


def _build(project: Path, folder: Path, uv: str) -> None:
    """Install what the lock file pins, the groups for development and the project itself excepted."""
    options = ("--frozen", "--no-install-project", "--no-default-groups", "--compile-bytecode", "--quiet")
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    environment |= {"UV_PROJECT_ENVIRONMENT": str(folder), "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(  # noqa: S603 (no shell)
        [uv, "sync", *options, "--python", sys.executable, "--project", str(project)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RefFailedError(f"uv sync failed for the {LOCK} there:\n{done.stderr.strip()}")


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time build; another one that wants the same environment waits for it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield

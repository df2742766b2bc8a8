"""Programs that are built from Go modules once, into a folder of the cache that is there whole or not at all."""

import fcntl
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.assets import UnavailableError, go_version

CORES = 2
"""How many compilers run at once: a full build on more would starve the machine that it is one job of."""


def say(line: str) -> None:
    """Write one line of progress."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def check_go(environ: Mapping[str, str], module: Path, what: str, instead: str) -> None:
    """Raise `UnavailableError` where the local Go is older than a module wants: none is downloaded.

    `what` is built of it, and `instead` is the variable that names a build which is there already.
    """
    wanted = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(), re.MULTILINE)
    found = re.search(r"\bgo(\d+)\.(\d+)", go_version(environ))
    if wanted and found and tuple(map(int, found.groups())) < tuple(map(int, wanted.groups())):
        raise UnavailableError(
            f"{what} is built by Go {'.'.join(wanted.groups())} or newer, and this is"
            f" {found.group()}. Install a newer Go, or set {instead} (docs/guide/testing.md)."
        )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, so that two builds at once are one build and one wait."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another such build is under way: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def go_build(arguments: Sequence[str], module: Path, environ: Mapping[str, str]) -> None:
    """Compile in the folder `module`; Go's own caches keep what is done if it is interrupted."""
    settings = {
        **environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly",
        "GOMAXPROCS": str(CORES),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    command = ["go", "build", "-p", str(CORES), "-buildvcs=false", "-trimpath", *arguments]
    subprocess.run(command, cwd=module, env=settings, check=True)


def build_once(folder: Path, what: str, compile_into: Callable[[Path], None]) -> None:
    """Make `folder` with what is compiled into it, where it is not there yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if folder.is_dir():
            return
        say(f"Building {what} into {folder}: some minutes, once.")
        began = time.monotonic()
        scratch = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
        try:
            compile_into(scratch)
            scratch.chmod(0o755)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        say(f"Built in {time.monotonic() - began:.0f} s.")


def run(arguments: Sequence[str], build: Callable[[], str]) -> int:
    """Build and say what `build` returns; return 0, or 1 where the compiler fails or is missing.

    With `--optional` missing is only said.
    """
    try:
        say(build())
    except UnavailableError as reason:
        say(str(reason))
        return 0 if "--optional" in arguments else 1
    except subprocess.CalledProcessError as failure:
        say(f"go build failed with exit code {failure.returncode}.")
        return 1
    return 0

"""Build the control plane once into the cache: `python -m tests.cluster.build`, behind `make cluster-tools`."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.assets import (
    PACKAGES,
    TOOLS,
    UnavailableError,
    built_folder,
    go_version,
    kubernetes_version,
    link_flags,
)

CORES = 2
"""How many compilers run at once: a full build on more would starve the machine that it is one job of."""


def say(line: str) -> None:
    """Write one line of progress."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def check_go(environ: Mapping[str, str], module: Path = TOOLS, what: str | None = None) -> None:
    """Raise `UnavailableError` where the local Go is older than the pinned modules want: none is downloaded."""
    wanted = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(), re.MULTILINE)
    found = re.search(r"\bgo(\d+)\.(\d+)", go_version(environ))
    if wanted and found and tuple(map(int, found.groups())) < tuple(map(int, wanted.groups())):
        name = what or f"Kubernetes {kubernetes_version()}"
        raise UnavailableError(
            f"{name} is built by Go {'.'.join(wanted.groups())} or newer, and this is"
            f" {found.group()}. Install a newer Go, or set KUBEBUILDER_ASSETS (docs/guide/testing.md)."
        )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, so that two builds at once are one build and one wait."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another build of the control plane is under way: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compile_all(folder: Path, environ: Mapping[str, str]) -> None:
    """Compile every program into `folder`; Go's own caches keep what is done if it is interrupted."""
    settings = {
        **environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly",
        "GOMAXPROCS": str(CORES),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    command = ["go", "build", "-p", str(CORES), "-buildvcs=false", "-trimpath", "-ldflags", link_flags()]
    # One call for all of them shares their packages; Go names a program by its path, hence etcd apart, linked last.
    etcd = PACKAGES["etcd"]
    others = [package for package in PACKAGES.values() if package != etcd]
    subprocess.run([*command, "-o", f"{folder}/", *others], cwd=TOOLS, env=settings, check=True)
    subprocess.run([*command, "-o", str(folder / "etcd"), etcd], cwd=TOOLS, env=settings, check=True)


def build(environ: Mapping[str, str]) -> Path:
    """Return the folder with all programs, building them where they are not there yet."""
    check_go(environ)
    folder = built_folder(environ)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if folder.is_dir():
            return folder
        say(f"Building Kubernetes {kubernetes_version()}, etcd and kwok into {folder}: some minutes, once.")
        began = time.monotonic()
        scratch = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
        try:
            compile_all(scratch, environ)
            scratch.chmod(0o755)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        say(f"Built in {time.monotonic() - began:.0f} s.")
    return folder


def main(arguments: Sequence[str]) -> int:
    """Build; return 0, or 1 where the compiler fails or is missing: with `--optional` missing is only said."""
    try:
        say(f"The control plane is in {build(os.environ)}")
    except UnavailableError as reason:
        say(str(reason))
        return 0 if "--optional" in arguments else 1
    except subprocess.CalledProcessError as failure:
        say(f"go build failed with exit code {failure.returncode}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

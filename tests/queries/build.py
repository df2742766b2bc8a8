"""Build Prometheus's query engine once into the cache: `python -m tests.queries.build`, behind `make query-tools`."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cluster.assets import TOOLS, UnavailableError, cache_folder, go_version
from tests.cluster.build import CORES, check_go, locked, say

SOURCE = TOOLS / "promql"
PROGRAM = "promql"
GIVEN = "SLIPWAY_PROMQL"
"""The environment variable that names a program which is built already."""


def built(environ: Mapping[str, str]) -> Path:
    """Return where the program of today's source and pins is, whether or not it is there yet."""
    recipe = [(SOURCE / name).read_text() for name in ("go.mod", "go.sum", "main.go")]
    key = hashlib.sha256("\0".join([*recipe, go_version(environ)]).encode())
    return cache_folder(environ).with_name("query-tools") / key.hexdigest()[:16] / PROGRAM


def find(environ: Mapping[str, str]) -> Path:
    """Return the program: the one that SLIPWAY_PROMQL names, else that in the cache.

    Raises `UnavailableError`, with what to do, where there is neither.
    """
    if given := environ.get(GIVEN):
        if not Path(given).is_file():
            raise UnavailableError(f"{GIVEN} is {given}, which is no file.")
        return Path(given)
    try:
        found = built(environ)
    except UnavailableError:
        text = f"Go is not installed, so Prometheus's engine cannot be built. Install it, or set {GIVEN} to a build"
        raise UnavailableError(f"{text} of tools/promql (docs/guide/testing.md).") from None
    if not found.is_file():
        raise UnavailableError("Prometheus's engine is not built yet: run `make query-tools`.")
    return found


def build(environ: Mapping[str, str]) -> Path:
    """Return the program, building it where it is not there yet."""
    check_go(environ, SOURCE, "Prometheus's engine")
    program = built(environ)
    program.parent.parent.mkdir(parents=True, exist_ok=True)
    with locked(program.parent.with_suffix(".lock")):
        if program.is_file():
            return program
        say(f"Building Prometheus's query engine into {program.parent}: some minutes, once.")
        began = time.monotonic()
        scratch = Path(tempfile.mkdtemp(prefix=f"{program.parent.name}.", dir=program.parent.parent))
        settings = {**environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}
        command = ["go", "build", "-p", str(CORES), "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"]
        try:
            subprocess.run([*command, "-o", str(scratch / PROGRAM), "."], cwd=SOURCE, env=settings, check=True)
            scratch.chmod(0o755)
            scratch.rename(program.parent)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        say(f"Built in {time.monotonic() - began:.0f} s.")
    return program


def main(arguments: Sequence[str]) -> int:
    """Build; return 0, or 1 where the compiler fails or is missing: with `--optional` missing is only said."""
    try:
        say(f"Prometheus's engine is {find(os.environ) if os.environ.get(GIVEN) else build(os.environ)}")
    except UnavailableError as reason:
        say(str(reason))
        return 0 if "--optional" in arguments else 1
    except subprocess.CalledProcessError as failure:
        say(f"go build failed with exit code {failure.returncode}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

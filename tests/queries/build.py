"""Build Prometheus's query engine once into the cache: `python -m tests.queries.build`, behind `make query-tools`."""

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.assets import TOOLS, UnavailableError, cache_folder, go_version
from tests.cluster.go_build import build_once, check_go, go_build, run

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
    check_go(environ, SOURCE, "Prometheus's engine", GIVEN)
    program = built(environ)

    def compile_into(folder: Path) -> None:
        go_build(["-ldflags", "-s -w", "-o", str(folder / PROGRAM), "."], SOURCE, environ)

    build_once(program.parent, "Prometheus's query engine", compile_into)
    return program


if __name__ == "__main__":
    where = find if os.environ.get(GIVEN) else build
    sys.exit(run(sys.argv[1:], lambda: f"Prometheus's engine is {where(os.environ)}"))

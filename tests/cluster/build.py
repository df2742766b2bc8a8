"""Build the control plane once into the cache: `python -m tests.cluster.build`, behind `make cluster-tools`."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cluster.assets import PACKAGES, TOOLS, built_folder, kubernetes_version, link_flags
from tests.cluster.go_build import build_once, check_go, go_build, run


def build(environ: Mapping[str, str]) -> Path:
    """Return the folder with all programs, building them where they are not there yet."""
    kubernetes = f"Kubernetes {kubernetes_version()}"
    check_go(environ, TOOLS, kubernetes, "KUBEBUILDER_ASSETS")

    def compile_into(folder: Path) -> None:
        # One call for all of them shares their packages; Go names a program by its path, hence etcd apart, linked last.
        etcd = PACKAGES["etcd"]
        others = [package for package in PACKAGES.values() if package != etcd]
        go_build(["-ldflags", link_flags(), "-o", f"{folder}/", *others], TOOLS, environ)
        go_build(["-ldflags", link_flags(), "-o", str(folder / "etcd"), etcd], TOOLS, environ)

    folder = built_folder(environ)
    build_once(folder, f"{kubernetes}, etcd and kwok", compile_into)
    return folder


def main(arguments: Sequence[str]) -> int:
    """Build, and return the exit code."""
    return run(arguments, lambda: f"The control plane is in {build(os.environ)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

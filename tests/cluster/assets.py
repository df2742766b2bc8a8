"""Where the control plane's programs are: in KUBEBUILDER_ASSETS, or in the cache that `make cluster-tools` fills."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools"
PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    "kwok": "sigs.k8s.io/kwok/cmd/kwok",
}
"""The programs, each with the Go package that it is built from."""

SERVERS = ("etcd", "kube-apiserver")
"""What envtest's archive holds of them, and what every control plane needs."""


class UnavailableError(Exception):
    """The programs are not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The programs found, by name, and the words for where they came from."""

    programs: Mapping[str, Path]
    source: str

    def missing(self) -> tuple[str, ...]:
        """Return the names of the programs that were not found."""
        return tuple(name for name in PACKAGES if name not in self.programs)


def kubernetes_version() -> str:
    """Return the pinned version of Kubernetes, such as `v1.36.3`."""
    pin = re.search(r"^\s*k8s\.io/kubernetes (v\S+)", (TOOLS / "go.mod").read_text(), re.MULTILINE)
    if pin is None:
        raise ValueError(f"{TOOLS / 'go.mod'} does not require k8s.io/kubernetes")
    return pin.group(1)


def link_flags() -> str:
    """Return what the linker stamps into the programs: clients parse the server's version."""
    version = kubernetes_version()
    major, minor, _ = version.removeprefix("v").split(".", 2)
    package = "k8s.io/component-base/version"
    stamps = {
        "gitVersion": version,
        "gitMajor": major,
        "gitMinor": minor,
        "gitCommit": f"module-{version}",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
    }
    return " ".join(["-s -w", *(f"-X {package}.{name}={value}" for name, value in stamps.items())])


def go_version(environ: Mapping[str, str]) -> str:
    """Return the line that the local Go prints of itself; raise `UnavailableError` where there is none."""
    go = shutil.which("go", path=environ.get("PATH"))
    if go is None:
        raise UnavailableError(
            "Go is not installed, and KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver."
            " Install Go, or envtest's binaries (docs/guide/testing.md)."
        )
    local = {**environ, "GOTOOLCHAIN": "local"}
    return subprocess.run(
        [go, "version"], env=local, cwd="/", check=True, capture_output=True, text=True
    ).stdout.strip()


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that holds one folder of programs for each version of the pins, of Go and of the flags."""
    base = environ.get("SLIPWAY_CACHE") or f"{environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'}/slipway"
    return Path(base) / "cluster-tools"


def built_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder in the cache for today's pins, whether or not it is there yet."""
    recipe = [(TOOLS / name).read_text() for name in ("go.mod", "go.sum")]
    key = hashlib.sha256("\0".join([*recipe, go_version(environ), link_flags(), *PACKAGES.values()]).encode())
    return cache_folder(environ) / key.hexdigest()[:16]


def find(environ: Mapping[str, str]) -> Assets:
    """Return the programs that are there.

    KUBEBUILDER_ASSETS (the envtest convention) comes first, for each program that its folder holds; what it lacks
    comes from the cache. Raises `UnavailableError` where etcd or kube-apiserver is in neither.
    """
    folders: list[Path] = []
    if given := environ.get("KUBEBUILDER_ASSETS"):
        folders.append(Path(given))
        absent = [name for name in SERVERS if not (folders[0] / name).is_file()]
        if absent:
            raise UnavailableError(f"KUBEBUILDER_ASSETS is {given}, where {' and '.join(absent)} cannot be found.")
    try:
        folders.append(built_folder(environ))
    except UnavailableError:
        if not folders:
            raise
    programs = {name: folder / name for name in PACKAGES for folder in reversed(folders) if (folder / name).is_file()}
    if any(name not in programs for name in SERVERS):
        raise UnavailableError("The control plane is not built yet: run `make cluster-tools`.")
    return Assets(programs, " and ".join(str(folder) for folder in folders if folder.is_dir()))

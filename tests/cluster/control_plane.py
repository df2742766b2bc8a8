"""A Kubernetes control plane on 127.0.0.1: etcd, API server, and as wanted controllers, scheduler, simulated nodes."""

import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import urllib3

from tests.cluster.access import Access
from tests.cluster.api import Client, connect
from tests.cluster.assets import Assets
from tests.cluster.flags import api_server_flags, etcd_flags, player_flags
from tests.cluster.processes import ProcessGroup, reserve_port, tail

EVERYTHING = ("kube-controller-manager", "kube-scheduler", "kwok")
"""What a whole control plane runs beside etcd and the API server."""

_PLAYERS = {
    "kube-controller-manager": "system:kube-controller-manager",
    "kube-scheduler": "system:kube-scheduler",
    "kwok": "kwok",
}
_START_TIMEOUT_SECONDS = 60


class StartError(Exception):
    """A server ended, or did not get ready in time; the message holds the tail of its log."""


class ControlPlane:
    """A running control plane; a context manager that stops it.

    `client` acts as an administrator; `seconds` is how long the API server took to get ready.
    """

    client: Client
    seconds: float

    def __init__(
        self, assets: Assets, logs: Path, *, players: tuple[str, ...] = EVERYTHING, webhooks: bool = False
    ) -> None:
        """Start it, with those of `players` that `assets` has.

        `logs` is a folder that outlives it. With `webhooks` the API server calls the admission webhooks that are
        configured in it: a test that wants this serves them on loopback. Raises `StartError`.
        """
        self.players = tuple(name for name in players if name in assets.programs)
        self._assets = assets
        self._folder = Path(tempfile.mkdtemp(prefix="slipway-cluster-"))
        self._group = ProcessGroup(self._folder, logs)
        self._port = reserve_port()
        began = time.monotonic()
        try:
            self._start_servers(webhooks=webhooks)
            self.seconds = time.monotonic() - began
            self._start_players()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        """Return itself, running already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    @property
    def processes(self) -> dict[str, int]:
        """The process id of each server."""
        return {name: process.pid for name, process in self._group.processes.items()}

    @property
    def folder(self) -> Path:
        """The working folder, which goes with the control plane."""
        return self._folder

    def logs(self) -> dict[str, Path]:
        """Return the log file of each server."""
        return {name: self._group.logs / f"{name}.log" for name in self._group.processes}

    def stop(self) -> None:
        """Kill every server and remove the working folder."""
        self._group.stop()
        self._port.close()

    def _run(self, name: str, flags: list[str]) -> None:
        # No inherited variable: neither a proxy nor ETCD_* nor KUBERNETES_SERVICE_HOST may reach a server.
        environ = {"HOME": str(self._folder), "PATH": "/usr/bin:/bin"}
        self._group.start(name, [str(self._assets.programs[name]), *flags], environ)

    def _start_servers(self, *, webhooks: bool) -> None:
        port = self._port.getsockname()[1]
        self.access = Access.to(f"https://127.0.0.1:{port}", self._folder / "certificates" / "apiserver.crt")
        (self._folder / "tokens.csv").write_text(self.access.token_file())
        self._run("etcd", etcd_flags())
        self._await("etcd", (self._folder / "clients:0").exists)
        self._run("kube-apiserver", api_server_flags(port, webhooks=webhooks))
        self._await("kube-apiserver", self._ready)
        self.client = Client(connect(self.access.url, self.access.authority), self.access.tokens["admin"])

    def _start_players(self) -> None:
        for name in self.players:
            (self._folder / f"{name}.kubeconfig").write_text(self.access.kubeconfig(_PLAYERS[name]))
            self._run(name, player_flags(name))

    def _ready(self) -> bool:
        try:
            pool = connect(self.access.url, self.access.authority)
            bearer = {"Authorization": f"Bearer {self.access.tokens['admin']}"}
            return pool.request("GET", "/readyz", headers=bearer, retries=False, timeout=2).status == 200
        except (urllib3.exceptions.HTTPError, ssl.SSLError, OSError):
            return False

    def _await(self, name: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + _START_TIMEOUT_SECONDS
        while not ready():
            log = tail(self._group.logs / f"{name}.log")
            if codes := self._group.dead():
                raise StartError(f"{codes} ended while {name} was starting:\n{log}")
            if time.monotonic() > end:
                raise StartError(f"{name} was not ready after {_START_TIMEOUT_SECONDS} s:\n{log}")
            time.sleep(0.05)

"""The servers of one control plane as one process group that cannot outlive this Python process."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# The watchdog waits for the end of its input, which comes when this process closes the pipe or dies by whatever cause.
_WATCHDOG = 'cat > /dev/null; kill -s KILL -- "-$1" 2> /dev/null; rm -rf -- "$2"'


def reserve_port() -> socket.socket:
    """Return a socket bound to a free port of 127.0.0.1 that never listens.

    As long as it is open the kernel gives the port to nobody but a server of this user that shares it
    (SO_REUSEPORT, kube-apiserver's `--permit-port-sharing`): nobody can take it between choosing and serving.
    """
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved


def tail(log: Path, lines: int = 40) -> str:
    """Return the last lines of a log, or a word for one that is not there."""
    if not log.is_file():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


class ProcessGroup:
    """Processes that are started together and killed together.

    `stop()`, the garbage collection of this object and the death of this Python process (by SIGKILL, too) all close
    the same pipe, and a watchdog then kills the group and removes `folder`. Nothing here is worth a graceful end.
    """

    def __init__(self, folder: Path, logs: Path) -> None:
        """Work in `folder`, which goes with the group; write one log for each process into `logs`, which stays."""
        self.folder = folder
        self.logs = logs
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # Where nothing has joined it yet, the leader too ends with the pipe: there is no moment in which it could leak.
        self._leader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, process_group=0)
        self._watchdog = subprocess.Popen(
            ["sh", "-c", _WATCHDOG, "watchdog", str(self._leader.pid), str(folder)],
            stdin=subprocess.PIPE,
            process_group=0,
        )

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start `command` in the group with `environ` and nothing else of this process's environment."""
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=self._leader.pid,
            )
        self.processes[name] = process
        return process

    def alive(self) -> bool:
        """Return whether a process of the group is left."""
        try:
            os.killpg(self._leader.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def dead(self) -> dict[str, int]:
        """Return the exit code of each process that has ended by itself."""
        return {name: code for name, process in self.processes.items() if (code := process.poll()) is not None}

    def stop(self) -> None:
        """Kill every process, wait for them, and remove the folder; nothing to do the second time."""
        for process in (self._watchdog, self._leader):
            if process.stdin is not None:
                process.stdin.close()
        self._watchdog.wait()
        for process in (*self.processes.values(), self._leader):
            process.kill()
            process.wait()

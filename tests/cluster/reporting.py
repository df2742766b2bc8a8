"""What is told of a run: a failing test with the servers' logs, and the counts at the end."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.processes import tail
from tests.cluster.tally import Tally


class Reporting:
    """A pytest plug-in: one in each worker, which hands its counts to the one in the controlling process."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._planes: list[ControlPlane] = []

    @contextmanager
    def watching(self, plane: ControlPlane) -> Iterator[None]:
        """Attach the logs of `plane` to the report of whatever test fails meanwhile."""
        self.tally.started(plane.seconds)
        self._planes.append(plane)
        try:
            yield
        finally:
            self._planes.remove(plane)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the end of each server's log to the report of a failing test."""
        report = yield
        if report.failed:
            for plane in self._planes:
                report.sections.extend((f"{name} ({log})", tail(log)) for name, log in plane.logs().items())
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand a worker's counts over."""
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output["slipway_tally"] = self.tally.record()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take a worker's counts."""
        self.tally.merge(getattr(node, "workeroutput", {}).get("slipway_tally", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what was applied, rejected, re-applied, admitted and scheduled."""
        for line in self.tally.lines():
            terminalreporter.write_line(line)

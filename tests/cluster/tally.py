"""What the cluster tests did, counted for the last lines of the run."""

from collections import Counter
from collections.abc import Mapping

NAMES = ("applied", "rejected", "re-applied unchanged", "pods admitted", "pods scheduled", "dry runs")
"""What is counted, in the order in which it is printed."""

Record = dict[str, float]
"""Counts in the form in which a worker hands them over."""


class Tally:
    """Counts by name; every xdist worker has its own, and the controlling process adds them up."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.slowest_start = 0.0

    def add(self, name: str, count: int = 1) -> None:
        """Count `count` more of one of `NAMES`."""
        if name not in NAMES:
            raise ValueError(f"{name!r} is not counted, only {', '.join(NAMES)}")
        self.counts[name] += count

    def started(self, seconds: float) -> None:
        """Note how long a control plane took to get ready; the slowest is told."""
        self.slowest_start = max(self.slowest_start, seconds)

    def record(self) -> Record:
        """Return everything, for another process to `merge`."""
        return {**self.counts, "slowest start": self.slowest_start}

    def merge(self, record: Mapping[str, float]) -> None:
        """Add what another process recorded."""
        for name in NAMES:
            self.counts[name] += int(record.get(name, 0))
        self.started(record.get("slowest start", 0))

    def lines(self) -> list[str]:
        """Return the lines that a run ends with: none where no control plane was started."""
        if not self.slowest_start:
            return []
        return [
            "The API server's verdict: " + ", ".join(f"{self.counts[name]} {name}" for name in NAMES) + ".",
            f"The slowest control plane was ready in {self.slowest_start:.1f} s.",
        ]

"""What is asked of Prometheus about an app's requests, whoever counts them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

SCRAPES = 4
"""How many scrapes the shortest window holds: a rate needs two, and one or two may be missed (Prometheus's own advice
for `rate`, https://www.robustperception.io/what-range-should-i-use-with-rate)."""


@dataclass(frozen=True, slots=True)
class RequestSource:
    """The series of an app's requests. `labels` are the matchers that all have in common.

    `failures` are alternative sets of matchers, no request in two of them. `histogram` is None where nobody measures
    time; it counts in `unit` milliseconds. `buckets` are its boundaries in milliseconds, None where they are the app's
    own to know. `targets` are the matchers of `up`: who is scraped for all this, every `interval` seconds.
    """

    requests: str
    labels: tuple[str, ...]
    failures: tuple[tuple[str, ...], ...]
    histogram: str | None
    unit: int
    buckets: tuple[int, ...] | None
    targets: tuple[str, ...]
    interval: int

    def narrowed(self, labels: Iterable[str], targets: Iterable[str] = ()) -> "RequestSource":
        """Return the same of the requests, and of the targets, that these matchers choose among them."""
        return replace(self, labels=(*self.labels, *labels), targets=(*self.targets, *targets))

    @property
    def shortest(self) -> int:
        """The shortest window, in seconds, that a missed scrape does not empty."""
        return SCRAPES * self.interval


def selector(metric: str, matchers: Iterable[str]) -> str:
    """Return a selector of PromQL."""
    return f"{metric}{{{','.join(matchers)}}}"


def rate(source: RequestSource, window: str) -> str:
    """Return the requests per second."""
    return f"sum(rate({selector(source.requests, source.labels)}[{window}]))"


def failure_ratio(source: RequestSource, window: str) -> str:
    """Return the share of requests that fail: 0 without failures, NaN without requests, nothing without series."""
    failed = " + ".join(
        f"(sum(rate({selector(source.requests, (*source.labels, *each))}[{window}])) or vector(0))"
        for each in source.failures
    )
    return f"({failed}) / {rate(source, window)}"


def quantile_ms(source: RequestSource, quantile: float, window: str) -> str:
    """Return a quantile of how long requests take, in milliseconds. The source measures time."""
    buckets = selector(f"{source.histogram}_bucket", source.labels)
    found = f"histogram_quantile({quantile}, sum by (le) (rate({buckets}[{window}])))"
    return found if source.unit == 1 else f"{source.unit} * {found}"


def slow_ratio(source: RequestSource, milliseconds: int, window: str) -> str:
    """Return the share of requests that take longer than a boundary of the buckets. The source measures time.

    A bucket that is not there counts nothing: with classic histograms every boundary is a series from the first
    request on, so that it is missing only where no request was that quick.
    """
    bound = f"{Decimal(milliseconds) / source.unit:f}"
    # Prometheus 3 writes the boundary 1 as 1.0 where an app's text says 1.
    escaped = bound.replace(".", "\\\\.") if "." in bound else f"{bound}(\\\\.0)?"
    metric = f"{source.histogram}_bucket"
    quick = selector(metric, (*source.labels, f'le=~"{escaped}"'))
    every = selector(metric, (*source.labels, 'le="+Inf"'))
    return f"1 - (sum(rate({quick}[{window}])) or vector(0)) / sum(rate({every}[{window}]))"


def scraped(source: RequestSource) -> str:
    """Return the number of targets that answer, where there is one; nothing where nobody is scraped."""
    return f"sum({selector('up', source.targets)}) > 0"

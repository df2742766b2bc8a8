"""Prometheus's own engine, asked by the tests: a process that answers one JSON document with another."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

Series = Mapping[str, str]
"""Samples by series, in Prometheus's notation for tests: `0+10x20` is 0, 10, … 200; `_` is a missed scrape."""

STEP = 30
"""Seconds between two scrapes, and between two evaluations of rules."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of an answer."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector in a query: a metric's name, and matchers as (label, operator, value)."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a Prometheus says: the answer to each query, and the labels and annotations of the alerts that fire."""

    results: Sequence[Sequence[Sample]]
    firing: Sequence[Mapping[str, Mapping[str, str]]]

    def alerts(self) -> set[str]:
        """Return the names of the alerts that fire."""
        return {each["labels"]["alertname"] for each in self.firing}


class Engine:
    """The process. Every question starts with an empty Prometheus."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def __enter__(self) -> "Engine":
        self._process = subprocess.Popen(
            [self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def _ask(self, **question: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def evaluate(
        self,
        series: Series,
        *,
        queries: Iterable[str] = (),
        groups: Iterable[Mapping[str, Any]] = (),
        until: int,
        step: int = STEP,
    ) -> Evaluation:
        """Return what Prometheus says `until` seconds after the first sample, with the rules of `groups`."""
        rules = {"groups": list(groups)}
        answer = self._ask(
            step=step,
            series=list(series.items()),
            until=until,
            queries=list(queries),
            **({"rules": rules} if rules["groups"] else {}),
        )
        results = [[Sample(each["labels"], float(each["value"])) for each in one] for one in answer.get("results", [])]
        return Evaluation(results, answer["firing"])

    def selectors(self, queries: Iterable[str]) -> list[set[Selector]]:
        """Return the selectors of each query. An expression that Prometheus cannot read fails the test."""
        found = self._ask(parse=list(queries))["selectors"]
        return [{Selector(each["metric"], tuple(map(tuple, each["matchers"]))) for each in one} for one in found]

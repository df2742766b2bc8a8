"""What is printed of the sample platform, word for word, and how it adapts to where it is printed."""

import io
import os
import time
from decimal import Decimal

import pytest
from rich.text import Text
from syrupy.assertion import SnapshotAssertion

from slipway.cost.estimate import Estimate
from slipway.preview import consoles
from slipway.preview.grouping import group
from slipway.preview.progress import progress
from slipway.preview.summary import summarise
from slipway.preview.summary_text import cost_line, dollars, headline, summary_lines
from slipway.preview.tree import tree
from slipway.recording.recording import Recording


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(stream: io.StringIO, recording: Recording, cost: Estimate) -> str:
    consoles.console(stream).print(tree("demo", group(recording, cost.by_resource)))
    return stream.getvalue()


def test_the_tree(recording: Recording, cost: Estimate, snapshot: SnapshotAssertion) -> None:
    assert printed(io.StringIO(), recording, cost) == snapshot


def test_the_summary(recording: Recording, cost: Estimate, snapshot: SnapshotAssertion) -> None:
    summary = summarise(recording, environment="staging")
    assert "\n".join(summary_lines(summary, cost)) == snapshot
    assert headline(summary, group(recording, cost.by_resource).count, cost) == snapshot


def test_without_a_terminal_it_is_plain_and_complete(recording: Recording, cost: Estimate) -> None:
    text = printed(io.StringIO(), recording, cost)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert max(map(len, text.splitlines())) > 120


def test_a_narrow_terminal_gets_narrow_lines(
    recording: Recording, cost: Estimate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    text = printed(Terminal(), recording, cost)
    assert "\x1b[" in text
    assert max(Text.from_ansi(line).cell_len for line in text.splitlines()) == 60
    assert len(text.splitlines()) == len(printed(io.StringIO(), recording, cost).splitlines())
    assert "…" in text


def test_colour_carries_nothing_of_its_own(
    recording: Recording, cost: Estimate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")
    bare = printed(Terminal(), recording, cost)
    for escape in ("\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[0m", "\x1b[1;3m"):
        bare = bare.replace(escape, "")
    assert bare == printed(io.StringIO(), recording, cost)


def test_a_stream_that_cannot_say_everything(recording: Recording, cost: Estimate) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="ascii") as stream:
        consoles.console(stream).print("Rome — ☂")
    with os.fdopen(reader, encoding="ascii") as stream:
        assert stream.read() == "Rome ? ?\n"


def test_amounts() -> None:
    assert [dollars(Decimal(text)) for text in ("0", "1.255", "9.99", "10.5", "1234.4")] == [
        "$0",
        "$1.26",
        "$9.99",
        "$11",
        "$1,234",
    ]
    assert cost_line(None) == "not estimated (the cluster exists already)"


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        with progress("demo", consoles.console(stream)) as on_resource:
            on_resource(7)
            time.sleep(0.2)
    assert "Recording demo: 7 resources" in terminal.getvalue()
    assert pipe.getvalue() == ""

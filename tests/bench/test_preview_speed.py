"""How long a preview takes beside the least that the SDK allows. Run by `make bench`; nothing here is a limit."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from rich.console import Console
from rich.table import Table

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[2]
STACK = "staging"
RUNS = 5


def measure(*arguments: str) -> dict[str, float]:
    """Measure once in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.measure", *arguments], check=True, capture_output=True, text=True, cwd=ROOT
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def whole_command() -> float:
    """Return the seconds that the command takes as a user calls it."""
    start = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("slipway"), "preview", STACK], check=True, capture_output=True, cwd=ROOT
    )
    return time.perf_counter() - start


def test_preview_speed(tmp_path: Path) -> None:
    document = str(tmp_path / "recording.json")
    measure("stack", STACK, document)  # and the caches are warm
    # In turns, so that a disturbance of the machine meets both.
    pairs = [(measure("stack", STACK, document), measure("floor", document)) for _ in range(RUNS)]
    whole = [whole_command() for _ in range(RUNS)]
    count = int(pairs[0][0]["resources"])
    assert {int(found["resources"]) for pair in pairs for found in pair} == {count}

    table = Table(
        "", "median wall s", "median CPU s", "ms a resource (CPU)", title=f"{STACK}: {count} resources, {RUNS} runs"
    )
    cpu: list[float] = []
    for name, found in (("recording", [pair[0] for pair in pairs]), ("SDK floor", [pair[1] for pair in pairs])):
        cpu.append(median(each["cpu"] for each in found))
        wall = median(each["wall"] for each in found)
        table.add_row(name, f"{wall:.2f}", f"{cpu[-1]:.2f}", f"{1000 * cpu[-1] / count:.2f}")
    table.add_row("ratio to the floor", "", f"{cpu[0] / cpu[1]:.2f}", "")
    table.add_row(f"slipway preview {STACK}", f"{median(whole):.2f}", "", "")
    Console(width=100).print("\n", table)
    assert all(seconds > 0 for seconds in (*cpu, *whole))

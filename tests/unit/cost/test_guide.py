"""The example of the guide: what the page shows is what the program says, and what the arithmetic gives."""

import re
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from components.foundation.allocatable import allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from slipway.cost.breakdown import Breakdown, breakdown
from slipway.cost.breakdown_text import breakdown_lines
from slipway.cost.estimate import Estimate, estimate
from slipway.cost.lines import Line
from slipway.cost.prices import Assumptions
from slipway.cost.ranges import of_line
from slipway.loading import load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.support.shipped import ROOT
from tests.unit.cost.building import PRICES, TODAY

PAGE = (ROOT / "docs" / "guide" / "cost.md").read_text(encoding="utf-8")
STACK, APP = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[:2]
SHOWN = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0].splitlines()
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
Row = tuple[str, str, str, str, str]


def costed(folder: Path, stack: str) -> tuple[Recording, Estimate]:
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    (folder / "Pulumi.shop.yaml").write_text(stack)
    (folder / "apps" / "staging").mkdir(parents=True)
    (folder / "apps" / "staging" / "shop.yaml").write_text(APP)
    facts = load_stack(folder, "shop")
    recording = record(
        folder / "__main__.py",
        project=facts.project,
        stack="shop",
        config=facts.config,
        secret_keys=facts.secret_keys,
    )
    found = estimate(recording, PRICES, region="us-west-2", on=TODAY)
    assert found is not None
    return recording, found


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Estimate, Breakdown]:
    folder = tmp_path_factory.mktemp("guide")
    before = STACK.replace("general: {size: 3,", "general: {size: 2,")
    assert before != STACK
    recording, found = costed(folder / "now", STACK)
    return found, breakdown(recording, found, PRICES, costed(folder / "before", before))


def computed(arithmetic: str) -> Decimal:
    """Return what `10 x 0.50 + 2 / 3` is, in cents: products first, then sums."""
    result = Decimal(0)
    for term in arithmetic.split(" + "):
        first, *rest = re.split(r" (x|/) ", term)
        value = Decimal(first)
        for sign, factor in zip(rest[::2], rest[1::2], strict=True):
            value = value * Decimal(factor) if sign == "x" else value / Decimal(factor)
        result += value
    return result.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_output_is_what_the_program_says(example: tuple[Estimate, Breakdown]) -> None:
    assert list(breakdown_lines(example[1])) == SHOWN


def test_every_line_by_hand_is_the_programs_and_none_is_missing(example: tuple[Estimate, Breakdown]) -> None:
    by_what: dict[str, list[Line]] = {}
    for line in example[0].lines:
        by_what.setdefault(line.what.replace(" | ", ", "), []).append(line)
    assert [row[0] for row in ROWS] == list(dict.fromkeys(row[0] for row in ROWS))
    assert {row[0] for row in ROWS} == by_what.keys()
    for what, arithmetic, *counts in ROWS:
        lines, unit = by_what[what], computed(arithmetic)
        assert {line.unit for line in lines} == {unit}, what
        told = [sum(each) for each in zip(*(_cases(line) for line in lines), strict=True)]
        assert told == [int(count) * unit for count in counts], what


def _cases(line: Line) -> tuple[Decimal, Decimal, Decimal]:
    cost = of_line(line)
    return cost.least, cost.expected, cost.most


def test_the_lines_by_hand_add_up_to_the_total(example: tuple[Estimate, Breakdown]) -> None:
    sums = [sum(computed(row[1]) * int(row[column]) for row in ROWS) for column in (2, 3, 4)]
    cost = example[1].total.cost
    assert sums == [cost.least, cost.expected, cost.most]
    assert SHOWN[7].split() == ["total", *(f"{each:,.2f}" for each in sums), "+65.75"]


def test_the_apps_part_by_hand(example: tuple[Estimate, Breakdown]) -> None:
    node, gib = INSTANCE_TYPES["t3.large"], Decimal(1024) ** 3
    cpu, memory = allocatable(node).cpu, allocatable(node).memory / gib
    worth = cpu * Decimal("0.031611"), memory * Decimal("0.004237")
    parts = [Decimal("194.22") * each / sum(worth) for each in worth]
    paid = [parts[0] / (3 * cpu), parts[1] * 2 / (3 * memory)]
    cores = f"{cpu.normalize()} cores", f"{(3 * cpu).normalize()} cores"
    told = (
        f"| CPU | {cores[0]} | {worth[0]:.4f} | {100 * worth[0] / sum(worth):.1f} % = {parts[0]:.2f} |"
        f" 1 of {cores[1]} | {paid[0]:.2f} |\n"
        f"| memory | {memory:.3f} GiB | {worth[1]:.4f} | {100 * worth[1] / sum(worth):.1f} % = {parts[1]:.2f} |"
        f" 2 of {3 * memory:.2f} GiB | {paid[1]:.2f} |"
    )
    assert [line for line in told.splitlines() if line not in PAGE] == []
    (shop,) = example[1].apps
    assert shop.cost.expected == Decimal("29.85") == sum(round(each, 2) for each in paid) + Decimal("1.60")


def test_every_assumption_has_its_row_with_its_default() -> None:
    for key, value in PRICES.assumptions.model_dump(by_alias=True).items():
        assert re.search(rf"^\| `{key}` \| .* Default {Decimal(value).normalize():f} \|$", PAGE, re.MULTILINE), key
    assert len(re.findall(r"^\| `\w+` \| .* Default ", PAGE, re.MULTILINE)) == len(Assumptions.model_fields)

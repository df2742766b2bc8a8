"""What the README shows is what a reader gets."""

import re
from pathlib import Path

from typer.testing import CliRunner

from slipway.cli import main
from tests.support.shipped import ROOT, recorded

README = (ROOT / "README.md").read_text()


def test_the_first_screen_has_the_real_output_of_the_preview() -> None:
    shown = re.search(r"```text\n(CLUSTER STATUS.*?)```", README, re.DOTALL)
    assert shown
    result = CliRunner().invoke(main, ["preview", "staging"])
    assert result.exit_code == 0
    assert shown[1] in result.stdout
    assert f"all {len(recorded('staging').made)} resources" in README


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not Path(ROOT, link).exists()] == []


def test_the_two_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^preview: setup", makefile, re.MULTILINE)
    assert re.search(r"^test: setup", makefile, re.MULTILINE)

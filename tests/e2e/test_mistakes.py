"""Ten mistakes in one stack: all are reported, nothing is written, and no text whatever ends in a traceback."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from slipway.cli import main
from slipway.loading import SettingsError, load_stack
from tests.e2e.mistakes import DOCUMENTED, STACK, TEN, WEB
from tests.support.effort import examples
from tests.unit.loading.project import ROOT, edit, shipped

REPORT = re.compile(
    r"^(\S[^:]*):(\d+): (\S+): (.*)\n    found:(.*)\n    allowed:((?:.*\n)+?)    nearest:(.*)$", re.MULTILINE
)


def preview(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("slipway")), "preview", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def preview_here(root: Path, *arguments: str) -> Result:
    """Run the same in this process, which has imported already what takes longest."""
    with contextlib.chdir(root):
        return CliRunner().invoke(main, ["preview", *arguments])


@pytest.mark.slow
def test_all_ten_are_reported_and_nothing_is_written(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    for slip in TEN.values():
        slip.make(root)
    before = sorted(root.rglob("*"))
    done = preview(root, "production", "--json", "out.json", "--manifests", "out")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert sorted(root.rglob("*")) == before
    assert done.stderr.endswith("\n10 mistakes in 5 files\n")
    reported = {
        (file, int(line), key, found.strip(), nearest.strip()): (message, " ".join(allowed.split()))
        for file, line, key, message, found, allowed, nearest in REPORT.findall(done.stderr)
    }
    assert len(reported) == 10
    for slip in TEN.values():
        place = (slip.file, slip.line_number(root), slip.key, slip.found, slip.nearest)
        assert place in reported
        message, allowed = reported[place]
        assert message.startswith(slip.message)
        assert slip.allowed in allowed


@pytest.mark.parametrize("name", TEN)
def test_each_alone_is_reported_alone(tmp_path: Path, name: str) -> None:
    root = shipped(tmp_path)
    slip = TEN[name]
    slip.make(root)
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "production")
    [mistake] = caught.value.mistakes
    assert (mistake.file, mistake.line, mistake.key) == (slip.file, slip.line_number(root), slip.key)
    assert (mistake.found, mistake.nearest) == (slip.found, slip.nearest)
    assert mistake.message.startswith(slip.message)
    assert slip.allowed in mistake.allowed


def test_every_nine_of_the_ten_are_nine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No mistake hides another, and none is only seen because of another."""
    for left_out in TEN:
        root = shipped(tmp_path_factory.mktemp("nine"))
        for name, slip in TEN.items():
            if name != left_out:
                slip.make(root)
        with pytest.raises(SettingsError) as caught:
            load_stack(root, "production")
        rest = {(slip.file, slip.key) for name, slip in TEN.items() if name != left_out}
        assert {(mistake.file, mistake.key) for mistake in caught.value.mistakes} == rest, f"without {left_out}"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (STACK, "config: [\n"),
        (STACK, ""),
        (STACK, "config:\n  slipway:environment: &a [*a]\n"),
        (STACK, "\x00"),
        (WEB, "- a\n"),
        (WEB, "name: webapp\n---\nname: webapp\n"),
        ("Pulumi.yaml", ": :"),
    ],
)
def test_what_is_not_even_a_stack_is_bad_input(tmp_path: Path, file: str, text: str) -> None:
    root = shipped(tmp_path)
    (root / file).write_text(text)
    done = preview_here(root, "production", "--json", "out.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.startswith(f"{file}:")
    assert not (root / "out.json").exists()


def test_an_unknown_stack_is_told_the_known_ones(tmp_path: Path) -> None:
    done = preview_here(shipped(tmp_path), "productoin")
    assert done.exit_code == 2
    assert "allowed: development, local, production, staging" in done.stderr
    assert "nearest: production" in done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shipped(tmp_path_factory.mktemp("mutated"))


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", "10.0.0.0/16", "us-west-2a", "1.35", "512Mi", "spot", "istio", "general", "-1", "null"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "size", "secure", "My Name", ""]), inner, max_size=3),
    ),
    max_leaves=5,
)


def mutate(document: Any, data: st.DataObject) -> None:
    """Replace, remove or add one value anywhere in a document."""
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        deeper = [key for key in keys if isinstance(place[key], (dict, list)) and place[key]]
        if not deeper or data.draw(st.sampled_from([True, False, False, False])):
            break
        place = place[data.draw(st.sampled_from(deeper))]
    match data.draw(st.sampled_from(["replace", "remove", "add"])) if keys else "add":
        case "replace":
            place[data.draw(st.sampled_from(keys))] = data.draw(VALUES)
        case "remove":
            del place[data.draw(st.sampled_from(keys))]
        case "add" if isinstance(place, dict):
            place[data.draw(st.text(min_size=1, max_size=10))] = data.draw(VALUES)
        case _:
            place.append(data.draw(VALUES))


def is_accepted_or_reported(root: Path) -> bool:
    try:
        return load_stack(root, "production").settings.environment == "production"
    except SettingsError as error:
        return len(error.mistakes) > 0 and all(mistake.line >= 1 for mistake in error.mistakes)


@examples(10, 400)
@given(st.data())
def test_a_mutated_project_is_accepted_or_reported(project: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([STACK, WEB]))
    document = YAML(typ="safe").load(ROOT / file)
    for _ in range(data.draw(st.integers(1, 4))):
        mutate(document, data)
    with (project / file).open("w") as stream:
        YAML(typ="safe").dump(document, stream)
    assert is_accepted_or_reported(project)
    (project / file).write_text((ROOT / file).read_text())


@examples(10, 400)
@given(st.data())
def test_a_torn_file_is_accepted_or_reported(project: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([STACK, WEB]))
    text = (ROOT / file).read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    (project / file).write_text(
        text[:start] + data.draw(st.text(alphabet=":{}[]-&*!|\n\t a0", max_size=8)) + text[end:]
    )
    assert is_accepted_or_reported(project)
    (project / file).write_text(text)


def test_a_secret_that_was_put_in_a_wrong_place_is_not_shown(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    edit(root / STACK, ("  slipway:ingress:", "  slipway:secrets: [hunter2]\n  slipway:ingress:"))
    done = preview_here(root, "production")
    assert done.exit_code == 2
    assert "slipway:secrets: wrong type" in done.stderr
    assert "hunter2" not in done.stderr


def test_the_guide_shows_what_is_printed(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    for name in DOCUMENTED:
        TEN[name].make(root)
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "production")
    assert f"```text\n{caught.value.render()}\n```" in (ROOT / "docs" / "guide" / "settings.md").read_text()

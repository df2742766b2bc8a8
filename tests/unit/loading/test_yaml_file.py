"""YAML is read the way the engine reads it, with a line for every key, and nothing in it raises."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slipway.loading.document import Document, key_text
from slipway.loading.yaml_file import MAX_DEPTH, MAX_VALUES, read_yaml
from tests.support.effort import examples


def read(folder: Path, text: str | bytes) -> Document:
    path = folder / "it.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_yaml(path, "it.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0", 0),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("0.5", 0.5),
        ("1.0", 1),  # as JSON carries it
        ("1e3", 1000),
        ("true", True),
        ("False", False),
        ("yes", "yes"),  # Go's yaml.v3: text, where nothing asks for a bool
        ("on", "on"),
        ("~", None),
        ("", None),
        ('"1.30"', "1.30"),
        ("1:30", "1:30"),
        ("=", "="),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("[a, 1]", ["a", 1]),
        ("{b: {}}", {"b": {}}),
        ("!!str 5", "5"),
    ],
)
def test_scalars_mean_what_they_mean_to_the_engine(tmp_path: Path, text: str, value: object) -> None:
    document = read(tmp_path, f"key: {text}")
    assert document.mistakes == []
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "message", "nearest"),
    [
        ("0777", "a number with a leading zero", '"0777"'),
        ("012345678901", "a number with a leading zero", '"012345678901"'),
        ("2026-11-21", "a date, which no setting is", '"2026-11-21"'),
        ("2026-13-45", "a date, which no setting is", '"2026-13-45"'),
        (".inf", "not a number that fits", None),
        (".nan", "not a number that fits", None),
        ("1e999", "not a number that fits", None),
        ("9" * 5000, "not a number that fits", None),
        ("!!binary aGk=", "a YAML tag", None),
        ("!Ref x", "a YAML tag", None),
    ],
)
def test_what_readers_could_disagree_about_is_refused(
    tmp_path: Path, text: str, message: str, nearest: str | None
) -> None:
    document = read(tmp_path, f"above: 1\nroom:\n  key: {text}\n")
    [mistake] = document.mistakes
    assert (mistake.line, mistake.key, mistake.message, mistake.nearest) == (3, "room.key", message, nearest)
    assert document.refused == {("room", "key")}


def test_every_key_and_item_has_its_line(tmp_path: Path) -> None:
    document = read(tmp_path, "# first\na:\n  b: 1\n  c:\n    - x\n    - {d: 2,\n       e: 3}\n")
    assert document.positions == {
        (): (2, 1),
        ("a",): (2, 1),
        ("a", "b"): (3, 3),
        ("a", "c"): (4, 3),
        ("a", "c", 0): (5, 7),
        ("a", "c", 1): (6, 7),
        ("a", "c", 1, "d"): (6, 8),
        ("a", "c", 1, "e"): (7, 8),
    }
    assert document.line(("a", "c", 1, "not", "there")) == 6
    assert document.line(("nowhere",)) == 2


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: [", 1, 5, "not YAML"),
        ("a: 1\nb: {c: d", 2, 9, "not YAML"),
        ("a: \t b", 1, 4, "not YAML"),
        ("a: *b", 1, 4, "not YAML: found undefined alias"),
        ("a: 1\n b: 2", 2, 3, "not YAML"),
        ("a: 1\n---\nb: 2", 2, 1, "more than one YAML document"),
        ("a: \x00", 1, 4, "special characters are not allowed"),
        (b"a: \xff\xfe", 1, 4, "not UTF-8 text"),
        ("[" * 5000, 1, 1, "nested too deeply"),
    ],
)
def test_what_is_not_yaml_is_a_mistake_with_line_and_column(
    tmp_path: Path, text: str | bytes, line: int, column: int, message: str
) -> None:
    document = read(tmp_path, text)
    [mistake] = document.mistakes
    assert (mistake.file, mistake.line, mistake.column) == ("it.yaml", line, column)
    assert mistake.message.startswith(message)
    assert document.data is None


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: 1").data == {"a": 1}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_nothing(tmp_path: Path, text: str) -> None:
    document = read(tmp_path, text)
    assert document.data is None
    assert document.mistakes == []


def test_a_key_that_is_written_twice_names_both_lines(tmp_path: Path) -> None:
    document = read(tmp_path, "a: {x: 1}\nb: 2\na: 3\n")
    [mistake] = document.mistakes
    assert (mistake.line, mistake.key, mistake.message) == (3, "a", "written twice, first on line 1")
    assert document.data == {"a": {"x": 1}, "b": 2}


def test_keys_are_text(tmp_path: Path) -> None:
    document = read(tmp_path, "5: a\ntrue: b\n? [c]\n: d\n~: e\n")
    assert document.data == {"5": "a", "true": "b"}
    assert [mistake.message for mistake in document.mistakes] == ["a key that is not text"] * 2


def test_merged_maps_give_way_to_what_is_written(tmp_path: Path) -> None:
    document = read(
        tmp_path, "base: &base {x: 1, y: 1}\nmore: &more {y: 2, z: 2}\nuse:\n  <<: [*base, *more]\n  x: 3\n"
    )
    assert document.mistakes == []
    assert document.data["use"] == {"x": 3, "y": 1, "z": 2}
    assert document.line(("use", "x")) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]", "contains itself"),
        ("a: &a {b: *a}", "contains itself"),
        ("a: &a\n  <<: *a", "nothing that << can merge"),
        ("a: {<<: 5}", "nothing that << can merge"),
    ],
)
def test_what_cannot_unfold_is_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    assert [mistake.message for mistake in read(tmp_path, text).mistakes] == [message]


def test_a_long_chain_of_merges_is_refused(tmp_path: Path) -> None:
    chain = [f"a{number}: &a{number} {{<<: *a{number - 1}}}" for number in range(1, 3000)]
    assert read(tmp_path, "\n".join(["a0: &a0 {x: 1}", *chain])).mistakes


@pytest.mark.parametrize("level", ["a{0}: &a{0} [{1}]", "a{0}: &a{0} {{<<: [{1}]}}"], ids=["aliases", "merges"])
def test_a_file_that_unfolds_without_end_is_refused_soon(tmp_path: Path, level: str) -> None:
    levels = [level.format(number, ", ".join([f"*a{number - 1}"] * 10)) for number in range(1, 9)]
    start = time.monotonic()
    document = read(tmp_path, "\n".join(["a0: &a0 {x: 1}", *levels]))
    assert document.mistakes
    assert time.monotonic() - start < 5
    assert len(document.positions) < 2 * MAX_VALUES


def test_nesting_is_bounded(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        return "a: " + "[" * (depth - 1) + "]" * (depth - 1)

    assert read(tmp_path, nested(MAX_DEPTH)).mistakes == []
    [mistake] = read(tmp_path, nested(MAX_DEPTH + 2)).mistakes
    assert mistake.message == "nested too deeply"


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    [mistake] = read_yaml(tmp_path / "absent.yaml", "absent.yaml").mistakes
    assert mistake.message == "cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("nodePools", "gpu", "size"), "nodePools.gpu.size"),
        (("zones", 2), "zones[2]"),
        (("labels", "example.com/team", 0), 'labels["example.com/team"][0]'),
        (("labels", ""), 'labels[""]'),
    ],
)
def test_paths_are_written_as_pulumi_writes_them(path: tuple[str | int, ...], text: str) -> None:
    assert key_text(path) == text


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return value is None or type(value) in {str, int, float, bool}


@examples(80, 3000)
@given(st.text(alphabet=st.sampled_from("ab:-&*[]{}<>!|'\"%@?#0.1~ \t\n\x00é,"), max_size=60))
@example("%YAML 1.1\n---\na: yes")
@example("&a &b c")
@example("!<tag:yaml.org,2002:int> x")
@example("!!float x")
@example("!!bool x")
def test_no_text_raises_and_all_data_is_plain(tmp_path: Path, text: str) -> None:
    document = read(tmp_path, text)
    assert plain(document.data)
    assert all(mistake.line >= 1 for mistake in document.mistakes)

"""The diff of one resource: paths, values, and what never breaks out of its block."""

import pytest

from slipway.plan.model import Change, Path
from slipway.recording.wire import Json
from slipway.review.changes import diff, path_text, value_text
from tests.unit.review.samples import CONFIG, UPDATED, plan, step, urn


def lines(*changes: Change) -> list[str]:
    return diff(step("update", CONFIG, "settings", changes=changes)).splitlines()[1:]


def test_the_guide_shows_a_diff_as_it_is() -> None:
    assert diff(UPDATED).splitlines() == [
        "@@ update NodeGroup general-us-west-2a @@",
        "- scalingConfig.maxSize: 3",
        "+ scalingConfig.maxSize: 6",
        "! aliases",
    ]


def test_nothing_to_say_is_no_diff() -> None:
    assert diff(step("create", CONFIG, "settings")) == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("spec", "ports", 0, "port"), "spec.ports[0].port"),
        (("metadata", "annotations", "example.com/key"), 'metadata.annotations["example.com/key"]'),
        (("data", "a\nb"), 'data["a\\nb"]'),
        ((0, "name"), "[0].name"),
    ],
)
def test_a_path_reads_as_one_writes_it(path: Path, text: str) -> None:
    assert path_text(path) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", '""'),
        (True, "true"),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}'),
        ("a\nb", "a b"),
        ("x" * 200, "x" * 160 + "… (200 characters)"),
    ],
)
def test_a_value_is_one_line(value: Json, text: str) -> None:
    assert value_text(value) == text


def test_added_removed_and_forcing_properties() -> None:
    assert lines(
        Change(("a",), None, 1),
        Change(("b",), 2, None, forces="it is immutable"),
        Change(("c",), 3, 4, forces="it is immutable"),
        Change(("d",), None, None),
    ) == ["+ a: 1", "- b: 2  # forces a replacement", "- c: 3", "+ c: 4  # forces a replacement", "! d"]


def test_what_a_server_refuses_says_why() -> None:
    assert lines(Change(("version",), "1.34", "1.36", refused="one minor version\nat a time")) == [
        "- version: 1.34",
        "+ version: 1.36",
        "#   refused: one minor version at a time",
    ]


def test_what_follows_a_replacement_says_of_what() -> None:
    assert lines(Change(("vpcId",), "vpc-1", "vpc-2", after=urn("aws:ec2/vpc:Vpc", "network")))[-1] == (
        "#   follows the replacement of network"
    )


def test_long_texts_are_compared_line_by_line() -> None:
    old = "\n".join(f"line {number}" for number in range(9))
    assert lines(Change(("data", "app.conf"), old, old.replace("line 4", "line four"))) == [
        '! data["app.conf"]: text of several lines',
        "    line 3",
        "-   line 4",
        "+   line four",
        "    line 5",
    ]


def test_a_resource_with_very_many_changes_is_cut() -> None:
    found = lines(*(Change(("data", f"key{number}"), None, number) for number in range(100)))
    assert found[-1] == "# … and 60 more lines, which are in the page"
    assert len(found) == 41


def test_a_plan_sorts_its_steps_by_urn() -> None:
    assert [each.resource.name for each in plan(step("create", CONFIG, "b"), step("create", CONFIG, "a")).steps] == [
        "a",
        "b",
    ]

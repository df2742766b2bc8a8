"""The plan in words and as JSON: nothing that is secret, nothing said 200 times, everything destructive said loudly."""

import json

import pytest

from slipway.plan.model import Change, Plan
from slipway.plan.plan_document import plan_document
from slipway.plan.plan_text import plan_alarms, plan_lines, plan_summary
from slipway.plan.values_text import MOST_LINES, change_lines, value_text
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, Json
from tests.support.plans import CLUSTER, CONFIG_MAP, DEPLOYMENT, SUBNET, VPC, plan, recording, resource


def lines(found: Plan) -> list[str]:
    return [line.plain for line in plan_lines(found)]


def vpc(cidr: str = "10.0.0.0/16", *, protect: bool = False) -> Resource:
    return resource(VPC, "network", {"cidrBlock": cidr}, protect=protect)


REPLACED = (recording(vpc(protect=True)), recording(vpc("10.1.0.0/16", protect=True)))


def test_nothing_to_do_is_one_line() -> None:
    assert lines(plan(recording(vpc()), recording(vpc()))) == [
        "PLAN against main at 1a2b3c4",
        "",
        "Plan: nothing changes (1 unchanged)",
    ]


def test_the_sum() -> None:
    old = recording(vpc(), resource(CONFIG_MAP, "a", {"data": {"x": "1"}}), resource(CONFIG_MAP, "b"))
    new = recording(vpc("10.1.0.0/16"), resource(CONFIG_MAP, "a", {"data": {"x": "2"}}), resource(SUBNET, "c"))
    assert plan_summary(plan(old, new)) == "Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 0 unchanged"


def test_a_destructive_step_says_so_in_words_and_how_to_allow_it() -> None:
    said = lines(plan(*REPLACED))
    assert said[2] == "-+ replace Vpc network  [PROTECTED: the engine refuses]  [STATE IS LOST]"
    assert said[3] == "     cidrBlock: 10.0.0.0/16 -> 10.1.0.0/16  (replaces)"
    assert said[4].startswith("     why: ")
    assert said[5].startswith("     lost: ")
    assert f"    {vpc().urn}" in said
    assert "    # slipway: allow-replace URN" in said


def test_in_a_few_lines_it_is_told_what_ends_the_preview_and_the_deployment() -> None:
    refused = "The deployment will fail, because a server or the engine refuses this: Vpc network"
    assert list(plan_alarms(plan(*REPLACED))) == ["Destructive, and acknowledged by nobody: Vpc network", refused]
    assert list(plan_alarms(plan(*REPLACED, vpc().urn))) == [refused]
    assert list(plan_alarms(plan(recording(vpc()), recording(vpc())))) == []
    many = recording(*(resource(VPC, f"vpc-{number}", {"cidrBlock": "a"}) for number in range(7)))
    (line,) = plan_alarms(plan(many, recording()))
    assert line.endswith(": Vpc vpc-0, Vpc vpc-1, Vpc vpc-2, Vpc vpc-3, Vpc vpc-4 and 2 more")
    old, new = (recording(resource(CLUSTER, "c", {"version": each})) for each in ("1.34", "1.36"))
    assert [each.rpartition(": ")[2] for each in plan_alarms(plan(old, new))] == ["Cluster c"]


def test_an_acknowledged_step_asks_for_nothing() -> None:
    said = lines(plan(*REPLACED, vpc().urn))
    assert said[2].endswith("[acknowledged]")
    assert "    # slipway: allow-replace URN" not in said


def test_a_stale_acknowledgement_is_told() -> None:
    assert any("allow-replace urn:gone fits no step" in line for line in lines(plan(*REPLACED, "urn:gone")))


def test_alike_steps_are_told_together_and_a_reason_once() -> None:
    def stack(value: str, cidr: str) -> list[Resource]:
        maps = [resource(CONFIG_MAP, f"map-{index}", {"data": {"x": value}}) for index in (1, 2, 10)]
        return [*maps, *(resource(SUBNET, name, {"cidrBlock": f"{cidr}{name}"}) for name in "ab")]

    said = lines(plan(recording(*stack("1", "10.0.0.")), recording(*stack("2", "10.1.0."))))
    assert "~  update  ConfigMap map-1, map-2, map-10" in said
    assert len([line for line in said if line.startswith("     why: ")]) == 1


def test_what_goes_with_its_cluster_is_counted() -> None:
    cluster = resource(CLUSTER, "cluster", {"name": "main"})
    inside = [resource(CONFIG_MAP, f"c{index}", deleted_with=cluster.urn) for index in range(200)]
    said = lines(plan(recording(cluster, *inside), recording()))
    assert "-  delete 200 more, which go with Cluster cluster: its loss is theirs" in said
    assert len(said) < 15


def test_the_order_is_that_of_a_deployment_deletes_reversed() -> None:
    first = resource(VPC, "z")
    second = resource(SUBNET, "a", dependencies=(first.urn,))
    said = [line for line in lines(plan(recording(), recording(first, second))) if line.startswith("+")]
    assert said == ["+  create  Vpc z", "+  create  Subnet a"]
    gone = [line for line in lines(plan(recording(first, second), recording())) if line.startswith("-")]
    assert [line.split()[2:4] for line in gone] == [["Subnet", "a"], ["Vpc", "z"]]


def test_options_alone_are_shown() -> None:
    said = lines(plan(recording(vpc(protect=True)), recording(vpc())))
    assert "options of Vpc network: protect: true -> false" in said


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(("a",), 1, 2), ["a: 1 -> 2"]),
        (Change(("a", 0), None, {"b": [1]}), ['a[0]: nothing -> {"b": [1]}']),
        (Change(("a",), "30", 30), ['a: "30" -> 30']),
        (Change(("a",), "", "x"), ['a: "" -> x']),
        (Change(("a",), SECRET, SECRET, secret=True), ["a: [secret], changed"]),
        (Change(("a",), None, SECRET, secret=True), ["a: nothing -> [secret]"]),
        (Change(("a",), SECRET, None, secret=True), ["a: [secret] -> nothing"]),
        (Change(("a",), 1, 2, forces="so"), ["a: 1 -> 2  (replaces)"]),
        (Change(("a",), 1, 2, refused="it shrinks"), ["a: 1 -> 2  (REFUSED: it shrinks)"]),
        (Change(("a",), "i", "j", after="urn:pulumi:s::p::t::vpc"), ["a: changes with vpc"]),
        (Change(("a",), "x\ny\n", "x\nz\n"), ["a: the text changes", "  - y", "  + z"]),
    ],
)
def test_a_change_in_words(change: Change, expected: list[str]) -> None:
    assert list(change_lines(change)) == expected


def test_long_texts_and_values_are_cut() -> None:
    old, new = "\n".join(map(str, range(100))), "\n".join(f"{index}!" for index in range(100))
    said = list(change_lines(Change(("a",), old, new)))
    assert len(said) == MOST_LINES + 2
    assert said[-1] == f"  … and {200 - MOST_LINES} more lines"
    assert len(value_text("x" * 1000)) <= 100
    long_one: Json = "x" * 60 + "a" + "x" * 60
    long_other: Json = "x" * 60 + "b" + "x" * 60
    (line,) = change_lines(Change(("a",), long_one, long_other))
    assert "a" * 1 in line
    assert "b" in line


def test_the_document() -> None:
    found = plan(*REPLACED)
    document = plan_document(found)
    assert json.loads(json.dumps(document)) == document
    assert document["counts"] == {"create": 0, "update": 0, "replace": 1, "delete": 0, "unchanged": 0}
    (step,) = document["steps"]
    assert step["operation"] == "replace"
    assert step["destructive"] is True
    assert step["changes"][0]["path"] == "cidrBlock"
    assert document["unacknowledged"] == [vpc().urn]


def test_unchanged_resources_are_only_counted_in_the_document() -> None:
    assert plan_document(plan(recording(vpc()), recording(vpc())))["steps"] == []


def test_a_secret_is_in_no_output() -> None:
    old = resource(DEPLOYMENT, "web", {"env": [{"name": "a", "value": "hunter2"}]})
    new = resource(DEPLOYMENT, "web", {"env": [{"name": "a", "value": SECRET}]})
    found = plan(recording(old), recording(new))
    assert "hunter2" not in "\n".join(lines(found))
    assert "hunter2" not in json.dumps(plan_document(found))

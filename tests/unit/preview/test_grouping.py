"""Groups, counts, costs and the order of things."""

from decimal import Decimal

import pulumi
import pytest

from slipway.cost.estimate import Estimate
from slipway.preview import purposes
from slipway.preview.grouping import Group, group
from slipway.preview.order import in_order, levels, natural
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.unit.preview.conftest import record_sample


def names(found: Group) -> list[str]:
    return [inner.resource.name for inner in found.groups if inner.resource]


def made(urn: str, *needs: str, parent: str | None = None, component: bool = False, kind: str = "a:b:C") -> Resource:
    return Resource(urn, kind, urn, parent, not component, {}, dependencies=needs)


def test_groups_counts_and_costs(recording: Recording, cost: Estimate) -> None:
    root = group(recording, cost.by_resource)
    assert names(root) == ["ground", "hall", "room"]
    assert [inner.count for inner in root.groups] == [7, 8, 15]
    assert root.count == len(recording.made) == 30
    assert sum((inner.monthly or Decimal(0) for inner in root.groups), Decimal(0)) == root.monthly == cost.total
    assert root.groups[0].monthly == Decimal("55.80")


def test_every_resource_is_shown_once(recording: Recording) -> None:
    def shown(found: Group) -> list[str]:
        own = [each.urn for kind in found.kinds for each in kind.resources]
        return own + [urn for inner in found.groups for urn in shown(inner)]

    components = [each.urn for each in recording.resources if each.is_component]
    assert sorted(shown(group(recording, {})) + components) == [each.urn for each in recording.resources]


@pytest.mark.slow
def test_the_order_is_the_same_in_every_run(recording: Recording) -> None:
    for _ in range(3):
        assert group(record_sample(), {}) == group(recording, {})


def test_what_is_needed_comes_first() -> None:
    recording = Recording("p", "s", (made("a", "c"), made("b"), made("c", "b"), made("d", "elsewhere")))
    assert levels(recording) == {"b": 0, "c": 1, "a": 2, "d": 0}


def test_components_stand_in_the_order_of_their_needs() -> None:
    recording = Recording(
        "p",
        "s",
        (
            made("a-late", component=True, kind="x:y:Late"),
            made("z-early", component=True, kind="x:y:Early"),
            made("inner", component=True, parent="z-early"),
            made("l", "e", parent="a-late"),
            made("e", parent="inner"),
        ),
    )
    assert names(group(recording, {})) == ["z-early", "a-late"]


def test_components_that_need_one_another_have_an_order_all_the_same() -> None:
    groups = {"b": ["b1", "b2"], "a": ["a1", "a2"], "c": ["c1"]}
    needs = {"a2": ["b1"], "b2": ["a1", "c1"], "c1": ["c1", "elsewhere"]}
    assert in_order(groups, needs) == in_order(dict(reversed(groups.items())), needs) == ["c", "a", "b"]


def test_children_of_a_resource_are_shown_beside_it() -> None:
    recording = Recording("p", "s", (made("a"), made("b", parent="a"), made("c", parent="b")))
    assert [each.urn for kind in group(recording, {}).kinds for each in kind.resources] == ["a", "b", "c"]


def test_numbers_in_names_sort_as_numbers() -> None:
    assert sorted(["p-10", "p-2", "p", "10", "2x"], key=natural) == ["2x", "10", "p", "p-2", "p-10"]


class Room(pulumi.ComponentResource):
    """Another class of the name, in another room."""


class Shed(pulumi.ComponentResource):
    """What a shed is for

    Not this paragraph.
    """


class Bare(pulumi.ComponentResource):
    pass


def test_purposes_come_from_the_class_of_the_token(recording: Recording) -> None:
    assert recording.of_type("sample:parts:Ground")
    assert purposes.of_component("sample:parts:Ground") == "The network of the sample"
    assert purposes.of_component("sample:parts:Room") == "The applications of the sample"
    assert purposes.of_component("x:test_grouping:Room") == "Another class of the name, in another room"
    assert purposes.of_component("x:y:Shed") == "What a shed is for"
    assert purposes.of_component("x:y:Bare") is None
    assert purposes.of_component("x:y:Room") is None  # two have the name, and neither is in such a module
    assert purposes.of_component("x:y:Nobody") is None


def test_purposes_of_types() -> None:
    assert purposes.of_type("aws:ec2/vpc:Vpc") == "the private network of the cluster"
    assert purposes.of_type("kubernetes:core/v1:ConfigMapPatch") == "configuration that is no secret"
    assert purposes.of_type("kubernetes:networking.istio.io/v1:VirtualService")
    assert purposes.of_type("aws:new/thing:Thing") is None

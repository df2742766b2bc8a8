"""Resources are matched as the engine does: by URN, then by alias, a child also below its parent's old name."""

from slipway.plan.match import match
from slipway.recording.resource import Alias, Resource
from tests.support.plans import CONFIG_MAP, DEPLOYMENT, VPC, operations, plan, recording, resource, urn_of

APP = "slipway:apps:AppStack"


def pairs(old: list[Resource], new: list[Resource]) -> dict[str, str]:
    return {after.urn: before.urn for before, after in match(recording(*old), recording(*new)).pairs}


def test_by_urn() -> None:
    one = resource(VPC, "network")
    assert pairs([one], [one]) == {one.urn: one.urn}


def test_without_an_alias_another_name_is_another_resource() -> None:
    found = match(recording(resource(VPC, "a")), recording(resource(VPC, "b")))
    assert [each.name for each in found.created] == ["b"]
    assert [each.name for each in found.deleted] == ["a"]


def test_by_the_name_in_an_alias() -> None:
    old, new = resource(VPC, "a"), resource(VPC, "b", aliases=(Alias(name="a"),))
    found = match(recording(old), recording(new))
    assert found.renamed == {old.urn: new.urn}
    assert found.created == found.deleted == ()


def test_by_a_whole_urn() -> None:
    old, new = resource(VPC, "a"), resource(VPC, "b", aliases=(Alias(urn=urn_of(VPC, "a")),))
    assert pairs([old], [new]) == {new.urn: old.urn}


def test_by_an_old_type() -> None:
    old = resource("kubernetes:apps/v1beta1:Deployment", "web")
    new = resource(DEPLOYMENT, "web", aliases=(Alias(type="kubernetes:apps/v1beta1:Deployment"),))
    assert pairs([old], [new]) == {new.urn: old.urn}


def test_out_of_and_into_a_component() -> None:
    parent = resource("slipway:foundation:Network", "network")
    outside = resource(VPC, "v")
    inside = resource(VPC, "v", parent=parent, aliases=(Alias(no_parent=True),))
    assert pairs([outside], [parent, inside]) == {inside.urn: outside.urn}
    again = resource(VPC, "v", aliases=(Alias(parent=parent.urn),))
    was = resource(VPC, "v", parent=parent)
    assert pairs([parent, was], [parent, again])[again.urn] == was.urn


def test_from_another_stack_and_project() -> None:
    new = resource(VPC, "v", aliases=(Alias(stack="old", project="former"),))
    old = Resource(f"urn:pulumi:old::former::{VPC}::v", VPC, "v", None, True, {})
    assert pairs([old], [new]) == {new.urn: old.urn}


def test_the_urn_goes_before_an_alias() -> None:
    a, b = resource(VPC, "a"), resource(VPC, "b")
    found = match(recording(a, b), recording(resource(VPC, "b", aliases=(Alias(name="a"),))))
    assert [(old.name, new.name) for old, new in found.pairs] == [("b", "b")]
    assert [each.name for each in found.deleted] == ["a"]


def test_children_of_an_aliased_parent_are_found_below_its_old_name() -> None:
    """A child's name that begins with the parent's began with its old one; any other stayed."""
    old = resource(APP, "web")
    new = resource(APP, "shop", aliases=(Alias(name="web"),))
    before = [old, resource(CONFIG_MAP, "web-config", parent=old), resource(CONFIG_MAP, "shared", parent=old)]
    after = [new, resource(CONFIG_MAP, "shop-config", parent=new), resource(CONFIG_MAP, "shared", parent=new)]
    found = match(recording(*before), recording(*after))
    assert {(was.name, now.name) for was, now in found.pairs} == {
        ("web", "shop"),
        ("web-config", "shop-config"),
        ("shared", "shared"),
    }


def test_a_parents_other_type_is_inherited_over_two_generations() -> None:
    old = resource("slipway:apps:Application", "web")
    new = resource(APP, "web", aliases=(Alias(type="slipway:apps:Application"),))
    inner = "slipway:apps:Inner"
    was, now = resource(inner, "web-in", parent=old), resource(inner, "web-in", parent=new)
    before = [old, was, resource(DEPLOYMENT, "web-in-pods", parent=was)]
    after = [new, now, resource(DEPLOYMENT, "web-in-pods", parent=now)]
    assert len(match(recording(*before), recording(*after)).pairs) == 3


def test_a_childs_name_that_is_not_its_parents_stays_also_below_another_type() -> None:
    old = resource("slipway:apps:Application", "web")
    new = resource(APP, "shop", aliases=(Alias(name="web", type="slipway:apps:Application"),))
    was, now = resource(CONFIG_MAP, "shared", parent=old), resource(CONFIG_MAP, "shared", parent=new)
    assert pairs([old, was], [new, now])[now.urn] == was.urn


def test_an_alias_of_a_child_counts_below_the_old_parent_too() -> None:
    old = resource(APP, "web")
    new = resource(APP, "shop", aliases=(Alias(name="web"),))
    was = resource(CONFIG_MAP, "web-settings", parent=old)
    now = resource(CONFIG_MAP, "shop-config", parent=new, aliases=(Alias(name="shop-settings"),))
    assert pairs([old, was], [new, now])[now.urn] == was.urn


def test_what_the_engine_refuses_is_told() -> None:
    both = recording(resource(VPC, "a"), resource(VPC, "b", aliases=(Alias(name="a"),)))
    found = plan(recording(resource(VPC, "a")), both)
    assert operations(found) == {"a": "unchanged", "b": "create"}
    assert "which is" in found.notes[0]
    assert "engine refuses" in found.notes[0]
    twice = recording(resource(VPC, "b", aliases=(Alias(name="a"),)), resource(VPC, "c", aliases=(Alias(name="a"),)))
    assert len(match(recording(resource(VPC, "a")), twice).conflicts) == 1

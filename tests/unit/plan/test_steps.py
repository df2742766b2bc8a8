"""What happens to one resource: the operation, the properties, the options, what is lost and what is refused."""

from typing import Any

import pytest

from slipway.plan.model import Step
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN
from tests.support.plans import (
    CLUSTER,
    CONFIG_MAP,
    DEPLOYMENT,
    KUBERNETES,
    KUBERNETES_SECRET,
    SUBNET,
    VPC,
    only,
    operations,
    plan,
    recording,
    resource,
)


def step(old: Resource | None, new: Resource | None) -> Step:
    """Return the only step of a stack of one resource."""
    found = plan(recording(*filter(None, [old])), recording(*filter(None, [new])))
    return only(found, (new or old or resource(VPC, "")).name)


def vpc(cidr: str = "10.0.0.0/16", **rest: Any) -> Resource:
    return resource(VPC, "network", {"cidrBlock": cidr, "tags": rest.pop("tags", {})}, **rest)


def test_a_stack_that_was_not_there_is_created() -> None:
    found = plan(None, recording(vpc(), resource(SUBNET, "a")))
    assert operations(found) == {"network": "create", "a": "create"}
    assert found.destructive == ()


def test_the_same_program_does_nothing() -> None:
    found = plan(recording(vpc()), recording(vpc()))
    assert found.changed == ()
    assert found.counts == {"unchanged": 1}


def test_an_update_in_place() -> None:
    found = step(vpc(), vpc(tags={"team": "a"}))
    assert (found.operation, found.loss, found.destructive) == ("update", None, False)
    assert [(each.path, each.old, each.new, each.forces) for each in found.changes] == [
        (("tags", "team"), None, "a", None)
    ]


def test_a_replacement_says_which_property_and_why() -> None:
    found = step(vpc(), vpc("10.1.0.0/16", tags={"team": "a"}))
    assert (found.operation, found.destructive) == ("replace", True)
    assert [bool(each.forces) for each in found.changes] == [True, False]
    assert len(found.reasons) == 1
    assert "cidrBlock" in found.reasons[0]


def test_what_is_deleted_says_what_is_lost() -> None:
    found = step(vpc(), None)
    assert found.operation == "delete"
    assert found.loss
    assert found.urn == vpc().urn


def test_a_deletion_that_keeps_the_thing_loses_nothing() -> None:
    found = step(vpc(retain_on_delete=True), None)
    assert (found.loss, found.destructive) == (None, False)
    assert "stays" in found.options[0]


def test_what_was_protected_is_destructive_whatever_it_is() -> None:
    protected = resource(CONFIG_MAP, "c", {"metadata": {"name": "c"}}, protect=True)
    assert step(protected, None).destructive
    moved = resource(CONFIG_MAP, "c", {"metadata": {"name": "d"}}, protect=True)
    assert step(protected, moved).protected
    assert not step(protected, resource(CONFIG_MAP, "c", {"metadata": {"name": "c"}, "data": {}})).protected


def test_the_engine_refuses_to_replace_only_what_is_still_protected() -> None:
    old = vpc(protect=True)
    assert any("refuses" in note for note in plan(recording(old), recording(vpc("10.1.0.0/16", protect=True))).notes)
    assert plan(recording(old), recording(vpc("10.1.0.0/16"))).notes == ()
    assert any("refuses to delete" in note for note in plan(recording(old), recording()).notes)


def test_options_that_differ_are_told_and_are_no_update() -> None:
    found = step(vpc(protect=True), vpc(retain_on_delete=True, ignore_changes=("tags",)))
    assert found.operation == "unchanged"
    assert found.options == (
        "protect: true -> false",
        "retainOnDelete: false -> true",
        "ignoreChanges: nothing -> tags",
    )


@pytest.mark.parametrize(("ignored", "operation"), [("spec.replicas", "unchanged"), ("spec.paused", "update")])
def test_ignored_changes_are_none(ignored: str, operation: str) -> None:
    old = resource(DEPLOYMENT, "web", {"spec": {"replicas": 1}})
    new = resource(DEPLOYMENT, "web", {"spec": {"replicas": 2}}, ignore_changes=(ignored,))
    assert step(old, new).operation == operation


def test_the_program_may_ask_for_a_replacement() -> None:
    old = resource(CONFIG_MAP, "c", {"data": {"a": "1"}})
    new = resource(CONFIG_MAP, "c", {"data": {"a": "2"}}, replace_on_changes=("data",))
    found = step(old, new)
    assert found.operation == "replace"
    assert "replaceOnChanges data" in found.reasons[0]


def test_a_secret_changes_without_its_value() -> None:
    old = resource(KUBERNETES_SECRET, "s", {"data": {"key": SECRET}}, fingerprints={"/data/key": "1"})
    new = resource(KUBERNETES_SECRET, "s", {"data": {"key": SECRET}}, fingerprints={"/data/key": "2"})
    (change,) = step(old, new).changes
    assert (change.path, change.secret, change.old, change.new) == (("data", "key"), True, SECRET, SECRET)


def test_a_component_is_a_step_and_loses_nothing() -> None:
    found = step(resource("slipway:apps:AppStack", "web"), None)
    assert (found.operation, found.destructive) == ("delete", False)


def test_what_is_only_read_is_in_no_step() -> None:
    assert plan(recording(), recording(resource(VPC, "v", read=True, id="vpc-1"))).steps == ()


@pytest.mark.parametrize(
    ("type_", "old", "new", "rest", "first"),
    [
        (DEPLOYMENT, {"name": "web", "namespace": "a"}, {"name": "web", "namespace": "b"}, {}, False),
        (DEPLOYMENT, {"name": "web"}, {"name": "shop"}, {}, False),
        (DEPLOYMENT, {"name": "web"}, {"name": "shop"}, {"delete_before_replace": True}, True),
    ],
)
def test_who_is_deleted_first(type_: str, old: Any, new: Any, rest: Any, first: bool) -> None:
    found = step(resource(type_, "web", {"metadata": old}), resource(type_, "web", {"metadata": new}, **rest))
    assert (found.operation, found.deleted_first) == ("replace", first)


def test_two_of_one_name_cannot_be_at_once() -> None:
    selector = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}
    other = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "shop"}}}}
    assert step(resource(DEPLOYMENT, "web", selector), resource(DEPLOYMENT, "web", other)).deleted_first
    named, other = {"name": "main", "roleArn": "a"}, {"name": "main", "roleArn": "b"}
    assert step(resource(CLUSTER, "c", named), resource(CLUSTER, "c", other)).deleted_first
    assert not step(vpc(), vpc("10.1.0.0/16")).deleted_first


CONFIG = (
    '{"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "%s"}}], "clusters": ['
    '{"name": "one", "cluster": {"server": "https://one.example.com"}},'
    '{"name": "two", "cluster": {"server": "https://two.example.com"}}]}'
)


@pytest.mark.parametrize(
    ("old", "new", "operation"),
    [
        ({"clusterIdentifier": "a", "kubeconfig": "1"}, {"clusterIdentifier": "a", "kubeconfig": "2"}, "update"),
        ({"clusterIdentifier": "a"}, {"clusterIdentifier": "b"}, "replace"),
        ({"kubeconfig": "1"}, {"clusterIdentifier": "b", "kubeconfig": "1"}, "update"),
        ({"kubeconfig": CONFIG % "one"}, {"kubeconfig": CONFIG % "two"}, "replace"),
        ({"kubeconfig": CONFIG % "one"}, {"kubeconfig": CONFIG.replace('"a"', '"b"') % "one"}, "update"),
        ({"kubeconfig": CONFIG % "one"}, {"kubeconfig": UNKNOWN}, "replace"),
        ({"context": "a"}, {"context": "a", "namespace": "x"}, "update"),
        ({"renderYamlToDirectory": "a"}, {"renderYamlToDirectory": "b"}, "replace"),
    ],
)
def test_a_kubernetes_provider_is_replaced_where_it_leads_elsewhere(old: Any, new: Any, operation: str) -> None:
    assert step(resource(KUBERNETES, "k", old), resource(KUBERNETES, "k", new)).operation == operation


def test_acknowledgements_are_of_destructive_steps_only() -> None:
    old, new = recording(vpc()), recording(vpc("10.1.0.0/16"), resource(CONFIG_MAP, "c"))
    assert [each.urn for each in plan(old, new).unacknowledged] == [vpc().urn]
    found = plan(old, new, vpc().urn, resource(CONFIG_MAP, "c").urn, "urn:nothing")
    assert found.unacknowledged == ()
    assert found.acknowledged == {vpc().urn}
    assert found.stale == (f"allow-replace {resource(CONFIG_MAP, 'c').urn}", "allow-replace urn:nothing")


def test_expectations_are_of_refused_steps_only() -> None:
    """A version that goes back is refused by AWS, a protected network by the engine."""
    old = recording(vpc(protect=True), resource(CLUSTER, "c", {"version": "1.36"}), resource(CONFIG_MAP, "m"))
    new = recording(resource(CLUSTER, "c", {"version": "1.35"}), resource(CONFIG_MAP, "m", {"data": {"a": "b"}}))
    refused = {vpc().urn, resource(CLUSTER, "c").urn}
    assert {each.urn for each in plan(old, new).stopped} == refused
    found = plan(old, new, expected=[*refused, resource(CONFIG_MAP, "m").urn])
    assert found.stopped == ()
    assert found.expected == refused
    assert {each.urn for each in found.refused} == refused
    assert found.stale == (f"allow-refused {resource(CONFIG_MAP, 'm').urn}",)


def test_secrets_of_the_configuration_are_named() -> None:
    found = plan(recording(secret_config={"slipway:secrets": "1"}), recording(secret_config={"slipway:secrets": "2"}))
    assert found.notes == ("secrets of the configuration differ: slipway:secrets",)


def group(size: int, least: int, **rest: Any) -> Resource:
    sizes = {"desiredSize": size, "minSize": least, "maxSize": 9}
    return resource("aws:eks/nodeGroup:NodeGroup", "nodes", {"scalingConfig": sizes}, **rest)


def test_what_is_ignored_is_sent_as_it_was_and_may_be_refused() -> None:
    """The autoscaler has the number of nodes: a larger minimum meets the number that the group began with."""
    ignored = {"ignore_changes": ("scalingConfig.desiredSize",)}
    (change,) = step(group(1, 1, **ignored), group(2, 2, **ignored)).changes
    assert change.path == ("scalingConfig", "minSize")
    assert "set the group's desiredSize in AWS first" in (change.refused or "")
    assert [each.refused for each in step(group(1, 1), group(2, 2)).changes] == [None, None]
    assert [each.refused for each in step(group(2, 1, **ignored), group(2, 2, **ignored)).changes] == [None]

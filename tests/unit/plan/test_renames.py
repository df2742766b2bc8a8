"""What is deleted and created and looks like one thing is asked about, with the line that says so."""

from typing import Any

from slipway.plan.model import Rename
from slipway.recording.resource import Resource
from tests.support.plans import CONFIG_MAP, DEPLOYMENT, GROUP, TEMPLATE, VPC, plan, recording, resource

APP, POOLS, NAMESPACES = "slipway:apps:AppStack", "slipway:foundation:NodePools", "slipway:tenancy:Namespaces"
NAMESPACE = "kubernetes:core/v1:Namespace"
ROLE = "aws:iam/role:Role"


def found(old: list[Resource], new: list[Resource]) -> tuple[Rename, ...]:
    return plan(recording(*old), recording(*new)).renames


def role(name: str, **rest: Any) -> Resource:
    given = {"description": f"The role {name}", "policy": "x", "path": "/", "maxSessionDuration": 3600}
    return resource(ROLE, name, {**given, **rest.pop("inputs", {})}, **rest)


def test_a_resource_with_another_name() -> None:
    (rename,) = found([role("reader")], [role("viewer")])
    assert rename.line == 'opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="reader")])'
    assert (rename.kept, rename.of) == (1, 1)


def test_a_resource_below_another_parent_has_its_whole_urn() -> None:
    parent = resource("slipway:foundation:Access", "access")
    old, new = role("reader"), role("reader", parent=parent)
    (rename,) = found([parent, old], [parent, new])
    assert rename.line == f'opts=pulumi.ResourceOptions(aliases=["{old.urn}"])'


def test_another_type_or_other_inputs_are_no_rename() -> None:
    assert found([role("reader")], [resource(VPC, "viewer")]) == ()
    other = {"description": "?", "policy": "y", "path": "/b"}
    assert found([role("reader")], [role("viewer", inputs=other)]) == ()


def test_each_is_renamed_to_one_the_nearest_name_first() -> None:
    renames = found([role("a-reader"), role("b-reader")], [role("b-viewer"), role("a-viewer"), role("c-viewer")])
    pairs = {(each.old_urn.rpartition("::")[2], each.new_urn.rpartition("::")[2]) for each in renames}
    assert pairs == {("a-reader", "a-viewer"), ("b-reader", "b-viewer")}


def test_what_would_be_replaced_all_the_same_is_not_asked_about() -> None:
    old = resource(CONFIG_MAP, "a", {"metadata": {"name": "a"}, "data": {"x": "1", "y": "2"}})
    new = resource(CONFIG_MAP, "b", {"metadata": {"name": "b"}, "data": {"x": "1", "y": "2"}})
    assert found([old], [new]) == ()


def app(name: str, image: str = "a:1") -> list[Resource]:
    parent = resource(APP, name)
    spec = {"replicas": 2, "template": {"spec": {"containers": [{"name": name, "image": image}]}}}
    inputs = {"metadata": {"name": name, "namespace": "web", "labels": {"app": name}}, "spec": spec}
    return [
        parent,
        resource(DEPLOYMENT, f"{name}-deployment", inputs, parent=parent),
        role(f"{name}-aws", parent=parent),
    ]


def test_an_app_is_asked_about_once_in_the_words_of_its_file() -> None:
    (rename,) = found(app("web"), app("shop"))
    assert (rename.line, rename.where) == ("formerly: [web]", "the app's file, shop.yaml")
    assert (rename.kept, rename.of) == (1, 2)


def test_an_app_in_another_ones_place_is_no_rename() -> None:
    other = [*app("shop", "b:1")[:1], *[each for each in app("shop", "b:1") if each.type == ROLE]]
    assert found(app("web"), other) == ()


def pool(name: str, disk: int = 50) -> list[Resource]:
    parent = resource(POOLS, "nodes")
    tags = [{"resourceType": "instance", "tags": {"slipway.dev/pool": name}}]
    template = resource(TEMPLATE, f"nodes-{name}", {"disk": disk, "tagSpecifications": tags}, parent=parent)
    groups = [
        resource(
            GROUP,
            f"nodes-{name}-us-west-2{zone}",
            {"labels": {"slipway.dev/pool": name}, "clusterName": "main", "zone": zone, "capacityType": "SPOT"},
            parent=parent,
        )
        for zone in "ab"
    ]
    return [parent, template, *groups]


def test_a_node_pool_is_asked_about_once_in_the_words_of_the_stack_file() -> None:
    (rename,) = found(pool("general"), pool("main"))
    assert (rename.line, rename.where) == ("formerly: [general]", "nodePools.main of Pulumi.test.yaml")
    assert (rename.kept, rename.of) == (3, 3)


def test_a_namespace_cannot_be_renamed_and_that_is_said() -> None:
    def stack(name: str) -> list[Resource]:
        parent = resource(NAMESPACES, "namespace")
        body = {"metadata": {"name": name, "labels": {"a": "b", "c": "d"}}}
        quota = resource(
            "kubernetes:core/v1:ResourceQuota",
            f"namespace-{name}-quota",
            {"metadata": {"name": "quota", "namespace": name}, "spec": {"hard": {"pods": "1", "cpu": "2"}}},
            parent=parent,
        )
        return [parent, resource(NAMESPACE, f"namespace-{name}", body, parent=parent), quota]

    shown = plan(recording(*stack("data")), recording(*stack("stores")))
    assert shown.renames == ()
    (note,) = shown.notes
    assert note.startswith("the namespace data is not renamed to stores")


def test_what_a_replaced_provider_makes_is_no_rename() -> None:
    def stack(region: str, name: str) -> list[Resource]:
        provider = resource("pulumi:providers:aws", "aws", {"region": region})
        return [provider, role(name, provider=provider.urn)]

    assert len(found(stack("us-west-2", "a"), stack("us-west-2", "b"))) == 1
    assert found(stack("us-west-2", "a"), stack("eu-west-1", "b")) == ()

"""A replaced resource has other ids: what uses them changes, and may be replaced in turn."""

from typing import Any

from slipway.recording.recording import Recording
from slipway.recording.resource import Alias, Resource
from slipway.recording.simulate.resources import simulated
from slipway.recording.wire import UNKNOWN
from tests.support.plans import (
    CLUSTER,
    CONFIG_MAP,
    GROUP,
    KUBERNETES,
    SUBNET,
    TEMPLATE,
    VPC,
    only,
    operations,
    plan,
    recording,
    resource,
)

REGION = "us-west-2"


def identity(of: Resource) -> str:
    return simulated(of, REGION)[0]


def using(type_: str, name: str, inputs: dict[str, Any], *used: Resource, **rest: Any) -> Resource:
    """Return a resource all of whose inputs depend on others."""
    urns = tuple(each.urn for each in used)
    return resource(type_, name, inputs, property_dependencies=dict.fromkeys(inputs, urns), **rest)


def network(cidr: str) -> Recording:
    vpc = resource(VPC, "network", {"cidrBlock": cidr})
    subnet = using(SUBNET, "private", {"vpcId": identity(vpc)}, vpc)
    gateway = using("aws:ec2/internetGateway:InternetGateway", "way-out", {"vpcId": identity(vpc)}, vpc)
    nat = using("aws:ec2/natGateway:NatGateway", "nat", {"subnetId": identity(subnet)}, subnet)
    return recording(vpc, subnet, gateway, nat, resource(CONFIG_MAP, "apart", {"data": {}}))


def test_replacements_go_on_as_far_as_they_force_one() -> None:
    found = plan(network("10.0.0.0/16"), network("10.1.0.0/16"))
    assert operations(found) == {
        "network": "replace",
        "private": "replace",
        "way-out": "update",
        "nat": "replace",
        "apart": "unchanged",
    }
    (change,) = only(found, "nat").changes
    assert change.after == only(found, "private").urn
    assert change.path == ("subnetId",)
    assert change.new == UNKNOWN


def test_nothing_follows_where_nothing_is_replaced() -> None:
    assert plan(network("10.0.0.0/16"), network("10.0.0.0/16")).changed == ()


def test_an_output_within_a_text_counts() -> None:
    def stack(cidr: str) -> Recording:
        vpc = resource(VPC, "network", {"cidrBlock": cidr})
        return recording(vpc, using(CONFIG_MAP, "c", {"data": {"text": f"the VPC is {identity(vpc)}."}}, vpc))

    step = only(plan(stack("10.0.0.0/16"), stack("10.1.0.0/16")), "c")
    assert (step.operation, step.changes[0].path) == ("update", ("data", "text"))


def test_ignored_changes_do_not_follow() -> None:
    def stack(cidr: str) -> Recording:
        vpc = resource(VPC, "network", {"cidrBlock": cidr})
        return recording(vpc, using(SUBNET, "s", {"vpcId": identity(vpc)}, vpc, ignore_changes=("vpcId",)))

    assert only(plan(stack("10.0.0.0/16"), stack("10.1.0.0/16")), "s").operation == "unchanged"


def test_the_arn_of_a_named_role_is_not_known_before_it_is_there() -> None:
    def stack(path: str) -> Recording:
        role = resource("aws:iam/role:Role", "role", {"name": "nodes", "path": path})
        arn = str(simulated(role, REGION)[1]["arn"])
        told = using(CONFIG_MAP, "told", {"data": {"role": arn}}, role)
        return recording(role, using(GROUP, "group", {"nodeRoleArn": arn}, role), told)

    found = plan(stack("/"), stack("/nodes/"))
    assert operations(found) == {"role": "replace", "group": "replace", "told": "update"}


def nodes(disk: int) -> Recording:
    template = resource(TEMPLATE, "template", {"disk": disk})
    inputs = {"launchTemplate": {"id": identity(template), "version": UNKNOWN}}
    return recording(template, using(GROUP, "group", inputs, template))


def test_an_updated_launch_template_has_a_new_version() -> None:
    found = plan(nodes(50), nodes(100))
    assert operations(found) == {"template": "update", "group": "update"}
    (change,) = only(found, "group").changes
    assert change.path == ("launchTemplate", "version")


def cluster(role: str, identifier: str = "main") -> Recording:
    made = resource(CLUSTER, "cluster", {"name": "main", "roleArn": role})
    provider = using(KUBERNETES, "k", {"kubeconfig": str(simulated(made, REGION)[1]["endpoint"])}, made)
    provider.inputs["clusterIdentifier"] = identifier
    inside = resource(CONFIG_MAP, "c", {"metadata": {"name": "c"}}, provider=provider.urn, deleted_with=made.urn)
    return recording(made, provider, using(GROUP, "group", {"clusterName": "main"}, made), inside)


def test_where_the_old_one_is_deleted_first_its_users_are_replaced_though_the_name_stays() -> None:
    found = plan(cluster("a"), cluster("b"))
    assert only(found, "cluster").deleted_first
    assert only(found, "group").operation == "replace"


def test_the_objects_in_a_replaced_cluster_are_told_of_once() -> None:
    found = plan(cluster("a"), cluster("b"))
    assert (only(found, "k").operation, only(found, "c").operation) == ("update", "unchanged")
    (note,) = [each for each in found.notes if "objects go with it" in each]
    assert "its 1 objects" in note
    assert "--refresh" in note


def test_a_replaced_provider_replaces_what_it_made() -> None:
    found = plan(cluster("a"), cluster("a", "other"))
    assert operations(found) == {"cluster": "unchanged", "group": "unchanged", "k": "replace", "c": "replace"}
    assert only(found, "c").reasons == ("its provider k is replaced",)
    assert only(found, "c").changes == ()


def test_an_alias_changes_no_id() -> None:
    """Simulated ids come from the URN; those of a resource with another name stay what they are."""

    def stack(name: str, *aliases: Alias) -> Recording:
        vpc = resource(VPC, name, {"cidrBlock": "10.0.0.0/16"}, aliases=aliases)
        return recording(vpc, using(SUBNET, "s", {"vpcId": identity(vpc)}, vpc))

    found = plan(stack("old"), stack("new", Alias(name="old")))
    assert found.changed == ()
    assert only(found, "new").options == ("aliases: it was old",)
    assert operations(plan(stack("old"), stack("new")))["s"] == "replace"


def test_default_tags_are_told() -> None:
    def stack(team: str) -> Recording:
        provider = resource("pulumi:providers:aws", "aws", {"defaultTags": f'{{"tags": {{"team": "{team}"}}}}'})
        return recording(provider, resource(VPC, "v", provider=provider.urn))

    (note,) = plan(stack("a"), stack("b")).notes
    assert "default tags" in note


def test_where_the_provider_is_replaced_the_new_one_is_made_first_in_its_cluster() -> None:
    """The engine asks the provider about order only where the provider stays."""

    def stack(identifier: str, text: str, **rest: Any) -> Recording:
        provider = resource(KUBERNETES, "k", {"clusterIdentifier": identifier})
        inputs = {"metadata": {"name": "c"}, "data": {"a": text}, "immutable": True}
        return recording(provider, resource(CONFIG_MAP, "c", inputs, provider=provider.urn, **rest))

    assert only(plan(stack("main", "1"), stack("main", "2")), "c").deleted_first
    assert not only(plan(stack("main", "1"), stack("other", "2")), "c").deleted_first
    asked = plan(stack("main", "1"), stack("other", "1", delete_before_replace=True))
    assert only(asked, "c").deleted_first


def test_nothing_waits_for_what_is_made_in_another_cluster_first() -> None:
    """Whose name stays needs no other one: in whatever order the two are found out to be replaced."""

    def stack(identifier: str, text: str) -> Recording:
        provider = resource(KUBERNETES, "k", {"clusterIdentifier": identifier})
        room = resource("slipway:platform:Platform", "platform")
        inputs = {"metadata": {"name": "c"}, "data": {"a": text}, "immutable": True}
        inside = resource(CONFIG_MAP, "c", inputs, parent=room, provider=provider.urn)
        return recording(provider, room, inside, using(GROUP, "group", {"clusterName": "c"}, inside))

    assert only(plan(stack("main", "1"), stack("main", "2")), "group").operation == "replace"
    assert only(plan(stack("main", "1"), stack("other", "2")), "group").operation == "unchanged"

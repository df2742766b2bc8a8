"""Viewers see nodes and custom resources, and whoever edits apps changes those that apps are made of."""

from typing import Any

import pulumi
import pytest
from pulumi_kubernetes.core.v1.Namespace import Namespace

from components.component import Target
from components.foundation.access import Binding
from components.tenancy.access_roles import AccessRoles
from components.tenancy.custom_resources import EDITABLE, edit_rules, view_rules
from slipway.recording.objects import items
from tests.support.incluster import record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording
from tests.support.rights import definitions, may
from tests.support.shipped import recorded

ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
EVERYWHERE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
HERE = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
SERVED_BY_CALICO = "projectcalico.org"
"""Calico's own API server serves this group: it has no CustomResourceDefinitions."""


def roles(*bindings: Binding) -> Recording:
    def build(target: Target, _: pulumi.Resource) -> None:
        opts = pulumi.ResourceOptions(provider=target.provider)
        spaces = {name: Namespace(name, metadata={"name": name}, opts=opts) for name in ("web", "data")}
        AccessRoles("access", bindings, namespaces=spaces, target=target)

    return record_in_cluster(build)


def test_a_group_of_the_cluster_is_bound_everywhere_and_one_of_a_namespace_there() -> None:
    recording = roles(Binding("view"), Binding("edit", "web"), Binding("edit", "data"), Binding("edit", "kube-system"))
    assert unsound(recording) == []
    assert {each.inputs["metadata"]["name"] for each in recording.all(ROLE)} == {"slipway-view", "slipway-edit"}
    everywhere = recording.one(EVERYWHERE)
    assert everywhere.inputs["roleRef"]["name"] == "slipway-view"
    assert [each["name"] for each in everywhere.inputs["subjects"]] == ["slipway:view"]
    here = {
        (each.inputs["metadata"]["namespace"], each.inputs["roleRef"]["name"], each.inputs["subjects"][0]["name"])
        for each in recording.all(HERE)
    }
    assert here == {("web", "slipway-edit", "slipway:edit:web"), ("data", "slipway-edit", "slipway:edit:data")}
    assert "web" in waits_for(recording, recording.one(HERE, "access-edit-web"))


def test_no_role_reads_secrets_or_grants_more() -> None:
    for rules in (view_rules(), edit_rules()):
        assert not may(rules, "", "secrets", "get")
        assert not any("*" in rule["apiGroups"] or "*" in rule["verbs"] for rule in rules)
        assert not {"bind", "escalate", "impersonate"} & {verb for rule in rules for verb in rule["verbs"]}
    assert {verb for rule in view_rules() for verb in rule["verbs"]} == {"get", "list", "watch"}


def test_the_table_has_every_group_that_a_chart_defines_and_its_resources_exist() -> None:
    groups = {group for group, _ in definitions()}
    assert groups | {SERVED_BY_CALICO} == set(EDITABLE)
    namespaced = {
        (group, spec["names"]["plural"]) for (group, _), spec in definitions().items() if spec["scope"] == "Namespaced"
    }
    assert {(group, plural) for group, plurals in EDITABLE.items() for plural in plurals} <= namespaced


@pytest.mark.parametrize("spec", definitions().values(), ids=lambda spec: f"{spec['names']['plural']}.{spec['group']}")
def test_a_viewer_sees_every_custom_resource(spec: dict[str, Any]) -> None:
    assert may(view_rules(), spec["group"], spec["names"]["plural"], "get", "list", "watch")
    assert may(edit_rules(), spec["group"], spec["names"]["plural"], "get", "list", "watch")


def test_production_has_the_role_of_its_viewers_and_local_has_none() -> None:
    production = recorded("production")
    (role,) = (each for each in production.of_type(ROLE) if each.name == "access-view")
    assert any("nodes" in items(rule, "resources") for rule in items(role.inputs, "rules"))
    entries = production.of_type("aws:eks/accessEntry:AccessEntry")
    groups = {each.name: items(each.inputs, "kubernetesGroups") for each in entries}
    assert sorted(map(len, groups.values())) == [0, 1]
    assert groups["cluster-access-123456789012-role-platform-readonly"] == ["slipway:view"]
    assert not [each for each in recorded("local").resources if "AccessRoles" in each.type]

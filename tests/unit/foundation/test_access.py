"""Who may enter the cluster."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from components.foundation.access import (
    POLICIES,
    AccessSettings,
    ClusterAccess,
    Grant,
    bindings,
    grants,
    principal_slug,
)
from tests.support.eks import names
from tests.support.recording import Recording, record

ADMIN = "arn:aws:iam::123456789012:role/platform-admin"
READER = "arn:aws:iam::123456789012:role/teams/readers"
ENTRY = "aws:eks/accessEntry:AccessEntry"
ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


def access(**keys: Any) -> AccessSettings:
    return AccessSettings.model_validate({"principalArn": READER, "policy": "edit", **keys})


def recorded(*granted: Grant) -> Recording:
    return record(lambda: ClusterAccess("access", granted, cluster_name="blue"))


def test_admins_viewers_and_others_get_what_they_are_named_for() -> None:
    assert grants([ADMIN], [READER], [access(namespaces=["web"])]) == (
        Grant(ADMIN, "cluster-admin"),
        Grant(READER, "view"),
        Grant(READER, "edit", ("web",)),
    )


def test_the_deployer_is_an_administrator_once() -> None:
    assert grants([ADMIN], [], [], ADMIN) == (Grant(ADMIN, "cluster-admin"),)
    assert grants([], [], [], ADMIN) == (Grant(ADMIN, "cluster-admin"),)


def test_grants_of_one_policy_are_joined() -> None:
    joined = grants([], [], [access(namespaces=["web"]), access(namespaces=["data", "web"])])
    assert joined == (Grant(READER, "edit", ("data", "web")),)


@pytest.mark.parametrize("first", [{"namespaces": ["web"]}, {}])
def test_the_whole_cluster_takes_in_its_namespaces(first: dict[str, Any]) -> None:
    second = {} if first else {"namespaces": ["web"]}
    assert grants([], [], [access(**first), access(**second)]) == (Grant(READER, "edit"),)


def test_an_entry_is_made_once_for_a_principal() -> None:
    recording = recorded(Grant(READER, "view"), Grant(READER, "edit", ("web",)))
    assert recording.one(ENTRY).inputs == {
        "clusterName": "blue",
        "principalArn": READER,
        "type": "STANDARD",
        "kubernetesGroups": ["slipway:view", "slipway:edit:web"],
    }
    assert [each.name for each in recording.all(ASSOCIATION)] == [
        "access-123456789012-role-teams/readers-edit",
        "access-123456789012-role-teams/readers-view",
    ]


@pytest.mark.parametrize(
    ("granted", "groups"),
    [
        (Grant(READER, "view"), ["slipway:view"]),
        (Grant(READER, "view", ("web",)), ["slipway:view:web"]),
        (Grant(READER, "edit"), ["slipway:edit", "slipway:view"]),
        (Grant(READER, "admin", ("data", "web")), ["slipway:edit:data", "slipway:edit:web"]),
        (Grant(READER, "admin-view"), None),
        (Grant(READER, "cluster-admin"), None),
    ],
)
def test_a_policy_that_sees_no_custom_resources_goes_with_a_group(granted: Grant, groups: list[str] | None) -> None:
    assert recorded(granted).one(ENTRY).inputs.get("kubernetesGroups") == groups


def test_no_group_has_a_name_that_eks_reserves() -> None:
    found = bindings(Grant(READER, policy, names) for policy in POLICIES for names in ((), ("web",)))
    assert len(found) == 4
    assert not any(each.group.startswith(("system:", "eks:", "aws:", "amazon:", "iam:")) for each in found)


def test_a_policy_holds_in_the_cluster_or_in_its_namespaces() -> None:
    recording = recorded(Grant(ADMIN, "cluster-admin"), Grant(READER, "edit", ("data", "web")))
    edit, admin = (
        recording.one(ASSOCIATION, f"access-123456789012-role-{name}")
        for name in ("teams/readers-edit", "platform-admin-cluster-admin")
    )
    assert admin.inputs == {
        "clusterName": "blue",
        "principalArn": ADMIN,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": "cluster"},
    }
    assert edit.inputs["policyArn"] == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
    assert edit.inputs["accessScope"] == {"type": "namespace", "namespaces": ["data", "web"]}
    assert names(recording, edit.dependencies) == {"access-123456789012-role-teams/readers"}


def test_the_same_role_in_two_accounts_has_two_names() -> None:
    assert principal_slug(ADMIN) == "123456789012-role-platform-admin"
    assert principal_slug(READER) == "123456789012-role-teams/readers"


_PART = st.lists(st.sampled_from(["a", "b", "admin", "cluster", "view"]), min_size=1, max_size=4)
_ARNS = st.builds(
    lambda kind, parts, joints: (
        f"arn:aws:iam::123456789012:{kind}/"
        + "".join(map("".join, zip(parts, [*joints[: len(parts) - 1], ""], strict=True)))
    ),
    st.sampled_from(["role", "user"]),
    _PART,
    st.lists(st.sampled_from(["/", "-"]), min_size=3, max_size=3),
)


@given(st.sets(st.builds(Grant, _ARNS, st.sampled_from(sorted(POLICIES))), min_size=1, max_size=12))
@settings(max_examples=60)
def test_different_grants_have_different_names(granted: set[Grant]) -> None:
    recording = recorded(*sorted(granted, key=str))
    assert len(recording.all(ASSOCIATION)) == len(granted)
    assert len(recording.all(ENTRY)) == len({grant.principal_arn for grant in granted})


@pytest.mark.parametrize(
    "two",
    [
        (Grant(f"{ADMIN}/b", "view"), Grant(f"{ADMIN}-b", "view")),
        (Grant(f"{ADMIN}-admin", "view"), Grant(ADMIN, "admin-view")),
        (Grant(f"{ADMIN}-cluster", "admin"), Grant(ADMIN, "cluster-admin")),
    ],
)
def test_what_had_the_name_of_two_keeps_it_where_it_is_alone(two: tuple[Grant, Grant]) -> None:
    first, second = two
    former = next(each.name for each in recorded(second).all(ASSOCIATION))
    alone, beside = (
        next(each for each in recording.all(ASSOCIATION) if each.name != former)
        for recording in (recorded(first), recorded(*two))
    )
    assert any(alias.endswith(f"::{former}") or alias == former for alias in map(str, alone.aliases))
    assert not beside.aliases


@pytest.mark.parametrize("keys", [{"policy": "root"}, {"principalArn": "platform-admin"}, {"namespaces": ["No"]}])
def test_a_wrong_grant_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        access(**keys)

"""What the cluster's checks refuse, and what they advise."""

from typing import Any

import pytest

from components.foundation.cluster_checks import ADVICE, CHECKS, more_than_said, unbound_access
from components.problem import KeyPath, Problem
from components.settings import StackSettings
from tests.support.production import stack
from tests.support.stacks import EKS


def problems(**arguments: Any) -> list[Problem]:
    settings = stack(**arguments)
    return [problem for check in CHECKS for problem in check(settings)]


def the_problem(**arguments: Any) -> Problem:
    (found,) = problems(**arguments)
    return found


def advice(**arguments: Any) -> dict[KeyPath, str]:
    settings = stack(**arguments)
    return {each.path: each.text for advise in ADVICE for each in advise(settings)}


def test_the_shipped_production_stack_is_in_order() -> None:
    assert problems() == []
    assert set(advice()) == set()


def test_an_unsupported_version_names_what_is_supported_and_the_nearest() -> None:
    assert the_problem(cluster={"version": "1.31"}) == Problem(
        ("cluster", "version"),
        "EKS does not support this Kubernetes version",
        "1.31",
        "1.36, 1.35, 1.34, 1.33, 1.32",
        "1.32",
    )


def test_a_cluster_to_build_has_a_version() -> None:
    found = the_problem(cluster={"version": None})
    assert (found.path, found.found, found.allowed) == (
        ("cluster", "version"),
        "nothing",
        "1.36, 1.35, 1.34, 1.33, 1.32",
    )


def test_extended_support_is_asked_for() -> None:
    found = the_problem(cluster={"version": "1.33"})
    assert (found.path, found.nearest) == (("cluster", "supportType"), "EXTENDED")
    assert problems(cluster={"version": "1.33", "supportType": "EXTENDED"}) == []


def test_public_access_has_an_allow_list() -> None:
    path = ("cluster", "endpoint", "publicAccessCidrs")
    assert the_problem(cluster={"endpoint": {"publicAccess": True}}).path == path
    assert problems(cluster={"endpoint": {"publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}}) == []


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "128.0.0.0/1"])
def test_the_whole_internet_is_no_allow_list(cidr: str) -> None:
    found = the_problem(cluster={"endpoint": {"publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24", cidr]}})
    assert (found.path, found.found) == (("cluster", "endpoint", "publicAccessCidrs", 1), cidr)


def test_somebody_administers_the_cluster() -> None:
    assert the_problem(cluster={"admins": []}).path == ("cluster", "admins")
    assert problems(cluster={"admins": [], "deployRoleArn": "arn:aws:iam::123456789012:role/ci"}) == []


@pytest.mark.parametrize("cidr", ["10.0.0.0/11", "172.20.0.0/25", "100.64.0.0/16"])
def test_services_are_in_a_private_network_of_a_size_that_eks_takes(cidr: str) -> None:
    found = the_problem(cluster={"serviceCidr": cidr})
    assert (found.path, found.found) == (("cluster", "serviceCidr"), cidr)
    assert problems(cluster={"serviceCidr": "10.100.0.0/16"}) == []


def test_no_cluster_is_without_its_essential_addons() -> None:
    switched_off = {name: {"enabled": False} for name in ("coredns", "metrics-server")}
    assert the_problem(cluster={"addons": switched_off}).path == ("cluster", "addons", "coredns", "enabled")


def test_what_storage_needs_is_not_switched_off() -> None:
    switched_off = {name: {"enabled": False} for name in ("aws-ebs-csi-driver", "snapshot-controller")}
    assert [problem.path[2] for problem in problems(cluster={"addons": switched_off})] == [
        "aws-ebs-csi-driver",
        "snapshot-controller",
    ]
    without = {"classes": {}, "snapshots": {"enabled": False}}
    assert problems(cluster={"addons": switched_off}, storage=without) == []


def test_an_existing_cluster_is_not_configured() -> None:
    existing = {"existing": {"context": "kind-slipway"}, "version": "1.35", "logRetentionDays": 90}
    found = problems(cluster=existing, pools={}, aws=None, network=None)
    assert [problem.path for problem in found] == [("cluster", "logRetentionDays"), ("cluster", "version")]
    alone = {"existing": {"context": "kind-slipway"}}
    assert problems(cluster=alone, pools={}, aws=None, network=None) == []
    assert advice(cluster=alone, pools={}, aws=None, network=None) == {}


def test_the_end_of_support_is_announced() -> None:
    assert "2026-12-02" in advice(cluster={"version": "1.34"})["cluster", "version"]
    assert "until 2027-07-29" in advice(cluster={"version": "1.33"})["cluster", "version"]


def test_a_private_endpoint_says_who_reaches_it() -> None:
    found = advice(cluster={"endpoint": {"publicAccessCidrs": ["203.0.113.0/24"]}})
    assert ("cluster", "endpoint", "publicAccessCidrs") in found
    assert ("cluster", "endpoint", "privateAccessCidrs") in found
    public = {"publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}
    assert not any(path[0] == "cluster" for path in advice(cluster={"endpoint": public}))


def test_a_stack_whose_rooms_could_not_be_read_is_checked_as_far_as_it_goes() -> None:
    nothing = dict.fromkeys(("aws", "network", "cluster", "node_pools", "storage", "cni"))
    settings = stack(aws=None)
    for room in nothing:
        setattr(settings, room, None)
    assert [problem for check in CHECKS for problem in check(settings)] == []
    assert [each for advise in ADVICE for each in advise(settings)] == []


@pytest.mark.parametrize("room", ["aws", "network", "cluster", "node_pools", "storage"])
def test_one_room_that_could_not_be_read_stops_no_check(room: str) -> None:
    settings = stack(pools={"web": {}})
    setattr(settings, room, None)
    found = [problem.path for check in CHECKS for problem in check(settings)]
    assert (("nodePools", "web", "size") in found) is (room != "node_pools")


@pytest.mark.parametrize(
    ("storage", "path", "nearest"),
    [
        ({"classes": {"gp3-sdd": {}, "gp3-ssd": {}}}, ("storage", "classes", "gp3-sdd", "type"), "gp3-ssd"),
        ({"defaultClass": "gp3-sdd"}, ("storage", "defaultClass"), "gp3-ssd"),
        ({"classes": {"gp3-ssd": {"parameters": {"encrypted": "false"}}}}, ("encrypted",), None),
        ({"classes": {"gp3-ssd": {"parameters": {"iops": "5000", "iopsPerGB": "5"}}}}, ("iops",), None),
        ({"classes": {"gp3-ssd": {"type": "st1", "parameters": {"iops": "5000"}}}}, ("iops",), None),
        ({"classes": {"gp3-ssd": {"type": "st1", "parameters": {"iops": "50", "iopsPerGB": "5"}}}}, ("iops",), None),
        ({"classes": {"gp3-ssd": {}, "io": {"type": "io1"}}}, ("io", "parameters"), None),
        ({"classes": {"gp3-ssd": {}, "io2-perf": {"parameters": {"throughput": "500"}}}}, ("throughput",), None),
    ],
)
def test_storage_classes_are_what_ebs_takes(storage: dict[str, Any], path: KeyPath, nearest: str | None) -> None:
    found = the_problem(storage=storage)
    assert found.path[-len(path) :] == path
    assert found.path[0] == "storage"
    assert found.nearest == nearest


def test_a_grant_where_the_stack_makes_no_namespace_is_awss_policy_alone() -> None:
    role = "arn:aws:iam::123456789012:role/team"

    def told(policy: str, *namespaces: str) -> set[KeyPath]:
        access = [{"principalArn": role, "policy": policy, "namespaces": list(namespaces)}]
        settings = StackSettings.model_validate(
            {**EKS, "namespaces": {"web": {}}, "cluster": {**EKS["cluster"], "access": access}}, by_name=False
        )
        return {each.path for each in unbound_access(settings)}

    assert told("edit", "web", "monitoring") == {("cluster", "access", 0, "namespaces", 1)}
    assert told("edit") == told("view", "web") == told("admin-view", "monitoring") == set()


def test_who_administers_and_is_given_less_is_pointed_out() -> None:
    admin, other = (f"arn:aws:iam::123456789012:role/{name}" for name in ("platform-admin", "web"))
    deployer = "arn:aws:iam::123456789012:role/deploy"
    access = [{"principalArn": arn, "policy": "edit", "namespaces": ["web"]} for arn in (other, deployer)]
    cluster = {
        "version": "1.35",
        "admins": [admin],
        "viewers": [other, admin],
        "deployRoleArn": deployer,
        "access": access,
    }
    found = more_than_said(StackSettings.model_validate({**EKS, "cluster": cluster}, by_name=False))
    assert more_than_said in ADVICE
    assert {each.path: each.text for each in found} == {
        ("cluster", "viewers", 1): f"{admin} is under admins, too, and may do everything",
        ("cluster", "access", 1): f"{deployer} is under deployRoleArn, too, and may do everything",
    }

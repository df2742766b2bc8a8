"""What the node pools' checks refuse, and what they advise."""

from typing import Any

import pytest

from components.foundation.pool_checks import ADVICE, CHECKS
from components.networking.cni import CniSettings
from components.problem import KeyPath, Problem
from tests.support.production import POOLS, stack

WEB = {"instanceTypes": ["m6i.xlarge"], "size": 6}


def problems(pools: dict[str, dict[str, Any]], **arguments: Any) -> list[Problem]:
    settings = stack(pools=pools, **arguments)
    return [problem for check in CHECKS for problem in check(settings)]


def the_problem(**keys: Any) -> Problem:
    """Return the one problem of the pool web with some keys changed."""
    (found,) = problems({"web": {**WEB, **keys}})
    return found


def advice(pools: dict[str, dict[str, Any]], **arguments: Any) -> dict[KeyPath, str]:
    settings = stack(pools=pools, **arguments)
    return {each.path: each.text for advise in ADVICE for each in advise(settings)}


def test_a_plain_pool_is_in_order() -> None:
    assert problems({"web": WEB}) == []
    assert advice({"web": WEB}) == {}


def test_a_cluster_has_nodes() -> None:
    assert [problem.path for problem in problems({})] == [("nodePools",)]
    assert problems({}, cluster={"existing": {"context": "kind-slipway"}}, network=None, aws=None) == []


def test_an_unknown_pool_says_what_it_is_made_of() -> None:
    types, size = problems({"spott": {}})
    assert (types.path, types.found, types.nearest) == (("nodePools", "spott", "instanceTypes"), "nothing", "spot")
    assert types.allowed == "EC2 instance types, such as [m6i.xlarge]"
    assert (size.path, size.allowed) == (("nodePools", "spott", "size"), "a number of nodes")


def test_a_name_leaves_room_for_the_zone_and_pulumis_suffix() -> None:
    assert problems({"w" * 24: WEB}) == []
    (found,) = problems({"w" * 25: WEB})
    assert (found.path, found.found) == (("nodePools", "w" * 25), "25 letters")


def test_the_pools_own_label_is_not_changed() -> None:
    assert the_problem(labels={"slipway.dev/pool": "other"}).path == ("nodePools", "web", "labels", "slipway.dev/pool")


@pytest.mark.parametrize(
    ("keys", "key"),
    [({"minSize": 7}, "minSize"), ({"maxSize": 5}, "maxSize"), ({"size": 0, "maxSize": 0}, "maxSize")],
)
def test_sizes_are_in_order(keys: dict[str, int], key: str) -> None:
    found = the_problem(**keys)
    assert found.path == ("nodePools", "web", key)
    assert found.found == str(keys[key])


def test_zones_are_the_networks() -> None:
    found = the_problem(zones=["us-west-2a", "us-west-2d"])
    assert (found.path, found.allowed) == (
        ("nodePools", "web", "zones", 1),
        "us-west-2a, us-west-2b, us-west-2c",
    )


@pytest.mark.parametrize(("version", "right"), [("1.36", False), ("1.35", True), ("1.32", True), ("1.31", False)])
def test_nodes_are_not_newer_than_the_control_plane_nor_too_old(version: str, right: bool) -> None:
    found = problems({"web": {**WEB, "version": version}})
    assert [problem.path for problem in found] == ([] if right else [("nodePools", "web", "version")])


def test_a_pinned_release_is_of_the_nodes_version() -> None:
    assert the_problem(releaseVersion="1.34.2-20261101").path == ("nodePools", "web", "releaseVersion")
    assert the_problem(releaseVersion="1.62.0-1a2b3c4d").path == ("nodePools", "web", "releaseVersion")
    bottlerocket = {**WEB, "amiType": "BOTTLEROCKET_x86_64"}
    assert problems({"web": {**bottlerocket, "releaseVersion": "1.62.0-1a2b3c4d"}}) == []
    assert problems({"web": {**bottlerocket, "releaseVersion": "1.35.2-20261101"}}) != []
    assert problems({"web": {**WEB, "version": "1.34", "releaseVersion": "1.34.2-20261101"}}) == []


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"diskIops": 30000}, "diskIops"),
        ({"diskThroughput": 800}, "diskThroughput"),
        ({"diskIops": 4000, "diskThroughput": 1001}, "diskThroughput"),
    ],
)
def test_a_disk_keeps_to_the_ratios_of_gp3(keys: dict[str, int], key: str) -> None:
    assert the_problem(**keys).path == ("nodePools", "web", key)
    assert problems({"web": {**WEB, "diskGib": 100, "diskIops": 4000, "diskThroughput": 1000}}) == []


def test_the_shipped_pools_are_in_order() -> None:
    assert problems(POOLS) == []
    assert advice(POOLS) == {}


def test_more_pods_than_addresses_need_prefix_delegation() -> None:
    pools = {"web": {**WEB, "maxPods": 110}}
    assert "addresses for 58 pods" in advice(pools)["nodePools", "web", "maxPods"]
    assert advice(pools, cni=CniSettings(mode="cni")) == {}
    assert advice({"web": {**WEB, "maxPods": 58}}) == {}
    assert advice(pools, cni=CniSettings(prefix_delegation=True)) == {}


def test_prefixes_have_an_end_too() -> None:
    pools = {"web": {"instanceTypes": ["m7g.medium"], "size": 6, "maxPods": 110}}
    (text,) = advice(pools, cni=CniSettings(prefix_delegation=True)).values()
    assert text == "the VPC CNI has addresses for 98 pods on m7g.medium"

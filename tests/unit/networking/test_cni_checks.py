"""The rules between the pod network and the other rooms."""

from collections.abc import Callable
from typing import Any

import pytest

from components.networking import cni_checks
from components.problem import Problem
from components.settings import StackSettings
from tests.support.stacks import Judge, stack

judge = Judge(cni_checks)
problems, advice, only = judge.problems, judge.advice, judge.only

NITRO: dict[str, Any] = {"general": {}, "memory": {}}
XEN: dict[str, Any] = {**NITRO, "old": {"instanceTypes": ["m4.xlarge"], "size": 2}}


def addon(**configuration: Any) -> dict[str, Any]:
    """Return a cluster with a configuration of the add-on vpc-cni."""
    admin = "arn:aws:iam::123456789012:role/platform-admin"
    return {"version": "1.35", "admins": [admin], "addons": {"vpc-cni": {"configuration": configuration}}}


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {"cni": "calico"},
        {"cni": "vpc-cni", "nodePools": NITRO},
        {"cni": {"policy": "vpc-cni", "prefixDelegation": False, "flowLogs": True}, "nodePools": XEN},
        {"cni": {"mode": "cni"}},
        {"cni": {"mode": "cni", "podCidr": "100.64.0.0/16", "prefixDelegation": False}},
        {"cni": {"prefixDelegation": True}, "nodePools": NITRO},
        {"cni": {"baseline": {"logDenied": True}}, "namespaces": {"web": {}}},
        {"mesh": {"kind": "istio"}},
        {"cni": "vpc-cni", "mesh": {"kind": "istio"}, "nodePools": NITRO},
        {"cluster": addon(enableNetworkPolicy="false", env={"WARM_ENI_TARGET": "2"})},
    ],
)
def test_what_works_has_neither_problem_nor_advice(rooms: dict[str, Any]) -> None:
    assert problems(stack(**rooms)) == []
    assert advice(stack(**rooms)) == []


@pytest.mark.parametrize(
    ("mesh", "reason"), [({"kind": "istio"}, "istiod's chart"), ({"kind": "linkerd"}, "chart of Linkerd")]
)
def test_no_mesh_on_calicos_pod_network(mesh: dict[str, Any], reason: str) -> None:
    problem = only(stack(cni={"mode": "cni"}, mesh=mesh))
    assert problem.path == ("cni", "mode")
    assert "control plane cannot reach" in problem.message
    assert reason in problem.message
    assert problem.nearest == "policy-only"


@pytest.mark.parametrize(
    ("cidr", "what"),
    [
        ("10.0.128.0/20", "the VPC, 10.0.0.0/16"),
        ("172.16.0.0/12", "the Services, 172.20.0.0/16"),
        ("192.168.0.0/20", "a reserved network, 192.168.0.0/16"),
    ],
)
def test_a_pod_network_shares_no_address_with_another(cidr: str, what: str) -> None:
    network = {"cidr": "10.0.0.0/16", "reservedCidrs": ["192.168.0.0/16"]}
    problem = only(stack(cni={"mode": "cni", "podCidr": cidr}, network=network))
    assert (problem.path, problem.found) == (("cni", "podCidr"), cidr)
    assert problem.message == f"overlaps the addresses of {what}"
    assert problem.nearest is not None
    assert problems(stack(cni={"mode": "cni", "podCidr": problem.nearest}, network=network)) == []


@pytest.mark.parametrize("cni", [{"podCidr": "10.0.128.0/20"}, {"policy": "vpc-cni", "podCidr": "10.0.128.0/20"}])
def test_a_pod_network_without_effect_overlaps_nothing(cni: dict[str, Any]) -> None:
    assert problems(stack(cni=cni)) == []
    assert [each.path for each in advice(stack(cni=cni))] == [("cni", "podCidr")]


@pytest.mark.parametrize("cni", ["vpc-cni", {"mode": "policy-only"}, {}])
def test_an_existing_cluster_keeps_its_cni(cni: Any) -> None:
    assert only(stack(existing=True, cni=cni)).path == ("cni",)
    assert problems(stack(existing=True)) == []
    assert advice(stack(existing=True)) == []


@pytest.mark.parametrize(
    ("key", "value"), [("mode", "policy-only"), ("mode", "cni"), ("baseline", {"denyInstanceMetadata": True})]
)
def test_what_only_calico_has_is_not_asked_of_the_vpc_cni(key: str, value: Any) -> None:
    problem = only(stack(cni={"policy": "vpc-cni", key: value}))
    assert problem.path == ("cni", key)
    assert problem.allowed == f"policy calico, or no {key}"


@pytest.mark.parametrize("policy", ["calico", "vpc-cni"])
def test_prefixes_are_refused_with_pool_and_type(policy: str) -> None:
    pools = {**XEN, "odd": {"instanceTypes": ["m9z.large"], "size": 2}}
    problem = only(stack(cni={"policy": policy, "prefixDelegation": True}, nodePools=pools))
    assert problem.path == ("cni", "prefixDelegation")
    assert problem.found == "m4.xlarge of the pool old (Xen), m9z.large of the pool odd (not known to Slipway)"


def test_an_overlay_takes_no_prefixes() -> None:
    problem = only(stack(cni={"mode": "cni", "prefixDelegation": True}, nodePools=XEN))
    assert problem.path == ("cni", "prefixDelegation")
    assert "no address of the VPC" in problem.message


def test_why_there_are_no_prefixes_is_said_where_that_was_left_open() -> None:
    (each,) = advice(stack(cni="vpc-cni", nodePools=XEN))
    assert each.path == ("cni", "prefixDelegation")
    assert "m4.xlarge of the pool old (Xen)" in each.text
    assert advice(stack(cni="calico", nodePools=XEN)) == []


def in_addon(configuration: dict[str, Any], cni: Any) -> Problem:
    return only(stack(cni=cni, cluster=addon(**configuration), nodePools=NITRO))


@pytest.mark.parametrize("value", ["true", True])
def test_two_engines_are_refused(value: Any) -> None:
    problem = in_addon({"enableNetworkPolicy": value}, "calico")
    assert problem.path[-1] == "enableNetworkPolicy"
    assert "two engines" in problem.message
    assert problem.allowed == "nothing here, or cni: vpc-cni"


def test_no_engine_is_refused() -> None:
    problem = in_addon({"enableNetworkPolicy": "false"}, "vpc-cni")
    assert "nobody enforces" in problem.message
    assert problem.allowed == "nothing here, or cni: calico"


@pytest.mark.parametrize("cni", ["calico", "vpc-cni"])
def test_prefixes_are_said_in_one_place(cni: str) -> None:
    problem = in_addon({"env": {"ENABLE_PREFIX_DELEGATION": "true"}}, cni)
    assert problem.path == ("cluster", "addons", "vpc-cni", "configuration", "env", "ENABLE_PREFIX_DELEGATION")


def test_what_strict_enforcement_stops_is_said() -> None:
    strict = addon(env={"NETWORK_POLICY_ENFORCING_MODE": "strict"})
    (each,) = advice(stack(cni="vpc-cni", cluster=strict, nodePools=NITRO))
    assert "CoreDNS" in each.text


def test_logs_need_namespaces() -> None:
    assert [each.path for each in advice(stack(cni={"baseline": {"logDenied": True}}))] == [
        ("cni", "baseline", "logDenied")
    ]


@pytest.mark.parametrize("check", [*cni_checks.CHECKS, *cni_checks.ADVICE], ids=lambda check: check.__name__)
@pytest.mark.parametrize("cni", [{"mode": "cni"}, {"policy": "vpc-cni"}, {"prefixDelegation": True}])
def test_settings_with_rooms_missing_are_no_reason_to_fail(
    check: Callable[[StackSettings], object], cni: dict[str, Any]
) -> None:
    for existing in (True, False):
        list(check(stack(existing=existing, aws=None, network=None, cni=cni)))  # type: ignore[call-overload]

"""What Calico enforces before the policies of the namespaces, and what it logs behind them."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.networking.calico import Calico
from components.networking.calico_baseline import (
    AFTER_NAMESPACES,
    TIER,
    baseline_policies,
    in_namespaces,
    log_policy_spec,
)
from components.networking.cni import BaselineSettings, CniSettings
from tests.support.incluster import CHARTS, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording

TIERS = "kubernetes:crd.projectcalico.org/v1:Tier"
POLICY = "kubernetes:crd.projectcalico.org/v1:GlobalNetworkPolicy"
FELIX = "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch"
NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,10}[a-z0-9]", fullmatch=True), min_size=1, max_size=5, unique=True)


def recorded(*namespaces: str, ready: list[Any] | None = None, **baseline: Any) -> Recording:
    def build(target: Any, nodes: Any) -> None:
        built = Calico(
            "calico",
            CniSettings(baseline=BaselineSettings.model_validate(baseline)),
            target=target,
            charts=CHARTS,
            app_namespaces=namespaces,
            dns_cidrs=["169.254.20.10/32", "172.20.0.10/32"],
            after=[nodes],
        )
        if ready is not None:
            ready.extend(built.ready)

    return record_in_cluster(build)


def test_the_tier_is_before_that_of_the_namespaces_and_passes_on_what_it_does_not_decide() -> None:
    tier = recorded().one(TIERS)
    assert tier.inputs["metadata"]["name"] == TIER
    assert tier.inputs["spec"]["defaultAction"] == "Pass"  # Calico's own default is Deny
    assert 100 < tier.inputs["spec"]["order"] < 1000  # the operator's own tier, and that of cluster-wide policies


def test_policies_are_written_as_calico_stores_them() -> None:
    recording = recorded("web", logDenied=True)
    assert unsound(recording) == []
    for policy in recording.all(POLICY):
        spec, metadata = policy.inputs["spec"], policy.inputs["metadata"]
        assert {"tier", "order", "namespaceSelector", "types"} <= spec.keys()
        assert metadata["labels"] == {"projectcalico.org/tier": spec["tier"]}
        assert {direction.lower() for direction in spec["types"]} == {"ingress", "egress"} & spec.keys()
        # A prefix where the tier is an own one; in the default tier Calico would rename the policy.
        assert metadata["name"].startswith(f"{TIER}.") == (spec["tier"] == TIER)
        assert "." not in metadata["name"].removeprefix(f"{TIER}.")


def test_pods_reach_no_instance_metadata_by_either_protocol_but_keep_pod_identity() -> None:
    spec = baseline_policies(BaselineSettings(), [])[f"{TIER}.deny-instance-metadata"]
    assert [(rule["action"], rule["ipVersion"], rule["destination"]["nets"]) for rule in spec["egress"]] == [
        ("Deny", 4, ["169.254.169.254/32"]),
        ("Deny", 6, ["fd00:ec2::254/128"]),
    ]
    denied = [ipaddress.ip_network(net) for rule in spec["egress"] for net in rule["destination"]["nets"]]
    for identity in ("169.254.170.23", "fd00:ec2::23"):
        assert not any(ipaddress.ip_address(identity) in net for net in denied)


@given(NAMES)
def test_the_excepted_namespaces_are_those_of_the_settings(names: list[str]) -> None:
    settings = BaselineSettings(metadata_namespaces=tuple(names))
    selector = baseline_policies(settings, [])[f"{TIER}.deny-instance-metadata"]["namespaceSelector"]
    listed = ", ".join(f"'{name}'" for name in sorted(names))
    assert selector == f"kubernetes.io/metadata.name not in {{{listed}}}"
    assert in_namespaces(names) == f"kubernetes.io/metadata.name in {{{listed}}}"


def test_nobody_is_excepted_where_nobody_is_named() -> None:
    policies = baseline_policies(BaselineSettings(metadata_namespaces=()), [])
    assert policies[f"{TIER}.deny-instance-metadata"]["namespaceSelector"] == "all()"


def test_every_pod_may_ask_coredns_and_the_addresses_that_stand_for_it() -> None:
    spec = recorded().one(POLICY, "calico-slipway.allow-dns").inputs["spec"]
    assert {(rule["action"], rule["protocol"]) for rule in spec["egress"]} == {("Allow", "UDP"), ("Allow", "TCP")}
    assert all(rule["destination"]["ports"] == [53] for rule in spec["egress"])
    reached = [rule["destination"] for rule in spec["egress"] if rule["protocol"] == "UDP"]
    assert reached[0]["selector"] == "k8s-app == 'kube-dns'"
    assert "'kube-system'" in reached[0]["namespaceSelector"]
    assert reached[1]["nets"] == ["169.254.20.10/32", "172.20.0.10/32"]


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"denyInstanceMetadata": False}, ["calico-slipway.allow-dns"]),
        ({"allowDns": False}, ["calico-slipway.deny-instance-metadata"]),
        ({"allowDns": False, "denyInstanceMetadata": False}, []),
    ],
)
def test_what_is_switched_off_is_not_made(settings: dict[str, Any], left: list[str]) -> None:
    recording = recorded(**settings)
    assert [policy.name for policy in recording.all(POLICY)] == left
    assert bool(recording.all(TIERS)) == bool(left)


def test_a_pod_waits_for_the_baseline() -> None:
    ready: list[Any] = []
    recording = recorded(ready=ready)
    assert len(ready) == 3
    for policy in recording.all(POLICY):
        assert waits_for(recording, policy) == {"calico-tier"}
    assert waits_for(recording, recording.one(TIERS)) == {"calico-installation"}


def test_refused_packets_are_logged_behind_every_policy_and_never_more_than_a_few() -> None:
    recording = recorded("web", "data", logDenied=True)
    policy = recording.one(POLICY, "calico-log-denied")
    spec = policy.inputs["spec"]
    assert spec == log_policy_spec(["data", "web"])
    assert spec["order"] == AFTER_NAMESPACES > 1000  # the order of Kubernetes' own policies
    assert spec["ingress"] == spec["egress"] == [{"action": "Log"}]
    assert spec["namespaceSelector"] == "kubernetes.io/metadata.name in {'data', 'web'}"
    limits = recording.one(FELIX)
    assert limits.inputs["metadata"]["name"] == "default"
    assert limits.inputs["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}
    assert limits.inputs["spec"]["logActionRateLimit"] == "10/second"
    assert waits_for(recording, policy) == {"calico-logging"}
    assert waits_for(recording, limits) == {"calico-installation"}


@pytest.mark.parametrize(("namespaces", "log"), [((), True), (("web",), False)])
def test_no_pod_is_selected_where_nothing_is_logged(namespaces: tuple[str, ...], log: bool) -> None:
    recording = recorded(*namespaces, logDenied=log)
    assert {policy.inputs["spec"]["tier"] for policy in recording.all(POLICY)} == {TIER}
    assert recording.all(FELIX) == []


def test_without_a_cache_on_the_nodes_only_coredns_answers() -> None:
    spec = baseline_policies(BaselineSettings(), [])[f"{TIER}.allow-dns"]
    assert not any("nets" in rule["destination"] for rule in spec["egress"])

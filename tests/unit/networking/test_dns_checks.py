"""What the checks of DNS refuse, and what they advise."""

from typing import Any

import pytest

from components.networking.dns import checks
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(checks)
EXTERNAL = {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]}
COREFILE = {"addons": {"coredns": {"configuration": {"corefile": ".:53 {\n}\n"}}}}
CLUSTER = {"version": "1.35", "admins": ["arn:aws:iam::123456789012:role/platform-admin"]}


def test_the_defaults_are_in_order() -> None:
    assert JUDGE.problems(stack()) == []
    assert JUDGE.advice(stack()) == []
    assert JUDGE.problems(stack(existing=True)) == []
    assert JUDGE.advice(stack(existing=True)) == []


def test_everything_at_once_is_in_order() -> None:
    dns = {
        "coredns": {"upstreams": ["10.0.0.2"], "stubDomains": {"corp.example.com": ["10.9.0.2"]}, "maxReplicas": 20},
        "nodeLocal": {"enabled": True},
        "external": EXTERNAL,
    }
    settings = stack(dns=dns, consul={})
    assert JUDGE.problems(settings) == []
    assert JUDGE.advice(settings) == []


@pytest.mark.parametrize(
    ("rooms", "path", "reason"),
    [
        ({"dns": {"coredns": {"cacheSeconds": 60}}}, ("dns", "coredns"), "one text that would be replaced"),
        ({"dns": {"nodeLocal": {"enabled": True}}}, ("dns", "nodeLocal", "enabled"), "does not know"),
        ({"dns": {"external": EXTERNAL}}, ("dns", "external"), "no AWS identity"),
        ({"consul": {}}, ("consul", "resolveConsulNames"), "has an owner already"),
    ],
)
def test_an_existing_clusters_dns_is_its_owners(rooms: dict[str, Any], path: tuple[str, ...], reason: str) -> None:
    problem = JUDGE.only(stack(existing=True, **rooms))
    assert problem.path == path
    assert reason in problem.message


def test_it_is_said_which_settings_an_existing_cluster_does_not_take() -> None:
    problem = JUDGE.only(stack(existing=True, dns={"coredns": {"minReplicas": 3, "cacheSeconds": 60}}))
    assert problem.found == "cacheSeconds, minReplicas"


def test_the_bounds_of_the_scale_ascend() -> None:
    problem = JUDGE.only(stack(dns={"coredns": {"minReplicas": 12}}))
    assert (problem.path, problem.found, problem.nearest) == (("dns", "coredns", "maxReplicas"), "10", "12")


@pytest.mark.parametrize(
    ("coredns", "path", "what"),
    [
        ({"upstreams": ["10.0.0.2", "172.20.0.10"]}, ("upstreams", 1), "the cluster's own DNS"),
        ({"upstreams": ["127.0.0.53"]}, ("upstreams", 0), "the pod itself"),
        (
            {"stubDomains": {"corp.example.com": ["169.254.20.10"]}},
            ("stubDomains", "corp.example.com", 0),
            "the cache on the node",
        ),
    ],
)
def test_no_question_goes_in_a_circle(coredns: dict[str, Any], path: tuple[Any, ...], what: str) -> None:
    problem = JUDGE.only(stack(dns={"coredns": coredns}))
    assert problem.path == ("dns", "coredns", *path)
    assert what in problem.message


def test_the_clusters_dns_is_where_its_service_network_has_it() -> None:
    settings = stack(
        cluster={**CLUSTER, "serviceCidr": "10.100.0.0/16"}, dns={"coredns": {"upstreams": ["10.100.0.10"]}}
    )
    assert "the cluster's own DNS" in JUDGE.only(settings).message


@pytest.mark.parametrize("rooms", [{"dns": {"coredns": {"cacheSeconds": 60}}}, {"consul": {}}])
def test_two_corefiles_are_one_too_many(rooms: dict[str, Any]) -> None:
    problem = JUDGE.only(stack(cluster={**CLUSTER, **COREFILE}, **rooms))
    assert problem.path == ("cluster", "addons", "coredns", "configuration", "corefile")


def test_a_corefile_of_ones_own_is_bypassed_by_the_caches() -> None:
    settings = stack(cluster={**CLUSTER, **COREFILE}, dns={"nodeLocal": {"enabled": True}})
    assert JUDGE.problems(settings) == []
    (advice,) = JUDGE.advice(settings)
    assert "pass CoreDNS" in advice.text
    assert JUDGE.advice(stack(cluster={**CLUSTER, **COREFILE})) == []


def test_a_cache_needs_another_proxy_than_ipvs() -> None:
    def on(mode: str) -> Any:
        addons = {"kube-proxy": {"configuration": {"mode": mode}}}
        return stack(cluster={**CLUSTER, "addons": addons}, dns={"nodeLocal": {"enabled": True}})

    assert JUDGE.only(on("ipvs")).path == ("dns", "nodeLocal", "enabled")
    assert JUDGE.problems(on("iptables")) == []


def test_one_pod_of_coredns_is_advised_against() -> None:
    assert [each.path for each in JUDGE.advice(stack(dns={"coredns": {"minReplicas": 1}}))] == [
        ("dns", "coredns", "minReplicas")
    ]


def test_hosts_outside_the_domains_are_named() -> None:
    apps = [
        app("web", ingress={"host": "web.example.com"}),
        app("docs", ingress={"host": "docs.example.org"}, route={"host": "example.com"}),
        app("tree", route={"host": "notexample.com"}),
    ]
    found = JUDGE.advice(stack(dns={"external": EXTERNAL}, apps=apps))
    assert [(each.app, each.path) for each in found] == [("docs", ("ingress", "host")), ("tree", ("route", "host"))]
    assert JUDGE.advice(stack(apps=apps)) == []


def test_with_sync_the_mark_is_ones_own() -> None:
    (advice,) = JUDGE.advice(stack(dns={"external": {**EXTERNAL, "policy": "sync"}}))
    assert advice.path == ("dns", "external", "ownerId")
    assert "slipway-test" in advice.text
    assert JUDGE.advice(stack(dns={"external": {**EXTERNAL, "policy": "sync", "ownerId": "eu-blue"}})) == []


def test_a_dry_run_in_production_is_pointed_out() -> None:
    dns = {"external": {**EXTERNAL, "dryRun": True}}
    assert [each.path for each in JUDGE.advice(stack(environment="production", dns=dns))] == [
        ("dns", "external", "dryRun")
    ]
    assert JUDGE.advice(stack(dns=dns)) == []

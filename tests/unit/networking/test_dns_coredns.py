"""CoreDNS: the add-on's configuration, its Corefile, and the addresses of the cluster's DNS."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.networking.dns.addresses import cluster_dns_ip, consul_dns_ip, dns_cidrs
from components.networking.dns.coredns import addon_configuration
from components.networking.dns.settings import DnsSettings
from tests.support.corefile import directive, servers
from tests.support.stacks import stack

ADDON_KEYS = {"autoScaling", "corefile", "podDisruptionBudget", "topologySpreadConstraints"}
"""Of those that `aws eks describe-addon-configuration --addon-name coredns` lists; any other one is refused by AWS."""


def configuration(coredns: dict[str, Any] | None = None, *, consul_dns_ip: str | None = None) -> dict[str, Any]:
    settings = DnsSettings.model_validate({"coredns": coredns or {}}, by_name=False)
    return addon_configuration(settings, consul_dns_ip=consul_dns_ip)


def test_the_defaults_leave_the_corefile_to_eks() -> None:
    found = configuration()
    assert "corefile" not in found
    assert found["autoScaling"] == {"enabled": True, "minReplicas": 2, "maxReplicas": 10}
    assert found["podDisruptionBudget"] == {"enabled": True, "maxUnavailable": 1}
    assert set(configuration({"cacheSeconds": 60})) == ADDON_KEYS


def test_pods_are_spread_over_zones_and_nodes_but_start_without_them() -> None:
    constraints = configuration()["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in constraints] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    for each in constraints:
        assert each["whenUnsatisfiable"] == "ScheduleAnyway"
        assert each["labelSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}


def test_a_changed_corefile_is_eks_own_but_for_the_change() -> None:
    assert configuration({"cacheSeconds": 60})["corefile"] == (
        ".:53 {\n"
        "    errors\n"
        "    health {\n"
        "        lameduck 5s\n"
        "    }\n"
        "    ready\n"
        "    kubernetes cluster.local in-addr.arpa ip6.arpa {\n"
        "        pods insecure\n"
        "        fallthrough in-addr.arpa ip6.arpa\n"
        "    }\n"
        "    prometheus :9153\n"
        "    forward . /etc/resolv.conf\n"
        "    cache 60\n"
        "    loop\n"
        "    reload\n"
        "    loadbalance\n"
        "}\n"
    )


def test_upstreams_and_stub_domains() -> None:
    found = servers(
        configuration({"upstreams": ["10.0.0.2", "10.0.0.3"], "stubDomains": {"corp.example.com": ["10.9.0.2"]}})[
            "corefile"
        ]
    )
    assert set(found) == {".:53", "corp.example.com:53"}
    assert directive(found[".:53"], "forward") == ("forward", ".", "10.0.0.2", "10.0.0.3")
    assert found["corp.example.com:53"] == [
        ("errors",),
        ("prometheus", ":9153"),
        ("cache", "30"),
        ("forward", ".", "10.9.0.2"),
    ]


def test_no_cache_at_all_where_nothing_is_to_be_kept() -> None:
    found = servers(configuration({"cacheSeconds": 0, "stubDomains": {"corp.example.com": ["10.9.0.2"]}})["corefile"])
    assert not [each for block in found.values() for each in block if each[0] == "cache"]


def test_consuls_names_are_asked_of_consul() -> None:
    found = servers(configuration(consul_dns_ip="172.20.0.11")["corefile"])
    assert directive(found["consul:53"], "forward") == ("forward", ".", "172.20.0.11")
    assert directive(found[".:53"], "forward") == ("forward", ".", "/etc/resolv.conf")


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("cluster.local", "the cluster's own zone"),
        ("svc.cluster.local", "the cluster's own zone"),
        ("local", "the cluster's own zone cluster.local"),
        ("arpa", "the cluster's own zone in-addr.arpa"),
        ("*.example.com", "is a wildcard"),
    ],
)
def test_a_stub_domain_takes_nothing_from_the_cluster(domain: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        configuration({"stubDomains": {domain: ["10.0.0.2"]}})


def test_a_reverse_zone_of_ones_own_network_is_a_stub_domain() -> None:
    found = servers(configuration({"stubDomains": {"9.10.in-addr.arpa": ["10.9.0.2"]}})["corefile"])
    assert "9.10.in-addr.arpa:53" in found


@pytest.mark.parametrize(
    "wrong", [{"upstreams": [f"10.0.0.{n}" for n in range(16)]}, {"stubDomains": {"corp.example.com": []}}]
)
def test_coredns_takes_one_to_fifteen_resolvers(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        configuration(wrong)


def test_the_address_of_the_clusters_dns() -> None:
    assert cluster_dns_ip("172.20.0.0/16") == "172.20.0.10"
    assert cluster_dns_ip("10.100.4.0/24") == "10.100.4.10"


def test_consuls_dns_has_a_fixed_address_where_coredns_asks_it() -> None:
    assert consul_dns_ip(stack(consul={})) == "172.20.0.11"
    assert consul_dns_ip(stack(consul={"resolveConsulNames": False})) is None
    assert consul_dns_ip(stack()) is None
    assert consul_dns_ip(stack(existing=True, consul={})) is None


def test_policies_open_the_caches_addresses_where_there_are_caches() -> None:
    with_caches = {"nodeLocal": {"enabled": True}}
    assert dns_cidrs(stack(dns=with_caches)) == ("169.254.20.10/32", "172.20.0.10/32")
    assert dns_cidrs(stack()) == ()
    assert dns_cidrs(stack(existing=True, dns=with_caches)) == ()

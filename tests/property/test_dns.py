"""What holds of the cluster's DNS whatever its domains, resolvers and networks."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.networking.dns import node_local_manifests
from components.networking.dns.addresses import CONSUL_DNS_OFFSET, cluster_dns_ip, consul_dns_ip
from components.networking.dns.coredns import addon_configuration
from components.networking.dns.settings import DnsSettings
from tests.support.corefile import directive, servers
from tests.support.effort import examples
from tests.support.stacks import EKS, stack

addresses = st.ip_addresses(v=4).map(str)
labels = st.from_regex(r"[a-z]([-a-z0-9]{0,10}[a-z0-9])?", fullmatch=True)
domains = st.builds(lambda name, top: f"{name}.{top}", labels, st.sampled_from(["example.com", "example.org", "test"]))
stubs = st.dictionaries(domains, st.lists(addresses, min_size=1, max_size=15), max_size=6)
upstreams = st.lists(addresses, max_size=15)
seconds = st.integers(0, 3600)
service_networks = st.builds(
    lambda prefix, bits: str(IPv4Network((f"10.{bits % 256}.{bits // 256}.0", prefix), strict=False)),
    st.integers(12, 24),
    st.integers(0, 65535),
)


def dns(coredns: dict[str, Any]) -> DnsSettings:
    return DnsSettings.model_validate({"coredns": coredns}, by_name=False)


@examples(25, 400)
@given(stubs, upstreams, seconds, st.booleans())
def test_every_domain_has_one_block_with_its_resolvers(
    stub_domains: dict[str, list[str]], resolvers: list[str], kept: int, consul: bool
) -> None:
    settings = dns({"stubDomains": stub_domains, "upstreams": resolvers, "cacheSeconds": kept})
    found = addon_configuration(settings, consul_dns_ip="172.20.0.11" if consul else None)
    if "corefile" not in found:
        assert (stub_domains, resolvers, kept, consul) == ({}, [], 30, False)
        return
    blocks = servers(found["corefile"])
    assert set(blocks) == {".:53", *(f"{domain}:53" for domain in stub_domains), *(["consul:53"] if consul else [])}
    for domain, asked in stub_domains.items():
        assert directive(blocks[f"{domain}:53"], "forward") == ("forward", ".", *asked)
    assert directive(blocks[".:53"], "forward")[2:] == (tuple(resolvers) or ("/etc/resolv.conf",))
    for block in blocks.values():
        assert [each for each in block if each[0] == "cache"] == ([("cache", str(kept))] if kept else [])


@examples(25, 400)
@given(stubs, upstreams, seconds, st.booleans())
def test_a_nodes_cache_sends_to_coredns_exactly_what_coredns_answers_or_forwards(
    stub_domains: dict[str, list[str]], resolvers: list[str], kept: int, consul: bool
) -> None:
    settings = dns({"stubDomains": stub_domains, "upstreams": resolvers, "cacheSeconds": kept}).coredns
    blocks = servers(node_local_manifests.corefile(settings, cluster_dns_ip="172.20.0.10", consul=consul))
    to_coredns = {key for key, block in blocks.items() if "force_tcp" in directive(block, "forward")}
    zones = {"cluster.local", "in-addr.arpa", "ip6.arpa", *stub_domains, *(["consul"] if consul else [])}
    assert to_coredns == {f"{zone}:53" for zone in zones}
    assert set(blocks) - to_coredns == {".:53"}
    assert [key for key, block in blocks.items() if any(each[0] == "health" for each in block)] == ["cluster.local:53"]


@given(service_networks)
def test_the_addresses_are_services_that_kubernetes_gives_to_nobody_unasked(cidr: str) -> None:
    network = IPv4Network(cidr)
    settings = stack(cluster={**EKS["cluster"], "serviceCidr": cidr}, consul={})
    cluster, consul = cluster_dns_ip(cidr), consul_dns_ip(settings)
    assert cluster.rpartition(".")[2] == "10"
    assert (cluster, consul) == (str(network[10]), str(network[11]))
    static_band = min(max(16, network.num_addresses // 16), 256)
    assert static_band >= CONSUL_DNS_OFFSET

"""The guides to DNS, Consul and private clusters: what they show is what the settings take and the defaults are."""

from pathlib import Path
from typing import Any

import pytest

from components.checks import problems
from components.foundation.endpoints import derived_services
from components.networking.consul_settings import ConsulSettings
from components.networking.dns.addresses import CLUSTER_DNS_OFFSET, CONSUL_DNS_OFFSET, LINK_LOCAL
from components.networking.dns.settings import CoreDnsSettings, DnsSettings, ExternalDnsSettings, NodeLocalSettings
from components.settings import StackSettings
from tests.support.stacks import EKS, stack
from tests.unit.networking.test_guide import GUIDE, rooms

PAGES = ("dns", "consul", "private-clusters")


def text(page: str) -> str:
    return Path(GUIDE / f"{page}.md").read_text()


def settings(block: dict[str, Any]) -> StackSettings:
    return stack(**{**block, "nodePools": {"general": {}}})


@pytest.mark.parametrize(("page", "block"), [(page, block) for page in PAGES for block in rooms(page)])
def test_the_yaml_is_a_stack_that_is_not_refused(page: str, block: dict[str, Any]) -> None:
    assert problems(settings(block)) == []


def test_every_key_is_shown_and_defaults_are_what_the_guide_says() -> None:
    (block,) = rooms("dns")
    shown = DnsSettings.model_validate(block["dns"], by_name=False)
    for model, key in (
        (CoreDnsSettings, "coredns"),
        (NodeLocalSettings, "nodeLocal"),
        (ExternalDnsSettings, "external"),
    ):
        assert {field.alias for field in model.model_fields.values()} == set(block["dns"][key])
    usual = CoreDnsSettings()
    assert shown.coredns == usual.model_copy(
        update={"upstreams": shown.coredns.upstreams, "stub_domains": shown.coredns.stub_domains}
    )
    assert shown.node_local.image == NodeLocalSettings().image
    (consul,) = rooms("consul")
    assert ConsulSettings.model_validate(consul["consul"], by_name=False) == ConsulSettings()
    assert set(consul["consul"]) == {field.alias for field in ConsulSettings.model_fields.values()}


def test_the_addresses_are_the_programs() -> None:
    assert f"172.20.0.{CLUSTER_DNS_OFFSET} " in text("dns")
    for page in ("dns", "consul"):
        assert f"172.20.0.{CONSUL_DNS_OFFSET}" in text(page)
    assert LINK_LOCAL in text("dns")
    assert EKS["network"]["cidr"] in text("private-clusters")


def test_the_derived_endpoints_are_told() -> None:
    arn = "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/1234abcd-12ab"
    everything = stack(
        certificates={"awsPrivateCa": {"arn": arn}},
        dns={"external": {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]}},
        ingress={"controller": "alb", "alb": {"waf": {}}},
    )
    for service in derived_services(everything):
        assert f"| `{service}` |" in text("private-clusters")

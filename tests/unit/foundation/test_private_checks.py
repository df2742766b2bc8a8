"""A network without a way to the internet: what is refused, what is pointed out, and which endpoints it gets."""

from typing import Any

import pytest

from components.foundation import private_checks
from components.foundation.endpoints import derived_services
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(private_checks)
ISOLATED = {"natGateways": "none"}
VPC_CNI = {"policy": "vpc-cni"}
EMAIL = {"email": "platform@example.com"}
ECR = "123456789012.dkr.ecr.us-west-2.amazonaws.com"
EXTERNAL = {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]}


def isolated(**rooms: Any) -> Any:
    return stack(**{"network": ISOLATED, "cni": VPC_CNI, **rooms})


def paths(settings: Any) -> list[tuple[Any, ...]]:
    return [each.path for each in JUDGE.advice(settings)]


def test_a_network_with_a_way_out_is_asked_nothing() -> None:
    settings = stack(certificates=EMAIL, apps=[app()], ingress="alb", dns={"external": EXTERNAL}, consul={})
    assert JUDGE.problems(settings) == []
    assert JUDGE.advice(settings) == []
    assert JUDGE.advice(stack(existing=True, apps=[app()])) == []


def test_an_isolated_cluster_of_eks_add_ons_and_images_in_ecr_is_in_order() -> None:
    settings = isolated(apps=[app(image=f"{ECR}/web:1.0.0")])
    assert JUDGE.problems(settings) == []
    assert JUDGE.advice(settings) == []


def test_lets_encrypt_is_out_of_reach() -> None:
    problem = JUDGE.only(isolated(certificates=EMAIL))
    assert problem.path == ("certificates", "issuer")
    assert (problem.found, problem.nearest) == ("letsencrypt-staging", "private-ca")
    assert JUDGE.problems(isolated(certificates={"issuer": "private-ca", "privateCa": True})) == []


def test_another_way_out_is_taken_at_its_word() -> None:
    network = {"natGateways": "none", "otherWayOut": True}
    settings = isolated(network=network, certificates=EMAIL, apps=[app()], ingress="alb")
    assert JUDGE.problems(settings) == []
    assert JUDGE.advice(settings) == []
    assert paths(stack(network={"otherWayOut": True})) == [("network", "otherWayOut")]


def test_an_account_at_lets_encrypt_is_not_asked_for_in_vain() -> None:
    settings = isolated(certificates={**EMAIL, "issuer": "private-ca", "privateCa": True})
    assert ("certificates", "email") in paths(settings)


def test_aws_private_ca_is_in_the_clusters_region() -> None:
    def of(region: str) -> Any:
        arn = f"arn:aws:acm-pca:{region}:123456789012:certificate-authority/1234abcd-12ab"
        return isolated(certificates={"issuer": "aws-private-ca", "awsPrivateCa": {"arn": arn}})

    assert JUDGE.problems(of("us-west-2")) == []
    assert JUDGE.only(of("eu-central-1")).path == ("certificates", "awsPrivateCa", "arn")
    assert derived_services(of("us-west-2")) == ("acm-pca",)
    assert derived_services(of("eu-central-1")) == ()


@pytest.mark.parametrize(
    ("rooms", "path"),
    [
        ({"ingress": "alb"}, ("ingress", "alb", "scheme")),
        ({"ingress": "nginx"}, ("ingress", "nginx", "scheme")),
        ({"ingress": "gateway-api"}, ("ingress", "gatewayApi", "scheme")),
        ({"ingress": "istio", "mesh": "istio"}, ("mesh", "istio", "gateway", "internal")),
        (
            {
                "cluster": {
                    "version": "1.35",
                    "endpoint": {"publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
                }
            },
            ("cluster", "endpoint", "publicAccess"),
        ),
    ],
)
def test_ways_in_from_the_internet_are_pointed_out(rooms: dict[str, Any], path: tuple[str, ...]) -> None:
    assert path in paths(isolated(**rooms))
    assert path not in paths(stack(**rooms))


@pytest.mark.parametrize(
    "ingress",
    [{"controller": "alb", "alb": {"scheme": "internal"}}, {"controller": "nginx", "nginx": {"scheme": "internal"}}],
)
def test_internal_load_balancers_are_in_order(ingress: dict[str, Any]) -> None:
    assert not [path for path in paths(isolated(ingress=ingress)) if path[0] == "ingress"]


def test_an_internal_gateway_is_in_order() -> None:
    mesh = {"kind": "istio", "istio": {"gateway": {"internal": True}}}
    assert ("mesh", "istio", "gateway", "internal") not in paths(isolated(ingress="istio", mesh=mesh))


@pytest.mark.parametrize(
    ("rooms", "named"),
    [
        ({"cni": {"mode": "policy-only"}}, "cni (Calico) from quay.io"),
        ({"mesh": "istio"}, "mesh (Istio) from registry.istio.io"),
        ({"mesh": "linkerd"}, "mesh (Linkerd) from cr.l5d.io"),
        ({"ingress": "alb"}, "ingress (alb) from public.ecr.aws"),
        ({"ingress": "gateway-api"}, "ingress (gateway-api) from docker.io"),
        ({"certificates": {"issuer": "private-ca", "privateCa": True}}, "certificates from quay.io"),
        ({"dns": {"nodeLocal": {"enabled": True}}}, "dns.nodeLocal from registry.k8s.io"),
        ({"dns": {"external": EXTERNAL}}, "dns.external from registry.k8s.io"),
        ({"consul": {}}, "consul from docker.io"),
    ],
)
def test_images_of_the_platform_that_nodes_cannot_pull_are_named(rooms: dict[str, Any], named: str) -> None:
    (advice,) = [each for each in JUDGE.advice(isolated(**rooms)) if each.path == ("network", "natGateways")]
    assert named in advice.text


def test_a_cache_from_a_registry_of_ones_own_is_in_order() -> None:
    image = f"{ECR}/dns/k8s-dns-node-cache:1.26.8"
    assert paths(isolated(dns={"nodeLocal": {"enabled": True, "image": image}})) == []


def test_apps_whose_image_nodes_cannot_pull_are_named() -> None:
    elsewhere = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/far:1.0.0"
    apps = [
        app("near", image=f"{ECR}/near:1.0.0", canary={"image": "registry.example.com/near:2.0.0"}),
        app("web"),
        app("far", image=elsewhere),
    ]
    found = JUDGE.advice(isolated(apps=apps))
    assert [(each.app, each.path) for each in found] == [
        ("near", ("canary", "image")),
        ("web", ("image",)),
        ("far", ("image",)),
    ]
    assert "another region" in found[2].text


@pytest.mark.parametrize(
    ("rooms", "services"),
    [
        ({}, ()),
        ({"dns": {"external": EXTERNAL}}, ("route53",)),
        ({"certificates": {**EMAIL, "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}}, ("route53",)),
        ({"ingress": "alb"}, ()),
        ({"ingress": {"controller": "alb", "alb": {"waf": {}}}}, ("wafv2",)),
    ],
)
def test_the_stacks_own_choices_get_endpoints(rooms: dict[str, Any], services: tuple[str, ...]) -> None:
    assert derived_services(stack(**rooms)) == services

"""The rules between the networking rooms and the others."""

from collections.abc import Callable
from typing import Any

import pytest

from components.networking import checks
from components.settings import StackSettings
from tests.support.stacks import Judge, app, stack

CERTIFICATES = {"email": "platform@example.com"}
DNS01 = {**CERTIFICATES, "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
LINKERD = {"trustAnchorPem": PEM, "issuerCertificatePem": PEM, "issuerKeySecret": "issuer-key"}


judge = Judge(checks)
problems, advice, only = judge.problems, judge.advice, judge.only


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {"calico": {"mode": "cni"}},
        {"calico": {"mode": "cni", "podCidr": "100.64.0.0/16"}, "certificates": DNS01},
        {"mesh": {"kind": "istio"}, "ingress": {"controller": "istio"}, "certificates": DNS01},
        {"mesh": {"kind": "linkerd", "linkerd": LINKERD}, "secrets": {"issuer-key": "x"}},
        {"calico": None, "mesh": {"kind": "istio"}},
    ],
)
def test_right_stacks_have_no_problem(rooms: dict[str, Any]) -> None:
    assert problems(stack(**rooms)) == []


def test_an_existing_cluster_may_have_a_mesh_and_certificates_over_http() -> None:
    rooms = {"mesh": {"kind": "istio"}, "ingress": {"controller": "istio"}, "certificates": CERTIFICATES}
    assert problems(stack(existing=True, **rooms)) == []


@pytest.mark.parametrize(
    ("mesh", "reason"),
    [({"kind": "istio"}, "istiod"), ({"kind": "linkerd", "linkerd": LINKERD}, "Linkerd's proxy injector")],
)
def test_no_mesh_on_calicos_pod_network(mesh: dict[str, Any], reason: str) -> None:
    problem = only(stack(calico={"mode": "cni"}, mesh=mesh, secrets={"issuer-key": "x"}))
    assert problem.path == ("calico", "mode")
    assert "control plane cannot reach" in problem.message
    assert reason in problem.message
    assert problem.nearest == "policy-only"


def test_a_pod_network_inside_the_vpc_is_named_with_the_vpc() -> None:
    problem = only(stack(calico={"mode": "cni", "podCidr": "10.0.128.0/20"}))
    assert problem.path == ("calico", "podCidr")
    assert "the VPC, 10.0.0.0/16" in problem.message
    assert problem.found == "10.0.128.0/20"


def test_a_pod_network_over_the_services_is_named_with_them() -> None:
    problem = only(stack(calico={"mode": "cni", "podCidr": "172.16.0.0/12"}))
    assert "the Services, 172.20.0.0/16" in problem.message


def test_a_pod_network_without_effect_overlaps_nothing() -> None:
    settings = stack(calico={"mode": "policy-only", "podCidr": "10.0.128.0/20"})
    assert problems(settings) == []
    assert [each.path for each in advice(settings)] == [("calico", "podCidr")]


def test_no_calico_in_an_existing_cluster() -> None:
    problem = only(stack(existing=True, calico={"mode": "policy-only"}))
    assert problem.path == ("calico",)


@pytest.mark.parametrize("mesh", [{"kind": "none"}, {"kind": "linkerd", "linkerd": LINKERD}])
def test_istio_serves_no_ingress_where_it_is_not(mesh: dict[str, Any]) -> None:
    problem = only(stack(mesh=mesh, ingress={"controller": "istio"}, secrets={"issuer-key": "x"}))
    assert problem.path == ("ingress", "controller")
    assert problem.nearest == "external"


def test_the_gateways_replicas_are_in_order() -> None:
    gateway = {"minReplicas": 6, "maxReplicas": 4}
    problem = only(stack(mesh={"kind": "istio", "istio": {"gateway": gateway}}))
    assert problem.path == ("mesh", "istio", "gateway", "minReplicas")
    assert (problem.found, problem.nearest) == ("6", "4")


def test_linkerd_needs_its_certificates() -> None:
    problem = only(stack(mesh={"kind": "linkerd"}))
    assert problem.path == ("mesh", "linkerd")
    assert "issuerKeySecret" in problem.allowed


def test_linkerds_key_is_a_declared_secret() -> None:
    problem = only(stack(mesh={"kind": "linkerd", "linkerd": LINKERD}, secrets={"issuer-kay": "x", "other": "y"}))
    assert problem.path == ("mesh", "linkerd", "issuerKeySecret")
    assert (problem.found, problem.allowed, problem.nearest) == ("issuer-key", "issuer-kay, other", "issuer-kay")


def test_linkerds_certificates_are_not_asked_for_without_linkerd() -> None:
    assert problems(stack(mesh={"kind": "istio", "linkerd": LINKERD})) == []


def test_dns01_needs_an_aws_identity() -> None:
    problem = only(stack(existing=True, certificates=DNS01))
    assert problem.path == ("certificates", "dns01")


@pytest.mark.parametrize(
    ("rooms", "path"),
    [
        ({"calico": None}, ("calico",)),
        ({"mesh": {"kind": "istio", "istio": {"mtls": "PERMISSIVE"}}}, ("mesh", "istio", "mtls")),
        (
            {"mesh": {"kind": "istio", "istio": {"gateway": {"minReplicas": 1}}}},
            ("mesh", "istio", "gateway", "minReplicas"),
        ),
        ({"environment": "production", "certificates": CERTIFICATES}, ("certificates", "issuer")),
        ({"namespaces": {"web": {}}, "apps": [app(ingress={"host": "a.example.com"})]}, ("ingress", "controller")),
    ],
)
def test_what_works_and_is_worth_knowing(rooms: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [each.path for each in advice(stack(**rooms))] == [path]


@pytest.mark.parametrize(
    "rooms",
    [
        {"certificates": CERTIFICATES},
        {"environment": "production", "certificates": {**CERTIFICATES, "issuer": "letsencrypt-production"}},
        {"namespaces": {"web": {}}, "apps": [app()]},
        {"mesh": {"kind": "istio"}},
    ],
)
def test_no_advice_without_need(rooms: dict[str, Any]) -> None:
    assert advice(stack(**rooms)) == []


def test_advice_names_the_class_and_the_apps() -> None:
    settings = stack(
        ingress={"className": "nginx"}, namespaces={"web": {}}, apps=[app(ingress={"host": "a.example.com"})]
    )
    (each,) = advice(settings)
    assert "the class nginx" in each.text
    assert "the Ingress of web" in each.text


def test_an_existing_cluster_may_have_no_load_balancers() -> None:
    (each,) = advice(stack(existing=True, mesh={"kind": "istio"}))
    assert each.path == ("mesh", "istio", "gateway", "serviceType")
    reached = {"kind": "istio", "istio": {"gateway": {"serviceType": "NodePort"}}}
    assert advice(stack(existing=True, mesh=reached)) == []


def test_an_existing_cluster_is_not_told_to_have_calico() -> None:
    assert advice(stack(existing=True)) == []


@pytest.mark.parametrize("check", [*checks.CHECKS, *checks.ADVICE], ids=lambda check: check.__name__)
def test_settings_with_rooms_missing_are_no_reason_to_fail(check: Callable[[StackSettings], object]) -> None:
    for existing in (True, False):
        list(check(stack(existing=existing, aws=None, network=None, calico={"mode": "cni"}, certificates=DNS01)))  # type: ignore[call-overload]

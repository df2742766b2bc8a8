"""What is refused, and what is said, of an app's Services."""

from typing import Any

import pytest

from components.apps import service_advice, service_checks
from tests.support.stacks import EKS, Judge, app, stack

JUDGE = Judge(service_checks)
NODE_PORT = {"type": "NodePort", "nodePorts": {"http": 30080}}


def advice(settings: Any) -> list[Any]:
    return [each for adviser in service_advice.ADVICE for each in adviser(settings)]


@pytest.mark.parametrize(
    "service",
    [
        {},
        {"headless": True, "publishNotReadyAddresses": True},
        {**NODE_PORT, "externalTrafficPolicy": "Local", "allowedCidrs": ["192.0.2.0/24"]},
        {"type": "LoadBalancer", "internal": False},
        {"trafficDistribution": "PreferSameNode", "sessionAffinity": True},
    ],
)
def test_what_goes_together(service: dict[str, Any]) -> None:
    assert JUDGE.problems(stack(apps=[app(service=service)])) == []


@pytest.mark.parametrize(
    ("service", "key"),
    [
        ({"nodePorts": {"http": 30080}}, "nodePorts"),
        ({"allowedCidrs": ["192.0.2.0/24"]}, "allowedCidrs"),
        ({"externalTrafficPolicy": "Local"}, "externalTrafficPolicy"),
        ({"internal": False}, "internal"),
        ({"type": "NodePort", "internal": False}, "internal"),
        ({"publishNotReadyAddresses": True}, "publishNotReadyAddresses"),
        ({"headless": True, "type": "NodePort"}, "headless"),
        ({"headless": True, "sessionAffinity": True}, "sessionAffinity"),
        ({"headless": True, "trafficDistribution": "PreferSameZone"}, "trafficDistribution"),
    ],
)
def test_what_does_not(service: dict[str, Any], key: str) -> None:
    assert JUDGE.only(stack(apps=[app(service=service)])).path == ("service", key)


def test_a_service_for_clients_has_a_port() -> None:
    settings = stack(apps=[app(ports={"metrics": 9090}, service={"type": "LoadBalancer"})])
    assert JUDGE.only(settings).path == ("service", "type")


def test_nothing_translates_the_port_of_a_headless_service() -> None:
    ports = {"http": {"port": 80, "targetPort": 8080}}
    problem = JUDGE.only(stack(apps=[app(ports=ports, service={"headless": True})]))
    assert (problem.path, problem.found) == (("ports", "http", "targetPort"), "80 to 8080")


def test_a_headless_service_has_no_port_for_a_load_balancer() -> None:
    headless = app(service={"headless": True}, ingress={"host": "a.example.com", "tls": False})
    assert JUDGE.problems(stack(ingress="alb", apps=[headless])) == []
    problem = JUDGE.only(stack(ingress="alb", apps=[headless], cni={"mode": "cni"}))
    assert (problem.path, problem.found) == (("service", "headless"), "cni.mode cni")


def test_a_port_of_the_nodes_is_one_apps() -> None:
    apps = [app("first", service=NODE_PORT), app("second", "other", service=NODE_PORT)]
    problem = JUDGE.only(stack(apps=apps))
    assert (problem.app, problem.path) == ("second", ("service", "nodePorts", "http"))
    assert "http of first" in problem.message


def test_a_port_of_the_nodes_leads_to_a_port_of_the_app() -> None:
    problem = JUDGE.only(stack(apps=[app(service={"type": "NodePort", "nodePorts": {"htp": 30080}})]))
    assert (problem.path, problem.nearest) == (("service", "nodePorts", "htp"), "http")


@pytest.mark.parametrize(("quota", "refused"), [({}, ["a", "b"]), ({"loadBalancers": 1}, ["b"]), (None, [])])
def test_a_namespace_has_room_for_its_load_balancers(quota: Any, refused: list[str]) -> None:
    apps = [app(name, service={"type": "LoadBalancer"}) for name in ("a", "b")]
    found = JUDGE.problems(stack(apps=apps, namespaces={"web": {"quota": quota}}))
    assert [problem.app for problem in found] == refused
    assert all("namespaces: {web: {quota: {loadBalancers: 2}}}" in problem.allowed for problem in found)


def test_sctp_by_a_load_balancer() -> None:
    ports = {"http": 80, "signal": {"port": 2905, "protocol": "SCTP"}}
    problem = JUDGE.only(stack(apps=[app(ports=ports, service={"type": "LoadBalancer"})]))
    assert problem.path == ("ports", "signal", "protocol")
    assert JUDGE.problems(stack(apps=[app(ports=ports, service={"type": "NodePort"})])) == []


@pytest.mark.parametrize(("version", "refused"), [("1.33", True), ("1.34", False)])
def test_the_same_node_needs_a_version_that_knows_it(version: str, refused: bool) -> None:
    cluster = {**EKS["cluster"], "version": version}
    settings = stack(cluster=cluster, apps=[app(service={"trafficDistribution": "PreferSameNode"})])
    assert [problem.path for problem in JUDGE.problems(settings)] == (
        [("service", "trafficDistribution")] if refused else []
    )


def test_two_services_of_one_name() -> None:
    outside = {"service": {"externalName": "db.example.org"}}
    problem = JUDGE.only(stack(apps=[app(externalServices=outside)]))
    assert problem.path == ("externalServices", "service")
    apps = [app("a", externalServices={"b-service": {"externalName": "db.example.org"}}), app("a-b")]
    problem = JUDGE.only(stack(apps=apps))
    assert (problem.app, problem.path) == ("a-b", ("name",))


def test_a_name_that_dns_does_not_take() -> None:
    outside = {"n" * 40: {"externalName": "db.example.org"}}
    problem = JUDGE.only(stack(apps=[app("a" * 30, externalServices=outside)]))
    assert (problem.path, problem.found) == (("externalServices", "n" * 40), "71 characters")


def test_an_alias_opens_nothing() -> None:
    outside = {"orders": {"externalName": "db.example.org", "ports": {"postgres": 5432}}}
    (found,) = advice(stack(apps=[app(externalServices=outside)]))
    assert found.path == ("externalServices", "orders")
    assert "5432" in found.text
    egress = [{"cidrs": ["203.0.113.0/24"], "ports": [5432]}]
    assert advice(stack(apps=[app(externalServices=outside, egress=egress)])) == []


def test_advice_on_load_balancers() -> None:
    (public,) = advice(stack(apps=[app(service={"type": "LoadBalancer", "internal": False})]))
    assert public.path == ("service", "allowedCidrs")
    assert advice(stack(apps=[app(service={"type": "LoadBalancer"})])) == []
    found = advice(stack(existing=True, apps=[app(service={"type": "LoadBalancer"})]))
    assert [each.path for each in found] == [("service", "type"), ("service", "allowedCidrs")]


def test_advice_on_node_ports() -> None:
    local = {"type": "NodePort", "externalTrafficPolicy": "Local", "allowedCidrs": ["192.0.2.0/24"]}
    assert [each.path for each in advice(stack(apps=[app(service=local)]))] == [("service", "externalTrafficPolicy")]
    (unknown,) = advice(stack(existing=True, apps=[app(service={"type": "NodePort"})]))
    assert unknown.path == ("service", "allowedCidrs")


def test_advice_on_few_pods_in_many_zones() -> None:
    service = {"trafficDistribution": "PreferSameZone"}
    (found,) = advice(stack(apps=[app(service=service, replicas=2)]))
    assert "2 pods in 3 zones" in found.text
    assert advice(stack(apps=[app(service=service, replicas=3)])) == []

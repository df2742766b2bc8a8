"""What an import opens, and what it says, of calls that documents allowed."""

from typing import Any

import pytest

from slipway.importing.documents import Source
from slipway.importing.importer import Import, import_sources
from tests.unit.importing.reading import service, workload

CLIENT, SERVER = "api", "shop"


def read(*objects: dict[str, Any]) -> Import:
    sources = [Source("all.yaml", number, manifest) for number, manifest in enumerate(objects, 1)]
    return import_sources(sources, environment="staging", namespace="web")


def calling(value: str, *others: dict[str, Any], name: str = "TARGET", **more: str) -> Import:
    env = [{"name": key, "value": text} for key, text in {name: value, **more}.items()]
    return read(workload(CLIENT, env=env), workload(SERVER), service("shop", 8080), *others)


def policy(name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}


def to(result: Import) -> list[str]:
    return list(result.apps[CLIENT].settings.allow_to)


def doubts(result: Import) -> list[str]:
    return [each.why for each in result.entries if each.path == "(app file) TARGET"]


def labels(name: str) -> dict[str, Any]:
    return {"matchLabels": {"app": name}}


def test_a_call_that_no_policy_forbids_is_opened() -> None:
    result = calling("shop:8080")
    assert to(result) == [SERVER]
    assert doubts(result) == []


@pytest.mark.parametrize(
    ("policies", "opened"),
    [
        ([policy("deny", podSelector={}, policyTypes=["Ingress"])], []),
        ([policy("deny", podSelector={}, policyTypes=["Egress"])], []),
        ([policy("deny", podSelector=labels("other"), policyTypes=["Ingress"])], [SERVER]),
        ([policy("in", podSelector=labels(SERVER), ingress=[{}])], [SERVER]),
        ([policy("in", podSelector=labels(SERVER), ingress=[{"from": [{"podSelector": {}}]}])], [SERVER]),
        ([policy("in", podSelector=labels(SERVER), ingress=[{"from": [{"podSelector": labels("other")}]}])], []),
        ([policy("in", podSelector=labels(SERVER), ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])], []),
        ([policy("in", podSelector=labels(SERVER), ingress=[{"from": [{"namespaceSelector": {}}]}])], [SERVER]),
        (
            [
                policy(
                    "in",
                    podSelector=labels(SERVER),
                    ingress=[
                        {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}}}]}
                    ],
                )
            ],
            [],
        ),
        (
            [
                policy("deny", podSelector={}, policyTypes=["Ingress", "Egress"]),
                policy("in", podSelector=labels(SERVER), ingress=[{"from": [{"podSelector": labels(CLIENT)}]}]),
                policy("out", podSelector=labels(CLIENT), policyTypes=["Egress"], egress=[{}]),
            ],
            [SERVER],
        ),
    ],
)
def test_a_policy_of_the_documents_decides(policies: list[dict[str, Any]], opened: list[str]) -> None:
    assert to(calling("shop:8080", *policies)) == opened


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("http://gone:80", "no Service called gone is among the documents"),
        ("gone.web.svc.cluster.local:80", "no Service called gone.web is among"),
        ("otel.monitoring.svc:4317", "no Service called otel.monitoring is among"),
        ("gone.web:80", "no Service called gone.web is among"),
        ("shop:9999", "the Service shop has no port 9999"),
    ],
)
def test_a_name_that_leads_nowhere_is_said(value: str, why: str) -> None:
    (said,) = doubts(calling(value))
    assert why in said


@pytest.mark.parametrize("value", ["http://localhost:80", "https://kubernetes.default.svc", "http://169.254.169.254/"])
def test_what_is_no_service_is_no_doubt(value: str) -> None:
    result = calling(value)
    assert (doubts(result), to(result), result.apps[CLIENT].settings.egress) == ([], [], ())


def test_a_host_outside_is_opened_on_its_port() -> None:
    result = calling("https://api.example.com/", TARGET_2="192.0.2.7:5432", DB_HOST="db.example.com", DB_PORT="3306")
    rules = [(each.cidrs, each.ports) for each in result.apps[CLIENT].settings.egress]
    assert rules == [(("192.0.2.7/32",), (5432,)), (("0.0.0.0/0",), (443, 3306))]


def test_a_host_outside_without_a_port_is_said() -> None:
    result = calling("db.example.com", name="TARGET_HOST")
    assert result.apps[CLIENT].settings.egress == ()
    assert "on which port db.example.com is called" in "".join(each.why for each in result.entries)


def test_policies_that_select_the_caller_say_what_is_open_outside() -> None:
    closed = policy("out", podSelector=labels(CLIENT), policyTypes=["Egress"])
    assert calling("https://api.example.com/", closed).apps[CLIENT].settings.egress == ()


def test_a_server_without_a_port_is_not_named() -> None:
    """The preview would refuse it: there is nothing to open."""
    env = [{"name": "TARGET", "value": "shop:9090"}]
    result = read(workload(CLIENT, env=env), workload(SERVER), service("metrics", 9090))
    assert to(result) == []


def test_what_is_closed_is_said_with_what_stays_open() -> None:
    said = {each.name: each for each in calling("shop:8080").entries if each.path.endswith("allowTo, egress")}
    assert said[CLIENT].now == {"from": [], "to": [SERVER]}
    assert said[SERVER].now == {"from": [CLIENT], "to": []}
    assert "it names shop by TARGET" in said[CLIENT].why


def test_where_policies_select_all_pods_nothing_is_closed() -> None:
    result = calling("shop:8080", policy("deny", podSelector={}, policyTypes=["Ingress", "Egress"]))
    assert not [each for each in result.entries if each.path.endswith("allowTo, egress")]


def test_a_service_of_several_workloads_is_said_to_lead_to_one() -> None:
    first, second = workload("shop-v1"), workload("shop-v2")
    for each in (first, second):
        each["spec"]["template"]["metadata"]["labels"] = {"app": "shop"}
    env = [{"name": "TARGET", "value": "shop:8080"}]
    result = read(workload(CLIENT, env=env), first, second, service("shop", 8080))
    (said,) = [each for each in result.entries if each.path == "(app file) service"]
    assert (said.name, said.outcome, said.now) == ("shop", "not carried", "shop-v1")
    assert "leads to shop-v1, shop-v2" in said.why


@pytest.mark.parametrize("text", ["http://$(SHOP_SERVICE_HOST):$(SHOP_SERVICE_PORT)/", "${SHOP_SERVICE_HOST}"])
def test_a_variable_that_kubernetes_sets_of_a_service_is_said_not_to_be_there(text: str) -> None:
    result = calling(text)
    assert to(result) == [SERVER]
    assert {each.split()[0] for each in doubts(result)} <= {"SHOP_SERVICE_HOST", "SHOP_SERVICE_PORT"}
    assert all("write shop" in each for each in doubts(result))


def test_a_variable_of_the_apps_own_is_there() -> None:
    assert doubts(calling("http://$(SHOP_SERVICE_HOST)/", SHOP_SERVICE_HOST="shop")) == []

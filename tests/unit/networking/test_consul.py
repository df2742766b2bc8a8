"""Consul as a service registry."""

from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from components.networking import consul_checks
from components.networking.consul import Consul
from components.networking.consul_settings import ConsulSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording
from tests.support.stacks import Judge, stack

JUDGE = Judge(consul_checks)


def consul(
    settings: dict[str, Any] | None = None,
    *,
    storage_class: str | None = "gp3-ssd",
    dns_ip: str | None = "172.20.0.11",
    zoned: bool = True,
    known: bool = True,
) -> Recording:
    return record_in_cluster(
        lambda target, nodes: Consul(
            "consul",
            ConsulSettings.model_validate(settings or {}, by_name=False),
            target=target,
            charts=CHARTS,
            storage_class=storage_class,
            dns_ip=dns_ip,
            zoned=zoned,
            after=[nodes],
        ),
        known=known,
    )


def values(recording: Recording) -> Any:
    return recording.one(RELEASE).inputs["values"]


def test_values_exist() -> None:
    assert unsound(consul()) == []
    assert unsound(consul({"replicas": 1}, storage_class=None, dns_ip=None, zoned=False)) == []


def test_every_key_is_made_in_the_cluster_and_none_is_in_the_state() -> None:
    found = values(consul())["global"]
    assert found["gossipEncryption"] == {"autoGenerate": True}
    assert found["tls"] == {"enabled": True}
    assert found["acls"] == {"manageSystemACLs": True}


def test_it_is_no_second_mesh_and_no_second_owner_of_the_gateway_api() -> None:
    found = values(consul())
    assert found["connectInject"]["enabled"] is False
    assert found["connectInject"]["apiGateway"] == {"manageExternalCRDs": False, "manageNonStandardCRDs": False}
    assert found["global"]["installK8sNetworkingCRDs"] is False
    assert found["ui"] == {"enabled": False}


def test_its_dns_is_where_coredns_asks_for_it() -> None:
    assert values(consul())["dns"] == {"enabled": True, "type": "ClusterIP", "clusterIP": "172.20.0.11"}
    assert "clusterIP" not in values(consul(dns_ip=None))["dns"]


@pytest.mark.parametrize("synced", [True, False])
def test_services_go_to_the_catalog_and_nothing_comes_back(synced: bool) -> None:
    found = values(consul({"syncServices": synced}))["syncCatalog"]
    assert found == {"enabled": synced, "toConsul": True, "toK8S": False}


def test_servers_are_in_different_zones_where_nodes_have_zones() -> None:
    (constraint,) = YAML(typ="safe").load(values(consul())["server"]["topologySpreadConstraints"])
    assert constraint["topologyKey"] == "topology.kubernetes.io/zone"
    assert constraint["whenUnsatisfiable"] == "DoNotSchedule"
    assert constraint["labelSelector"]["matchLabels"] == {"app": "consul", "release": "consul", "component": "server"}
    assert "topologySpreadConstraints" not in values(consul(zoned=False))["server"]
    assert consul().one(RELEASE).inputs["name"] == "consul"


def test_volumes_stay_when_consul_goes() -> None:
    server = values(consul({"storage": "20Gi"}))["server"]
    assert (server["storage"], server["storageClass"]) == ("20Gi", "gp3-ssd")
    assert server["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert "storageClass" not in values(consul(storage_class=None))["server"]


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (3, True)])
def test_a_drain_waits_for_the_majority_but_never_for_ever(replicas: int, budget: bool) -> None:
    server = values(consul({"replicas": replicas}))["server"]
    assert (server["replicas"], server["disruptionBudget"]) == (replicas, {"enabled": budget})


def test_it_is_restricted_and_deleted_while_its_volumes_driver_runs() -> None:
    recording = consul()
    assert level(recording.one(NAMESPACE)) == "restricted"
    assert outliving(recording) == ["consul-release"]
    assert waits_for(recording, recording.one(RELEASE)) == {"consul-namespace", "nodes"}


def test_the_same_resources_whatever_is_known() -> None:
    assert consul(known=False).urns == consul().urns


@pytest.mark.parametrize("replicas", [0, 2, 4, 9])
def test_an_odd_number_of_servers_votes(replicas: int) -> None:
    with pytest.raises(ValidationError):
        ConsulSettings(replicas=replicas)


def test_an_even_number_is_told_its_odd_neighbours() -> None:
    with pytest.raises(ValidationError, match="write 3 or 5"):
        ConsulSettings(replicas=4)


def test_its_domain_has_one_answer() -> None:
    dns = {"coredns": {"stubDomains": {"consul": ["10.9.0.2"]}}}
    assert JUDGE.only(stack(dns=dns, consul={})).path == ("dns", "coredns", "stubDomains", "consul")
    assert JUDGE.problems(stack(dns=dns, consul={"resolveConsulNames": False})) == []
    assert JUDGE.problems(stack(dns=dns)) == []


def test_each_server_has_a_node_without_a_taint() -> None:
    problem = JUDGE.only(stack(nodePools={"general": {"size": 2}, "spot": {"size": 9}}, consul={}))
    assert problem.path == ("consul", "replicas")
    assert problem.found == "3 servers on 2 nodes"
    assert JUDGE.problems(stack(nodePools={"general": {"size": 2}, "memory": {"size": 1}}, consul={})) == []
    assert JUDGE.problems(stack(nodePools={"own": {}}, consul={})) == []


def test_a_single_server_in_production_is_pointed_out() -> None:
    assert [each.path for each in JUDGE.advice(stack(environment="production", consul={"replicas": 1}))] == [
        ("consul", "replicas")
    ]
    assert JUDGE.advice(stack(consul={"replicas": 1})) == []

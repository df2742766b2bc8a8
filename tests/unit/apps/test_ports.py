"""Allocated ports: their numbers, their order, and who moves when an app is added."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from components import checks
from components.apps import port_checks
from components.apps.context import context
from components.apps.expansion import expanded
from components.apps.manifests import render
from components.apps.port_discovery import PortDiscovery, manifest, port_discovery
from components.apps.port_plan import candidates, plan, port_plan
from components.apps.ports import AUTO_RANGE, PortSettings
from components.component import Target
from components.networking.mesh.settings import MeshSettings
from components.settings import StackSettings
from components.tenancy.namespaces import Namespaces, NamespaceSettings
from tests.support.incluster import record_in_cluster, unsound, waits_for
from tests.support.schemas import manifest_problems
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(port_checks)
IMAGE = {"image": "registry.example.com/proxy:1"}
PROXY = {"issuer": "https://login.example.com", "upstreamPort": 8080, "secret": "oauth"}


def settings(**ports: dict[str, Any]) -> StackSettings:
    """One app for each key, in a namespace of its own, expanded."""
    apps = [app(name, name, ports=each) for name, each in ports.items()]
    return expanded(stack(namespaces={name: {} for name in ports}, apps=apps))


def numbers(of: StackSettings) -> dict[str, int]:
    return {f"{each.name}.{name}": port.container_port for each in of.apps for name, port in each.ports.items()}


def test_the_seeds_services() -> None:
    found = settings(
        webapp={"http": {"preferred": 8080, "fallback": "8080-8090"}},
        api={"http": {"preferred": 3000, "fallback": "3000-3010"}},
        database={"postgres": {"preferred": 5432}},
    )
    assert numbers(found) == {"webapp.http": 8080, "api.http": 3000, "database.postgres": 5432}
    discovery = port_discovery(found)
    assert discovery is not None
    text = manifest("webapp", discovery)["data"]["config.yaml"]
    loaded = YAML(typ="safe").load(text)
    assert loaded["portRange"] == {"start": 8000, "end": 9000}
    assert loaded["services"]["database"] == {
        "preferredPort": 5432,
        "fallbackRange": "5432-5442",
        "port": 5432,
        "host": "database-service.database.svc.cluster.local",
    }
    assert manifest_problems(manifest("webapp", discovery)) == []


def test_the_first_by_name_gets_the_preferred_one_and_the_other_is_told_who_has_it() -> None:
    found = settings(b={"http": {"preferred": 8080}}, a={"http": {"preferred": 8080}}, c={"http": {"preferred": 8081}})
    assert numbers(found) == {"a.http": 8080, "b.http": 8082, "c.http": 8081}
    (told,) = JUDGE.advice(found)
    assert (told.app, told.path) == ("b", ("ports", "http"))
    assert "listens on 8082: it prefers 8080 of a (apps/staging/a.yaml: ports.http)" in told.text


def test_an_explicit_number_of_another_app_moves_nobody() -> None:
    found = settings(a={"http": 8080}, b={"http": {"preferred": 8080}}, c={"http": 8080})
    assert numbers(found) == {"a.http": 8080, "b.http": 8080, "c.http": 8080}
    assert JUDGE.problems(found) == []
    assert JUDGE.advice(found) == []


@pytest.mark.parametrize(
    ("fields", "owner"),
    [
        ({"ports": {"admin": 8080}}, "ports.admin"),
        ({"sidecars": {"proxy": {**IMAGE, "ports": {"proxy": 8080}}}}, "sidecars.proxy.ports.proxy"),
        ({"containers": {"proxy": {**IMAGE, "ports": {"proxy": 8080}}}}, "containers.proxy.ports.proxy"),
        ({"presets": {"authProxy": PROXY}}, "the app behind its auth proxy"),
    ],
    ids=["its own", "a sidecar", "a container", "a preset"],
)
def test_no_port_is_allocated_that_its_own_pods_have_already(fields: dict[str, Any], owner: str) -> None:
    ports = {"http": {"preferred": 8080}, **fields.get("ports", {})}
    pools: dict[str, Any] = {"general": {}}
    web = app(**{**fields, "ports": ports})
    found = expanded(stack(namespaces={"web": {}}, nodePools=pools, apps=[web]))
    assert found.apps[0].ports["http"].container_port == 8081
    (told,) = JUDGE.advice(found)
    assert f"it prefers 8080 of {owner} in the same pods" in told.text
    assert checks.problems(found) == []


def test_stronger_claims_are_settled_first_each_by_name() -> None:
    """First preferred numbers, then ranges, then `auto`: whatever order the files come in."""
    wanted = {
        ("a", "auto"): PortSettings(auto=True),
        ("b", "range"): PortSettings(fallback="8000-9000"),
        ("c", "preferred"): PortSettings(preferred=8000),
        ("b", "auto"): PortSettings(auto=True),
        ("a", "range"): PortSettings(fallback="8000-8000"),
    }
    one = {app: dict.fromkeys((each for each in AUTO_RANGE if each > 8001), "other") for app in "abc"}
    found = plan(wanted, one)
    assert found.numbers == {("c", "preferred"): 8000, ("b", "range"): 8001}
    assert found.exhausted == (("a", "range"), ("a", "auto"), ("b", "auto"))


@given(st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), min_size=2, max_size=12))
def test_auto_ports_are_settled_by_name(keys: set[tuple[str, str]]) -> None:
    """Where fewer numbers are free than are asked for, those have one who are first by app and port name."""
    auto = {key: PortSettings(auto=True) for key in sorted(keys, reverse=True)}
    free = range(8500, 8500 + len(keys) // 2)
    taken = {app: dict.fromkeys(set(AUTO_RANGE) - set(free), "other") for app, _ in keys}
    found = plan(auto, taken)
    assert sorted(found.numbers) == sorted(keys)[: len(free)]
    assert found.exhausted == tuple(sorted(keys)[len(free) :])
    first = min(keys)
    assert found.numbers[first] == next(each for each in candidates(first, auto[first]) if each in free)


def test_the_service_may_have_a_number_of_its_own() -> None:
    found = settings(web={"http": {"port": 80, "preferred": 8080}}, api={"http": {"preferred": 8080}})
    (web, _) = found.apps
    assert (web.ports["http"].port, web.ports["http"].container_port) == (80, 8081)
    assert numbers(expanded(found)) == numbers(found)
    assert expanded(found) == found


def test_the_pod_learns_its_number_and_listens_on_it() -> None:
    web = app(ports={"http": "auto"}, portVariables={"PORT": "http"})
    found = expanded(stack(namespaces={"web": {}}, nodePools={"general": {}}, apps=[web]))
    assert checks.problems(found) == []
    objects = render(found.apps[0], context(found))
    number = numbers(found)["web.http"]
    (container,) = objects["deployment"]["spec"]["template"]["spec"]["containers"]
    assert {"name": "PORT", "value": str(number)} in container["env"]
    assert container["ports"] == [{"name": "http", "containerPort": number, "protocol": "TCP"}]
    assert objects["service"]["spec"]["ports"][0]["port"] == number
    assert [problem for each in objects.values() for problem in manifest_problems(each)] == []


def test_a_range_that_is_used_up_names_its_owners() -> None:
    found = settings(**{name: {"http": {"fallback": "8080-8081"}} for name in "abc"})
    problem = JUDGE.only(found)
    assert (problem.app, problem.path) == ("c", ("ports", "http"))
    assert problem.found == ("8080 of a (apps/staging/a.yaml: ports.http); 8081 of b (apps/staging/b.yaml: ports.http)")


@pytest.mark.parametrize(
    ("port", "found"),
    [
        ({}, "no number"),
        ({"auto": True, "fallback": "1-2"}, "fallback and auto"),
        ({"preferred": 80, "targetPort": 81}, "targetPort and preferred"),
    ],
)
def test_contradictions(port: dict[str, Any], found: str) -> None:
    assert JUDGE.only(settings(web={"http": port})).found == found


def test_a_variable_has_one_source_and_a_port() -> None:
    web = app(portVariables={"PORT": "http", "OTHER": "grpc"}, config={"PORT": "1"})
    found = JUDGE.problems(expanded(stack(namespaces={"web": {}}, apps=[web])))
    assert {(each.path, each.found) for each in found} == {
        (("portVariables", "PORT"), "portVariables and config"),
        (("portVariables", "OTHER"), "grpc"),
    }


def test_the_meshs_ports_are_nobodys() -> None:
    apps = [app(ports={"http": {"fallback": "15000-15002"}})]
    found = expanded(stack(namespaces={"web": {}}, mesh="istio", apps=apps))
    assert numbers(found) == {"web.http": 15002}


def test_without_an_allocated_port_nothing_is_shown_and_nothing_changes() -> None:
    found = stack(namespaces={"web": {}}, apps=[app()])
    assert expanded(found) is found
    assert port_discovery(found) is None


PORT = st.one_of(
    st.integers(8000, 8020),
    st.just("auto"),
    st.builds(lambda preferred: {"preferred": preferred}, st.integers(8000, 8010)),
    st.builds(
        lambda first, width: {"fallback": f"{first}-{first + width}"}, st.integers(8000, 8010), st.integers(0, 9)
    ),
)
APPS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.builds(lambda port: {"http": port}, PORT), max_size=9
)


@given(APPS)
def test_numbers_are_each_ones_own_and_in_its_range(apps: dict[str, Any]) -> None:
    found = settings(**apps)
    found_plan = port_plan(found)
    assert len(set(found_plan.numbers.values())) == len(found_plan.numbers)
    assert port_plan(settings(**dict(reversed(apps.items())))).numbers == found_plan.numbers
    assert expanded(found) == found
    for each in found.apps:
        port = each.ports["http"]
        if port.dynamic and port.settled:
            assert port.container_port in {port.preferred, *port.fallback_range}
            assert all(
                port.container_port != other.ports["http"].container_port
                for other in found.apps
                if other.name != each.name and other.ports["http"].settled and other.ports["http"].dynamic
            )
    assert {(name, "http") for name in apps} == {
        *found_plan.numbers,
        *found_plan.exhausted,
        *((each.name, "http") for each in found.apps if not each.ports["http"].dynamic),
    }


@given(APPS, st.text("abcdef", min_size=1, max_size=3), PORT)
def test_an_added_app_moves_nobody_unless_it_asks_for_a_number_that_another_had(
    apps: dict[str, Any], name: str, port: object
) -> None:
    apps.pop(name, None)
    before, after = numbers(settings(**apps)), settings(**apps, **{name: {"http": port}})
    added = next(each.ports["http"] for each in after.apps if each.name == name)
    if not added.dynamic or added.container_port not in before.values():
        former = port_plan(settings(**apps))
        kept = {key: number for key, number in port_plan(after).numbers.items() if key[0] != name}
        assert kept == former.numbers


@pytest.mark.parametrize("known", [True, False])
def test_each_namespace_has_the_config_map_once_it_is_there(*, known: bool) -> None:
    discovery = port_discovery(settings(web={"http": {"preferred": 8080}}))
    assert discovery is not None

    def build(target: Target, _: pulumi.Resource) -> None:
        made = Namespaces(
            "namespace",
            {"web": NamespaceSettings(), "other": NamespaceSettings()},
            target=target,
            mesh=MeshSettings(),
            acme_solvers=False,
        )
        PortDiscovery("port-discovery", discovery, namespaces=made.by_name, target=target)

    recording = record_in_cluster(build, known=known)
    assert unsound(recording) == []
    maps = {each.name: each for each in recording.resources if each.name.startswith("port-discovery-")}
    assert set(maps) == {"port-discovery-web", "port-discovery-other"}
    for name, each in maps.items():
        namespace = name.removeprefix("port-discovery-")
        assert each.inputs["metadata"]["namespace"] == namespace
        assert "port: 8080" in each.inputs["data"]["config.yaml"]
        assert f"namespace-{namespace}" in waits_for(recording, each)

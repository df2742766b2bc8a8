"""Whatever apps declare, the mesh admits whom the network policies admit: nobody more, and nobody less."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.context import AppContext
from components.apps.mesh_objects import mesh_objects
from components.apps.policies import policies
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from tests.support.app_strategies import NAMESPACES, Fleet, apps_of, context_of, fleets
from tests.support.effort import examples
from tests.support.schemas import manifest_problems
from tests.support.ways_in import EXTERNAL, ISTIO

PROXY_PORTS = {4143, 15008}
PLAIN, ANYONE = "plain", "anyone"
GATEWAY = "istio-ingress/istio-ingressgateway"
Pairs = set[tuple[str, int]]

meshed = st.sets(st.sampled_from(NAMESPACES), min_size=1).map(frozenset)
some = examples(10, 200)


def contexts(fleet: Fleet, namespaces: frozenset[str]) -> Iterator[tuple[str, AppContext]]:
    plain = replace(context_of(fleet), meshed=namespaces, authorization=True, declared_egress=True)
    istio = replace(plain, mesh="istio", controllers={"istio": ISTIO}, controller="istio")
    yield "sidecar", istio
    yield "ambient", replace(istio, ambient=True)
    yield "linkerd", replace(plain, mesh="linkerd", controllers={"external": EXTERNAL}, controller="external")


def account(app: AppSettings) -> str:
    return f"{app.namespace}/{app.service_account.name or app.name}"


def admitted_by_policies(app: AppSettings, context: AppContext) -> Pairs:
    """Who may call which port by the network policies, under the identity that the caller has in the mesh."""
    found: Pairs = set()
    for suffix, policy in policies(app, context):
        for rule in policy["spec"].get("ingress", []):
            ports = {each["port"] for each in rule["ports"] if each["protocol"] == "TCP"} - PROXY_PORTS
            caller = context.apps.get(suffix.removeprefix("from-")) if suffix.startswith("from-") else None
            if caller is not None:
                who = account(caller) if caller.namespace in context.meshed else PLAIN
            elif suffix == "allow-monitoring":
                who = ANYONE
            else:
                who = GATEWAY if context.mesh == "istio" else PLAIN
            found |= {(who, port) for port in ports}
    return found


def admitted_by_istio(objects: dict[str, Manifest]) -> Pairs:
    found: Pairs = set()
    for rule in objects["authz"]["spec"]["rules"] if "authz" in objects else []:
        ports = [int(port) for port in rule["to"][0]["operation"]["ports"]]
        source = rule["from"][0]["source"] if "from" in rule else {"principals": [ANYONE]}
        names = [
            each.removeprefix("cluster.local/ns/").replace("/sa/", "/") for each in source.get("principals", [PLAIN])
        ]
        found |= {(name, port) for name in names for port in ports}
    return found


def admitted_by_linkerd(objects: dict[str, Manifest]) -> Pairs:
    named = {(each["kind"], each["metadata"]["name"]): each["spec"] for each in objects.values()}
    found: Pairs = set()
    for each in (spec for (kind, _), spec in named.items() if kind == "AuthorizationPolicy"):
        port = named["Server", each["targetRef"]["name"]]["port"]
        (reference,) = each["requiredAuthenticationRefs"]
        source = named[reference["kind"], reference["name"]]
        names = [f"{ref['namespace']}/{ref['name']}" for ref in source.get("identityRefs", [])] or [PLAIN]
        found |= {(name, port) for name in names}
    return found


@some
@given(fleets(), meshed)
def test_network_policies_and_authorizations_admit_the_same(fleet: Fleet, namespaces: frozenset[str]) -> None:
    for mesh, context in contexts(fleet, namespaces):
        for app in apps_of(fleet):
            objects = dict(mesh_objects(app, context))
            expected = admitted_by_policies(app, context) if app.namespace in namespaces else set()
            if mesh == "linkerd":
                plain = {(PLAIN if who == ANYONE else who, port) for who, port in expected}
                assert admitted_by_linkerd(objects) == plain
            else:
                assert admitted_by_istio(objects) == expected


@some
@given(fleets(), meshed)
def test_plain_text_is_taken_where_it_is_needed_and_nowhere_else(fleet: Fleet, namespaces: frozenset[str]) -> None:
    for mesh, context in contexts(fleet, namespaces):
        for app in apps_of(fleet):
            objects = dict(mesh_objects(app, context))
            ports = set(objects["plain"]["spec"]["portLevelMtls"]) if "plain" in objects else set()
            wanted = {str(port) for who, port in admitted_by_policies(app, context) if who in {PLAIN, ANYONE}}
            assert ports == (wanted if mesh != "linkerd" and app.namespace in namespaces else set())


@some
@given(fleets(), meshed)
def test_every_object_is_valid_and_has_a_name_of_its_own(fleet: Fleet, namespaces: frozenset[str]) -> None:
    for _, context in contexts(fleet, namespaces):
        names = set()
        for app in apps_of(fleet):
            for suffix, manifest in (*mesh_objects(app, context), *policies(app, context)):
                assert manifest_problems(manifest) == [], suffix
                name = (manifest["apiVersion"], manifest["kind"], *map(manifest["metadata"].get, ("namespace", "name")))
                assert name not in names
                names.add(name)


@pytest.mark.parametrize("mesh", ["sidecar", "ambient", "linkerd"])
@examples(6, 100)
@given(fleet=fleets(), namespaces=meshed)
def test_both_ends_of_a_call_open_the_same_ports(mesh: str, fleet: Fleet, namespaces: frozenset[str]) -> None:
    context = dict(contexts(fleet, namespaces))[mesh]
    rendered = {app.name: dict(policies(app, context)) for app in apps_of(fleet)}
    for server, objects in rendered.items():
        for suffix, policy in objects.items():
            if suffix.startswith("from-"):
                there = rendered[suffix.removeprefix("from-")][f"to-{server}"]["spec"]["egress"][0]["ports"]
                assert there == policy["spec"]["ingress"][0]["ports"]

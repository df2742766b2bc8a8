"""Secrets that somebody else makes are read before the pods are made, and only those."""

from typing import Any

import pulumi
import pytest
from pulumi_kubernetes.core.v1.Namespace import Namespace

from components.apps.foreign_secrets import foreign_secrets
from components.apps.stack import AppStack
from components.component import Target
from tests.support.incluster import record_in_cluster, waits_for
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import advice, stack

SIDECAR = {"image": "registry.example.com/proxy:1", "secrets": ["of-sidecar"]}
KEY = {"secretKeyRef": {"name": "of-variable", "key": "a"}}
WANTS: dict[str, Any] = {
    "secrets": {"existing": ["of-app"]},
    "imagePullSecrets": ["of-registry"],
    "env": {"A": KEY},
    "sidecars": {"proxy": SIDECAR},
}
ALL = {"of-app", "of-registry", "of-variable", "of-sidecar"}


def deployed(known: bool = True, **fields: Any) -> Any:
    found = app(**fields)

    def build(target: Target, nodes: pulumi.Resource) -> None:
        opts = pulumi.ResourceOptions(provider=target.provider)
        namespace = Namespace("ns", metadata={"name": "web"}, opts=opts)
        AppStack("api", found, target=target, context=context(found), after=[namespace, nodes], namespace=namespace)

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Job"])
def test_pods_wait_for_the_secrets_of_others(kind: str) -> None:
    recording = deployed(kind=kind, **WANTS)
    reads = {each.name for each in recording.resources if each.name.startswith("api-existing-")}
    assert reads == {f"api-existing-{name}" for name in ALL}
    (workload,) = (each for each in recording.resources if each.name == f"api-{kind.lower()}")
    assert reads <= waits_for(recording, workload)
    for each in recording.resources:
        if each.name in reads:
            assert each.read == f"ns-id/{each.name.removeprefix('api-existing-')}"
            assert "ns" in waits_for(recording, each)


def test_the_same_resources_where_nothing_is_known() -> None:
    names = {known: {each.name for each in deployed(known=known, **WANTS).resources} for known in (True, False)}
    assert names[True] == names[False]


def test_nothing_is_read_for_pods_that_nobody_waits_for() -> None:
    assert not [each for each in deployed(wait=False, **WANTS).resources if "existing" in each.name]


def raw(kind: str, spec: dict[str, Any] | None = None, name: str = "of-app") -> dict[str, Any]:
    found: dict[str, Any] = {"apiVersion": "example.com/v1", "kind": kind, "metadata": {"name": name}}
    return {"objects": {"it": found if spec is None else {**found, "spec": spec}}}


@pytest.mark.parametrize(
    "maker",
    [
        {"secrets": {"generated": {"app": "X"}}},
        {"secrets": {"values": {"X": "password"}}},
        {"secrets": {"external": {"app": {"store": "vault", "key": "a"}}}},
        {"ingress": {"host": "a.example.com"}},
        {"route": {"host": "a.example.com"}},
        {"dependencies": {"db": {"engine": "postgresql", "password": "password", "storage": "10Gi"}}},
        raw("ExternalSecret"),
        raw("ExternalSecret", {"target": {"name": "of-app"}}, "other"),
        raw("Certificate", {"secretName": "of-app"}, "other"),
        raw("SealedSecret"),
    ],
    ids=["generated", "values", "external", "ingress", "route", "dependency", "raw", "target", "certificate", "sealed"],
)
def test_what_another_app_of_the_namespace_makes_is_not_foreign(maker: dict[str, Any]) -> None:
    """Whichever feature makes a Secret: its name is taken from what that app renders or declares."""
    other = app(name="of", **maker)
    elsewhere = app(name="of", namespace="data", **maker)
    made = {
        "of-app",
        "of-secrets",
        "of-tls",
        "of-db-secrets",
    }
    wanting = app(secrets={"existing": sorted(made)})
    found = set(foreign_secrets(wanting, context(wanting, other)))
    assert len(found) == len(made) - 1
    assert set(foreign_secrets(wanting, context(wanting, elsewhere))) == made


def test_the_author_is_told_what_is_assumed_and_in_which_order_it_comes_up() -> None:
    (told,) = (
        each for each in advice(stack("production", {"secrets": {"existing": ["vault"]}})) if "vault" in each.text
    )
    assert told.path == ("secrets", "existing")
    assert (
        "assumes it here: `pulumi up` reads it before it makes the pods, and stops there while it is absent"
        in told.text
    )
    (told,) = (
        each
        for each in advice(stack("production", {"wait": False, "secrets": {"existing": ["vault"]}}))
        if "vault" in each.text
    )
    assert "no pod starts before it is there" in told.text

"""Every rule about apps, broken once: what is reported, where, and what is proposed instead."""

from typing import Any

import pytest

from components.problem import Problem
from tests.unit.apps.stacks import one, problems, stack

STATEFUL = {"kind": "StatefulSet", "ports": {"db": 5432}}
WEB = {"ports": {"http": 8080}}
Path = tuple[str | int, ...]


def found(problem: Problem) -> tuple[Path, str, str | None]:
    return problem.path, problem.found, problem.nearest


@pytest.mark.parametrize("name", ["local", "development", "staging", "production"])
def test_the_shipped_apps_have_no_problem(name: str) -> None:
    assert problems(stack(name)) == []


CASES: dict[str, tuple[dict[str, Any], tuple[Path, str, str | None]]] = {
    "namespace": ({"namespace": "wep"}, (("namespace",), "wep", "web")),
    "pool": ({"pool": "generel"}, (("pool",), "generel", "general")),
    "secret": (
        {"secrets": {"values": {"KEY": "postgres-pasword"}}},
        (("secrets", "values", "KEY"), "postgres-pasword", "postgres-password"),
    ),
    "unknown caller": ({**WEB, "allowFrom": ["appi"]}, (("allowFrom", 0), "appi", "api")),
    "unknown server": ({"allowTo": ["other"]}, (("allowTo", 0), "other", None)),
    "caller of nothing": ({"ports": {"metrics": 9090}, "allowFrom": ["api"]}, (("allowFrom", 0), "api", None)),
    "priority class": ({"priorityClass": "low-prio"}, (("priorityClass",), "low-prio", "low-priority")),
    "storage class": (
        {**STATEFUL, "volumes": {"data": {"size": "1Gi", "mountPath": "/data", "storageClass": "gp3"}}},
        (("volumes", "data", "storageClass"), "gp3", "gp3-ssd"),
    ),
    "reserved label": ({"labels": {"track": "x"}}, (("labels", "track"), "x", None)),
    "own Secret": (
        {"secrets": {"existing": ["a", "api-secrets"], "values": {"KEY": "postgres-password"}}},
        (("secrets", "existing", 1), "api-secrets", None),
    ),
    "probe of two things": (
        {**WEB, "probes": {"liveness": {"path": "/", "tcp": 80}}},
        (("probes", "liveness"), "path and tcp", None),
    ),
    "probe of nothing": (
        {**WEB, "probes": {"startup": {"periodSeconds": 5}}},
        (("probes", "startup"), "none of them", None),
    ),
    "probe of an unknown port": (
        {**WEB, "probes": {"readiness": {"grpc": "htp"}}},
        (("probes", "readiness", "grpc"), "htp", "http"),
    ),
    "probe without a port": (
        {"probes": {"readiness": {"path": "/ready"}}},
        (("probes", "readiness", "port"), "no port", None),
    ),
    "liveness threshold": (
        {"probes": {"liveness": {"tcp": 80, "successThreshold": 2}}},
        (("probes", "liveness", "successThreshold"), "2", None),
    ),
    "variable without a source": ({"env": {"X": {}}}, (("env", "X"), "none", None)),
    "variable with two sources": (
        {"env": {"X": {"fieldRef": {"fieldPath": "status.podIP"}, "secretKeyRef": {"name": "a", "key": "b"}}}},
        (("env", "X"), "secretKeyRef and fieldRef", None),
    ),
    "cpu request": (
        {"resources": {"limits": {"cpu": "500m"}, "requests": {"cpu": "0.6"}}},
        (("resources", "requests", "cpu"), "0.6", "500m"),
    ),
    "memory request": (
        {"resources": {"limits": {"memory": "1G"}, "requests": {"memory": "1Gi"}}},
        (("resources", "requests", "memory"), "1Gi", "1G"),
    ),
    "volume of a Deployment": (
        {"volumes": {"data": {"size": "1Gi", "mountPath": "/data"}}},
        (("volumes",), "Deployment", "StatefulSet"),
    ),
    "two mounts at one path": (
        {**STATEFUL, "volumes": {"data": {"size": "1Gi", "mountPath": "/tmp"}}},  # noqa: S108
        (("scratch",), "/tmp", None),  # noqa: S108
    ),
    "pull secret twice": ({"imagePullSecrets": ["a", "a"]}, (("imagePullSecrets",), "a", None)),
    "port of the sidecar": ({"ports": {"http": 15021}}, (("ports", "http"), "15021", None)),
    "user of the sidecar": ({"runAs": {"user": 1337}}, (("runAs", "user"), "1337", None)),
    "one port twice": (
        {"ports": {"http": 8080, "admin": {"port": 81, "targetPort": 8080}}},
        (("ports", "admin"), "8080", "8081"),
    ),
    "one Service port twice": (
        {"ports": {"http": {"port": 80, "targetPort": 8080}, "admin": {"port": 80, "targetPort": 8081}}},
        (("ports", "admin"), "80", "81"),
    ),
    "recreate a StatefulSet": (
        {**STATEFUL, "strategy": {"type": "Recreate"}},
        (("strategy", "type"), "Recreate", "RollingUpdate"),
    ),
    "surge of a StatefulSet": ({**STATEFUL, "strategy": {"maxSurge": 1}}, (("strategy", "maxSurge"), "1", None)),
    "surge of Recreate": (
        {"strategy": {"type": "Recreate", "maxUnavailable": "10%"}},
        (("strategy", "maxUnavailable"), "10%", None),
    ),
    "no room for an update": (
        {"strategy": {"maxSurge": "0%", "maxUnavailable": 0}},
        (("strategy", "maxSurge"), "maxSurge 0, maxUnavailable 0", "1"),
    ),
    "scaling range": (
        {"scaling": {"minReplicas": 3, "maxReplicas": 2}},
        (("scaling", "maxReplicas"), "2", "3"),
    ),
    "replicas out of range": (
        {"replicas": 9, "scaling": {"minReplicas": 2, "maxReplicas": 4}},
        (("replicas",), "9", "4"),
    ),
    "nothing to scale on": (
        {"scaling": {"minReplicas": 2, "maxReplicas": 4, "cpu": None}},
        (("scaling",), "neither cpu nor memory", None),
    ),
    "empty budget": ({"disruption": {}}, (("disruption",), "neither", None)),
    "double budget": (
        {"disruption": {"maxUnavailable": 1, "minAvailable": 1}},
        (("disruption",), "maxUnavailable and minAvailable", None),
    ),
    "exposed port": (
        {**WEB, "ingress": {"host": "a.example.com", "port": "htp"}},
        (("ingress", "port"), "htp", "http"),
    ),
    "exposed metrics": (
        {"ports": {"http": 8080, "metrics": 9090}, "route": {"host": "a.example.com", "port": "metrics"}},
        (("route", "port"), "metrics", None),
    ),
    "nothing to expose": (
        {"ports": {"dns": {"port": 53, "protocol": "UDP"}}, "ingress": {"host": "a.example.com"}},
        (("ingress",), "no TCP port besides metrics", None),
    ),
    "same address": (
        {
            **WEB,
            "ingress": {"host": "a.example.com", "paths": ["/x"]},
            "route": {"host": "a.example.com", "paths": ["/x/"]},
        },
        (("route", "paths", 0), "a.example.com/x", None),
    ),
    "canary of a StatefulSet": (
        {**STATEFUL, "canary": {"image": "example.com/api:2"}},
        (("canary",), "StatefulSet", "Deployment"),
    ),
    "canary of nothing": (
        {"canary": {"image": "example.com/api:2"}},
        (("canary",), "no port besides metrics", None),
    ),
    "wildcard": (
        {**WEB, "ingress": {"host": "*.example.org"}},
        (("ingress", "host"), "*.example.org", None),
    ),
    "node size": (
        {"resources": {"limits": {"cpu": "3"}}},  # 70 % of it, and the sidecar's 100m, on a t3.large
        (("resources",), "2200m CPU and 487Mi", None),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_rule(case: str) -> None:
    change, expected = CASES[case]
    problem = one(stack("production", change, secrets={"postgres-password": "x"}))
    assert found(problem) == expected
    assert problem.app == "api"
    assert problem.allowed
    assert problem.message


@pytest.mark.parametrize("pool", ["spot", "cheap"])
@pytest.mark.parametrize("tier", [1, 2])
def test_a_tier_that_must_stay_up_on_a_spot_pool(tier: int, pool: str) -> None:
    pools = {"general": {}, "spot": {}, "cheap": {"capacity": "spot", "instanceTypes": ["m6i.large"], "size": 2}}
    problem = one(stack("staging", {"tier": tier, "pool": pool}, nodePools=pools))
    assert found(problem) == (("pool",), pool, "general")
    other = {"name": "b", "tier": 3, "pool": pool}
    assert problems(stack("staging", {"tier": tier, "pool": "general"}, other, nodePools=pools)) == []


@pytest.mark.parametrize(
    "policy",
    [
        {"rules": {"spot-only-tier-3": {"parameters": {"tiers": [2, 3]}}}},
        {"rules": {"spot-only-tier-3": "advisory"}},
        {"rules": {"spot-only-tier-3": "disabled"}},
        {"exemptions": [{"rule": "spot-only-tier-3", "reason": "twelve pods of it", "until": "2027-03-31"}]},
    ],
)
def test_the_policy_of_the_stack_says_who_may_run_on_spot(policy: dict[str, Any]) -> None:
    assert problems(stack("staging", {"tier": 2, "pool": "spot"}, policy=policy)) == []


def test_tier_1_where_general_itself_is_spot() -> None:
    problem = one(stack("development", {"tier": 1}, nodePools={"general": {"capacity": "spot"}, "memory": {}}))
    assert found(problem) == (("pool",), "general", "memory")


@pytest.mark.parametrize("kind", ["none", "linkerd"])
def test_a_route_by_an_external_controller(kind: str) -> None:
    route = {"host": "a.example.com", "tls": False}
    problem = one(stack("production", {**WEB, "route": route}, mesh={"kind": kind}, ingress={"controller": "external"}))
    assert found(problem) == (("route",), f"route with the controller external, mesh.kind {kind}", None)
    assert "alb" in problem.allowed


def test_tls_without_certificates() -> None:
    problem = one(stack("development", {**WEB, "ingress": {"host": "a.example.com"}}))
    assert found(problem) == (("ingress", "tls"), "true", "false")


def test_an_existing_cluster_may_have_classes_of_its_own() -> None:
    volumes = {"data": {"size": "1Gi", "mountPath": "/data", "storageClass": "standard"}}
    assert problems(stack("local", {**STATEFUL, "volumes": volumes, "priorityClass": "theirs"})) == []


def test_the_sidecars_port_is_free_outside_the_mesh() -> None:
    namespaces = {"web": {"mesh": False}}
    assert problems(stack("production", {"ports": {"http": 15021}}, namespaces=namespaces)) == []

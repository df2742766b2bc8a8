"""`minReadySeconds`, names, nodes and secret files: in the pods of every kind of workload, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.apps.manifests import render
from components.apps.words import Manifest
from components.problem import KeyPath
from tests.support.coherence import template
from tests.support.schemas import manifest_problems
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import advice, problems, stack

KEYS: dict[str, Any] = {
    "hostAliases": {"203.0.113.10": ["db.example.com"]},
    "dnsPolicy": "ClusterFirst",
    "dnsConfig": {"nameservers": ["203.0.113.53"], "options": {"ndots": 2, "edns0": None}},
    "nodeAffinity": {
        "required": [{"key": "kubernetes.io/arch", "values": ["amd64"]}],
        "preferred": [{"key": "example.com/fast", "operator": "Exists", "weight": 7}],
    },
    "volumes": {"tls": {"type": "secret", "secretName": "given", "mountPath": "/etc/api/tls"}},
}
SERVED = {"ports": {"http": 8080}}
PLAIN = {"by": "argo-rollouts", "analysis": None}
KINDS: dict[str, dict[str, Any]] = {
    "deployment": SERVED,
    "statefulset": {"kind": "StatefulSet", **SERVED},
    "daemonset": {"kind": "DaemonSet", **SERVED},
    "job": {"kind": "Job"},
    "cronjob": {"kind": "CronJob", "cron": {"schedule": "0 3 * * *"}},
    "rollout": {"strategy": {"type": "canary", **PLAIN}, "route": {"host": "a.example.com"}, **SERVED},
    "deployment-canary": {"canary": {"image": "registry.example.com/api:2"}, **SERVED},
    "green": {"strategy": {"type": "blue-green", "green": {"image": "registry.example.com/api:2"}}, **SERVED},
}


def rendered(**fields: Any) -> dict[str, Manifest]:
    settings = app(**fields)
    found = render(settings, context(settings, monitoring=True))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    return found


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_of_workload_has_them(suffix: str) -> None:
    found = rendered(**KINDS[suffix], **KEYS)
    name = suffix if suffix in found else "canary"
    pod = template(found[name])["spec"]
    assert pod["hostAliases"] == [{"ip": "203.0.113.10", "hostnames": ["db.example.com"]}]
    assert pod["dnsPolicy"] == "ClusterFirst"
    options = [{"name": "ndots", "value": "2"}, {"name": "edns0"}]
    assert pod["dnsConfig"] == {"nameservers": ["203.0.113.53"], "options": options}
    arch = {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}
    assert pod["affinity"]["nodeAffinity"] == {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [arch]}]},
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 7, "preference": {"matchExpressions": [{"key": "example.com/fast", "operator": "Exists"}]}}
        ],
    }
    assert {"name": "tls", "secret": {"secretName": "given", "defaultMode": 0o440}} in pod["volumes"]
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "tls"]
    assert mount == {"name": "tls", "mountPath": "/etc/api/tls", "readOnly": True}


@pytest.mark.parametrize("suffix", sorted(KINDS.keys() - {"job", "cronjob"}))
def test_min_ready_seconds(suffix: str) -> None:
    found = rendered(**KINDS[suffix], minReadySeconds=30)
    assert found[suffix if suffix in found else "canary"]["spec"]["minReadySeconds"] == 30
    plain = rendered(**KINDS[suffix])
    assert "minReadySeconds" not in plain[suffix if suffix in plain else "canary"]["spec"]


@pytest.mark.parametrize("kind", ["job", "cronjob"])
def test_a_job_is_never_available(kind: str) -> None:
    found = problems(stack("staging", {**KINDS[kind], "minReadySeconds": 30}))
    assert [each.path for each in found] == [("minReadySeconds",)]


def test_node_affinity_stands_beside_the_tiers_wish_for_other_nodes() -> None:
    affinity = template(rendered(**SERVED, **KEYS)["deployment"])["spec"]["affinity"]
    assert set(affinity) == {"podAntiAffinity", "nodeAffinity"}


def test_items_and_modes_of_secret_files() -> None:
    volume = {
        "type": "secret",
        "secretName": "given",
        "mountPath": "/tls",
        "mode": "0400",
        "items": {"tls.crt": "cert.pem", "tls.key": {"path": "private/key.pem", "mode": "440"}},
    }
    pod = template(rendered(volumes={"tls": volume})["deployment"])["spec"]
    (found,) = [each["secret"] for each in pod["volumes"] if each["name"] == "tls"]
    assert found == {
        "secretName": "given",
        "defaultMode": 0o400,
        "items": [
            {"key": "tls.crt", "path": "cert.pem"},
            {"key": "tls.key", "path": "private/key.pem", "mode": 0o440},
        ],
    }


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"dnsPolicy": "None"}, ("dnsConfig", "nameservers")),
        ({"nodeAffinity": {"required": [{"key": "a"}]}}, ("nodeAffinity", "required", 0, "values")),
        (
            {"nodeAffinity": {"preferred": [{"key": "a", "operator": "Exists", "values": ["b"]}]}},
            ("nodeAffinity", "preferred", 0, "values"),
        ),
        (
            {"nodeAffinity": {"required": [{"key": "a", "operator": "Gt", "values": ["many"]}]}},
            ("nodeAffinity", "required", 0, "values"),
        ),
        (
            {"nodeAffinity": {"required": [{"key": "slipway.dev/pool", "values": ["general"]}]}},
            ("nodeAffinity", "required", 0, "key"),
        ),
        (
            {"nodeAffinity": {"required": [{"key": "kubernetes.io/arch", "values": ["arm64"]}]}},
            ("nodeAffinity", "required", 0, "values"),
        ),
        (
            {"nodeAffinity": {"required": [{"key": "node.kubernetes.io/instance-type", "values": ["m9.huge"]}]}},
            ("nodeAffinity", "required", 0, "values"),
        ),
        (
            {"nodeAffinity": {"required": [{"key": "topology.kubernetes.io/zone", "values": ["eu-west-1a"]}]}},
            ("nodeAffinity", "required", 0, "values"),
        ),
        ({"volumes": {"v": {"type": "secret", "mountPath": "/v"}}}, ("volumes", "v", "secretName")),
        (
            {"volumes": {"v": {"type": "emptyDir", "mountPath": "/v", "mode": "0400"}}},
            ("volumes", "v", "mode"),
        ),
        (
            {"volumes": {"v": {"type": "claim", "claimName": "c", "mountPath": "/v", "items": {"a": "b"}}}},
            ("volumes", "v", "items"),
        ),
    ],
    ids=str,
)
def test_contradictions(change: dict[str, Any], place: KeyPath) -> None:
    network = {"cidr": "10.20.0.0/16", "zones": ["us-west-2a", "us-west-2b", "us-west-2c"]}
    assert place in [each.path for each in problems(stack("staging", change, network=network))]


@pytest.mark.parametrize(
    "fields",
    [
        {"hostAliases": {"db.example.com": ["203.0.113.10"]}},
        {"hostAliases": {"203.0.113.10": []}},
        {"dnsConfig": {"nameservers": ["a", "b"]}},
        {"dnsConfig": {"nameservers": [f"203.0.113.{number}" for number in range(4)]}},
        {"dnsPolicy": "ClusterFirstWithHostNet"},
        {"minReadySeconds": 600},
        {"nodeAffinity": {"preferred": [{"key": "a", "operator": "Exists", "weight": 101}]}},
        {"volumes": {"v": {"type": "secret", "secretName": "a", "mountPath": "/v", "mode": 400}}},
        {"volumes": {"v": {"type": "secret", "secretName": "a", "mountPath": "/v", "mode": "0980"}}},
        {"volumes": {"v": {"type": "secret", "secretName": "a", "mountPath": "/v", "items": {"a": "../b"}}}},
        {"volumes": {"v": {"type": "secret", "secretName": "a", "mountPath": "/v", "items": {}}}},
    ],
    ids=str,
)
def test_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        app(**fields)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"dnsPolicy": "Default"}, [("dnsPolicy",)]),
        ({"hostAliases": {"203.0.113.10": ["a.example.com"]}}, [("hostAliases", "203.0.113.10")]),
        ({"dnsConfig": {"nameservers": ["203.0.113.53"]}}, [("dnsConfig", "nameservers")]),
        ({"volumes": KEYS["volumes"]}, [("volumes", "tls", "secretName")]),
    ],
    ids=str,
)
def test_what_is_pointed_out(change: dict[str, Any], expected: list[KeyPath]) -> None:
    assert [each.path for each in advice(stack("staging", change))] == expected


def test_what_the_egress_rules_open() -> None:
    opened = [{"cidrs": ["203.0.113.0/24"], "ports": [53], "protocol": "UDP"}]
    keys = {"hostAliases": KEYS["hostAliases"], "dnsConfig": KEYS["dnsConfig"]}
    assert advice(stack("staging", {**keys, "egress": opened})) == []

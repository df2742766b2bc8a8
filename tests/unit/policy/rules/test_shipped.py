"""The rules on the stacks that are shipped: nothing mandatory is found, and each edit of production is."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from policy.catalogue import RULES
from policy.model import Stack
from slipway.recording.resource import Resource
from tests.support.shipped import STACKS, recorded
from tests.unit.policy.rules.building import BY_ID, TODAY

WORTH_A_WORD = {
    ("staging", "single-member", "postgres-statefulset"),
    ("production", "single-member", "postgres-statefulset"),
    ("production", "blocking-budget", "api-gateway-pdb"),
}


def judged(stack: Stack) -> set[tuple[str, str]]:
    """Return what all rules find with their defaults, as (rule, logical name)."""
    return {
        (rule.id, (each.urn or "").rpartition("::")[2]) for rule in RULES for each in rule.check(stack, rule.defaults)
    }


@pytest.mark.parametrize("name", STACKS)
def test_the_shipped_stacks_break_no_rule(name: str) -> None:
    found = judged(Stack(recorded(name), name, TODAY))
    assert {(name, *each) for each in found} == {each for each in WORTH_A_WORD if each[0] == name}
    assert all(BY_ID[rule].severity == "advisory" for rule, _ in found)


@pytest.mark.slow
def test_nothing_depends_on_outputs_being_known() -> None:
    known = judged(Stack(recorded("production"), "production", TODAY))
    assert judged(Stack(recorded("production", known=False), "production", TODAY)) == known


Inputs = dict[str, Any]
Edit = Callable[[Inputs], object]


def _spec(inputs: Inputs) -> Inputs:
    found: Inputs = inputs["spec"]["template"]["spec"]
    return found


def _first(inputs: Inputs) -> Inputs:
    found: Inputs = _spec(inputs)["containers"][0]
    return found


API = "api-gateway-deployment"
EDITS: list[tuple[str, str, Edit]] = [
    ("audit-logs", "cluster", lambda it: it["enabledClusterLogTypes"].remove("audit")),
    ("audit-logs", "cluster-logs", lambda it: it.update(retentionInDays=7)),
    ("blocking-budget", "webapp-pdb", lambda it: it["spec"].update(maxUnavailable=0)),
    ("default-deny", "namespace-web-default-deny", lambda it: it["spec"]["policyTypes"].remove("Ingress")),
    ("default-deny", "namespace-web-allow-dns", lambda it: it["spec"].update(egress=[{}])),
    ("disruption-budgets", "webapp-pdb", lambda it: it["spec"]["selector"].update(matchLabels={"app": "other"})),
    ("encryption-at-rest", "cluster", lambda it: it.pop("encryptionConfig")),
    ("encryption-at-rest", "nodes-gpu", lambda it: it["blockDeviceMappings"][0]["ebs"].pop("encrypted")),
    ("encryption-at-rest", "storage-io2-perf", lambda it: it["parameters"].pop("encrypted")),
    ("extended-support", "cluster", lambda it: it.update(version="1.34")),
    ("host-access", API, lambda it: _spec(it).update(hostNetwork=True)),
    ("imdsv2", "nodes-spot", lambda it: it["metadataOptions"].update(httpTokens="optional")),
    ("no-latest", API, lambda it: _first(it).update(image="registry.example.com/api-gateway:latest")),
    ("no-latest", "certificates-cert-manager", lambda it: it.pop("version")),
    ("no-public-endpoint", "cluster", lambda it: it["vpcConfig"].update(endpointPublicAccess=True)),
    (
        "no-public-endpoint",
        "cluster-sg-control-plane-to-nodes-10250",
        lambda it: it.update(cidrIpv4="0.0.0.0/0"),
    ),
    ("no-public-endpoint", "network-private-us-west-2a", lambda it: it.update(mapPublicIpOnLaunch=True)),
    ("no-public-endpoint", "webapp-service", lambda it: it["spec"].update(type="LoadBalancer")),
    ("no-wildcard-iam", "cluster-key", lambda it: it.update(policy=it["policy"].replace("kms:Encrypt", "kms:*"))),
    ("no-wildcard-rbac", "calico-annotate-pods", lambda it: it["rules"][0].update(verbs=["*"])),
    (
        "pod-security",
        "namespace-web",
        lambda it: it["metadata"]["labels"].update({"pod-security.kubernetes.io/enforce": "privileged"}),
    ),
    ("pod-security", API, lambda it: _spec(it)["securityContext"].pop("runAsNonRoot")),
    ("probes", API, lambda it: _first(it).pop("readinessProbe")),
    ("quota-covers-maxima", "api-gateway-hpa", lambda it: it["spec"].update(maxReplicas=30)),
    ("removed-apis", "webapp-pdb", lambda it: it.update(apiVersion="policy/v1beta1")),
    ("replicas-per-tier", "webapp-hpa", lambda it: it["spec"].update(minReplicas=1)),
    ("requests-and-limits", API, lambda it: _first(it)["resources"].pop("limits")),
    ("required-tags", "nodes-general", lambda it: it["tagSpecifications"].pop(0)),
    ("required-tags", "nodes-general", lambda it: it["tagSpecifications"][1]["tags"].pop("managed-by")),
    (
        "spot-only-tier-3",
        API,
        lambda it: _spec(it).update(
            nodeSelector={"slipway.dev/pool": "spot"}, tolerations=[{"key": "slipway.dev/pool", "operator": "Exists"}]
        ),
    ),
    ("supported-versions", "cluster", lambda it: it.update(version="1.31")),
    ("supported-versions", "nodes-gpu-us-west-2a", lambda it: it.update(amiType="AL2_x86_64_GPU")),
]


@pytest.mark.parametrize(("rule", "name", "edit"), EDITS, ids=[f"{rule}-{name}" for rule, name, _ in EDITS])
def test_an_edit_of_production_is_found(rule: str, name: str, edit: Edit) -> None:
    """The edit is made to all resources of that logical name that it fits: some share one."""
    before = Stack(recorded("production"), "production", TODAY)
    resources = tuple(_edited(each, edit) if each.name == name else each for each in before.recording.resources)
    assert resources != before.recording.resources, f"nothing of the name {name} could be edited"
    after = replace(before, recording=replace(before.recording, resources=resources))
    the = BY_ID[rule]
    assert set(the.check(after, the.defaults)) > set(the.check(before, the.defaults))


def _edited(resource: Resource, edit: Edit) -> Resource:
    inputs: Any = deepcopy(resource.inputs)
    try:
        edit(inputs)
    except (KeyError, AttributeError):
        return resource
    return replace(resource, inputs=inputs)


@pytest.mark.parametrize("name", ["network", "cluster", "cluster-key", "postgres-statefulset"])
def test_production_without_protection_is_found(name: str) -> None:
    before = recorded("production")
    opened = [replace(each, protect=False) if each.name == name else each for each in before.resources]
    the = BY_ID["stateful-protected"]
    stack = Stack(replace(before, resources=tuple(opened)), "production", TODAY)
    (finding,) = the.check(stack, the.defaults)
    assert finding.urn is not None
    assert finding.urn.endswith(f"::{name}")
    assert list(the.check(replace(stack, environment="staging"), the.defaults)) == []


def test_production_has_a_cost() -> None:
    the = BY_ID["cost-ceiling"]
    (finding,) = the.check(Stack(recorded("production"), "production", TODAY), {"monthlyUsd": 1000})
    assert finding.urn is None
    assert "a month, and may cost $1,000. The most: nodes-gpu" in finding.text

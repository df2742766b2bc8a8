"""The checks of rendered objects themselves: what they must refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.support.schemas import DATA, builtin_problems, custom_resource_problems, json_schema, manifest_problems

STRICT = {"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication"}
ISSUER: dict[str, Any] = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "ClusterIssuer",
    "metadata": {"name": "letsencrypt"},
    "spec": {"acme": {"server": "https://example.com", "privateKeySecretRef": {"name": "key"}}},
}
POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny", "namespace": "web"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}


def _errors(schema: dict[str, Any], value: Any) -> list[str]:
    return [error.message for error in Draft4Validator(json_schema(schema)).iter_errors(value)]


def test_right_objects_pass() -> None:
    peer = {**STRICT, "metadata": {"name": "default", "namespace": "web"}, "spec": {"mtls": {"mode": "STRICT"}}}
    assert manifest_problems(peer) == []
    assert manifest_problems(ISSUER) == []
    assert manifest_problems(POLICY) == []


def test_refuses_a_wrong_custom_resource() -> None:
    peer = {**STRICT, "metadata": {"name": "default", "namespace": "web"}, "spec": {"mtls": {"mode": "ON"}}}
    assert custom_resource_problems(peer) == [
        "spec.mtls.mode: 'ON' is not one of ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT']"
    ]
    assert "required" in custom_resource_problems({**ISSUER, "spec": {"acme": {}}})[0]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"extra": 1}, "object: "),
        ({"metadata": {"name": "x", "label": {}}}, "metadata: "),
        ({"metadata": {"name": "x", "labels": {"a": 1}}}, "metadata.labels.a: "),
        ({"metadata": {}}, "metadata: 'name' is a required"),
        ({"spec": {"acme": {**ISSUER["spec"]["acme"], "mail": "x"}}}, "spec.acme: Additional properties"),
        ({"spec": {"acme": {**ISSUER["spec"]["acme"], "solvers": [{"dns": {}}]}}}, "spec.acme.solvers.0: "),
    ],
)
def test_refuses_fields_that_the_crd_does_not_have(change: dict[str, Any], where: str) -> None:
    (problem,) = custom_resource_problems({**ISSUER, **change})
    assert problem.startswith(where)


def test_refuses_the_wrong_scope_version_or_kind() -> None:
    assert custom_resource_problems({**ISSUER, "metadata": {"name": "x", "namespace": "web"}}) == [
        "metadata.namespace: ClusterIssuer is cluster"
    ]
    assert custom_resource_problems({**STRICT, "metadata": {"name": "x"}}) == [
        "metadata.namespace: PeerAuthentication is namespaced"
    ]
    assert "does not serve" in custom_resource_problems({**ISSUER, "apiVersion": "cert-manager.io/v1beta1"})[0]
    assert manifest_problems({**ISSUER, "kind": "ClusterIsuer"}) == [
        "no CustomResourceDefinition of ClusterIsuer in cert-manager.io"
    ]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_custom_resource_definition_converts(path: Path) -> None:
    for version in json.loads(path.read_text())["spec"]["versions"]:
        Draft4Validator.check_schema(json_schema(version["schema"]["openAPIV3Schema"]))


def test_structural_schemas_keep_their_meaning() -> None:
    either: dict[str, Any] = {"x-kubernetes-int-or-string": True}
    assert _errors(either, 80) == _errors(either, "http") == []
    assert _errors(either, [1]) != []
    maybe: dict[str, Any] = {"type": "string", "nullable": True}
    assert _errors(maybe, None) == _errors(maybe, "a") == []
    assert _errors(maybe, 1) != []
    free: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    assert _errors(free, {"a": 1}) == []
    assert _errors({"type": "object"}, {"a": 1}) != []
    assert _errors({"type": "object", "additionalProperties": {"type": "string"}}, {"a": "b"}) == []
    one_of = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    assert _errors(one_of, {"a": "x"}) == []
    assert _errors(one_of, {"a": "x", "b": "y"}) != []
    assert _errors(one_of, {"a": "x", "c": "y"}) != []


def test_refuses_a_wrong_builtin_object_in_every_version() -> None:
    wrong = {**POLICY, "spec": {**POLICY["spec"], "podselector": {}}}
    assert [problem.partition(":")[0] for problem in builtin_problems(wrong)] == ["1.34", "1.35", "1.36"]
    assert "spec" in manifest_problems(wrong)[0]
    (problem,) = builtin_problems({**POLICY, "kind": "NetworkPolice"}, ["1.36"])
    assert problem.startswith("1.36: no schema of NetworkPolice in networking.k8s.io/v1")

"""Secrets from a store or sealed in the repository: objects, variables, files, and what is refused."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from components.apps import secret_source_checks
from components.apps.context import context as context_of
from components.apps.manifests import render
from components.apps.secret_sources import EXTERNAL_CHECKSUM, SEALED_CHECKSUM
from components.apps.stack import AppStack
from components.component import Target
from components.operations.secret_settings import MAX_REFRESH_HOURS, refresh_hours
from components.settings import StackSettings
from slipway.loading.findings import findings
from tests.support.incluster import record_in_cluster, waits_for
from tests.support.schemas import manifest_problems, recording_problems
from tests.support.stacks import EKS, Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app, context

JUDGE = Judge(secret_source_checks)
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-secrets.md"
SEALED = b64encode((512).to_bytes(2) + bytes(512 + 16 + 8)).decode()
OTHER = b64encode((512).to_bytes(2) + bytes(512 + 16 + 9)).decode()
DATABASE: dict[str, Any] = {
    "store": "aws-secrets-manager",
    "key": "production/web/database",
    "data": {"DB_USER": {"property": "username"}, "DB_PASSWORD": {"property": "password", "version": "v2"}},
}
STORES = {
    "secretStores": {
        "externalSecrets": {
            "secretsManager": {"prefixes": ["production/"]},
            "parameterStore": {"prefixes": ["/production"], "namespaces": ["data"]},
            "refreshInterval": "30m",
        },
        "sealedSecrets": {},
    }
}
ROOMS: dict[str, Any] = {"namespaces": {"web": {}, "data": {}}, **STORES}


def rendered(**secrets: Any) -> dict[str, Any]:
    settings = app(secrets=secrets)
    return render(settings, context("none", settings))


def judged(*others: dict[str, Any], rooms: dict[str, Any] = ROOMS, **fields: Any) -> list[str]:
    settings = stack(**rooms, apps=[document(**fields), *others])
    return [".".join(map(str, each.path)) for each in JUDGE.problems(settings)]


def template(objects: dict[str, Any]) -> Any:
    return objects["deployment"]["spec"]["template"]


def test_an_external_secret_is_read_from_its_store() -> None:
    objects = rendered(external={"database": DATABASE})
    made = objects["external-secret-database"]
    assert made["metadata"]["name"] == "api-database"
    assert made["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    assert made["spec"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "aws-secrets-manager"},
        "target": {"name": "api-database", "creationPolicy": "Owner", "deletionPolicy": "Retain"},
        "data": [
            {"secretKey": "DB_USER", "remoteRef": {"key": "production/web/database", "property": "username"}},
            {
                "secretKey": "DB_PASSWORD",
                "remoteRef": {"key": "production/web/database", "property": "password", "version": "v2"},
            },
        ],
    }
    assert template(objects)["spec"]["containers"][0]["envFrom"] == [{"secretRef": {"name": "api-database"}}]
    assert [manifest_problems(each) for each in objects.values()] == [[]] * len(objects)


def test_without_data_it_is_the_whole_secret_as_files() -> None:
    objects = rendered(
        external={"all": {"store": "vault", "key": "web", "mountPath": "/etc/web", "refreshInterval": "5m"}}
    )
    spec = objects["external-secret-all"]["spec"]
    assert (spec["dataFrom"], spec["refreshInterval"]) == ([{"extract": {"key": "web"}}], "5m")
    pod = template(objects)["spec"]
    assert pod["containers"][0].get("envFrom") is None
    assert {"name": "secret--all", "mountPath": "/etc/web", "readOnly": True} in pod["containers"][0]["volumeMounts"]
    assert {"name": "secret--all", "secret": {"secretName": "api-all", "defaultMode": 0o440}} in pod["volumes"]
    assert [manifest_problems(each) for each in objects.values()] == [[]] * len(objects)


def test_a_sealed_secret_is_sealed_for_its_name() -> None:
    objects = rendered(sealed={"token": {"encryptedData": {"TOKEN": SEALED}, "scope": "namespace-wide"}})
    made = objects["sealed-secret-token"]
    assert (made["metadata"]["name"], made["metadata"]["namespace"]) == ("api-token", "web")
    assert made["metadata"]["annotations"] == {
        "pulumi.com/waitFor": "condition=Synced",
        "sealedsecrets.bitnami.com/namespace-wide": "true",
    }
    assert made["spec"]["encryptedData"] == {"TOKEN": SEALED}
    assert made["spec"]["template"]["type"] == "Opaque"
    assert [manifest_problems(each) for each in objects.values()] == [[]] * len(objects)


def test_checksums_roll_the_pods() -> None:
    def checksum(key: str, **secrets: Any) -> str:
        return str(template(rendered(**secrets))["metadata"]["annotations"][key])

    def sealed(value: str) -> str:
        return checksum(SEALED_CHECKSUM, sealed={"token": {"encryptedData": {"TOKEN": value}}})

    def external(**change: Any) -> str:
        return checksum(EXTERNAL_CHECKSUM, external={"database": {**DATABASE, **change}})

    assert sealed(SEALED) != sealed(OTHER)
    assert external() != external(key="production/web/other")
    assert external() != external(data={})
    assert external() == external(refreshInterval="5m")
    assert "annotations" not in template(rendered())["metadata"]


@pytest.mark.parametrize("known", [True, False])
def test_pods_wait_for_their_secrets(known: bool) -> None:
    settings = app(
        secrets={"external": {"database": DATABASE}, "sealed": {"token": {"encryptedData": {"TOKEN": SEALED}}}}
    )

    def build(cluster: Target, _: pulumi.Resource) -> None:
        AppStack("api", settings, target=cluster, context=context("none", settings))

    recording = record_in_cluster(build, known=known)
    waits = waits_for(recording, recording.one("kubernetes:apps/v1:Deployment"))
    assert {"api-external-secret-database", "api-sealed-secret-token"} <= waits
    assert recording_problems(recording) == []


def test_the_stack_says_how_often() -> None:
    assert context_of(stack(**ROOMS)).refresh_interval == "30m"
    assert context_of(stack()).refresh_interval == "1h"


@given(st.integers(1, 4000), st.sampled_from(["m", "h"]))
def test_nothing_is_read_less_than_every_ninety_days(count: int, unit: str) -> None:
    interval = f"{count}{unit}"
    external = {"database": {**DATABASE, "refreshInterval": interval}}
    if refresh_hours(interval) > MAX_REFRESH_HOURS:
        with pytest.raises(ValidationError, match="90 days"):
            app(secrets={"external": external})
    else:
        assert rendered(external=external)["external-secret-database"]["spec"]["refreshInterval"] == interval


@given(st.binary(max_size=400) | st.text(max_size=60).map(str.encode))
def test_a_value_that_is_not_sealed_is_refused_and_not_shown(value: bytes) -> None:
    for written in (value.decode("latin-1"), "hunter2" + b64encode(value).decode()):
        data = {**EKS, "apps": [document(secrets={"sealed": {"token": {"encryptedData": {"TOKEN": written}}}})]}
        with pytest.raises(ValidationError) as refused:
            StackSettings.model_validate(data, by_name=False)
        (problem,) = findings(refused.value, StackSettings, data)
        assert "kubeseal" in problem.allowed
        assert "hunter2" not in f"{problem.message} {problem.found} {problem.nearest} {problem.allowed}"


def test_stores_are_declared() -> None:
    assert judged(secrets={"external": {"database": DATABASE}}) == []
    bare: dict[str, Any] = {"namespaces": {"web": {}}}
    settings = stack(**bare, apps=[document(secrets={"external": {"database": DATABASE}})])
    problem = JUDGE.only(settings)
    assert "secretStores: {externalSecrets: {secretsManager: {prefixes: [test/]}}}" in problem.allowed
    assert problem.path == ("secrets", "external", "database", "store")
    sealed = {"sealed": {"token": {"encryptedData": {"TOKEN": SEALED}}}}
    assert judged(secrets=sealed) == []
    problem = JUDGE.only(stack(**bare, apps=[document(secrets=sealed)]))
    assert "secretStores: {sealedSecrets: {}}" in problem.allowed


def test_keys_are_below_the_prefixes() -> None:
    assert judged(secrets={"external": {"a": {**DATABASE, "key": "staging/x"}}}) == ["secrets.external.a.key"]
    for key, paths in (("/production/x", []), ("/productions/x", ["secrets.external.a.key"])):
        wanted = {"external": {"a": {"store": "aws-parameter-store", "key": key}}}
        assert judged(namespace="data", secrets=wanted) == paths
    other = {"external": {"a": {"store": "aws-parameter-store", "key": "/production/x"}}}
    assert judged(secrets=other) == ["secrets.external.a.store"]


def test_names_variables_and_paths_are_their_own() -> None:
    token = {"encryptedData": {"TOKEN": SEALED}}
    twice = {"external": {"token": DATABASE}, "sealed": {"token": token}}
    assert judged(secrets=twice) == ["secrets.external.token", "secrets.sealed.token"]
    assert judged(secrets={"sealed": {"token": token}, "existing": ["web-token"]}) == ["secrets.sealed.token"]
    neighbour = document("web-api", secrets={"sealed": {"db": token}})
    assert judged(neighbour, secrets={"sealed": {"api-db": token}}) == ["secrets.sealed.api-db", "secrets.sealed.db"]
    assert judged(secrets={"sealed": {"a": token, "b": token}}) == ["secrets.sealed.b"]
    assert judged(secrets={"values": {"TOKEN": "token"}, "sealed": {"b": token}}) == ["secrets.sealed.b"]
    files = {"a": {**token, "mountPath": "/tmp"}, "b": {**token, "mountPath": "/etc/b"}}  # noqa: S108
    assert judged(secrets={"sealed": files}) == ["secrets.sealed.a.mountPath"]


def test_the_yaml_in_the_guide_is_accepted() -> None:
    blocks = [block.partition("```")[0] for block in GUIDE.read_text().split("```yaml\n")[1:]]
    # the second one is of a container beside the app, which asks for what the first one has
    written = YAML(typ="safe").load("".join(blocks).replace("AgBy3i4OJSWK…", SEALED))
    assert written.keys() == {"secrets", "sidecars"}
    rooms = {
        **ROOMS,
        "secretStores": {
            **STORES["secretStores"],
            "externalSecrets": {
                "secretsManager": {"prefixes": ["production/"]},
                "parameterStore": {"prefixes": ["/production"]},
            },
        },
    }
    settings = stack(**rooms, secrets={"session-key": "x"}, apps=[document(**written)])
    assert JUDGE.problems(settings) == []

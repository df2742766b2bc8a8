"""External Secrets: what it may read, who may use its stores, and what waits for it."""

import json
from base64 import b64decode
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.operations.external_secrets import ExternalSecrets
from components.operations.external_secrets_values import aws_statements, store_namespaces, store_specs
from components.operations.secret_settings import ExternalSecretsSettings
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import ASSOCIATION, ROLE_POLICY, operations_stack, other, release_values
from tests.support.recorded import Recording

STORE = "kubernetes:external-secrets.io/v1:ClusterSecretStore"
ISSUER = "kubernetes:cert-manager.io/v1:Issuer"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
VAULT = {"server": "https://vault.example.com:8200", "role": "external-secrets"}
ALL: dict[str, Any] = {
    "secretsManager": {"prefixes": ["production/", "shared-"]},
    "parameterStore": {"prefixes": ["/production"]},
    "vault": {**VAULT, "caBundle": PEM},
    "kmsKeyArns": [KEY],
}

prefixes = st.from_regex(r"[A-Za-z0-9/_+=.@-]{1,12}", fullmatch=True)
paths = st.from_regex(r"(/[A-Za-z0-9_.-]{1,6}){1,3}", fullmatch=True)


def settings(**rooms: Any) -> ExternalSecretsSettings:
    return ExternalSecretsSettings.model_validate(rooms, by_name=False)


def external(
    *,
    eks: bool = True,
    known: bool = True,
    overlay: bool = False,
    certificates: bool = False,
    monitoring: bool = False,
    namespaces: tuple[str, ...] = ("web", "data"),
    **rooms: Any,
) -> Recording:
    def build(target: Any, nodes: Any) -> ExternalSecrets:
        return ExternalSecrets(
            "external-secrets",
            settings(**(rooms or ALL)),
            target=target,
            charts=CHARTS,
            namespaces=namespaces,
            eks_name="slipway-test" if eks else None,
            region="us-west-2" if eks else None,
            account_id="123456789012",
            overlay=overlay,
            certificates=[other("cert-manager")] if certificates else [],
            monitoring=[other("monitoring-crds")] if monitoring else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


def specs(recording: Recording) -> dict[str, dict[str, Any]]:
    return {each.inputs["metadata"]["name"]: each.inputs["spec"] for each in recording.all(STORE)}


def allowed(statements: list[dict[str, Any]], arn: str) -> Iterator[str]:
    """Yield the actions that IAM allows on a resource, wildcards as IAM reads them."""
    for each in statements:
        resources = each["Resource"]
        assert isinstance(resources, list)
        if any(fnmatchcase(arn, resource) for resource in resources):
            yield from [each["Action"]] if isinstance(each["Action"], str) else each["Action"]


@pytest.mark.parametrize("overlay", [True, False])
@pytest.mark.parametrize("beside", [True, False])
def test_what_is_made_exists_and_goes_with_the_cluster(overlay: bool, beside: bool) -> None:
    facts: dict[str, Any] = {"overlay": overlay, "certificates": beside, "monitoring": beside}
    recording = external(**facts)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert external(**facts, known=False).urns == recording.urns


def test_its_namespace_is_the_platforms_and_restricted_but_on_the_host_network() -> None:
    plain, overlay = external().one(NAMESPACE), external(overlay=True).one(NAMESPACE)
    assert plain.inputs["metadata"]["name"] in SYSTEM_NAMESPACES
    assert (level(plain), level(overlay)) == ("restricted", "privileged")
    webhook = release_values(external(overlay=True))["webhook"]
    assert (webhook["hostNetwork"], webhook["port"], webhook["replicaCount"]) == (True, 10267, 2)


def test_stores_come_after_what_checks_them_and_pods_after_their_identity() -> None:
    recording = external(certificates=True, monitoring=True)
    association = recording.one(ASSOCIATION)
    assert waits_for(recording, recording.one(RELEASE)) == {
        "external-secrets-namespace",
        association.name,
        "external-secrets-webhook-issuer",
        "cert-manager",
        "monitoring-crds",
        "nodes",
    }
    for store in recording.all(STORE):
        assert waits_for(recording, store) == {"external-secrets-release"}
    account = release_values(recording)["serviceAccount"]["name"]
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("external-secrets", account)


def test_only_these_secrets_and_parameters_may_be_read() -> None:
    statements = json.loads(external().one(ROLE_POLICY).inputs["policy"])["Statement"]
    here = "us-west-2:123456789012"
    assert statements == [
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            "Resource": [
                f"arn:aws:secretsmanager:{here}:secret:production/*",
                f"arn:aws:secretsmanager:{here}:secret:shared-*",
            ],
        },
        {
            "Effect": "Allow",
            "Action": ["ssm:GetParameter", "ssm:GetParameters"],
            "Resource": [f"arn:aws:ssm:{here}:parameter/production/*"],
        },
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": [KEY],
            "Condition": {
                "StringEquals": {
                    "kms:ViaService": ["secretsmanager.us-west-2.amazonaws.com", "ssm.us-west-2.amazonaws.com"]
                }
            },
        },
    ]


def test_without_an_account_number_it_is_still_the_own_account() -> None:
    for statement in aws_statements(settings(**ALL), region="us-west-2", account_id=None)[:2]:
        assert statement["Condition"] == {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}


@given(st.lists(prefixes, min_size=1, max_size=4, unique=True), prefixes)
def test_a_secret_is_read_exactly_when_its_name_starts_so(given_prefixes: list[str], name: str) -> None:
    made = settings(secretsManager={"prefixes": given_prefixes})
    statements = aws_statements(made, region="us-west-2", account_id="123456789012")
    arn = f"arn:aws:secretsmanager:us-west-2:123456789012:secret:{name}-AbC123"
    # The suffix is AWS's own: a prefix may end in it, as far as it goes.
    expected = any(f"{name}-AbC123".startswith(each) for each in given_prefixes)
    assert bool(list(allowed(statements, arn))) == expected
    assert not list(allowed(statements, arn.replace("us-west-2", "eu-west-1")))
    assert not list(allowed(statements, arn.replace("123456789012", "210987654321")))


@given(st.lists(paths, min_size=1, max_size=4, unique=True), paths)
def test_a_parameter_is_read_exactly_when_it_is_below_a_path(given_paths: list[str], name: str) -> None:
    made = settings(parameterStore={"prefixes": given_paths})
    statements = aws_statements(made, region="us-west-2", account_id="123456789012")
    expected = any(name.startswith(f"{each}/") for each in given_paths)
    assert bool(list(allowed(statements, f"arn:aws:ssm:us-west-2:123456789012:parameter{name}"))) == expected


def test_a_store_of_vault_needs_no_aws_identity_and_holds_no_credential() -> None:
    recording = external(eks=False, vault={**VAULT, "caBundle": PEM})
    assert unsound(recording) == []
    assert recording.all(ASSOCIATION) == []
    provider = specs(recording)["vault"]["provider"]["vault"]
    assert b64decode(provider.pop("caBundle")).decode() == PEM
    assert provider == {
        "server": "https://vault.example.com:8200",
        "path": "secret",
        "version": "v2",
        "auth": {"kubernetes": {"mountPath": "kubernetes", "role": "external-secrets"}},
    }
    # In EKS as well: it has nothing to ask AWS, whatever the keys.
    assert external(vault=VAULT, kmsKeyArns=[KEY]).all(ASSOCIATION) == []


def test_stores_of_aws_have_the_pods_identity_and_the_stacks_region() -> None:
    found = specs(external())
    assert set(found) == {"aws-secrets-manager", "aws-parameter-store", "vault"}
    assert found["aws-secrets-manager"]["provider"] == {"aws": {"service": "SecretsManager", "region": "us-west-2"}}
    assert found["aws-parameter-store"]["provider"] == {"aws": {"service": "ParameterStore", "region": "us-west-2"}}
    assert set(specs(external(eks=False))) == {"vault"}


@given(st.sets(st.sampled_from(["web", "data", "monitoring", "shop"])), st.none() | st.sets(st.sampled_from(["web"])))
def test_only_the_named_namespaces_use_a_store_and_never_all(admitted: set[str], chosen: set[str] | None) -> None:
    store = {"prefixes": ["a"], **({} if chosen is None else {"namespaces": sorted(chosen)})}
    made = store_specs(settings(secretsManager=store), region="us-west-2", namespaces=sorted(admitted))
    # A store without conditions serves every namespace; a condition without names matches none.
    (condition,) = made["aws-secrets-manager"]["conditions"]
    assert condition == {"namespaces": sorted(admitted if chosen is None else chosen)}


def test_app_namespaces_and_monitoring_may_use_the_stores() -> None:
    names: dict[str, Any] = {"web": {}, "data": {}}
    assert store_namespaces(operations_stack(namespaces=names)) == ("data", "web")
    assert store_namespaces(operations_stack(namespaces=names, monitoring={})) == ("data", "web", "monitoring")


def test_nobody_borrows_the_controllers_identity() -> None:
    values = release_values(external())
    for kind in ("SecretStore", "PushSecret", "ClusterPushSecret", "ClusterExternalSecret"):
        assert values[f"process{kind}"] is False
    assert values["rbac"] == {"serviceAccountTokenCreate": False, "servicebindings": {"create": False}}
    assert values["crds"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_the_webhooks_certificate_is_cert_managers_where_there_is_one() -> None:
    recording = external(certificates=True)
    values = release_values(recording)
    issuer = recording.one(ISSUER).inputs
    reference = {"group": "cert-manager.io", "kind": "Issuer", "name": issuer["metadata"]["name"]}
    assert issuer["metadata"]["namespace"] == recording.one(RELEASE).inputs["namespace"]
    assert values["webhook"]["certManager"] == {"enabled": True, "cert": {"issuerRef": reference}}
    assert values["certController"]["create"] is False
    without = external()
    assert without.all(ISSUER) == []
    assert release_values(without)["certController"]["create"] is True
    assert "certManager" not in release_values(without)["webhook"]


def test_several_pods_are_spread_and_one_of_them_works() -> None:
    values = release_values(external())
    for part, name in ((values, "external-secrets"), (values["webhook"], "external-secrets-webhook")):
        assert (part["replicaCount"], part["podDisruptionBudget"]) == (2, {"enabled": True})
        assert part["priorityClassName"] == "system-cluster-critical"
        assert {"requests", "limits"} == part["resources"].keys()
        for constraint in part["topologySpreadConstraints"]:
            assert constraint["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}
    assert values["leaderElect"] is True
    alone = release_values(external(**ALL, replicas=1))
    assert (alone["leaderElect"], alone["podDisruptionBudget"]) == (False, {"enabled": False})


def test_it_is_scraped_and_shown_where_there_is_monitoring() -> None:
    values = release_values(external(monitoring=True))
    # Without it the chart asks the API server, which a preview has none of.
    assert values["serviceMonitor"] == {"enabled": True, "renderMode": "alwaysRender"}
    assert values["grafanaDashboard"] == {"enabled": True}
    assert not {"serviceMonitor", "grafanaDashboard"} & release_values(external()).keys()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"secretsManager": {"prefixes": []}}, "at least 1"),
        ({"secretsManager": {"prefixes": ["*"]}}, "pattern"),
        ({"secretsManager": {"prefixes": [""]}}, "pattern"),
        ({"parameterStore": {"prefixes": ["production"]}}, "pattern"),
        ({"parameterStore": {"prefixes": ["/"]}}, "pattern"),
        ({"vault": {**VAULT, "server": "http://vault.example.com"}}, "pattern"),
        ({"refreshInterval": "2161h"}, "longer than 90 days"),
        ({"refreshInterval": "0h"}, "minutes or hours"),
        ({"refreshInterval": "90d"}, "minutes or hours"),
        ({"kmsKeyArns": ["arn:aws:kms:us-west-2:123456789012:alias/mine"]}, "pattern"),
    ],
)
def test_what_would_open_too_much_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settings(**wrong)


@given(st.integers(1, 400_000), st.sampled_from(["m", "h"]))
def test_a_secret_is_read_again_within_90_days(count: int, unit: str) -> None:
    longest = {"m": 90 * 24 * 60, "h": 90 * 24}[unit]
    if count <= longest:
        assert settings(refreshInterval=f"{count}{unit}").refresh_interval == f"{count}{unit}"
    else:
        with pytest.raises(ValidationError, match="90 days"):
            settings(refreshInterval=f"{count}{unit}")

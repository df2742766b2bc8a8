"""Sealed Secrets: where the keys are, how they renew, and who may read and write."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.operations.sealed_secrets import SealedSecrets
from components.operations.secret_settings import SealedSecretsSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import other, release_values
from tests.support.recorded import Recording

CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"


def sealed(*, known: bool = True, monitoring: bool = False, **settings: Any) -> Recording:
    def build(target: Any, nodes: Any) -> SealedSecrets:
        return SealedSecrets(
            "sealed-secrets",
            SealedSecretsSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            monitoring=[other("monitoring-crds")] if monitoring else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("monitoring", [True, False])
def test_what_is_made_exists_and_goes_with_the_cluster(monitoring: bool) -> None:
    recording = sealed(monitoring=monitoring)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert sealed(monitoring=monitoring, known=False).urns == recording.urns
    expected = {"nodes", "monitoring-crds"} if monitoring else {"nodes"}
    assert waits_for(recording, recording.one(RELEASE)) == expected
    assert ("metrics" in release_values(recording)) == monitoring


def test_the_keys_are_in_a_namespace_that_slipway_never_deletes_and_kubeseal_finds_it() -> None:
    recording = sealed()
    release = recording.one(RELEASE).inputs
    assert recording.all(NAMESPACE) == []
    assert release["namespace"] == "kube-system"
    assert release["values"]["fullnameOverride"] == "sealed-secrets-controller"


def test_new_secrets_get_a_new_key_each_month_and_within_90_days() -> None:
    assert release_values(sealed())["keyrenewperiod"] == "720h"
    assert release_values(sealed(keyRenewalDays=90))["keyrenewperiod"] == "2160h"
    for days in (0, 91):
        with pytest.raises(ValidationError, match="keyRenewalDays"):
            sealed(keyRenewalDays=days)


def test_its_pod_is_one_that_the_level_restricted_admits() -> None:
    values = release_values(sealed())
    assert values["podSecurityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    assert values["containerSecurityContext"] == {"allowPrivilegeEscalation": False}


def test_who_may_view_or_edit_a_namespace_may_do_so_with_its_sealed_secrets() -> None:
    roles = {each.inputs["metadata"]["name"]: each.inputs for each in sealed().all(CLUSTER_ROLE)}
    verbs = {name: each["rules"][0]["verbs"] for name, each in roles.items()}
    assert verbs == {
        "sealed-secrets-view": ["get", "list", "watch"],
        "sealed-secrets-edit": ["get", "list", "watch", "create", "delete", "patch", "update"],
    }
    for word in ("view", "edit"):
        role = roles[f"sealed-secrets-{word}"]
        assert role["metadata"]["labels"] == {f"rbac.authorization.k8s.io/aggregate-to-{word}": "true"}
        (rule,) = role["rules"]
        assert (rule["apiGroups"], rule["resources"]) == (["bitnami.com"], ["sealedsecrets"])

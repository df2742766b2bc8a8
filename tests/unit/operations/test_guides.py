"""The guides to monitoring and secrets: what they show is what the settings take, and the defaults are."""

from typing import Any

import pytest

from components.operations import monitoring_checks, secret_checks
from components.operations.monitoring_names import NODE_EXPORTER_NAMESPACE, PROMETHEUS_URL
from components.operations.monitoring_settings import (
    AlertmanagerSettings,
    GrafanaSettings,
    MonitoringSettings,
    PrometheusSettings,
    ReceiverSettings,
)
from components.operations.monitoring_values import USABLE
from components.operations.sealed_secrets import CONTROLLER
from components.operations.secret_settings import (
    MAX_REFRESH_HOURS,
    ExternalSecretsSettings,
    SealedSecretsSettings,
    VaultSettings,
)
from tests.support.operations import operations_stack
from tests.support.stacks import Judge
from tests.unit.networking.test_guide import GUIDE, rooms

PAGES = ("monitoring", "secrets")


def text(page: str) -> str:
    return (GUIDE / f"{page}.md").read_text()


def keys(model: Any) -> set[str]:
    return {field.alias for field in model.model_fields.values()}


@pytest.mark.parametrize(("page", "block"), [(page, block) for page in PAGES for block in rooms(page)])
def test_the_yaml_is_a_stack_that_is_not_refused(page: str, block: dict[str, Any]) -> None:
    settings = operations_stack(**block)
    for checks in (monitoring_checks, secret_checks):
        assert Judge(checks).problems(settings) == []


def test_every_key_of_monitoring_is_shown_and_defaults_are_what_the_guide_says() -> None:
    (block,) = rooms("monitoring")
    shown = block["monitoring"]
    assert set(shown) == keys(MonitoringSettings)
    assert set(shown["prometheus"]) == keys(PrometheusSettings)
    assert set(shown["alertmanager"]) == keys(AlertmanagerSettings)
    assert set(shown["grafana"]) == keys(GrafanaSettings)
    receivers = shown["alertmanager"]["receivers"].values()
    assert {key for each in receivers for key in each} == keys(ReceiverSettings)
    settings = MonitoringSettings.model_validate(shown, by_name=False)
    assert settings.prometheus == PrometheusSettings()
    assert settings.alertmanager.model_copy(update={"receivers": {}}) == AlertmanagerSettings()
    assert settings.grafana.enabled == GrafanaSettings().enabled


def test_every_key_of_the_stores_is_shown_and_defaults_are_what_the_guide_says() -> None:
    external, sealed = (block["secretStores"] for block in rooms("secrets"))
    shown = external["externalSecrets"]
    assert set(shown) == keys(ExternalSecretsSettings)
    assert set(shown["vault"]) | {"namespaces"} == keys(VaultSettings)
    for key in ("path", "version", "mountPath"):
        assert shown["vault"][key] == next(
            field.default for field in VaultSettings.model_fields.values() if field.alias == key
        )
    usual = ExternalSecretsSettings()
    assert (shown["refreshInterval"], shown["replicas"]) == (usual.refresh_interval, usual.replicas)
    assert SealedSecretsSettings.model_validate(sealed["sealedSecrets"], by_name=False) == SealedSecretsSettings()


def test_the_names_and_numbers_are_the_programs() -> None:
    for said in (PROMETHEUS_URL, f"`{NODE_EXPORTER_NAMESPACE}`", f"{USABLE} %"):
        assert said in text("monitoring")
    for said in (CONTROLLER, f"{MAX_REFRESH_HOURS}h", "aws-secrets-manager", "aws-parameter-store"):
        assert said in text("secrets")

"""A cluster that Slipway does not own."""

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from components.foundation.existing import ExistingCluster, ExistingClusterSettings
from tests.support.recording import record

if TYPE_CHECKING:
    from components.component import Target

SETTINGS = ExistingClusterSettings(context="kind-slipway")


def test_only_a_provider_is_made() -> None:
    recording = record(lambda: ExistingCluster("existing", SETTINGS))
    assert [each.type for each in recording.resources] == [
        "slipway:foundation:ExistingCluster",
        "pulumi:providers:kubernetes",
    ]
    inputs = recording.one("pulumi:providers:kubernetes").inputs
    assert (inputs["context"], inputs["clusterIdentifier"]) == ("kind-slipway", "kind-slipway")


def test_the_target_is_never_deleted_and_ready_at_once() -> None:
    targets: list[Target] = []
    record(lambda: targets.append(ExistingCluster("existing", SETTINGS).target))
    assert [(target.name, target.lifetime, target.ready) for target in targets] == [("kind-slipway", None, ())]


def test_a_context_has_a_name() -> None:
    with pytest.raises(ValidationError):
        ExistingClusterSettings(context="")

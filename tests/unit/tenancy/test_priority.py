"""Which priority classes a namespace is kept from."""

import pytest
from pydantic import ValidationError

from components.apps.tiers import CLASSES, SYSTEM_CLASSES
from components.tenancy.namespaces import NamespaceSettings
from components.tenancy.priority import GUARDED_CLASSES, USER_CLASSES, priority_quota_spec


def test_the_classes_are_those_that_slipway_makes_and_those_of_kubernetes() -> None:
    assert set(USER_CLASSES) == set(CLASSES)
    assert set(GUARDED_CLASSES) == {*CLASSES, *SYSTEM_CLASSES}


def test_the_system_classes_are_nobodys_unless_said_otherwise() -> None:
    spec = priority_quota_spec(NamespaceSettings().priority_classes)
    assert spec is not None
    assert spec["hard"] == {"pods": "0"}
    (scope,) = spec["scopeSelector"]["matchExpressions"]
    assert scope == {"scopeName": "PriorityClass", "operator": "In", "values": list(SYSTEM_CLASSES)}


def test_what_is_allowed_is_not_refused() -> None:
    spec = priority_quota_spec(["low-priority", "system-cluster-critical"])
    assert spec is not None
    (scope,) = spec["scopeSelector"]["matchExpressions"]
    assert scope["values"] == ["mission-critical", "high-priority", "system-node-critical"]
    assert priority_quota_spec(GUARDED_CLASSES) is None


def test_a_class_that_nobody_makes_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="mission-critical"):
        NamespaceSettings.model_validate({"priorityClasses": ["mission-critcal"]})

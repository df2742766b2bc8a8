"""The engine hands a pack its configuration decrypted, and inputs as they are: no policy repeats a secret."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pulumi_policy import StackValidationArgs, StackValidationPolicy

from policy.model import Finding, Rule, Stack
from policy.pack import hidden_values, policies
from slipway.recording.wire import SECRET
from tests.support.canaries import canary, found
from tests.unit.policy.sample import TODAY, settings
from tests.unit.policy.test_pack import resource, with_config

OWN, OTHER = canary("own", "pack"), canary("other", "pack", plain=True)
CONFIG = {"slipway:secrets": json.dumps({"token": OWN}), "datadog:apiKey": OTHER, "slipway:environment": "staging"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(CONFIG))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(["datadog:apiKey"]))


def _tells(stack: Stack, _: Mapping[str, Any]) -> Iterator[Finding]:
    for each in stack.recording.resources:
        yield Finding(each.urn, repr(each))


def test_a_violation_has_no_secret_that_lost_its_mark() -> None:
    inputs = {"a": f"https://{OWN}@example.com", "b": base64.b64encode(OWN.encode()).decode(), "c": {"d": [OTHER, "x"]}}
    said: list[str] = []

    def ask() -> None:
        rule = Rule("tells", "Tells", "Tells all.", "advisory", _tells)
        policy = policies(settings(), on=TODAY, rules=(rule,))[1]
        assert isinstance(policy, StackValidationPolicy)
        policy.validate(StackValidationArgs([resource(outputs=inputs)]), lambda text, *_: said.append(text))

    with_config(None, ask)
    [text] = said
    assert repr({"a": SECRET, "b": SECRET, "c": {"d": [SECRET, "x"]}}) in text
    assert found(text, [OWN, OTHER]) == []


def test_what_is_no_secret_is_none() -> None:
    assert hidden_values().text(f"staging {OWN} {OTHER}") == f"staging {SECRET} {SECRET}"

"""A small stack and three rules about it, for tests of what surrounds rules."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from components.policy_settings import PolicySettings
from policy.model import Finding, Parameter, Rule, Stack
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

TODAY = date(2026, 11, 21)
URN = "urn:pulumi:test::slipway::aws:s3/bucket:Bucket::"


def bucket(name: str, **options: Any) -> Resource:
    inputs = options.pop("inputs", {"size": len(name)})
    return Resource(URN + name, "aws:s3/bucket:Bucket", name, None, custom=True, inputs=inputs, **options)


def sample(*names: str) -> Stack:
    return Stack(Recording("slipway", "test", tuple(bucket(each) for each in names)), "staging", TODAY)


def _small(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for each in stack.recording.resources:
        if len(each.name) > parameters["most"]:
            yield Finding(each.urn, f"{len(each.name)} letters, at most {parameters['most']}")


def _few(stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[Finding]:
    if len(stack.recording.resources) > 1:
        yield Finding(None, f"{len(stack.recording.resources)} buckets, at most 1")


MOST = Parameter("most", 4, {"type": "integer", "minimum": 1, "description": "Letters of a name."})
SMALL = Rule("short-names", "Names are short", "Long names are cut in reports.", "mandatory", _small, (MOST,))
FEW = Rule("few-buckets", "There are few buckets", "Each has a bill.", "advisory", _few)
RULES = (SMALL, FEW)


def settings(**rooms: Any) -> PolicySettings:
    return PolicySettings.model_validate(rooms, by_name=False)


def exemption(rule: str, until: str = "2026-12-31", **more: Any) -> dict[str, Any]:
    return {"rule": rule, "reason": "it is replaced next week", "until": until, **more}

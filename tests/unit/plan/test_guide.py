"""The guide shows what is printed."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from components.foundation.node_pools import NodePoolSettings
from slipway.plan.plan_text import plan_lines
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.plans import TEMPLATE, plan
from tests.support.shipped import ROOT, recorded

GUIDE = (ROOT / "docs/guide/plan.md").read_text(encoding="utf-8")


def with_disk(resource: Resource, size: int) -> Resource:
    """Return the launch template of the pool general with another disk, any other resource as it is."""
    if resource.type != TEMPLATE or resource.name != "nodes-general":
        return resource
    inputs: dict[str, Any] = deepcopy(resource.inputs)
    inputs["blockDeviceMappings"][0]["ebs"]["volumeSize"] = size
    return replace(resource, inputs=inputs)


def test_the_first_example_is_what_is_printed() -> None:
    old = recorded("production")
    new = Recording(old.project, old.stack, tuple(with_disk(each, 100) for each in old.resources))
    said = [line.plain for line in plan_lines(plan(old, new))]
    assert "\n".join(said[:-1]) in GUIDE
    assert said[-1].startswith("Plan: 0 to create, 4 to update, 0 to replace, 0 to delete, ")


def test_the_settings_in_it_are_valid() -> None:
    assert "slipway:nodePools:\n  general: {diskGib: 100}\n" in GUIDE
    TypeAdapter(NodePoolSettings).validate_python({"diskGib": 100, "formerly": ["memory"]})

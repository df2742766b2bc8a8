"""What the guide shows is what the shipped production stack gives when it is changed as the guide says."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.policy_settings import PolicySettings
from policy.catalogue import RULES
from policy.model import Stack
from policy.run import run_rules
from policy.settings import problems
from slipway.preview.policy_text import policy_lines
from slipway.recording.resource import Resource
from tests.support.shipped import recorded
from tests.unit.policy.sample import TODAY

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "policy.md").read_text()


def shown() -> PolicySettings:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    return PolicySettings.model_validate(YAML(typ="safe").load(block)["slipway:policy"], by_name=False)


def changed(resource: Resource) -> Resource:
    """Open the API server to an office, and let webapp run whatever is latest."""
    inputs: Any = resource.inputs
    if resource.type == "aws:eks/cluster:Cluster":
        access: dict[str, Any] = {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}
        return replace(resource, inputs={**inputs, "vpcConfig": {**inputs["vpcConfig"], **access}})
    if resource.name == "webapp-deployment":
        text = re.sub(r"(ghcr\S+?/podinfo):[\w.]+", r"\1:latest", repr(inputs))
        return replace(resource, inputs=YAML(typ="safe").load(text))
    return resource


def test_the_settings_are_taken() -> None:
    assert list(problems(shown(), on=TODAY, rules=RULES)) == []
    assert (len(shown().rules), len(shown().exemptions)) == (2, 2)


def test_the_output_is_that_of_the_changed_stack() -> None:
    production = recorded("production")
    stack = replace(production, resources=tuple(changed(each) for each in production.resources))
    report = run_rules(Stack(stack, "production", TODAY), shown())
    (block,) = re.findall(r"^```\n(Policies: .*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert block.splitlines() == list(policy_lines(report))

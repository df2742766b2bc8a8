"""The YAML in the guides of autoscaling and delivery is YAML that the stack file takes, and no check refuses."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.operations import delivery_checks, scaling_checks
from components.operations.monitoring_names import PROMETHEUS_URL
from components.operations.vpa_values import vpa_modes
from tests.support.incluster import CHARTS
from tests.support.operations import operations_stack
from tests.support.stacks import Judge

GUIDE = Path(__file__).parents[3] / "docs" / "guide"


def page(name: str) -> str:
    return (GUIDE / f"{name}.md").read_text()


def blocks(name: str) -> list[dict[str, Any]]:
    found = re.findall(r"^```yaml\n(.*?)^```", page(name), re.DOTALL | re.MULTILINE)
    loaded = [YAML(typ="safe").load(block) for block in found]
    return [{key.removeprefix("slipway:"): value for key, value in each.items()} for each in loaded]


@pytest.mark.parametrize("block", [*blocks("autoscaling"), *blocks("delivery")])
def test_the_yaml_is_valid(block: dict[str, Any]) -> None:
    settings = operations_stack(**block)
    assert Judge(scaling_checks).problems(settings) == []
    assert Judge(delivery_checks).problems(settings) == []


def test_what_the_guides_name_is_what_is_installed() -> None:
    assert f"`keda` {CHARTS.version('keda')}" in page("autoscaling")
    assert f"`vpa` {CHARTS.version('vpa')}" in page("autoscaling")
    assert f"`argo-rollouts` {CHARTS.version('argo-rollouts')}" in page("delivery")
    assert f"`flagger` {CHARTS.version('flagger')}" in page("delivery")
    assert PROMETHEUS_URL in page("delivery")
    assert all(f"| `{mode}` |" in page("autoscaling") for mode in vpa_modes("1.35"))

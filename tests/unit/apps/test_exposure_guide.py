"""The YAML in the guide of how an app is reached is YAML that the app file takes, and that the checks accept."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.apps import exposure_checks, route_checks, service_advice, service_checks
from tests.support.stacks import Judge, app, stack

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-exposure.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
STACK: dict[str, Any] = {
    "ingress": {"controller": "alb", "additional": ["nginx"]},
    "certificates": {"email": "platform@example.com", "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}},
    "namespaces": {"web": {"quota": {"loadBalancers": 1}}},
}


@pytest.mark.parametrize("block", BLOCKS)
def test_the_yaml_is_accepted(block: str) -> None:
    settings = stack(**STACK, apps=[app(replicas=3, **YAML(typ="safe").load(block))])
    checks = (exposure_checks, route_checks, service_checks)
    assert [problem for module in checks for problem in Judge(module).problems(settings)] == []
    assert [found for adviser in service_advice.ADVICE for found in adviser(settings)] == []


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) == 5

"""The YAML in the guide of scaling is YAML that the app file takes, and that the checks accept."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.apps import keda_checks, keda_job_checks, rollout_checks, scaling_checks, vertical_checks
from tests.support.stacks import Judge, app, stack

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-scaling.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
QUEUES = {"queueArns": ["arn:aws:sqs:us-west-2:123456789012:orders"]}


@pytest.mark.parametrize("block", BLOCKS)
def test_the_yaml_is_accepted(block: str) -> None:
    rooms: dict[str, Any] = {
        "autoscaling": {"keda": {"aws": QUEUES}, "vpa": {}},
        "monitoring": {},
        "mesh": "linkerd",  # which counts the requests that a trigger goes by
        "namespaces": {"web": {"mesh": True}},
    }
    document = YAML(typ="safe").load(block)
    served = {} if document.get("kind") == "Job" else {"ports": {"http": 8080}}
    settings = stack(**rooms, apps=[app(**{**served, **document})])
    checks = (rollout_checks, scaling_checks, keda_checks, keda_job_checks, vertical_checks)
    assert [problem for module in checks for problem in Judge(module).problems(settings)] == []


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) == 5

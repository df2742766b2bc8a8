"""The guide to the pod network: its YAML is valid, its tables are the program's."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.networking import cni_checks
from components.networking.calico_baseline import baseline_policies
from components.networking.called import CALLED
from components.networking.cni import BaselineSettings, CniSettings
from tests.support.stacks import Judge, stack

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "pod-network.md"


def examples() -> list[dict[str, Any]]:
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    return [YAML(typ="safe").load(block)["slipway:cni"] for block in blocks]


def first_cells() -> list[str]:
    return [line.strip("|").split("|")[0].strip() for line in GUIDE.read_text().splitlines() if line[:1] == "|"]


def test_every_example_works() -> None:
    assert len(examples()) == 4
    for example in examples():
        assert Judge(cni_checks).problems(stack(cni=example, nodePools={"general": {}})) == []


def test_the_first_example_shows_the_defaults() -> None:
    shown = CniSettings.model_validate(examples()[0], by_name=False)
    assert shown == CniSettings()
    assert shown.baseline.model_fields_set == set(BaselineSettings.model_fields)


def test_every_key_is_shown() -> None:
    assert {key for example in examples() for key in example} == {
        field.alias for field in CniSettings.model_fields.values()
    }


def test_the_table_of_webhooks_is_the_programs() -> None:
    ports = [int(port) for cell in first_cells() for port in re.findall(r"\b\d{4,5}\b", cell)]
    assert sorted(ports) == sorted(port for row in CALLED.values() for port in row.called(overlay=True))
    beside = [port for row in CALLED.values() if row.host for port in row.host.beside if 10272 < port < 10300]
    assert f"{min(beside)} to {max(beside)}" in GUIDE.read_text()


def test_every_policy_of_the_baseline_is_told() -> None:
    assert {f"`{name}`" for name in baseline_policies(BaselineSettings(), [])} <= set(first_cells())

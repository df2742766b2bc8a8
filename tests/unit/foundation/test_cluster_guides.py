"""The guides to the cluster and its node pools: what they show is what the settings take and the defaults are."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from components.foundation.addons import ADDONS
from components.foundation.cluster import ClusterSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import DEFAULTS, eni_pods, resolve
from components.foundation.storage import CLASS_DEFAULTS, StorageSettings
from components.foundation.versions import CALENDAR, REVIEWED
from components.networking.called import CALLED
from components.networking.called_ports import INSTALLED, KUBELET
from components.networking.cni import CniSettings
from components.operations.autoscaling_settings import AutoscalingSettings

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide"
ROOMS: dict[str, TypeAdapter[Any]] = {
    "slipway:cluster": TypeAdapter(ClusterSettings),
    "slipway:cni": TypeAdapter(CniSettings),
    "slipway:nodePools": TypeAdapter(dict[str, NodePoolSettings]),
    "slipway:storage": TypeAdapter(StorageSettings),
    "slipway:autoscaling": TypeAdapter(AutoscalingSettings),
}


def text(name: str) -> str:
    return (GUIDE / f"{name}.md").read_text()


def examples(name: str) -> list[dict[str, Any]]:
    return [YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", text(name), re.DOTALL)]


def rows(name: str) -> dict[str, list[str]]:
    """Return the tables' rows by their first cell."""
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text(name).splitlines() if line[:1] == "|"
    ]
    return {row[0]: row[1:] for row in found}


@pytest.mark.parametrize("name", ["cluster", "node-pools"])
def test_the_examples_are_valid(name: str) -> None:
    assert examples(name)
    for example in examples(name):
        for room, keys in example.items():
            ROOMS[room].validate_python(keys, by_alias=True, by_name=False)


@pytest.mark.parametrize(
    ("name", "room", "model"),
    [("cluster", "slipway:cluster", ClusterSettings), ("cluster", "slipway:storage", StorageSettings)],
)
def test_every_key_is_shown(name: str, room: str, model: type[ClusterSettings] | type[StorageSettings]) -> None:
    shown = {key for example in examples(name) for key in example.get(room, {})}
    assert shown == {field.alias for field in model.model_fields.values()}


def test_every_key_of_a_pool_is_shown() -> None:
    shown = {
        key for example in examples("node-pools") for pool in example["slipway:nodePools"].values() for key in pool
    }
    assert shown == {field.alias for field in NodePoolSettings.model_fields.values()}


def test_the_table_of_pools_has_the_defaults() -> None:
    table = rows("node-pools")
    for name in DEFAULTS:
        pool = resolve(name, NodePoolSettings())
        types, size, capacity, taint, pods = table[name]
        assert (size, capacity, pods) == (str(pool.size), pool.capacity, str(eni_pods(pool)))
        assert taint == "".join(f"`{each.key}={each.value}:{each.effect}`" for each in pool.taints)
        families = [each.removesuffix(".large") for each in pool.instance_types]
        assert types in (pool.instance_types[0], f"{', '.join(families)}, all `.large`")


def test_the_calendar_is_the_programs() -> None:
    table = rows("cluster")
    assert f"Reviewed on {REVIEWED}" in text("cluster")
    for release in CALENDAR:
        standard = str(release.standard_until) if release.support(REVIEWED) == "standard" else "over"
        assert table[release.version] == [standard, str(release.extended_until)]


def test_every_addon_port_and_class_is_told() -> None:
    table = rows("cluster")
    assert {*ADDONS, *CLASS_DEFAULTS} <= table.keys()
    ports = {int(port) for key in table for port in re.findall(r"\b\d{3,5}\b", key) if not key.startswith("1.")}
    assert ports == {KUBELET, *(port for entry in INSTALLED for port in CALLED[entry].ports)}
    for name, spec in ADDONS.items():
        assert table[name][0].startswith(f"{spec.phase.partition('-')[0]} the nodes")
        assert (spec.managed_policy or "") in table[name][1]

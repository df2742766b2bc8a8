"""Every element of every list, written twice: refused with its place, or a stack that is made all the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from slipway.loading import load_stack
from slipway.loading.document import key_text
from slipway.loading.errors import SettingsError
from slipway.recording.run import record
from tests.support.everything import APPS, COMMON, STACKS
from tests.support.shipped import ROOT

pytestmark = pytest.mark.slow

MORE = """\
  slipway:network:
    cidr: 10.30.0.0/16
    zones: [us-west-2a, us-west-2b, us-west-2c]
    reservedCidrs: [10.99.0.0/16]
    endpoints: {additional: [sqs]}
  slipway:cluster:
    version: "1.35"
    endpoint: {publicAccess: true, publicAccessCidrs: [203.0.113.0/24], privateAccessCidrs: [10.30.0.0/16]}
    admins: [arn:aws:iam::123456789012:role/platform-admin]
    viewers: [arn:aws:iam::123456789012:role/readonly]
    access: [{principalArn: "arn:aws:iam::123456789012:role/web", policy: edit, namespaces: [web]}]
"""
"""Rooms with lists that the stack with every room leaves out."""

yaml = YAML(typ="safe")
Step = str | int
REPEATABLE = {"command", "args", "exec"}
"""The words of a program, which may be the same."""


def lists(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], list[Any]]]:
    if isinstance(value, list):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from lists(each, (*path, key))


def doubled(data: Any, file: str, only: frozenset[str] | None) -> frozenset[str]:
    """Write the first element of each innermost list again at its end, and return where it now stands."""
    added = set()
    for path, value in list(lists(data)):
        place = f"{file}:{key_text((*path, len(value))).removeprefix('config.')}"
        plain = value and not any(isinstance(each, (dict, list)) for each in value)
        if plain and (only is None or place in only):
            added.add(place)
            value.append(value[0])
    return frozenset(added)


def written(name: str, folder: Path, only: frozenset[str] | None = None) -> frozenset[str]:
    """Write the project with everything (or `only` some) twice, and return the places."""
    for each in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    stack = yaml.load(COMMON + STACKS[name])
    stack["config"] |= yaml.load("config:\n" + MORE)["config"]
    files = {"Pulumi.all.yaml": stack}
    files |= {f"apps/staging/{each.name}": yaml.load(each) for each in APPS.glob("*.yaml")}
    places: frozenset[str] = frozenset()
    for file, data in files.items():
        places |= doubled(data, file, only)
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        with (folder / file).open("w") as stream:
            YAML().dump(data, stream)
    return places


@pytest.mark.parametrize("name", list(STACKS))
def test_what_stands_twice_is_refused_where_it_stands_or_made_all_the_same(name: str, tmp_path: Path) -> None:
    places = written(name, tmp_path)
    assert len(places) > 30
    with pytest.raises(SettingsError) as error:
        load_stack(tmp_path, "all")
    refused = {f"{each.file}:{each.key}" for each in error.value.mistakes}
    accepted = frozenset(each for each in places if not {each, each.rpartition("[")[0]} & refused)
    assert {each.rpartition(":")[2].rpartition(".")[2].partition("[")[0] for each in accepted} <= REPEATABLE
    assert written(name, tmp_path, accepted) == accepted
    facts = load_stack(tmp_path, "all")
    made = record(
        tmp_path / "__main__.py", project=facts.project, stack="all", config=facts.config, secret_keys=facts.secret_keys
    )
    assert len(made.resources) > 200

"""Every object of every combination of networks, before a real API server: each is one that it takes."""

import json
from concurrent.futures import ThreadPoolExecutor

from tests.cluster.api import Client
from tests.cluster.batches import delete_waves
from tests.cluster.rendered import waves_of
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest, describe
from tests.matrix.axes import ROWS
from tests.matrix.expected import forbidden
from tests.matrix.project import recorded

VERSION = "1.36"
"""The server's own, so that what is rendered for it is what it is asked."""


def distinct() -> list[Manifest]:
    """Return the objects of all combinations, each content once."""
    found = {
        json.dumps(manifest, sort_keys=True): manifest
        for row in ROWS
        if forbidden(row) is None
        for wave in waves_of(recorded(row, VERSION))
        for manifest in wave
    }
    return list(found.values())


def test_every_object_is_taken(whole: Client, custom_resources: set[tuple[str, str]], tally: Tally) -> None:
    objects = distinct()
    rooms = {each["metadata"]["name"]: each for each in objects if each["kind"] in ("Namespace", "PriorityClass")}
    inside = [each for each in objects if each["kind"] not in ("Namespace", "PriorityClass")]
    assert len(inside) > 150
    try:
        for each in rooms.values():
            whole.apply(each)
        with ThreadPoolExecutor(max_workers=4) as pool:
            verdicts = list(pool.map(lambda each: whole.try_apply(each, dry_run=True), inside))
    finally:
        delete_waves(whole, [list(rooms.values())])
    tally.add("dry runs", len(verdicts))
    refused = [
        f"{describe(each)}: {verdict}"
        for each, verdict in zip(inside, verdicts, strict=True)
        if not verdict.accepted or verdict.warnings
    ]
    assert refused == []

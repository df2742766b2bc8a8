"""The other shipped stacks, each on a control plane of its own: the same holds for them, on their own nodes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.cluster.conftest import StartPlane
from tests.cluster.findings import (
    dangling,
    misplaced,
    unadmitted,
    unbound,
    uncovered,
    unrestricted,
    unserved,
)
from tests.cluster.running import start
from tests.cluster.tally import Tally
from tests.cluster.waiting import eventually

EBS = {"gp3-ssd": "ebs.csi.aws.com"}


@dataclass(frozen=True)
class Expected:
    """Where a stack's apps run, how many pods each has, and the storage class of its database."""

    pools: Mapping[str, str | None]
    pods: Mapping[str, int]
    classes: Mapping[str, str]


STACKS = {
    "staging": Expected(
        {"api-gateway": "general", "webapp": "general", "postgres": "memory"},
        {"api-gateway": 3, "webapp": 3, "postgres": 1},
        EBS,
    ),
    "development": Expected(
        dict.fromkeys(("api-gateway", "webapp", "postgres"), "general"),
        dict.fromkeys(("api-gateway", "webapp", "postgres"), 1),
        EBS,
    ),
    "local": Expected(
        dict.fromkeys(("api-gateway", "webapp", "postgres")),
        dict.fromkeys(("api-gateway", "webapp", "postgres"), 1),
        {"standard": "hostpath.csi.k8s.io"},
    ),
}


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.usefixtures("whole")
def test_everything_that_a_stack_declares_runs(name: str, start_plane: StartPlane, tally: Tally) -> None:
    expected = STACKS[name]
    stack = start(start_plane().client, name, tally)
    assert list(unadmitted(stack)) == []
    assert list(unrestricted(stack)) == []
    assert {app.name: len(stack.pods(app.name)) for app in stack.settings.apps} == expected.pods
    assert list(misplaced(stack, expected.pools)) == []
    assert list(unbound(stack, expected.classes)) == []
    assert list(dangling(stack)) == []

    def unfinished() -> list[str]:
        return [*unserved(stack), *uncovered(stack, dict.fromkeys(expected.pods, 1))]

    eventually(lambda: not unfinished(), "every Service leads to its pods, every budget covers them", found=unfinished)

"""Every object of the four shipped stacks, before a real API server: taken without a word, unmoved, and gone again."""

import pytest

from tests.cluster.api import Client
from tests.cluster.batches import apply_waves, delete_waves, reapply_waves
from tests.cluster.inventory import inventory
from tests.cluster.rendered import waves
from tests.cluster.tally import Tally
from tests.cluster.waiting import eventually
from tests.support.shipped import STACKS


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_applied_in_its_own_order_unmoved_by_a_second_time_and_goes_without_a_trace(
    stack: str, whole: Client, custom_resources: set[tuple[str, str]], tally: Tally
) -> None:
    batches = waves(stack)
    count = sum(map(len, batches))
    applied, unchanged = tally.counts["applied"], tally.counts["re-applied unchanged"]
    before = inventory(whole)
    try:
        first = apply_waves(whole, batches, tally)
        assert first.refused() == []
        assert first.warned() == []
        assert set(first.verdicts) <= inventory(whole) - before
        assert reapply_waves(whole, batches, tally) == []
    finally:
        delete_waves(whole, batches)
    assert tally.counts["applied"] - applied == tally.counts["re-applied unchanged"] - unchanged == count
    eventually(
        lambda: not (inventory(whole) - before),
        f"nothing of {stack} is left",
        found=lambda: sorted(map(str, inventory(whole) - before)),
    )

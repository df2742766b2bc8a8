"""Whatever app Slipway accepts, its objects are ones that the API server accepts, and they belong together.

The apps have any key and kind, and their stacks any rooms; `tests/support/app_rules` has what must hold.
"""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.settings import AppSettings, Kind
from tests.support.app_rules import RULES
from tests.support.effort import examples, thorough
from tests.support.generate.stacks import World, worlds

SHARDS = 8 if thorough() else 1
"""The same test several times, each with examples of its own: so that processes divide them."""


@pytest.mark.parametrize("shard", range(SHARDS))
@examples(20, 200)
@given(world=worlds())
def test_every_rule_holds(shard: int, world: World) -> None:
    assert world.problems == []
    found = {rule.__name__: faults for rule in RULES if (faults := list(rule(world)))}
    assert found == {}


@pytest.mark.skipif(not thorough(), reason="says something only of many apps")
def test_no_key_and_no_kind_is_left_out() -> None:
    """The generator is as wide as the settings: who adds a key to them is told to add it there."""
    keys, kinds = set[str](), set[str]()

    @examples(500, 500)
    @given(worlds())
    def look(world: World) -> None:
        for app in world.declared.apps:
            keys.update(app.model_fields_set)
            kinds.add(app.kind)

    look()
    assert AppSettings.model_fields.keys() - keys == set()
    assert kinds == set(get_args(Kind))


@examples(10, 200)
@given(worlds(most=2), st.data())
def test_the_order_of_the_files_is_no_matter(world: World, data: st.DataObject) -> None:
    apps = data.draw(st.permutations(world.document["apps"]))
    other = World({**world.document, "apps": apps})
    assert {app.name: objects for app, objects in other.rendered} == {
        app.name: objects for app, objects in world.rendered
    }

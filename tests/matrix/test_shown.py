"""Whatever a combination makes, the preview can explain it."""

import pytest

from slipway.preview import purposes
from tests.matrix.axes import ROWS, Row
from tests.matrix.expected import forbidden
from tests.matrix.project import recorded


@pytest.mark.parametrize("row", [row for row in ROWS if forbidden(row) is None], ids=lambda row: row.name)
def test_everything_has_a_purpose(row: Row) -> None:
    made = recorded(row).resources
    told = {each.type: purposes.of_component(each.type) for each in made if each.is_component}
    told |= {each.type: purposes.of_type(each.type) for each in made if not each.is_component}
    assert [token for token, purpose in sorted(told.items()) if not purpose] == []

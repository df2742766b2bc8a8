"""The edits of the stack staging: each has the exit code and the plan, to the last line, that its file expects."""

import pytest

from tests.edits.case import Edit, edits
from tests.edits.previews import preview


@pytest.mark.parametrize("edit", edits("staging"), ids=lambda edit: edit.id)
def test_an_edit_has_the_plan_that_is_expected(edit: Edit) -> None:
    said = preview(edit)
    assert said.plan == edit.case.plan
    assert said.exit == edit.case.exit

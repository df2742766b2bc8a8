"""The edits of the stack local, and of a new one: each has the exit code and the plan that its file expects."""

import pytest

from tests.edits.case import Edit, edits
from tests.edits.previews import preview


@pytest.mark.parametrize("edit", edits("local", "preview"), ids=lambda edit: edit.id)
def test_an_edit_has_the_plan_that_is_expected(edit: Edit) -> None:
    said = preview(edit)
    assert said.plan == edit.case.plan
    assert said.exit == edit.case.exit

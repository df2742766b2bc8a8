"""Each edit of a shipped stack has the exit code and the plan, to the last line, that its file expects."""

import pytest

from tests.edits.case import Edit, edits
from tests.edits.previews import preview

EDITS = tuple(edits())


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)
def test_an_edit_has_the_plan_that_is_expected(edit: Edit) -> None:
    said = preview(edit)
    assert said.plan == edit.case.plan, edit.id
    assert said.exit == edit.case.exit


def test_every_shipped_stack_and_every_exit_code_is_among_them() -> None:
    assert {edit.stack for edit in EDITS} >= {"local", "development", "staging", "production"}
    assert {edit.case.exit for edit in EDITS} == {0, 2, 3, 4}
    unchanged = [edit.stack for edit in EDITS if not (edit.case.edit or edit.case.move)]
    assert sorted(unchanged) == ["development", "local", "production", "staging"]
    assert 4 <= sum(edit.case.against == "HEAD" for edit in EDITS) <= 6
    assert len(EDITS) >= 36

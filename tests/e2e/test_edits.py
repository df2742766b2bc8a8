"""Three of the edits in `tests/edits`, for the fast suite: state that is lost, a secret, and a file that is refused."""

import pytest

from tests.edits.case import Edit, edits
from tests.edits.previews import preview

FEW = ("local/namespace-in-use-removed", "local/secret-value", "local/volume-size")


@pytest.mark.parametrize("edit", [edit for edit in edits() if edit.id in FEW], ids=lambda edit: edit.id)
def test_an_edit_has_the_plan_that_is_expected(edit: Edit) -> None:
    said = preview(edit)
    assert said.plan == edit.case.plan
    assert said.exit == edit.case.exit


def test_they_are_there() -> None:
    assert {edit.id for edit in edits()} >= set(FEW)

"""What there is of edits: of every shipped stack, with every exit code, each way of running the command."""

from tests.edits.case import edits

EDITS = edits()


def test_every_shipped_stack_and_every_exit_code_is_among_them() -> None:
    assert {edit.stack for edit in EDITS} == {"local", "development", "staging", "production", "preview"}
    assert {edit.case.exit for edit in EDITS} == {0, 2, 3, 4, 5}
    unchanged = [edit.stack for edit in EDITS if not (edit.case.edit or edit.case.move)]
    assert sorted(unchanged) == ["development", "local", "production", "staging"]
    assert 4 <= sum(edit.case.against == "HEAD" for edit in EDITS) <= 6
    assert len(EDITS) >= 36

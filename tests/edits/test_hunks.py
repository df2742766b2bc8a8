"""An edit fits in one place of a file, or says that it does not."""

from pathlib import Path

import pytest

from tests.edits.case import with_expectation
from tests.edits.hunks import edited, make

FILE = "a: 1\nb: 2\nc: 2\n"


@pytest.mark.parametrize(
    ("hunks", "after"),
    [
        ("-a: 1\n+a: 2", "a: 2\nb: 2\nc: 2\n"),
        (" a: 1\n+x: 0\n b: 2", "a: 1\nx: 0\nb: 2\nc: 2\n"),
        ("-a: 1\n@@\n-c: 2\n+c: 3", "b: 2\nc: 3\n"),
    ],
)
def test_lines_come_and_go(hunks: str, after: str) -> None:
    assert edited(FILE, hunks) == after


@pytest.mark.parametrize(
    ("before", "hunks", "message"),
    [
        (FILE, "-d: 1", "stands 0 times"),
        (FILE, "-: 2", "stands 0 times"),
        ("a: 1\na: 1\n", "-a: 1", "stands 2 times"),
        (FILE, "+d: 1", "says not where"),
        (FILE, "a: 1", "begins 'a: 1'"),
    ],
)
def test_what_fits_nowhere_or_twice_is_an_error(before: str, hunks: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        edited(before, hunks)


def test_files_are_made_renamed_and_removed(tmp_path: Path) -> None:
    for name in ("old", "gone"):
        (tmp_path / name).write_text(FILE)
    make({"new": "-a: 1", "gone": None, "folder/made": "+x: 1"}, tmp_path, {"old": "new"})
    found = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"new": "b: 2\nc: 2\n", "folder/made": "x: 1\n"}


def test_an_expectation_takes_the_place_of_another() -> None:
    written = with_expectation("says: it\nexit: 0\nplan: |\n  1 update\n", 4, "1 replace\n\n1 unchanged\n")
    assert written == "says: it\nexit: 4\nplan: |\n  1 replace\n\n  1 unchanged\n"

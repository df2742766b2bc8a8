"""`python -m tests.edits.rewrite [STACK/NAME ...]`: write what the preview says now, to be read and judged."""

import sys

from tests.edits.case import edits, with_expectation
from tests.edits.previews import preview


def rewrite(names: list[str]) -> None:
    """Write the expectations of the edits that are named anew, or of all."""
    for edit in edits():
        if names and edit.id not in names:
            continue
        said = preview(edit)
        before = edit.path.read_text(encoding="utf-8")
        after = with_expectation(before, said.exit, said.plan)
        if before != after:
            edit.path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{edit.id}: exit {said.exit}\n")


if __name__ == "__main__":
    rewrite(sys.argv[1:])

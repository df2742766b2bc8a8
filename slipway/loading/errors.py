"""The mistakes in a stack's files, each with its place, and the error that carries all of them."""

import textwrap
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pulumi

WIDTH = 120


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake at its place.

    `file` is relative to the project's root, `line` and `column` count from 1 (`column` is given only where the file
    is not YAML at all), `key` is the path as it is written in that file, with the `slipway:` prefix in a stack file.
    """

    file: str
    line: int
    column: int | None
    key: str
    message: str
    found: str
    allowed: str
    nearest: str | None = None

    def render(self) -> str:
        """Return the mistake as text: one line with its place, then what was found and what would do."""
        place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column is not None else "")
        head = ": ".join(part for part in (place, self.key, self.message) if part)
        details = (("found", self.found), ("allowed", self.allowed), ("nearest", self.nearest or "none"))
        return "\n".join([head, *(_detail(label, text) for label, text in details)])


def _detail(label: str, text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()) or "nothing",
        WIDTH,
        initial_indent=f"    {label + ':':<9}",
        subsequent_indent=" " * 13,
        break_long_words=False,
        break_on_hyphens=False,
    )


class SettingsError(pulumi.RunError):
    """A stack's files are not accepted.

    Its text is all the mistakes. The Pulumi engine prints a RunError without a traceback.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Take the mistakes in any order; they are reported by file and line, each once."""
        self.mistakes = tuple(
            sorted(set(mistakes), key=lambda each: (each.file, each.line, each.column or 0, each.key))
        )
        super().__init__(self.render())

    def render(self) -> str:
        """Return every mistake, and how many there are."""
        files = len({mistake.file for mistake in self.mistakes})
        count = f"{_plural(len(self.mistakes), 'mistake')} in {_plural(files, 'file')}"
        return "\n".join([*(mistake.render() for mistake in self.mistakes), count])

    def as_json(self) -> list[dict[str, str | int | None]]:
        """Return the mistakes as plain objects: file, line, column, key, message, found, allowed, nearest."""
        return [asdict(mistake) for mistake in self.mistakes]


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

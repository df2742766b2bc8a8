"""Sections of a comment, made to fit: what is worst first, and said how much is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_MORE = "… and {} more, which are in the page"
_MORE_SECTIONS = "… and {} more parts, which are in the page"
_SURE = 5
"""Items of each section that come before all the others: thousands of new objects leave room for the notes."""
_DIGITS = 12
"""Bytes for a number and the line breaks around a line."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to show: in brief, or in full (brief included). The full form is made only where it may be shown."""

    brief: str
    full: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A folded part with a title in plain words. `intro` is Markdown that is always there, such as a table's head."""

    title: str
    items: tuple[Item, ...]
    intro: str = ""
    unfolded: bool = False


def fitted(sections: Sequence[Section], limit: int) -> str:
    """Return the sections in at most `limit` bytes of UTF-8, the same text for the same sections.

    Titles come first, then a few items of each in brief, then the others, section by section, then their full forms,
    as long as there is room. Where not even all titles fit, the last sections are left out, and that is said.
    """
    room = limit - _size(_MORE_SECTIONS) - _DIGITS
    shown: list[Section] = []
    for section in sections:
        room -= _size(_framed(section, [])) + _size(_MORE) + _DIGITS
        if room < 0:
            break
        shown.append(section)
    room = max(room, 0)
    counts = [0] * len(shown)
    for last in (_SURE, None):
        for number, section in enumerate(shown):
            texts = [item.brief for item in section.items[counts[number] : last]]
            more = _fitting(texts, room)
            room -= sum(_size(text) + 1 for text in texts[:more])
            counts[number] += more
    parts = []
    for section, count in zip(shown, counts, strict=True):
        lines = []
        for item in section.items[:count]:
            line, room = _best(item, room)
            lines.append(line)
        if count < len(section.items):
            lines += ["", _MORE.format(len(section.items) - count)]
        parts.append(_framed(section, lines))
    if len(shown) < len(sections):
        parts.append(_MORE_SECTIONS.format(len(sections) - len(shown)))
    return "\n\n".join(parts)


def _best(item: Item, room: int) -> tuple[str, int]:
    """Return the full form where there is room for what it has beyond the brief one, and the room that remains."""
    if item.full is None or room <= 0:
        return item.brief, room
    full = item.full()
    more = _size(full) - _size(item.brief)
    return (item.brief, room) if more > room else (full, room - more)


def _framed(section: Section, lines: Sequence[str]) -> str:
    opened = "<details open>" if section.unfolded else "<details>"
    summary = f"{opened}<summary><b>{section.title}</b></summary>"
    return "\n".join((summary, "", *([section.intro] if section.intro else []), *lines, "", "</details>"))


def _fitting(texts: Sequence[str], room: int) -> int:
    """Return how many of the first texts there is room for, each with its line break."""
    for count, each in enumerate(texts):
        room -= _size(each) + 1
        if room < 0:
            return count
    return len(texts)


def _size(value: str) -> int:
    """Return the bytes: GitHub counts characters, and no text has more of them than bytes."""
    return len(value.encode())

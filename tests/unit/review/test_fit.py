"""Sections that fit, whatever is in them and however little room there is."""

import re
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from slipway.review.fit import Item, Section, fitted

WORDS = st.text(alphabet="abcé", min_size=1, max_size=60)
ITEMS = st.builds(
    lambda brief, more: Item(f"- {brief}", (lambda: f"- {brief}\n  {more}") if more else None),
    WORDS,
    st.one_of(st.none(), WORDS),
)
SECTIONS = st.lists(
    st.builds(
        lambda items, opened: Section("Title", tuple(items), unfolded=opened),
        st.lists(ITEMS, max_size=8),
        st.booleans(),
    ),
    max_size=5,
)


@given(SECTIONS, st.integers(min_value=60, max_value=6000))
def test_it_fits_and_counts_what_is_left_out(sections: list[Section], limit: int) -> None:
    text = fitted(sections, limit)
    assert len(text.encode()) <= limit
    left_parts = sum(map(int, re.findall(r"(\d+) more parts", text)))
    assert text.count("<details") == text.count("</details>") == len(sections) - left_parts
    shown = sections[: len(sections) - left_parts]
    left = sum(map(int, re.findall(r"(\d+) more,", text)))
    assert len(re.findall("^- ", text, re.MULTILINE)) + left == sum(len(section.items) for section in shown)


@given(SECTIONS)
def test_with_room_all_is_in_full(sections: list[Section]) -> None:
    text = fitted(sections, 1_000_000)
    assert all((item.full() if item.full else item.brief) in text for section in sections for item in section.items)


def test_names_come_before_details() -> None:
    items = tuple(Item(f"- {letter}", partial("- {}\n  {}".format, letter, "x" * 200)) for letter in "abc")
    text = fitted([Section("First", items), Section("Second", (Item("- last"),))], 600)
    assert [line for line in text.splitlines() if line.startswith("- ")] == ["- a", "- b", "- c", "- last"]
    assert text.count("xxx" * 60) == 1
    assert text.index("x" * 200) < text.index("- b")


def test_thousands_in_one_section_leave_room_for_the_first_of_the_others() -> None:
    many = Section("Created", tuple(Item(f"- created {number}") for number in range(3000)))
    notes = Section("Notes", tuple(Item(f"- note {number}") for number in range(9)))
    text = fitted([many, notes], 4000)
    assert len(text.encode()) <= 4000
    assert re.findall("^- note .*", text, re.MULTILINE) == [f"- note {number}" for number in range(5)]
    assert text.count("- created") > 100

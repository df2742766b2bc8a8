"""Text of others stays text, whatever is in it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from slipway.review.escape import block, code, one_line, text

NASTY = st.text(alphabet=st.sampled_from("`~*_[]()<>#@!|&\\\n\r\u2028\u202e ab-+1.):/"), max_size=40)


def test_it_mentions_nobody_and_links_to_nothing() -> None:
    for word in ("@team/platform", "#123", "!7", "example/repo#9", "https://example.com", "<script>", "<!-- x -->"):
        written = text(word)
        assert not re.search(r"[@#!](?=\w)|://|<", written), written
        assert written.replace("\u200b", "").replace("\\", "").replace("&lt;", "<").replace("&gt;", ">") == word


@given(NASTY)
def test_text_has_no_markup_and_no_line_break(value: str) -> None:
    written = text(value)
    assert "<" not in written
    assert len(written.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~]", written)
    assert not re.match(r"\s*([-+#]|\d+[.)])", written)


@given(NASTY)
def test_a_code_span_ends_where_it_should(value: str) -> None:
    written = code(value)
    fence = re.match("`+", written)
    assert fence
    inner = written[len(fence[0]) : -len(fence[0])]
    assert written.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inner)
    assert not inner.startswith("`")
    assert not inner.endswith("`")
    assert inner.strip(" ") == one_line(value).strip(" ")


@given(st.lists(NASTY, max_size=5).map("\n".join))
def test_a_block_ends_where_it_should(value: str) -> None:
    first, *inner, last = block(value, "diff").split("\n")
    assert first == f"{last}diff"
    assert all(last not in line for line in inner)


def test_the_direction_of_writing_cannot_be_reversed() -> None:
    assert "\u202e" not in text("a\u202eb") + code("a\u202eb") + block("a\u202eb")

"""Text of others inside Markdown: it stays text, and neither mentions anybody nor links to anything."""

import re

_SPECIAL = re.compile(r"[\\`*_\[\]|~$]")
_LIST_OR_HEADING = re.compile(r"^(\s*)([-+#=]|\d+(?=[.)]))")
"""What is markup at the beginning of a line only; of a number in a list it is the sign after it."""
_REFERENCE = re.compile(r"([@#!%~$])(?=\w)")
"""What makes a mention of a person or a link to an issue of the word after it, on GitHub or GitLab."""
_ZERO_WIDTH = "\u200b"
_LINE_BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that reverse the direction of writing, by which a diff can be made to look harmless."""


def one_line(value: str) -> str:
    """Return a text without line breaks and without characters that do not show."""
    return _LINE_BREAKS.sub(" ", _UNPRINTABLE.sub("\ufffd", value))


def text(value: str) -> str:
    """Return a text as Markdown that shows it as it is, in one line."""
    entities = one_line(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    broken = _REFERENCE.sub(rf"\1{_ZERO_WIDTH}", entities).replace("://", f":{_ZERO_WIDTH}//")
    return _LIST_OR_HEADING.sub(_escaped_start, _SPECIAL.sub(r"\\\g<0>", broken))


def _escaped_start(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdecimal() else f"{space}\\{sign}"


def code(value: str) -> str:
    """Return a text as a code span, in which nothing is markup; the fence is longer than any run of backticks in it."""
    shown = one_line(value) or " "
    fence = "`" * (_longest_run(shown) + 1)
    space = " " if len(fence) > 1 or shown != shown.strip(" ") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def block(lines: str, language: str = "") -> str:
    """Return text as a fenced block, lines kept."""
    shown = _UNPRINTABLE.sub("\ufffd", lines)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _longest_run(value: str) -> int:
    return max((len(run) for run in re.findall("`+", value)), default=0)

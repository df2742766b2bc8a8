"""Reading a Corefile as CoreDNS does: server blocks by zone, each a list of directives with their options."""

from collections.abc import Iterator

Directive = tuple[str, ...]
"""The words of a directive, and after them its options, one string each."""


def servers(text: str) -> dict[str, list[Directive]]:
    """Return the directives of each server block by its key, `.:53`; raises ValueError for what CoreDNS refuses."""
    lines = iter([line.strip() for line in text.splitlines() if line.strip()])
    found: dict[str, list[Directive]] = {}
    for line in lines:
        key, brace = line[:-1].strip(), line[-1]
        if brace != "{" or " " in key:
            raise ValueError(f"not the start of a server block: {line}")
        if key in found:
            raise ValueError(f"defined twice: {key}")
        found[key] = list(_directives(lines))
    return found


def _directives(lines: Iterator[str]) -> Iterator[Directive]:
    for line in lines:
        if line == "}":
            return
        words = line.removesuffix("{").split()
        yield (*words, *_options(lines)) if line.endswith("{") else tuple(words)
    raise ValueError("a block that does not end")


def _options(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line == "}":
            return
        if line.endswith("{"):
            raise ValueError(f"a block in a directive's block: {line}")
        yield line
    raise ValueError("a directive that does not end")


def directive(block: list[Directive], name: str) -> Directive:
    """Return the one directive of a name; none or several fail the test."""
    (found,) = [each for each in block if each[0] == name]
    return found

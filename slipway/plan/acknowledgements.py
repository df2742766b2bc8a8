"""Comments in a stack's files by which somebody allows a step: `# slipway: allow-replace URN`, `allow-refused URN`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.tokens import ScalarToken

from components.problem import nearest
from slipway.loading.apps import FOLDER
from slipway.loading.errors import Mistake, SettingsError

DESTROY, REFUSED = "allow-replace", "allow-refused"
"""The words: for a step that destroys, and for one that is known to be refused."""
_WORDS = (DESTROY, REFUSED)
_FORM = "# slipway: {word} URN"

# Not `# slipway:mesh: istio`, a key that is commented out: after the colon there is a space, and then `allow-`.
_COMMENT = re.compile(r"#\s*slipway:\s+(?P<word>allow-\S*)[ \t]*(?P<rest>.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One resource whose step is allowed, the word that says of what kind, and where that is written."""

    urn: str
    file: str
    line: int
    word: str = DESTROY


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment that allows something, or was meant to. `alone`: nothing stands before it on its line."""

    line: int
    alone: bool
    word: str
    urn: str


def acknowledged(root: Path, stack: str, environment: str) -> tuple[Acknowledgement, ...]:
    """Return what the comments of `Pulumi.<stack>.yaml` and of the apps of its environment allow, by file and line.

    Raises SettingsError with every comment that was meant to allow something and does not.
    """
    found: list[Acknowledgement] = []
    mistakes: list[Mistake] = []
    for path in _files(root, stack, environment):
        shown = path.relative_to(root).as_posix()
        for comment in _comments(path.read_text(encoding="utf-8-sig", errors="replace")):
            wrong = _wrong(comment, stack)
            if wrong is None:
                found.append(Acknowledgement(comment.urn, shown, comment.line, comment.word))
            else:
                mistakes.append(Mistake(shown, comment.line, None, "", *wrong))
    if mistakes:
        raise SettingsError(mistakes)
    return tuple(found)


def _files(root: Path, stack: str, environment: str) -> Iterator[Path]:
    """Yield the files that make the stack: the same ones as it is loaded from."""
    for path in (root / f"Pulumi.{stack}.yaml", *sorted((root / FOLDER / environment).glob("*.yaml"))):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _comments(text: str) -> Iterator[_Comment]:
    lines = enumerate(text.splitlines())
    matches = [(number, line, found) for number, line in lines if (found := _COMMENT.search(line))]
    scalars = list(_scalars(text)) if matches else []
    for number, line, found in matches:
        here = (number, found.start())
        if not any(start <= here < end for start, end in scalars):
            yield _Comment(number + 1, not line[: found.start()].strip(), found["word"], found["rest"])


def _scalars(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where each text begins and ends: a `#` in one is no comment. Loading refuses what is no YAML."""
    try:
        for token in YAML(typ="safe", pure=True).scan(text):
            if isinstance(token, ScalarToken):
                yield (
                    (token.start_mark.line, token.start_mark.column),
                    (token.end_mark.line, token.end_mark.column),
                )
    except YAMLError:
        return


def _wrong(comment: _Comment, stack: str) -> tuple[str, str, str, str | None] | None:
    """Return what is wrong with a comment: message, what was found, what is allowed, the nearest word."""
    if comment.word not in _WORDS:
        allowed = " or ".join(_FORM.format(word=word) for word in _WORDS)
        return "no such comment", comment.word, allowed, nearest(comment.word, _WORDS) or DESTROY
    form = _FORM.format(word=comment.word)
    if not comment.alone:
        return "not on a line of its own", "a comment behind a value", f"{form}, on a line of its own", None
    return _wrong_urn(comment.urn, stack, form)


def _wrong_urn(urn: str, stack: str, form: str) -> tuple[str, str, str, str | None] | None:
    parts = urn.split("::")
    if not urn:
        return "no URN", "nothing", form, None
    if len(urn.split()) > 1:
        return "more than a URN", urn, f"{form}, and nothing behind it: the reason goes on the line above", None
    if not urn.startswith("urn:pulumi:") or len(parts) < 4 or not all(parts):
        return "not a URN", urn, "urn:pulumi:STACK::PROJECT::TYPE::NAME, as the plan prints it", None
    if parts[0] != f"urn:pulumi:{stack}":
        return "the URN of another stack", parts[0].rpartition(":")[2], f"a resource of the stack {stack}", None
    return None

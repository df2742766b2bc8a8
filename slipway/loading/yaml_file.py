"""Reading YAML into a `Document`.

The node graph is read, not the constructed objects: every key and list item keeps its line, nothing in a file can make
the reader raise, and scalars mean what they mean to the Pulumi engine (Go's yaml.v3): `yes` and `on` are text. Where
the two could disagree (dates, leading zeros, values that JSON has no word for) the author is asked to quote.
"""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from components.problem import KeyPath
from slipway.loading.document import Document, Position, key_text
from slipway.loading.errors import Mistake
from slipway.loading.wording import MASK

MAX_VALUES = 50_000
"""Values in one file, aliases counted each time: a guard against a file that unfolds without end."""
MAX_DEPTH = 60
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]")
_TAG = "tag:yaml.org,2002:"


def _open(_: KeyPath) -> bool:
    return False


def read_yaml(path: Path, shown: str, *, unshown: Callable[[KeyPath], bool] = _open) -> Document:
    """Read one file, named `shown` in reports. `unshown` tells of which paths they do not say what is written there.

    Whatever is wrong with it becomes a mistake of the document, never an exception.
    """
    document = Document(shown)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        _refuse(document, (1, 1), f"cannot be read: {error.strerror}", str(path.name), "a readable file")
        return document
    except UnicodeDecodeError as error:
        _refuse(document, (1, error.start + 1), "not UTF-8 text", f"byte {error.object[error.start]:#04x}", "UTF-8")
        return document
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        _refuse(document, _mark(error.problem_mark), *_syntax(error))
    except ReaderError as error:
        _refuse(document, _place(text, error.position), str(error.reason), "a control character", "printable text")
    except (YAMLError, ValueError) as error:
        _refuse(document, (1, 1), "not YAML", str(error).splitlines()[0], "one YAML document")
    except RecursionError:
        _refuse(document, (1, 1), "nested too deeply", f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels")
    else:
        _Reader(document, unshown).read(node)
    return document


def _mark(mark: Any) -> Position:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _kind(node: Node) -> str:
    return str(node.tag).removeprefix(_TAG)


def _place(text: str, offset: int) -> Position:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _syntax(error: MarkedYAMLError) -> tuple[str, str, str]:
    if error.context and error.context.startswith("expected a single document"):
        return "more than one YAML document", "a second document", "one document a file, without a --- between"
    # Their names may be a password that starts with * or !, and has no quotes.
    problem = re.sub(r"(alias|tag handle) .*", r"\1", error.problem or "unreadable text")
    found = re.sub(r"^(found|got|could not find) ", "", problem.rpartition(", but ")[2])
    return f"not YAML: {problem}", found, "valid YAML: check indentation, quotes and brackets"


def _refuse(document: Document, position: Position, message: str, found: str, allowed: str) -> None:
    document.mistakes.append(Mistake(document.file, *position, "", message, found, allowed))


class _Reader:
    """Turns nodes into data and notes positions and mistakes in the document."""

    def __init__(self, document: Document, unshown: Callable[[KeyPath], bool]) -> None:
        self.document = document
        self.unshown = unshown
        self.values = 0

    def read(self, node: Node | None) -> None:
        if node is not None:
            self.document.positions[()] = _mark(node.start_mark)
            self.document.data = self.value(node, (), ())

    def wrong(
        self, node: Node, path: KeyPath, message: str, found: str, allowed: str, nearest: str | None = None
    ) -> None:
        line = _mark(node.start_mark)[0]
        if isinstance(node, ScalarNode) and self.unshown(path):
            found, nearest = MASK, None
        self.document.refused.add(path)
        self.document.mistakes.append(
            Mistake(self.document.file, line, None, key_text(path), message, found, allowed, nearest)
        )

    def value(self, node: Node, path: KeyPath, around: tuple[Node, ...]) -> Any:
        """Return the data of a node; `around` are the nodes that it stands in."""
        self.values += 1
        if any(node is outer for outer in around):
            self.wrong(node, path, "contains itself", f"alias *{node.anchor}", "an alias of something outside")
        elif len(around) >= MAX_DEPTH:
            self.wrong(node, path, "nested too deeply", f"{len(around) + 1} levels", f"at most {MAX_DEPTH} levels")
        elif self.values > MAX_VALUES:
            if self.values == MAX_VALUES + 1:
                self.wrong(node, path, "the file is too large", f"over {MAX_VALUES} values", f"at most {MAX_VALUES}")
        elif isinstance(node, MappingNode):
            return self.mapping(node, path, (*around, node))
        elif isinstance(node, SequenceNode):
            return self.sequence(node, path, (*around, node))
        elif isinstance(node, ScalarNode):
            return self.scalar(node, path)
        return None

    def sequence(self, node: SequenceNode, path: KeyPath, around: tuple[Node, ...]) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            self.document.positions[(*path, index)] = _mark(item.start_mark)
            items.append(self.value(item, (*path, index), around))
        return items

    def mapping(self, node: MappingNode, path: KeyPath, around: tuple[Node, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node, merged in self.pairs(node, path, around):
            key = self.key(key_node, path)
            if key is None or (merged and key in data):
                continue
            if key in data:
                first = self.document.positions[(*path, key)][0]
                self.wrong(key_node, (*path, key), f"written twice, first on line {first}", key, "each key once")
                continue
            self.document.positions[(*path, key)] = _mark(key_node.start_mark)
            data[key] = self.value(value_node, (*path, key), around)
        return data

    def pairs(self, node: MappingNode, path: KeyPath, around: tuple[Node, ...]) -> list[tuple[Node, Node, bool]]:
        """Return what is written in a map, then what `<<` brings into it, told apart by the last item."""
        written = [(key, value, False) for key, value in node.value if _kind(key) != "merge"]
        brought: list[tuple[Node, Node, bool]] = []
        for key, value in node.value:
            if _kind(key) != "merge":
                continue
            for source in value.value if isinstance(value, SequenceNode) else [value]:
                self.values += 1
                outside = all(source is not one for one in around)
                if isinstance(source, MappingNode) and outside and self.values + len(brought) <= MAX_VALUES:
                    inner = self.pairs(source, path, (*around, source))
                    brought += [(key, value, True) for key, value, _ in inner]
                else:
                    self.wrong(key, path, "nothing that << can merge", "no map", "an alias of a map, or a list of such")
        return written + brought

    def key(self, node: Node, path: KeyPath) -> str | None:
        if isinstance(node, ScalarNode) and _kind(node) in {"str", "int", "bool", "float", "value"}:
            return str(node.value)
        self.wrong(node, (*path, "?"), "a key that is not text", "another kind of value", "text")
        return None

    def scalar(self, node: ScalarNode, path: KeyPath) -> Any:
        text: str = node.value
        match _kind(node):
            case "str" | "value":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true" if text.lower() in {"true", "false"} else text
            case "int" | "float" if _LEADING_ZERO.match(text) and "." not in text:
                self.wrong(node, path, "a number with a leading zero", text, "the same in quotes", f'"{text}"')
            case "int" | "float":
                return self.number(node, path)
            case "timestamp":
                self.wrong(node, path, "a date, which no setting is", text, "text in quotes", f'"{text}"')
            case _:
                self.wrong(node, path, "a YAML tag", str(node.tag), "plain values, without a tag")
        return None

    def number(self, node: ScalarNode, path: KeyPath) -> int | float | None:
        """Return a number as JSON carries it: whole ones as int."""
        text: str = node.value.replace("_", "")
        try:
            number = int(text, 0) if _kind(node) == "int" else float(text)
        except ValueError:
            number = float("nan")
        if not abs(number) < 2**64:
            self.wrong(node, path, "not a number that fits", node.value[:40], "a number of at most 64 bits")
            return None
        return int(number) if number == int(number) else number

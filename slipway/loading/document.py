"""One YAML file as plain data that knows where in the file each of its values stands."""

from dataclasses import dataclass, field
from typing import Any

from components.problem import KeyPath
from slipway.loading.errors import Mistake

Position = tuple[int, int]
"""Line and column, both counted from 1."""


@dataclass(slots=True)
class Document:
    """A parsed file.

    `data` is made of dict, list, str, int, float, bool and None only. `positions` leads from the path of every value
    to where its key (or list item) stands. `mistakes` are those of the YAML itself; `data` is then what could be read,
    and `refused` the paths that a mistake has already been reported for.
    """

    file: str
    data: Any = None
    positions: dict[KeyPath, Position] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    refused: set[KeyPath] = field(default_factory=set)

    def line(self, path: KeyPath) -> int:
        """Return the line of the value at `path`, or of the innermost one around it that is there."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))[0]


def key_text(path: KeyPath) -> str:
    """Return a path the way Pulumi writes one: `nodePools.gpu.labels["a.b/c"]`, `zones[2]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif "." in step or not step:
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text

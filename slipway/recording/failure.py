"""The failure of the program itself, told to its author: what was raised, and where in the program's own code."""

import traceback
from pathlib import Path

from pulumi import RunError


class ProgramFailedError(Exception):
    """The program failed. `where` are the lines of the traceback that lie in the program's folder, outermost first."""

    def __init__(self, message: str, where: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.where = where


def failed(error: Exception, folder: Path) -> ProgramFailedError:
    """Return the failure of a program in `folder` that an exception ended. A RunError is a message without a trace."""
    if isinstance(error, ProgramFailedError):
        return error
    if isinstance(error, RunError):
        return ProgramFailedError(str(error))
    return ProgramFailedError(f"{type(error).__name__}: {error}", _frames(error, folder.resolve()))


def _frames(error: BaseException, folder: Path) -> tuple[str, ...]:
    """Return the frames in the folder, but for what is installed below it (a .venv) and this package's own."""
    own = Path(__file__).parent
    lines: list[str] = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if not path.is_relative_to(folder) or "site-packages" in path.parts or path.is_relative_to(own):
            continue
        lines.append(f"{path.relative_to(folder)}:{frame.lineno} in {frame.name}: {frame.line}")
    return tuple(lines)

"""A stack recorded as it is at another commit."""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from slipway.plan import child
from slipway.plan.commits import Commit, resolve
from slipway.plan.environment import cache_folder, interpreter
from slipway.plan.errors import RefFailedError
from slipway.plan.worktree import checked_out
from slipway.recording.document import from_document
from slipway.recording.recording import Recording

_LAST_LINES = 15
"""Of what a program said that died without an answer."""


def record_at(root: Path, stack: str, ref: str, *, key: bytes) -> Recording | None:
    """Return what the program at a commit registers for a stack; None where the commit does not have the stack.

    The program, its settings and its apps are the commit's; the recorder is the present one, and so is the Python
    environment unless `uv.lock` differs. `key` is the one that the present side is recorded with. Raises AgainstError
    (UnknownRefError) for a ref that cannot be had, and RefFailedError when the program fails there.
    """
    with recording_at(root, stack, resolve(root, ref), key=key) as finished:
        return finished()


@contextlib.contextmanager
def recording_at(root: Path, stack: str, commit: Commit, *, key: bytes) -> Iterator[Callable[[], Recording | None]]:
    """Start to record a stack at a commit beside whatever the caller does, and yield what waits for the recording.

    It returns, and raises, what `record_at` does. A caller that leaves without waiting ends the other program.
    """
    with checked_out(root, commit.id) as there:
        if not (there / "Pulumi.yaml").is_file() or not (there / f"Pulumi.{stack}.yaml").is_file():
            yield lambda: None
            return
        try:
            python = interpreter(root, there, cache=cache_folder(os.environ))
        except RefFailedError as error:
            raise RefFailedError(f"the environment of {commit.label} cannot be built: {error}") from None
        with _asked(python, there, stack, key) as answer:
            yield lambda: _recording(answer(), commit)


@contextlib.contextmanager
def _asked(python: Path, there: Path, stack: str, key: bytes) -> Iterator[Callable[[], dict[str, Any]]]:
    """Ask a process of its own. The key goes through a pipe: the arguments of a process are for everybody to read."""
    with tempfile.TemporaryDirectory(prefix="slipway-answer-") as private:
        file, said = Path(private) / "answer.json", Path(private) / "said.txt"
        request = json.dumps({"root": str(there), "stack": stack, "key": key.hex(), "answer": str(file)})

        def answer() -> dict[str, Any]:
            status = process.wait()
            if status == 0 and file.is_file():
                found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
                return found
            last = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_LAST_LINES:]
            return {"failed": "\n".join([f"it ended with status {status} and no recording", *last])}

        with said.open("w") as stream, _started(python, there, stream) as process:
            # A process that died at once is told by its status, not by its broken pipe.
            with contextlib.suppress(BrokenPipeError), process.stdin as stdin:  # type: ignore[union-attr]
                stdin.write(request)
            yield answer


@contextlib.contextmanager
def _started(python: Path, there: Path, said: TextIO) -> Iterator[subprocess.Popen[str]]:
    """Start the other program, and end it with the caller. What it says goes to a file: a pipe would fill up."""
    with subprocess.Popen(  # noqa: S603 (no shell)
        # -P: the folder of the script is no place to import from. -B: what it compiles would be thrown away.
        [str(python), "-P", "-B", child.__file__],
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=said,
        cwd=there,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _recording(answer: dict[str, Any], commit: Commit) -> Recording:
    if "failed" in answer:
        where = "".join(f"\n  {line}" for line in answer.get("where", ()))
        raise RefFailedError(f"the program at {commit.label} failed: {answer['failed']}{where}")
    return from_document(answer["recording"])

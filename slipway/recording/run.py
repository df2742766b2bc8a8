"""Running a Pulumi program in this process, with a recorder in the place of the engine."""

import asyncio
import contextlib
import contextvars
import logging
import runpy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, cast

from pulumi.runtime import get_root_resource, set_all_config, set_mocks
from pulumi.runtime import test as awaiting_outputs
from pulumi.runtime.stack import Stack

from slipway.recording.failure import ProgramFailedError, failed
from slipway.recording.fingerprints import config_fingerprints
from slipway.recording.hiding import Hidden
from slipway.recording.monitor import Recorder, Unasked
from slipway.recording.recording import Recording, stack_urn
from slipway.recording.resource import Message
from slipway.recording.traces import short_traces


def record(
    program: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Sequence[str] = (),
    known: bool = True,
    on_resource: Callable[[int], None] = lambda _count: None,
    key: bytes | None = None,
) -> Recording:
    """Run the program file as the engine's preview would, and return what it registered.

    `config` has full keys (`slipway:network`, `aws:region`) and the values as Pulumi stores them, JSON for objects.
    With `known=False` no output of any resource is known. `on_resource` is called with the number of resources so
    far, from several threads. With a `key` (slipway.recording.fingerprints.KEY_BYTES random bytes) what is secret has
    keyed digests, by which two recordings can be compared. What stands below `secret_keys` is in nothing that is
    returned, raised or printed, marked as a secret or not. Raises ProgramFailedError when the program does.
    """
    program, hidden = program.resolve(), Hidden.of_config(config, secret_keys)
    recorder = Recorder(
        project=project, stack=stack, region=config.get("aws:region"), known=known, on_resource=on_resource, key=key
    )
    log = _Log()

    def run() -> None:
        set_all_config(dict(config), list(secret_keys))
        set_mocks(Unasked(), project=project, stack=stack, preview=True, logger=log.logger, monitor=recorder)
        awaiting_outputs(lambda: _program(program))()  # type: ignore[no-untyped-call]

    # Pulumi keeps its settings and the root stack in context variables, and its tasks in the thread's event loop:
    # a context and a loop of its own isolate each run.
    with asyncio.Runner() as runner, _at_home(program.parent), _printing_to_stderr(hidden):
        runner.get_loop()
        try:
            with short_traces():
                contextvars.Context().run(run)
        except Exception as error:
            told = failed(error, program.parent)
            # Not the cause: whoever prints a traceback would print the exception's own text.
            raise ProgramFailedError(hidden.text(told.message), tuple(map(hidden.text, told.where))) from None
    recording = Recording(
        project=project,
        stack=stack,
        resources=tuple(
            replace(resource, outputs=recorder.outputs(urn)) for urn, resource in sorted(recorder.recorded.items())
        ),
        outputs=recorder.outputs(stack_urn(project, stack)),
        invocations=recorder.invocations,
        messages=tuple(replace(each, text=hidden.text(each.text)) for each in log.messages),
        secret_config={} if key is None else config_fingerprints(config, secret_keys, key),
    )
    return hidden.recording(recording, key)


def _program(path: Path) -> None:
    """Run the file as the main module; then register the stack's exports, as the engine's own runner does."""
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as leaving:
        if leaving.code not in (None, 0):
            said = leaving.code if isinstance(leaving.code, str) else f"the program left with status {leaving.code}"
            raise ProgramFailedError(said) from leaving
    root = get_root_resource()
    if isinstance(root, Stack):
        root.register_outputs(root.outputs)


@contextlib.contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """The engine runs a program in its own folder, and lets it import from there."""
    with contextlib.chdir(folder):
        sys.path.insert(0, str(folder))
        try:
            yield
        finally:
            sys.path.remove(str(folder))


@contextlib.contextmanager
def _printing_to_stderr(hidden: Hidden) -> Iterator[None]:
    """Let what the program prints be no part of the preview, and have no secret in it."""
    said = cast("TextIO", _Printed(sys.stderr, hidden))
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        yield


class _Printed:
    """A stream without secrets; what else is asked of it, the stream below answers."""

    def __init__(self, stream: TextIO, hidden: Hidden) -> None:
        self._stream, self._hidden = stream, hidden

    def write(self, text: str) -> int:
        self._stream.write(self._hidden.text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Log(logging.Handler):
    """Keeps the warnings and errors of `pulumi.log`."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[Message] = []
        self.logger = logging.Logger("program", logging.WARNING)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        severity = "error" if record.levelno >= logging.ERROR else "warning"
        self.messages.append(Message(severity, record.getMessage()))

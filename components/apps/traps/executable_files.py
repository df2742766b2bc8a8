"""Files of an app that its container is to execute, and may not."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.problem import Advice, KeyPath

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_BY_THE_GROUP = 0o010
"""The files are root's and of the group that the container runs with, whose bit of the mode decides."""


def _executed(app: "AppSettings") -> Iterator[tuple[KeyPath, str]]:
    """Yield each program that the container of an app starts, with where it is named."""
    commands: dict[KeyPath, tuple[str, ...] | None] = {("command",): app.command}
    for key, hook in (("postStart", app.lifecycle.post_start), ("preStop", app.lifecycle.pre_stop)):
        commands["lifecycle", key, "exec"] = hook.exec if hook is not None else None
    for key, probe in (
        ("liveness", app.probes.liveness),
        ("readiness", app.probes.readiness),
        ("startup", app.probes.startup),
    ):
        commands["probes", key, "exec"] = probe.exec if probe is not None else None
    yield from ((path, command[0]) for path, command in commands.items() if command)


@each_app
def executable(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which files are started as programs and have a mode by which nobody may."""
    for path, program in _executed(app):
        file = app.files.get(program)
        if file is not None and not int(file.mode or "0644", 8) & _BY_THE_GROUP:
            yield Advice(
                path,
                f"the file {program} has the mode {file.mode or '0644'} and cannot be executed: `files: {{{program}:"
                ' {content: …, mode: "0755"}}`',
                app=app.name,
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (executable,)

"""`slipway new app NAME`: an app file that the stack accepts."""

import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from components.settings import Environment
from slipway import exit_codes
from slipway.importing.app_file import app_text
from slipway.loading import SettingsError, find_root
from slipway.loading.new_app import mistakes_of
from slipway.preview.atomic import write_file


def new(  # noqa: PLR0917 (typer's options)
    what: Annotated[str, typer.Argument(help="What to make: app.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    environment: Annotated[str | None, typer.Option(help="The environment; its stack must exist.")] = None,
    namespace: Annotated[str | None, typer.Option(help="One of the stack's namespaces.")] = None,
    image: Annotated[str | None, typer.Option(help="The image, with a tag that does not move.")] = None,
    port: Annotated[int | None, typer.Option(help="The HTTP port; unset: none.")] = None,
    tier: Annotated[int | None, typer.Option(help="1, 2 or 3; unset: 2.")] = None,
    host: Annotated[str | None, typer.Option(help="The host name outside; unset: inside only.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write apps/ENVIRONMENT/NAME.yaml, after checking it with all other apps of the stack.

    On a terminal it asks for what must be given and is not, and then for the port. Exit codes: 0 done, 2 bad input,
    nothing was written.
    """
    try:
        root = find_root(Path.cwd())
        chosen = _environment(what, environment)
        file = root / "apps" / chosen / f"{name}.yaml"
        _check_free(file, force=force)
        document: dict[str, Any] = {"name": name, "namespace": _given("namespace", namespace, "of the stack")}
        document |= {"tier": tier} if tier is not None else {}
        document["image"] = _given("image", image, "such as registry.example.com/orders:v1.0.0")
        if port is None and (namespace is None or image is None):
            port = _number("port", "the HTTP port; empty: none")
        document |= {"ports": {"http": port}} if port is not None else {}
        document |= {"ingress": {"host": host}} if host is not None else {}
        _check_accepted(document, root, chosen)
        write_file(file, app_text(document))
    except (_UsageError, SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    typer.echo(f"Wrote {file}")


class _UsageError(Exception):
    """Something on the command line is wrong."""


def _environment(what: str, environment: str | None) -> str:
    if what != "app":
        raise _UsageError(f"slipway new {what}: the only thing there is to make is an app: slipway new app NAME")
    chosen = _given("environment", environment, ", ".join(get_args(Environment)))
    if chosen not in get_args(Environment):
        raise _UsageError(f"--environment {chosen}: one of {', '.join(get_args(Environment))}")
    return chosen


def _check_free(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise _UsageError(f"{file} is there already; --force replaces it")


def _check_accepted(document: dict[str, Any], root: Path, environment: str) -> None:
    mistakes = mistakes_of(document, root, environment)
    if mistakes:
        raise _UsageError("\n".join(mistakes))


def _interactive() -> bool:
    return sys.stdin.isatty()


def _number(key: str, what: str) -> int | None:
    """Return what is answered to a question that may be left open; the stack says whether it is a port."""
    answer = str(typer.prompt(f"{key} ({what})", default="", show_default=False)).strip()
    if answer and not answer.isdecimal():
        raise _UsageError(f"--{key} {answer}: a number")
    return int(answer) if answer else None


def _given(key: str, value: str | None, what: str) -> str:
    """Return a value that must be given; on a terminal ask for it."""
    if value is not None:
        return value
    if _interactive():
        return str(typer.prompt(f"{key} ({what})"))
    raise _UsageError(f"--{key} must be given ({what})")

"""The command line: `slipway COMMAND`. Each command is a module that is imported when it is asked for."""

import gc
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

# Command: its module, in which the function has the module's name (`import_`: the word alone is Python's).
COMMANDS = {
    "import": "slipway.commands.import_",
    "instances": "slipway.commands.instances",
    "new": "slipway.commands.new",
    "preview": "slipway.commands.preview",
    "prices": "slipway.commands.prices",
    "schema": "slipway.commands.schema",
    "touched": "slipway.commands.touched",
}


class Commands(TyperGroup):
    """Commands that are imported when they are asked for: the provider SDKs take longer than most of them run."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order of their names."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return one command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        # A command imports and makes very many objects that stay: with the default thresholds Python would look
        # through all of them again and again, for a fifth of the whole time.
        gc.set_threshold(100_000, 50, 50)
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name)(getattr(import_module(COMMANDS[cmd_name]), COMMANDS[cmd_name].rpartition(".")[2]))
        return typer.main.get_command(app)


main = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"slipway {version('slipway')}")
        raise typer.Exit


@main.callback()
def slipway(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Slipway: a complete EKS platform, previewed offline and deployed with `pulumi up`."""

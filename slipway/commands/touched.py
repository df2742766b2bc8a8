"""`slipway touched`: the stacks that a change touches."""

import json as json_format
import os
from pathlib import Path
from typing import Annotated

import typer

from slipway import exit_codes
from slipway.loading import SettingsError, find_root
from slipway.loading.config import NAMESPACE
from slipway.loading.project import read_project
from slipway.loading.stack_file import read_stack_file, stack_names
from slipway.plan.commits import ci_target, merge_base, resolve
from slipway.plan.errors import AgainstError
from slipway.review.changed import changed_paths
from slipway.review.touched import touched as decide


def touched(
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="REF", help="A commit, branch or tag; unset: where HEAD left the main branch."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
    gone: Annotated[bool, typer.Option("--gone", help="List the stacks whose file is deleted instead.")] = False,
) -> None:
    """List the stacks that differ between REF and the files as they are, one a line.

    A stack is touched by its own file, by the apps of its environment, and by whatever all stacks are made of.
    Exit codes: 0 done, 2 bad input.
    """
    try:
        root = find_root(Path.cwd())
        commit = resolve(root, against).id if against is not None else merge_base(root, ci_target(os.environ))
        found = decide(changed_paths(root, commit), _environments(root))
    except (AgainstError, SettingsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    names = found.gone if gone else found.stacks
    if json:
        typer.echo(json_format.dumps(names))
    elif names:
        typer.echo("\n".join(names))
    if not gone:
        for stack in found.gone:
            typer.echo(f"Pulumi.{stack}.yaml is deleted: what stack {stack} has deployed is still there", err=True)


def _environments(root: Path) -> dict[str, str | None]:
    """Return the environments of the stacks by name, None where a stack's file does not tell."""
    default = read_project(root).defaults.get(f"{NAMESPACE}:environment")
    found: dict[str, str | None] = {}
    for stack in stack_names(root):
        file = read_stack_file(root, stack)
        whole = not file.document.mistakes
        found[stack] = file.config.get(f"{NAMESPACE}:environment", default) if whole else None
    return found

"""`slipway preview`: what a stack would build, offline."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from slipway import exit_codes
from slipway.loading import SettingsError, find_root
from slipway.preview.apps_text import app_lines
from slipway.preview.atomic import OccupiedError, check_folder, replace_folder, write_file
from slipway.preview.consoles import notices, output
from slipway.preview.cost_text import cost_lines
from slipway.preview.document import preview_text
from slipway.preview.manifests import manifests as manifests_of
from slipway.preview.preview import Preview, preview_stack
from slipway.preview.progress import progress
from slipway.preview.summary_text import headline, summary_lines
from slipway.preview.tree import tree
from slipway.recording.failure import ProgramFailedError


def preview(
    stack: Annotated[str, typer.Argument(help="The stack: Pulumi.STACK.yaml.")],
    json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the preview as JSON.")] = None,
    manifests: Annotated[
        Path | None,
        typer.Option("--manifests", metavar="DIR", help="Write every Kubernetes object and Helm release as YAML."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print one line, and what deserves a warning.")] = False,
) -> None:
    """Show what STACK would build: every resource, what it is for, and what it costs in outline.

    Nothing is deployed, and neither AWS nor a cluster is asked. Exit codes: 0 done, 1 the program failed, 2 bad input.
    """
    errors = notices()
    try:
        if manifests is not None:
            check_folder(manifests)
        with progress(stack, errors) as on_resource:
            shown = preview_stack(find_root(Path.cwd()), stack, on=datetime.now(UTC).date(), on_resource=on_resource)
        written = _write(shown, json, manifests)
    except SettingsError as error:
        errors.print(error.render(), soft_wrap=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    except (OccupiedError, OSError) as error:
        errors.print(str(error), soft_wrap=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    except ProgramFailedError as error:
        where = (f"  {line}" for line in error.where)
        errors.print("\n".join((f"The program failed: {error.message}", *where)), soft_wrap=True)
        raise typer.Exit(exit_codes.FAILED) from None
    console = output()
    if quiet:
        console.print(headline(shown.summary, shown.root.count, shown.cost), soft_wrap=True)
    else:
        _show(shown, console)
    for line in (*shown.warnings, *(() if quiet else written)):
        console.print(line, soft_wrap=True)


def _write(shown: Preview, json: Path | None, manifests: Path | None) -> list[str]:
    """Write what is asked for, and return what was written in words."""
    said = []
    if manifests is not None:
        files = manifests_of(shown.recording)
        replace_folder(manifests, files)
        said.append(f"Wrote {len(files)} manifests to {manifests}")
    if json is not None:
        write_file(json, preview_text(shown.recording, shown.summary, shown.cost, shown.advice, shown.apps))
        said.append(f"Wrote {json}")
    return said


def _show(shown: Preview, console: Console) -> None:
    console.print(tree(shown.recording.stack, shown.root))
    console.print()
    facts = (*summary_lines(shown.summary, shown.cost), "", *app_lines(shown.apps))
    for line in (*facts, *cost_lines(shown.cost, shown.root)):
        console.print(line, soft_wrap=True)
    console.print("Ids, ARNs and endpoints are simulated; what Pulumi stores as a secret is never shown.")

"""`slipway preview`: what a stack would build, what a change does to it, what it costs and breaks, offline."""

import contextlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.tree import Tree

from policy.run import RuleFailedError
from slipway import exit_codes
from slipway.loading import SettingsError, find_root
from slipway.plan.against import against_of
from slipway.plan.errors import AgainstError, RefFailedError
from slipway.preview.atomic import OccupiedError, check_folder, write_file
from slipway.preview.consoles import notices, output
from slipway.preview.outcome import exit_code
from slipway.preview.outputs import Outputs, write
from slipway.preview.preview import Question, preview_stack
from slipway.preview.progress import progress
from slipway.preview.show import lines, one_line
from slipway.recording.failure import ProgramFailedError
from slipway.recording.fingerprints import KEY_BYTES
from slipway.review.markdown import LIMIT, failure

File = Path | None


def preview(
    stack: Annotated[str, typer.Argument(help="The stack: Pulumi.STACK.yaml.")],
    *,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REF",
            help="Plan what changes since this commit, branch or tag. A pull request's CI: its merge base, or `none`.",
        ),
    ] = None,
    baseline: Annotated[
        File, typer.Option("--baseline", metavar="FILE", help="Plan what changes since this file of --save.")
    ] = None,
    save: Annotated[File, typer.Option("--save", metavar="FILE", help="Keep the stack for a later --baseline.")] = None,
    allow_replace: Annotated[
        list[str] | None,
        typer.Option("--allow-replace", metavar="URN", help="Acknowledge a destructive step; `*` for all of them."),
    ] = None,
    allow_refused: Annotated[
        list[str] | None,
        typer.Option("--allow-refused", metavar="URN", help="Expect a step to be refused; `*` for all of them."),
    ] = None,
    policy: Annotated[bool, typer.Option("--policy/--no-policy", help="Ask the policies.")] = True,
    markdown: Annotated[
        File, typer.Option("--markdown", metavar="FILE", help="Write the comment for a pull request.")
    ] = None,
    markdown_limit: Annotated[
        int,
        typer.Option(
            "--markdown-limit", metavar="BYTES", min=1000, clamp=True, help="How long that may be, 1000 at least."
        ),
    ] = LIMIT,
    html: Annotated[File, typer.Option("--html", metavar="FILE", help="Write one page with everything.")] = None,
    json: Annotated[File, typer.Option("--json", metavar="FILE", help="Write the preview as JSON.")] = None,
    manifests: Annotated[
        File, typer.Option("--manifests", metavar="DIR", help="Write every Kubernetes object and Helm release as YAML.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print one line, and what deserves a warning.")] = False,
) -> None:
    """Show what STACK would build, or what a change does to it: every resource, its cost, the policies it breaks.

    Nothing is deployed, and neither AWS nor a cluster is asked. Exit codes: 0 done, 1 the program failed, 2 bad input,
    3 a mandatory policy is violated, 4 a destructive step is acknowledged by nobody, 5 the deployment is known to fail.
    """
    outputs = Outputs(manifests=manifests, json=json, markdown=markdown, html=html, save=save, limit=markdown_limit)
    errors = notices()

    try:
        if manifests is not None:
            check_folder(manifests)
        root, key = find_root(Path.cwd()), secrets.token_bytes(KEY_BYTES)
        with (
            against_of(root, stack, against, baseline, os.environ, warn=errors.print) as base,
            progress(stack, errors) as on_resource,
        ):
            allowed = tuple(allow_replace or ()), tuple(allow_refused or ())
            question = Question(base, key if save else None, *allowed, policy)
            shown = preview_stack(root, stack, on=datetime.now(UTC).date(), on_resource=on_resource, question=question)
            key = base.key if base else key
        written = write(shown, outputs, key)
    except _EXPECTED as error:
        code, what, message = _told(error)
        errors.print(message, soft_wrap=True)
        # Where the comment cannot be written either, that is all there is to say.
        with contextlib.suppress(OSError, OccupiedError):
            if markdown is not None:
                write_file(markdown, failure(stack, what, message, limit=markdown_limit))
        raise typer.Exit(code) from None
    console = output()
    for line in one_line(shown) if quiet else lines(shown):
        console.print(line, soft_wrap=not isinstance(line, Tree))
    for said in (*shown.warnings, *(() if quiet else written)):
        console.print(said, soft_wrap=True)
    raise typer.Exit(exit_code(shown.plan, shown.report))


_EXPECTED = (
    AgainstError,
    OSError,
    OccupiedError,
    ProgramFailedError,
    RefFailedError,
    RuleFailedError,
    SettingsError,
)


def _told(error: Exception) -> tuple[int, str, str]:
    """Return what ended the preview: the exit code, in a few words what it was, and what the user reads."""
    if isinstance(error, ProgramFailedError):
        where = (f"  {line}" for line in error.where)
        return exit_codes.FAILED, "the program failed", "\n".join((f"The program failed: {error.message}", *where))
    if isinstance(error, (RefFailedError, RuleFailedError)):
        return exit_codes.FAILED, "the preview failed", str(error)
    return exit_codes.BAD_INPUT, "bad input", error.render() if isinstance(error, SettingsError) else str(error)

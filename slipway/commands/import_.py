"""`slipway import`: app files out of Kubernetes manifests."""

import json as json_format
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer

from components.settings import Environment
from slipway import exit_codes
from slipway.importing.account import Entry
from slipway.importing.app_file import app_text
from slipway.importing.documents import Source, UnreadableError, read_documents
from slipway.importing.importer import Import, import_sources
from slipway.loading import SettingsError, find_root
from slipway.preview.atomic import write_file


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="YAML files, or folders of them.")],
    environment: Annotated[str, typer.Option(help="The environment that the apps are for.")],
    output: Annotated[Path | None, typer.Option(help="The folder to write to; unset: apps/ENVIRONMENT.")] = None,
    namespace: Annotated[str, typer.Option(help="The namespace of workloads that name none.")] = "default",
    force: Annotated[bool, typer.Option("--force", help="Replace app files that are there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Report every value as JSON, the carried ones, too.")] = False,
) -> None:
    """Write an app file for each workload in PATH…, and report every value that is changed or not carried.

    `helm template` output will do. Exit codes: 0 done, whatever was not carried; 2 bad input, nothing was written.
    """
    try:
        result = import_sources(_sources(paths, environment), environment=environment, namespace=namespace)
        folder = output or find_root(Path.cwd()) / "apps" / environment
        files = {folder / f"{name}.yaml": app_text(app.document) for name, app in result.apps.items()}
        _check(files, force=force)
        for path, text in files.items():
            write_file(path, text)
    except (UnreadableError, SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    typer.echo(_json(result, list(files)) if json else "\n".join(_text(result, list(files))))


def _sources(paths: list[Path], environment: str) -> list[Source]:
    if environment not in get_args(Environment):
        raise UnreadableError(f"--environment {environment}: one of {', '.join(get_args(Environment))}")
    return read_documents(paths)


def _check(files: Mapping[Path, str], *, force: bool) -> None:
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise UnreadableError(f"{', '.join(there)}: there already; --force replaces what is there")
    if not files:
        raise UnreadableError("no Deployment or StatefulSet that could be imported in what was read")


def _json(result: Import, files: list[Path]) -> str:
    report = {"files": [str(file) for file in files], "values": [asdict(entry) for entry in result.entries]}
    return json_format.dumps(report, indent=2, ensure_ascii=False)


def _text(result: Import, files: list[Path]) -> list[str]:
    lines = [f"Wrote {file}" for file in files]
    around = None
    for entry in result.entries:
        if entry.outcome == "carried":
            continue
        place = (entry.file, entry.document, entry.kind, entry.name)
        if place != around:
            lines += ["", f"{entry.file}, document {entry.document}: {entry.kind} {entry.name}".rstrip()]
            around = place
        lines.append(_line(entry))
    counts = Counter(entry.outcome for entry in result.entries)
    lines += [
        "",
        f"{counts['carried']} values carried, {counts['changed']} changed, {counts['not carried']} not carried",
    ]
    return lines


def _line(entry: Entry) -> str:
    became = f" → {json_format.dumps(entry.now, ensure_ascii=False)}" if entry.outcome == "changed" else ""
    value = "nothing" if entry.value is None else json_format.dumps(entry.value, ensure_ascii=False)
    return f"  {entry.outcome}: {entry.path}: {value}{became} ({entry.why})"

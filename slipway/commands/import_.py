"""`slipway import`: app files out of Kubernetes manifests."""

import json as json_format
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from components.problem import Problem
from components.settings import Environment
from slipway import exit_codes
from slipway.importing.account import Entry
from slipway.importing.app_file import app_text
from slipway.importing.authored import WHY
from slipway.importing.check import differences
from slipway.importing.documents import Source, UnreadableError, read_documents
from slipway.importing.fitting import Refusals
from slipway.importing.grouping import WORKLOADS
from slipway.importing.importer import Import, import_sources
from slipway.loading import SettingsError, find_root
from slipway.loading.new_app import problems_of
from slipway.preview.atomic import write_file


def import_(  # noqa: PLR0917 (typer's options)
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="YAML files, folders of them, or - for standard input.")
    ],
    environment: Annotated[str, typer.Option(help="The environment that the apps are for.")],
    output: Annotated[Path | None, typer.Option(help="The folder to write to; unset: apps/ENVIRONMENT.")] = None,
    namespace: Annotated[str, typer.Option(help="The namespace of workloads that name none.")] = "default",
    force: Annotated[bool, typer.Option("--force", help="Replace app files that are there.")] = False,
    escape: Annotated[
        bool, typer.Option("--escape", help="Write what fits no key as patches and objects of the app.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show how what the apps render differs from PATH….")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Report every value as JSON, the carried ones, too.")] = False,
) -> None:
    """Write an app file for each workload in PATH…, and report every value that is changed or not carried.

    `helm template … | slipway import -` will do. Exit codes: 0 done, whatever was not carried; 1 with --check, when
    something is not carried; 2 bad input, nothing was written.
    """
    try:
        skipped: list[str] = []
        sources = _sources(paths, environment, skipped)
        result = import_sources(
            sources, environment=environment, namespace=namespace, escape=escape, refusals=_refusals(environment)
        )
        _check_apps(result, skipped)
        files = {} if check else _files(result, output, environment)
        _check_free(files, force=force)
        for path, text in files.items():
            write_file(path, text)
    except (UnreadableError, SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    shown = list(differences(result)) if check else []
    lines = [*shown, *(f"Skipped {each}" for each in skipped), *_text(result, list(files))]
    typer.echo(_json(result, list(files), shown, skipped) if json else "\n".join(lines))
    if check and any(entry.outcome == "not carried" for entry in result.entries):
        raise typer.Exit(exit_codes.FAILED)


def _refusals(environment: str) -> Refusals:
    """Return what the project's stacks of an environment refuse; nothing outside a project."""

    def refused(documents: dict[str, dict[str, Any]]) -> list[Problem]:
        try:
            found = problems_of(documents, find_root(Path.cwd()), environment)
        except SettingsError:
            return []
        return [problem for _, problem in found or ()]

    return refused


def _files(result: Import, output: Path | None, environment: str) -> dict[Path, str]:
    folder = output or find_root(Path.cwd()) / "apps" / environment
    return {folder / f"{name}.yaml": app_text(app.document) for name, app in result.apps.items()}


def _sources(paths: list[Path], environment: str, skipped: list[str]) -> list[Source]:
    if environment not in get_args(Environment):
        raise UnreadableError(f"--environment {environment}: one of {', '.join(get_args(Environment))}")
    return read_documents(paths, skipped)


def _check_free(files: Mapping[Path, str], *, force: bool) -> None:
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise UnreadableError(f"{', '.join(there)}: there already; --force replaces what is there")


def _check_apps(result: Import, skipped: list[str]) -> None:
    if result.apps:
        return
    wrong = [
        f"{each.kind} {each.name}: {each.path}: {each.why}" for each in result.entries if "(app file)" in each.path
    ]
    kinds = ", ".join(WORKLOADS[:-1])
    raise UnreadableError(
        "\n".join([f"no {kinds} or {WORKLOADS[-1]} that could be imported in what was read", *wrong, *skipped])
    )


def _json(result: Import, files: list[Path], shown: list[str], skipped: list[str]) -> str:
    report = {
        "files": [str(file) for file in files],
        "values": [asdict(entry) for entry in result.entries],
        **({"skipped": skipped} if skipped else {}),
        **({"differences": shown} if shown else {}),
    }
    return json_format.dumps(report, indent=2, ensure_ascii=False)


def _text(result: Import, files: list[Path]) -> list[str]:
    lines = [f"Wrote {file}" for file in files]
    around = None
    for entry in _shown(result.entries):
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


def _shown(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries that are not carried as they are, those of what the cluster made as one for each object."""
    last: Entry | None = None
    for entry in entries:
        if entry.outcome == "carried":
            continue
        made = entry.why == WHY or entry.why.startswith("made by ")
        place = (entry.file, entry.document, entry.kind, entry.name, entry.why)
        if not made:
            yield entry
        elif last is None or place != (last.file, last.document, last.kind, last.name, last.why):
            last = entry
            more = sum(1 for each in entries if (each.file, each.document, each.kind, each.name, each.why) == place) - 1
            yield replace(entry, path=entry.path + (f" and {more} more" if more else ""))


def _line(entry: Entry) -> str:
    became = (
        f" → {json_format.dumps(entry.now, ensure_ascii=False)}"
        if entry.outcome == "changed" and entry.now != entry.value
        else ""
    )
    value = "nothing" if entry.value is None else json_format.dumps(entry.value, ensure_ascii=False)
    return f"  {entry.outcome}: {entry.path}: {value}{became} ({entry.why})"

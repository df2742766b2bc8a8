"""Previews of an edited stack: in this process against a recording that is kept, or as a user runs them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner, Result

from components.foundation.versions import REVIEWED
from slipway.cli import main
from tests.edits.case import Edit
from tests.edits.hunks import make
from tests.edits.told import told
from tests.support.shipped import ROOT
from tests.unit.plan.projects import commit, run_git

PROJECT = ("Pulumi.yaml", "__main__.py", "apps")
WHOLE = (*PROJECT, "components", "policy", "slipway", "pyproject.toml", "uv.lock")
JSON = "preview.json"
COMMAND = "from slipway.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Said:
    """What a preview ended with: its exit code, and the plan in words, or what was wrong."""

    exit: int
    plan: str


def preview(edit: Edit) -> Said:
    """Make the edit in a copy of the shipped project, and return what the command says of it."""
    with tempfile.TemporaryDirectory(prefix="slipway-edit-") as folder:
        return (_as_a_user if edit.case.against == "HEAD" else _here)(edit, Path(folder))


def _here(edit: Edit, folder: Path) -> Said:
    base = _base(edit.stack, tuple(edit.case.before.items()))
    root = _copied(folder, PROJECT)
    make(edit.case.before, root)
    make(edit.case.edit, root, edit.case.move)
    with contextlib.chdir(root):
        arguments = [edit.stack, "--baseline", str(base), "--json", JSON, *edit.case.options]
        done = _invoked(*arguments)
    return _said(done.exit_code, root, done.stderr)


def _invoked(*arguments: str) -> Result:
    """Run the command on the day of the calendar's review: what is supported by then is no matter of the edit."""
    with patch("slipway.commands.preview.datetime") as clock:
        clock.now.return_value = datetime.combine(REVIEWED, time(12), UTC)
        done = CliRunner().invoke(main, ["preview", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def _as_a_user(edit: Edit, folder: Path) -> Said:
    """Commit the project, edit it, and run the command as a process: the program at HEAD runs in another one."""
    root = _copied(folder, WHOLE)
    make(edit.case.before, root)
    run_git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, {".gitignore": "__pycache__/\n"})
    make(edit.case.edit, root, edit.case.move)
    command = [sys.executable, "-P", "-c", COMMAND, "preview", edit.stack, "--against", "HEAD", "--json", JSON]
    done = subprocess.run(
        [*command, *edit.case.options],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    return _said(done.returncode, root, done.stderr)


def _said(exit_code: int, root: Path, errors: str) -> Said:
    file = root / JSON
    if not file.is_file():
        return Said(exit_code, errors.replace(str(root), "PROJECT"))
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Said(exit_code, told(document))


@cache
def _base(stack: str, before: tuple[tuple[str, str], ...]) -> Path:
    """Return the baseline of a shipped stack, which `--save` makes once in a process."""
    folder = Path(tempfile.mkdtemp(dir=_bases()))
    root = _copied(folder / "project", PROJECT)
    make(dict(before), root)
    file = folder / "base.json"
    with contextlib.chdir(root):
        done = _invoked(stack, "--save", str(file), "--quiet")
    if done.exit_code != 0:
        raise RuntimeError(done.output)
    return file


@cache
def _bases() -> str:
    folder = tempfile.TemporaryDirectory(prefix="slipway-bases-")
    _KEPT.append(folder)
    return folder.name


_KEPT: list["tempfile.TemporaryDirectory[str]"] = []
"""A folder goes with its object, and these with the process."""


def _copied(root: Path, names: tuple[str, ...]) -> Path:
    root.mkdir(exist_ok=True)
    for path in (*(ROOT / name for name in names), *ROOT.glob("Pulumi.*.yaml")):
        if path.is_dir():
            shutil.copytree(path, root / path.name)  # with what is compiled, which is as old as its source
        else:
            shutil.copy(path, root)
    return root

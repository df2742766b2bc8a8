"""Runs checkov over manifests: installed apart, by `make test-scan`, since its pins exclude those of Pulumi's SDK."""

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[2] / "tools/checkov/.venv/bin/checkov"


@dataclass(frozen=True)
class Report:
    """What a scan found: how many checks passed, and the failed ones as (check id, resource)."""

    passed: int
    failed: frozenset[tuple[str, str]]


def scan(manifests: Iterable[dict[str, Any]], folder: Path) -> Report:
    """Write the manifests into `folder` and let every check of checkov's Kubernetes framework judge them.

    Nothing is skipped and nothing is asked of the network. Raises CalledProcessError where checkov itself fails.
    """
    for number, manifest in enumerate(manifests):
        (folder / f"{number}.json").write_text(json.dumps(manifest))
    arguments = ["--framework", "kubernetes", "--output", "json", "--quiet", "--compact", "--soft-fail"]
    run = subprocess.run(
        [str(PROGRAM), "--directory", str(folder), *arguments, "--skip-download"],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "BC_SKIP_MAPPING": "TRUE"},
        capture_output=True,
        check=True,
        text=True,
    )
    found = json.loads(run.stdout)
    assert found["summary"]["parsing_errors"] == 0, run.stdout
    failed = ((check["check_id"], check["resource"]) for check in found["results"]["failed_checks"])
    return Report(found["summary"]["passed"], frozenset(failed))

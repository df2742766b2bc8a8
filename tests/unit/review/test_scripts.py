"""The scripts that decide, run as the pipelines run them, with what they call replaced by what it would answer."""

import os
import subprocess
from pathlib import Path

import pytest

from slipway.review.plan_parts import LABEL
from tests.unit.review.pipelines import GITLAB, WORKFLOWS, loaded

GH = """#!/bin/bash
echo "$@" >> "$CALLS"
case "$*" in
  *DELETE*) exit "$DELETE_STATUS" ;;
  *"per_page=100"*) echo "$HAS_LABEL" ;;
esac
"""
REVIEW = next(path for path in WORKFLOWS if path.name == "review.yml")


def bash(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script as both forges do: the first failure ends it."""
    given = {"PATH": f"{folder}:{os.environ['PATH']}", **environ}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )


def tool(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("fork", "pushed", "has", "status", "allow", "deleted"),
    [
        ("false", "false", "true", "0", "true", False),
        ("false", "false", "false", "0", "false", False),
        ("false", "true", "true", "0", "false", True),
        ("false", "true", "false", "0", "false", False),
        ("false", "true", "true", "1", None, True),
        ("true", "false", "true", "0", "false", False),
    ],
)
def test_a_label_acknowledges_until_the_next_push(
    tmp_path: Path, fork: str, pushed: str, has: str, status: str, allow: str | None, deleted: bool
) -> None:
    (step,) = loaded(REVIEW)["jobs"]["label"]["steps"]
    tool(tmp_path, "gh", GH)
    files = {"CALLS": str(tmp_path / "calls"), "GITHUB_OUTPUT": str(tmp_path / "output")}
    given = {"FORK": fork, "PUSHED": pushed, "LABELS": "labels", "HAS_LABEL": has, "DELETE_STATUS": status}
    done = bash(step["run"], tmp_path, **files, **given)
    output = tmp_path / "output"
    assert (output.read_text() if output.exists() else None) == (None if allow is None else f"allow={allow}\n")
    assert (done.returncode == 0) is (allow is not None)
    calls = (tmp_path / "calls").read_text() if (tmp_path / "calls").exists() else ""
    assert ("DELETE" in calls) is deleted


SLIPWAY = """#!/bin/bash
case "$*" in
  touched*--gone*) echo '["old"]' ;;
  touched*--json) echo '["a", "b", "c"]' ;;
  touched*) printf 'a\\nb\\nc\\n' ;;
  "preview a"*) echo "$@" >> calls; exit 0 ;;
  "preview b"*) echo "$@" >> calls; exit 4 ;;
  "preview c"*) echo "$@" >> calls; exit 3 ;;
esac
"""


@pytest.mark.parametrize(("labels", "allowed"), [("", False), (f"bug,{LABEL}", True), (f"not {LABEL}", False)])
def test_gitlab_previews_every_stack_and_ends_with_the_worst(tmp_path: Path, labels: str, allowed: bool) -> None:
    pipeline = loaded(GITLAB)
    script = "\n".join((*pipeline[".merge-request"]["before_script"], *pipeline["preview"]["script"]))
    tool(tmp_path, ".venv/bin/slipway", SLIPWAY)
    tool(tmp_path, "make", "#!/bin/bash\n")
    given = {"LABEL": LABEL, "CI_MERGE_REQUEST_LABELS": labels, "CI_MERGE_REQUEST_DIFF_BASE_SHA": "1a2b3c4"}
    done = bash(script, tmp_path, **given)
    assert (done.returncode, done.stderr) == (4, "")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls] == ["a", "b", "c"]
    assert all(("--allow-replace *" in call) is allowed for call in calls)
    assert all("--against 1a2b3c4" in call and "--markdown-limit 21333" in call for call in calls)
    assert (tmp_path / "review" / "gone.json").read_text() == '["old"]\n'


def test_gitlab_s_rules_name_each_job_s_stage() -> None:
    pipeline = loaded(GITLAB)
    named = {name: job["stage"] for name, job in pipeline.items() if isinstance(job, dict) and "stage" in job}
    assert set(named) == {"preview", "comment", "engine", "deploy", "production"}
    assert set(named.values()) == set(pipeline["stages"])

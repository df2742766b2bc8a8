"""The workflows and the GitLab pipeline: pinned, with few rights, and with commands that there are."""

import re
import subprocess
import tomllib
from typing import Any

import pytest
import typer
from typer.core import TyperCommand

from slipway.cli import main
from slipway.review.comment import parser
from slipway.review.plan_parts import LABEL
from tests.unit.review.pipelines import GITLAB, ROOT, WORKFLOWS, jobs, loaded, scripts, uses

JOBS = list(jobs())
SCRIPTS = list(scripts())
FORK_GUARD = "github.event.pull_request.head.repo.full_name == github.repository"
RIGHTS = {
    ("review.yml", "label"): {"pull-requests": "write"},
    ("review.yml", "touched"): {"contents": "read"},
    ("review.yml", "preview"): {"contents": "read"},
    ("review.yml", "comment"): {"contents": "read", "pull-requests": "write"},
    ("review.yml", "engine"): {"contents": "read", "id-token": "write"},
    ("review.yml", "review"): {},
    ("engine.yml", "engine"): {"contents": "read", "id-token": "write"},
    ("deploy.yml", "touched"): {"contents": "read", "actions": "read"},
    ("deploy.yml", "first"): {"contents": "read", "id-token": "write"},
    ("deploy.yml", "production"): {"contents": "read", "id-token": "write"},
}


def job(workflow: str, name: str) -> dict[str, Any]:
    return next(found for where, called, found in JOBS if (where, called) == (workflow, name))


def test_what_is_used_of_others_is_pinned_by_commit() -> None:
    foreign = [(used, after) for used, after in uses() if not used.startswith("./")]
    assert len(foreign) > 10
    for used, after in foreign:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", used), used
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", after), (used, after)
    names = {used.partition("@")[0] for used, _ in foreign}
    assert len({used for used, _ in foreign}) == len(names), "one version of each"
    for used, _ in uses():
        assert not used.startswith("./") or (ROOT / used).is_file()
    image = loaded(GITLAB)["default"]["image"]
    assert re.fullmatch(r"python:3\.11-bookworm@sha256:[0-9a-f]{64}", image)


def test_each_job_has_the_rights_that_it_needs_and_no_other() -> None:
    assert {(workflow, name): found["permissions"] for workflow, name, found in JOBS} == RIGHTS
    assert all(loaded(path)["permissions"] == {} for path in WORKFLOWS)


def test_no_pull_request_gets_the_rights_of_its_target() -> None:
    triggers = {path.name: set(loaded(path)["on"]) for path in WORKFLOWS}
    assert triggers == {
        "review.yml": {"pull_request"},
        "deploy.yml": {"push", "workflow_dispatch"},
        "engine.yml": {"workflow_call"},
    }
    for name in ("comment", "engine"):
        assert FORK_GUARD in job("review.yml", name)["if"]
    assert not [path for path in WORKFLOWS if "secrets." in path.read_text()]


def test_a_checkout_keeps_no_token_and_who_may_write_runs_the_target_s_code() -> None:
    checkouts = [
        (found["permissions"], step["with"])
        for _, _, found in JOBS
        for step in found.get("steps", ())
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert len(checkouts) == 5
    for permissions, given in checkouts:
        assert given["persist-credentials"] is False
        if permissions.get("pull-requests") == "write":
            assert given["ref"] == "${{ github.event.pull_request.base.sha }}"


def test_no_script_has_an_expression_in_it() -> None:
    assert not [where for where, script in SCRIPTS if "${{" in script]


def test_every_job_ends_some_day() -> None:
    assert all("timeout-minutes" in found for _, _, found in JOBS if "uses" not in found)


def test_the_required_check_is_never_skipped_and_asks_all() -> None:
    gate = job("review.yml", "review")
    assert gate["if"] == "${{ always() }}"
    assert set(gate["needs"]) == {"label", "touched", "preview"}


@pytest.mark.parametrize(
    ("label", "touched", "preview", "stacks", "passes"),
    [
        ("success", "success", "success", '["a"]', True),
        ("success", "success", "skipped", "[]", True),
        ("success", "success", "failure", '["a"]', False),
        ("success", "success", "skipped", '["a"]', False),
        ("success", "success", "cancelled", '["a"]', False),
        ("success", "failure", "skipped", "", False),
        ("success", "failure", "skipped", "[]", False),
        ("failure", "success", "skipped", "[]", False),
        ("cancelled", "success", "success", '["a"]', False),
    ],
)
def test_the_required_check_decides(label: str, touched: str, preview: str, stacks: str, passes: bool) -> None:
    program = re.search(r"jq -e '(.*?)'", job("review.yml", "review")["steps"][0]["run"], re.DOTALL)
    assert program
    needs = {
        "label": {"result": label},
        "touched": {"result": touched, "outputs": {"stacks": stacks}},
        "preview": {"result": preview},
    }
    assert decided(program[1], needs) is passes


def decided(program: str, needs: dict[str, Any]) -> bool:
    """Evaluate the little of jq that the check is written in: equality of paths and texts, and, or, parentheses."""
    words = re.findall(r'"[^"]*"|\.[\w.]+|==|and|or|[()]', program)
    assert "".join(words) == re.sub(r"\s", "", program)
    python = []
    for word in words:
        if word.startswith("."):
            value: Any = needs
            for key in word[1:].split("."):
                value = value[key]
            python.append(repr(value))
        else:
            python.append(repr(word[1:-1]) if word.startswith('"') else word)
    return bool(eval(" ".join(python), {"__builtins__": {}}))  # noqa: S307 (literals and operators only)


def test_production_is_last_waits_for_its_environment_and_is_never_cancelled() -> None:
    production = job("deploy.yml", "production")
    assert production["needs"] == ["touched", "first"]
    assert production["with"]["environment"] == "${{ matrix.stack }}"
    assert job("engine.yml", "engine")["environment"] == "${{ inputs.environment }}"
    for name in ("first", "production"):
        assert job("deploy.yml", name)["concurrency"] == {
            "group": "deploy-${{ matrix.stack }}",
            "cancel-in-progress": False,
        }
    assert job("review.yml", "engine")["with"]["environment"] == "${{ matrix.stack }}-preview"
    gitlab = loaded(GITLAB)["production"]
    assert gitlab["variables"] == {"STACK": "production"}
    assert gitlab["rules"][0]["when"] == "manual"
    assert loaded(GITLAB)[".deploy"]["resource_group"] == "$STACK"


def test_the_engine_is_of_the_sdk_s_version() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (version,) = (each["version"] for each in packages if each["name"] == "pulumi")
    steps = job("engine.yml", "engine")["steps"]
    (given,) = (step["with"] for step in steps if step.get("uses", "").startswith("pulumi/actions@"))
    assert given == {"pulumi-version": version}


def test_the_label_is_the_one_that_the_comment_names() -> None:
    workflow = (ROOT / ".github" / "workflows" / "review.yml").read_text()
    assert f'.name == "{LABEL}"' in workflow
    assert "labels/slipway%3A%20allow-replace" in workflow.replace("$LABELS/", "labels/")
    assert loaded(GITLAB)["variables"]["LABEL"] == LABEL


@pytest.mark.parametrize(("where", "script"), SCRIPTS, ids=[where for where, _ in SCRIPTS])
def test_scripts_are_shell_and_call_what_there_is(where: str, script: str) -> None:
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make (\S+)", script, re.MULTILINE)) <= targets
    for name, given in re.findall(r"\.venv/bin/slipway (\w+)([^\n]*)", script):
        assert set(re.findall(r" (--[\w-]+)", given)) <= options(name), f"{where}: slipway {name}"
    for given in re.findall(r"-m slipway\.review\.comment([^\n]*(?:\n--[^\n]*)?)", script):
        assert set(re.findall(r"--[\w-]+", given)) <= set(re.findall(r"--[\w-]+", parser().format_usage()))


def options(name: str) -> set[str]:
    """Return the options that a command has."""
    group = typer.main.get_command(main)
    command = group.get_command(None, name)  # type: ignore[attr-defined]
    assert isinstance(command, TyperCommand), name
    return {option for parameter in command.params for option in parameter.opts}

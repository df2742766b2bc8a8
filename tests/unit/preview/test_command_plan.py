"""`slipway preview` as a reviewer calls it: what it compares with, its exit codes, and which files are there then."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from policy.model import Finding, Rule, Stack
from policy.run import run_rules
from slipway.plan import baseline
from slipway.preview import preview as of_preview
from tests.unit.plan.projects import commit, run_git
from tests.unit.preview.conftest import Run
from tests.unit.preview.demo import CANARY, CLAIM, CLAIM_URN, HEAD, PROGRAM, SETTINGS, SPACE, files, write

WITH_CLAIM = PROGRAM + CLAIM
OPEN = HEAD + SPACE + SETTINGS
"""Without the policy that denies by default."""
ALL = ("--json", "it.json", "--markdown", "it.md", "--html", "it.html", "--save", "it.save", "--manifests", "it")
WRITTEN = ["it.html", "it.json", "it.md", "it.save"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow it is to try the secrets of a baseline is not the point here."""
    monkeypatch.setattr(baseline, "COST", {"n": 2, "r": 1, "p": 1})


@pytest.fixture
def saved(project: Path, run: Run) -> Path:
    """A baseline of the project with a claim in it, which is gone since."""
    write(project, WITH_CLAIM)
    assert run("demo", "--quiet", "--save", "base.json").exit_code == 0
    write(project)
    return project / "base.json"


@pytest.fixture
def repository(project: Path) -> Path:
    """The project in a branch, its stack not yet in main: the program of that commit need not run."""
    (project / "Pulumi.demo.yaml").unlink()
    run_git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, {})
    run_git(project, "update-ref", "refs/remotes/origin/main", "main")
    run_git(project, "switch", "--quiet", "--create", "edit")
    write(project)
    commit(project, {})
    return project


def plan(project: Path, name: str = "it.json") -> Any:
    return json.loads((project / name).read_text(encoding="utf-8"))["plan"]


def here(project: Path) -> list[str]:
    return [name for name in files(project) if name.startswith("it.")]


def test_nothing_changed(run: Run, project: Path) -> None:
    assert run("demo", "--quiet", "--save", "base.json").exit_code == 0
    result = run("demo", "--baseline", "base.json", *ALL)
    assert result.exit_code == 0
    assert result.stdout.startswith("PLAN against base.json\n")
    assert "Plan: nothing changes (3 unchanged)" in result.stdout
    assert plan(project)["steps"] == []
    assert here(project) == WRITTEN


def test_a_destructive_step_ends_with_4_and_everything_written(run: Run, project: Path, saved: Path) -> None:
    result = run("demo", "--baseline", saved, *ALL)
    assert result.exit_code == 4
    assert "[STATE IS LOST]" in result.stdout
    assert CLAIM_URN in result.stdout
    assert here(project) == WRITTEN
    assert (project / "it").is_dir()
    assert plan(project)["unacknowledged"] == [CLAIM_URN]
    assert "not acknowledged" in (project / "it.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("urn", [CLAIM_URN, "*"])
def test_who_allows_it_gets_no_4(run: Run, project: Path, saved: Path, urn: str) -> None:
    result = run("demo", "--baseline", saved, "--allow-replace", urn, "--json", "it.json")
    assert result.exit_code == 0
    assert "[acknowledged]" in result.stdout
    assert plan(project)["acknowledged"] == [CLAIM_URN]


def test_another_urn_allows_nothing(run: Run, saved: Path) -> None:
    result = run("demo", "--baseline", saved, "--allow-replace", f"{CLAIM_URN}s")
    assert result.exit_code == 4
    assert "remove the acknowledgement" in result.stdout


def test_a_comment_in_the_stack_file_allows_it(run: Run, project: Path, saved: Path) -> None:
    with (project / "Pulumi.demo.yaml").open("a", encoding="utf-8") as stack:
        stack.write(f"  # slipway: allow-replace {CLAIM_URN}\n")
    assert run("demo", "--quiet", "--baseline", saved).exit_code == 0


SHRUNK = CLAIM.replace("1Gi", "500Mi")


def test_a_plan_that_the_server_refuses_ends_with_5(run: Run, project: Path, saved: Path) -> None:
    """A claim that gets smaller: the API server takes a larger one only."""
    write(project, PROGRAM + SHRUNK)
    result = run("demo", "--baseline", saved, *ALL)
    assert result.exit_code == 5
    assert "Refused, so that the deployment ends there:" in result.stdout
    assert "    # slipway: allow-refused URN" in result.stdout
    assert here(project) == WRITTEN
    assert plan(project)["stopped"] == [CLAIM_URN]
    assert f"# slipway: allow-refused {CLAIM_URN}" in (project / "it.md").read_text(encoding="utf-8")
    for allowed in (CLAIM_URN, "*"):
        assert run("demo", "--quiet", "--baseline", saved, "--allow-refused", allowed).exit_code == 0
    assert run("demo", "--quiet", "--baseline", saved, "--allow-refused", f"{CLAIM_URN}s").exit_code == 5
    with (project / "Pulumi.demo.yaml").open("a", encoding="utf-8") as stack:
        stack.write(f"  # slipway: allow-refused {CLAIM_URN}\n")
    assert run("demo", "--quiet", "--baseline", saved).exit_code == 0


def test_a_mandatory_violation_ends_with_3_and_everything_written(run: Run, project: Path) -> None:
    write(project, OPEN)
    result = run("demo", *ALL)
    assert result.exit_code == 3
    assert "mandatory  default-deny" in result.stdout
    assert here(project) == WRITTEN
    assert (project / "it").is_dir()
    assert "default-deny" in (project / "it.md").read_text(encoding="utf-8")
    assert run("demo", "--no-policy", "--json", "it.json").exit_code == 0
    assert json.loads((project / "it.json").read_text(encoding="utf-8"))["policy"] is None


def test_quiet_says_what_was_decided(run: Run, project: Path, saved: Path) -> None:
    write(project, OPEN)
    result = run("demo", "--quiet", "--baseline", saved)
    plan_line, destroyed, policies = result.stdout.splitlines()[1:4]
    assert plan_line == "Plan: 0 to create, 0 to update, 0 to replace, 2 to delete, 2 unchanged"
    assert destroyed == "Destructive, and acknowledged by nobody: PersistentVolumeClaim files"
    assert policies.endswith(" rules asked, 1 mandatory violation")


def test_what_is_lost_weighs_more_than_what_is_against_a_rule(run: Run, project: Path, saved: Path) -> None:
    write(project, OPEN)
    assert run("demo", "--quiet", "--baseline", saved).exit_code == 4
    assert run("demo", "--quiet", "--baseline", saved, "--allow-replace", "*").exit_code == 3
    assert run("demo", "--quiet", "--baseline", saved, "--allow-replace", "*", "--no-policy").exit_code == 0


BAD_INPUT = {
    "both": (("--against", "main", "--baseline", "base.json"), "exclude each other"),
    "an unknown ref": (("--against", "mian"), "Nearest: main"),
    "no baseline": (("--baseline", "no.json"), "no.json"),
    "a folder of others": (("--manifests", "."), "is not empty"),
}


@pytest.mark.parametrize(("arguments", "said"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_ends_with_2_and_only_the_comment(
    run: Run, repository: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = files(repository)
    result = run(
        "demo", *arguments, "--json", "it.json", "--markdown", "it.md", "--html", "it.html", "--save", "it.save"
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert sorted({*files(repository)} - {*before}) == ["it.md"]
    comment = (repository / "it.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- slipway:demo -->\n### demo: bad input\n")
    assert said in comment


def test_wrong_settings_are_in_the_comment(run: Run, project: Path) -> None:
    with (project / "Pulumi.demo.yaml").open("a", encoding="utf-8") as stack:
        stack.write("  slipway:nodePool: {}\n")
    assert run("demo", *ALL).exit_code == 2
    assert here(project) == ["it.md"]
    assert "nearest: nodePools" in (project / "it.md").read_text(encoding="utf-8")


def test_a_failing_program_ends_with_1_and_only_the_comment(run: Run, project: Path, saved: Path) -> None:
    write(project, HEAD + "raise ValueError('broken')\n")
    result = run("demo", "--baseline", saved, *ALL)
    assert (result.exit_code, result.stdout) == (1, "")
    assert here(project) == ["it.md"]
    comment = (project / "it.md").read_text(encoding="utf-8")
    assert "### demo: the program failed" in comment
    assert "ValueError: broken" in comment
    assert not (project / "it").exists()


def test_a_failing_rule_ends_with_1(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: Stack, __: Mapping[str, Any]) -> Iterator[Finding]:
        raise KeyError("oops")

    broken = Rule("broken", "Broken", "Breaks.", "advisory", check)
    monkeypatch.setattr(of_preview, "run_rules", partial(run_rules, rules=(broken,)))
    result = run("demo", *ALL)
    assert result.exit_code == 1
    assert "the rule broken failed: KeyError: 'oops'" in result.stderr
    assert here(project) == ["it.md"]


def test_a_commit_without_the_stack(run: Run, repository: Path) -> None:
    result = run("demo", "--against", "main", "--json", "it.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("PLAN against main at ")
    assert plan(repository)["counts"]["create"] == 3


def test_without_a_pipeline_there_is_no_plan(run: Run, repository: Path) -> None:
    assert run("demo", "--json", "it.json").exit_code == 0
    assert plan(repository) is None


@pytest.mark.parametrize("name", ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"])
def test_a_pull_request_is_compared_with_its_merge_base(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    base = run_git(repository, "rev-parse", "main")
    monkeypatch.setenv(name, "main")
    assert run("demo", "--json", "it.json").exit_code == 0
    assert plan(repository)["base"] == base[:7]
    assert run("demo", "--json", "it.json", "--against", "none").exit_code == 0
    assert plan(repository) is None
    assert run("demo", "--quiet", "--save", "base.json").exit_code == 0
    assert run("demo", "--json", "it.json", "--baseline", "base.json").exit_code == 0
    assert plan(repository)["base"] == "base.json"


def test_gitlab_names_the_merge_base_itself(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", run_git(repository, "rev-parse", "main"))
    assert run("demo", "--json", "it.json").exit_code == 0
    assert plan(repository)["counts"]["create"] == 3


@pytest.mark.parametrize("option", ["--json", "--markdown", "--html", "--save"])
def test_a_place_that_cannot_be_written_to(run: Run, project: Path, option: str) -> None:
    before = files(project)
    result = run("demo", option, "Pulumi.yaml/it")
    assert result.exit_code == 2
    assert "Pulumi.yaml" in result.stderr
    assert files(project) == before


def test_a_write_that_breaks_leaves_the_old_file(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader finds half of a file: neither of the one that failed, nor of those before it."""
    assert run("demo", *ALL).exit_code == 0
    first = {name: (project / name).read_bytes() for name in here(project)}

    def full(_path: Path, _target: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    write(project, WITH_CLAIM)
    assert run("demo", "--json", "it.json", "--save", "it.save").exit_code == 2
    assert {name: (project / name).read_bytes() for name in here(project)} == first
    assert [name for name in files(project) if name.startswith(".it.")] == []


def test_the_secret_of_the_stack_is_in_no_file(run: Run, project: Path, saved: Path) -> None:
    write(project, WITH_CLAIM.replace('found["password"]', 'found["password"] + "x"'))
    result = run("demo", "--baseline", saved, *ALL)
    assert "data.password: [secret], changed" in result.stdout
    texts = [result.output, *((project / name).read_text(encoding="utf-8") for name in here(project))]
    assert not any(CANARY in text for text in texts)

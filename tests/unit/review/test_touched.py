"""Which stacks a change touches: by path, in a real repository, and as the command prints it."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner, Result

from slipway.commands.touched import touched as command
from slipway.review.touched import HARMLESS_FILES, HARMLESS_FOLDERS, Touched, touched

STACKS = {
    "local": "local",
    "staging": "staging",
    "production": "production",
    "production-eu": "production",
    "odd": None,
}
ALL = tuple(sorted(STACKS))
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("path", "stacks"),
    [
        ("Pulumi.staging.yaml", ("staging",)),
        ("Pulumi.production-eu.yaml", ("production-eu",)),
        ("apps/production/orders.yaml", ("odd", "production", "production-eu")),
        ("apps/nowhere/orders.yaml", ("odd",)),
        ("apps/README.md", ALL),
        ("Pulumi.yaml", ALL),
        ("components/platform.py", ALL),
        ("slipway/cost/prices.yaml", ALL),
        ("policy/rules/probes.py", ALL),
        ("__main__.py", ALL),
        ("uv.lock", ALL),
        ("something-new/file.md", ALL),
        ("docs/guide/apps.md", ()),
        ("tests/data/Pulumi.staging.yaml", ()),
        ("README.md", ()),
        (".github/workflows/review.yml", ()),
    ],
)
def test_a_path_touches(path: str, stacks: tuple[str, ...]) -> None:
    assert touched([path], STACKS) == Touched(stacks)


def test_a_deleted_stack_is_gone_and_not_previewed() -> None:
    assert touched(["Pulumi.old.yaml", "Pulumi.staging.yaml"], STACKS) == Touched(("staging",), ("old",))


PATHS = st.sampled_from(["Pulumi.staging.yaml", "apps/local/a.yaml", "docs/a.md", "components/a.py", "Pulumi.old.yaml"])


@given(st.lists(PATHS), st.lists(PATHS))
def test_two_changes_touch_what_each_touches(one: list[str], other: list[str]) -> None:
    both, apart = touched([*one, *other], STACKS), (touched(one, STACKS), touched(other, STACKS))
    assert set(both.stacks) == {stack for each in apart for stack in each.stacks}
    assert set(both.gone) == {stack for each in apart for stack in each.gone}


def test_nothing_that_the_program_is_made_of_is_harmless() -> None:
    assert not HARMLESS_FOLDERS & {"apps", "components", "policy", "slipway"}
    assert all((ROOT / folder).is_dir() for folder in HARMLESS_FOLDERS)
    assert all((ROOT / file).is_file() for file in HARMLESS_FILES)


def test_the_guide_lists_what_is_harmless() -> None:
    guide = (ROOT / "docs" / "guide" / "pull-requests.md").read_text()
    row = next(line for line in guide.splitlines() if line.startswith("| `docs/`"))
    assert set(row.split("|")[1].replace("`", "").replace(" ", "").split(",")) == {
        *(f"{folder}/" for folder in HARMLESS_FOLDERS),
        *HARMLESS_FILES,
        "*.md",
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder of a repository, with one commit, tagged `before`."""
    root = tmp_path_factory.mktemp("repository") / "platform"
    for path, content in {
        "Pulumi.yaml": "name: slipway\nruntime: python\n",
        "Pulumi.staging.yaml": "config: {'slipway:environment': staging}\n",
        "Pulumi.production.yaml": "config: {'slipway:environment': production}\n",
        "Pulumi.old.yaml": "config: {'slipway:environment': staging}\n",
        "apps/staging/a.yaml": "name: a\n",
        "docs/a.md": "a\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    git(root.parent, "init", "--quiet", "--initial-branch=main")
    git(root.parent, "add", ".")
    git(root.parent, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "one")
    git(root.parent, "tag", "before")
    return root


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(repository.parent, "reset", "--hard", "--quiet", "before")
    git(repository.parent, "clean", "-fdq")
    monkeypatch.chdir(repository)
    return repository


def run(*arguments: str) -> Result:
    app = Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_no_difference_is_no_stack(project: Path) -> None:
    assert run("--against", "before").stdout == ""
    assert run("--against", "before", "--json").stdout == "[]\n"


def test_without_a_ref_it_is_where_head_left_main(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)
    (project / "Pulumi.production.yaml").write_text("config: {'slipway:environment': production} # changed\n")
    assert run().stdout == "production\n"


def test_what_is_not_committed_counts_and_so_does_a_new_file(project: Path) -> None:
    (project / "apps" / "production").mkdir()
    (project / "apps" / "production" / "größe.yaml").write_text("name: b\n")
    (project / "docs" / "a.md").write_text("b\n")
    (project.parent / "elsewhere.txt").write_text("not of the project\n")
    assert run("--against", "before").stdout == "production\n"


def test_a_renamed_app_touches_both_environments(project: Path) -> None:
    (project / "apps" / "production").mkdir()
    git(project, "mv", "apps/staging/a.yaml", "apps/production/a.yaml")
    assert run("--against", "before").stdout == "old\nproduction\nstaging\n"


def test_a_stack_file_that_cannot_be_read_is_touched_by_any_app(project: Path) -> None:
    (project / "Pulumi.production.yaml").write_text("config: [\n")
    git(project.parent, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qam", "broken")
    (project / "apps" / "staging" / "a.yaml").write_text("name: a # changed\n")
    assert run("--against", "HEAD").stdout == "old\nproduction\nstaging\n"


def test_a_deleted_stack_is_said_and_listed(project: Path) -> None:
    (project / "Pulumi.old.yaml").unlink()
    plain = run("--against", "before")
    assert plain.stdout == ""
    assert "Pulumi.old.yaml is deleted" in plain.stderr
    assert json.loads(run("--against", "before", "--gone", "--json").stdout) == ["old"]


@pytest.mark.parametrize("ref", ["nowhere", "--output=/tmp/x"])
def test_an_unknown_ref_is_bad_input(project: Path, ref: str) -> None:
    result = run(f"--against={ref}")
    assert result.exit_code == 2
    assert ref in result.stderr
    assert result.stdout == ""

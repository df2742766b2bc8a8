"""Only the apps of one environment are read, and no way leads to those of another."""

from pathlib import Path

import pytest

from slipway.loading.apps import read_apps

WEB = "name: web\nnamespace: web\nimage: example.com/web:1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for environment in ("staging", "production"):
        folder = tmp_path / "apps" / environment
        folder.mkdir(parents=True)
        (folder / "web.yaml").write_text(WEB.replace(":1", f":{environment}"))
    return tmp_path


def messages(root: Path, environment: str = "staging") -> list[tuple[str, int, str]]:
    files = read_apps(root, environment)
    mistakes = [*files.mistakes, *(each for document in files.documents.values() for each in document.mistakes)]
    return [(mistake.file, mistake.line, mistake.message) for mistake in mistakes]


def test_the_environments_own_files_are_read_by_name(root: Path) -> None:
    (root / "apps" / "staging" / "api.yaml").write_text(WEB.replace("name: web", "name: api"))
    for ignored in ("README.md", ".web.yaml.swp", ".hidden.yaml"):
        (root / "apps" / "staging" / ignored).write_text("x: [")
    files = read_apps(root, "staging")
    assert messages(root) == []
    assert list(files.data) == ["api", "web"]
    assert files.data["web"]["image"] == "example.com/web:staging"


def test_an_environment_without_a_folder_has_no_apps(root: Path) -> None:
    assert read_apps(root, "local").data == {}
    assert messages(root, "local") == []


def test_a_file_may_say_its_environment(root: Path) -> None:
    (root / "apps" / "staging" / "web.yaml").write_text(f"{WEB}environment: staging\n")
    assert messages(root) == []
    assert "environment" not in read_apps(root, "staging").data["web"]


def test_a_file_of_another_environment_is_refused(root: Path) -> None:
    (root / "apps" / "staging" / "web.yaml").write_text(f"{WEB}environment: production\n")
    assert messages(root) == [("apps/staging/web.yaml", 4, "an app of another environment")]


def test_a_link_to_a_file_of_another_environment_is_refused_unread(root: Path) -> None:
    (root / "apps" / "staging" / "api.yaml").symlink_to("../production/web.yaml")
    assert messages(root) == [("apps/staging/api.yaml", 1, "leads out of the environment's folder")]
    assert list(read_apps(root, "staging").documents) == ["web"]


def test_a_link_to_the_folder_of_another_environment_is_refused_unread(root: Path) -> None:
    (root / "apps" / "development").symlink_to("production", target_is_directory=True)
    assert messages(root, "development") == [("apps/development", 1, "leads out of the environment's folder")]
    assert read_apps(root, "development").data == {}


def test_a_link_to_nothing_is_refused(root: Path) -> None:
    (root / "apps" / "local").symlink_to("nowhere", target_is_directory=True)
    (root / "apps" / "staging" / "api.yaml").symlink_to("nowhere.yaml")
    assert len(messages(root, "local")) == 1
    assert messages(root) == [("apps/staging/api.yaml", 1, "not a regular file")]


def test_the_folder_of_all_apps_may_be_elsewhere(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("shared")
    (root / "apps").rename(elsewhere / "apps")
    (root / "apps").symlink_to(elsewhere / "apps", target_is_directory=True)
    assert list(read_apps(root, "staging").data) == ["web"]
    assert messages(root) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("api.yaml", "", 1, "not an app"),
        ("api.yaml", "# nothing\n", 1, "not an app"),
        ("api.yaml", "- name: api\n", 1, "not an app"),
        ("api.yaml", "text", 1, "not an app"),
        ("api.yaml", "name: api\n---\nname: web\n", 2, "more than one YAML document"),
        ("api.yaml", "image: x\nname: web\n", 2, "not the name of its file"),
        ("api.yaml", "name: 5\n", 1, "not the name of its file"),
        ("api.yml", WEB, 1, "not read, by its suffix"),
        ("api.json", "{}", 1, "not read, by its suffix"),
    ],
)
def test_what_is_not_one_app_is_a_mistake(root: Path, name: str, text: str, line: int, message: str) -> None:
    (root / "apps" / "staging" / name).write_text(text)
    assert messages(root) == [(f"apps/staging/{name}", line, message)]


def test_folders_are_not_read_and_that_is_said(root: Path) -> None:
    (root / "apps" / "staging" / "team").mkdir()
    assert messages(root) == [("apps/staging/team", 1, "a folder, which is not read")]


def test_an_app_is_called_what_its_file_is_called(root: Path) -> None:
    (root / "apps" / "staging" / "web.yaml").write_text(WEB.replace("name: web", "name: shop"))
    assert read_apps(root, "staging").data["web"]["name"] == "web"
    (root / "apps" / "staging" / "web.yaml").write_text(WEB.replace("name: web\n", ""))
    assert "name" not in read_apps(root, "staging").data["web"]


def test_of_an_app_that_cannot_be_read_there_is_the_name(root: Path) -> None:
    folder = root / "apps" / "staging"
    (folder / "api.yml").write_text(WEB)
    (folder / "linked.yaml").symlink_to("../production/web.yaml")
    (folder / "torn.yaml").write_text("name: [")
    (folder / "list.yaml").write_text("- a")
    files = read_apps(root, "staging")
    names = ["api", "linked", "list", "torn"]
    assert {name: files.data[name] for name in names} == {name: {"name": name} for name in names}
    assert list(files.data) == [*names, "web"]
    assert files.refused == {(name, ()) for name in names}

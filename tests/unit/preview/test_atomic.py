"""Writing: whole or not at all, and never over what is somebody else's."""

import os
from pathlib import Path

import pytest

from slipway.preview.atomic import MARKER, OccupiedError, replace_folder, write_file

FIRST = {"web/a.yaml": "a\n", "web/b.yaml": "b\n"}
SECOND = {"web/a.yaml": "changed\n", "_helm/c.yaml": "c\n"}


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


def test_a_new_folder(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    replace_folder(target, FIRST)
    assert content(target) == FIRST
    assert list(tmp_path.rglob(".out*")) == []


def test_stale_files_disappear(tmp_path: Path) -> None:
    target = tmp_path / "out"
    replace_folder(target, FIRST)
    replace_folder(target, SECOND)
    assert content(target) == SECOND
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    replace_folder(tmp_path / "out", {})
    (tmp_path / "empty").mkdir()
    replace_folder(tmp_path / "empty", FIRST)
    assert content(tmp_path / "empty") == FIRST


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(OccupiedError, match="is not empty, and has no"):
        replace_folder(tmp_path, FIRST)
    assert content(tmp_path) == {"thesis.txt": "years of work"}


@pytest.mark.parametrize("marker", ["", "[]", "{}", '{"files": 3}'])
def test_a_file_that_only_looks_like_the_marker_is_none(tmp_path: Path, marker: str) -> None:
    (tmp_path / MARKER).write_text(marker, encoding="utf-8")
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(OccupiedError):
        replace_folder(tmp_path, FIRST)


def test_a_file_of_others_among_ours_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"
    replace_folder(target, FIRST)
    (target / "web" / "mine.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(OccupiedError, match=r"web/mine\.yaml"):
        replace_folder(target, SECOND)
    assert content(target) == {**FIRST, "web/mine.yaml": "mine"}


def test_a_link_in_our_folder_is_not_ours(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    replace_folder(target, FIRST)
    (target / "link").symlink_to(elsewhere)
    with pytest.raises(OccupiedError, match="link"):
        replace_folder(target, SECOND)


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    replace_folder(link, FIRST)
    replace_folder(link, SECOND)
    assert link.is_symlink()
    assert content(real) == SECOND


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OccupiedError, match="is a file"):
        replace_folder(tmp_path / "out", FIRST)


def test_a_failure_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    replace_folder(target, FIRST)

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", fail)
        with pytest.raises(OSError, match="disk full"):
            replace_folder(target, SECOND)
    assert content(target) == FIRST
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_between_the_renames_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    replace_folder(target, FIRST)
    rename, calls = Path.rename, []

    def third_fails(self: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == 3:
            raise OSError("no more")
        return rename(self, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", third_fails)
        with pytest.raises(OSError, match="no more"):
            replace_folder(target, SECOND)
    assert content(target) == FIRST
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_and_files_have_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_folder(tmp_path / "out", FIRST)
        write_file(tmp_path / "file", "text")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "deep" / "file.json"
    write_file(target, "old")
    write_file(target, "new ☂")
    assert target.read_text(encoding="utf-8") == "new ☂"

    def fail(*_: object) -> None:
        raise OSError("no more")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="no more"):
            write_file(target, "newer")
    assert [path.name for path in target.parent.iterdir()] == ["file.json"]
    assert target.read_text(encoding="utf-8") == "new ☂"

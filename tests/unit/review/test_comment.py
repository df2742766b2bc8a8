"""One comment, kept up to date: against a server that behaves as GitHub's or GitLab's API does."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from slipway.review.comment import main
from slipway.review.compose import MARKER, MOST, compose

TOKEN = "canary-token"
ROOT = Path(__file__).parents[3]


class Forge(BaseHTTPRequestHandler):
    """Keeps comments of both forges in one list, and notes each request."""

    comments: ClassVar[list[dict[str, Any]]] = []
    requests: ClassVar[list[tuple[str, str, Any]]] = []
    broken: ClassVar[bool] = False

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body: dict[str, Any] = json.loads(self.rfile.read(length)) if length else {}
        split = urlsplit(self.path)
        self.requests.append((self.command, split.path, body))
        if self.broken or TOKEN not in f"{self.headers['Authorization']}{self.headers['PRIVATE-TOKEN']}":
            return self.reply(403, {"message": f"no right with {self.headers['Authorization']}"})
        if split.path == "/user":
            return self.reply(200, {"id": 7})
        if self.command == "GET":
            page = int(parse_qs(split.query)["page"][0])
            return self.reply(200, self.comments[(page - 1) * 100 : page * 100])
        if self.command == "POST":
            own = {"user": {"login": "github-actions[bot]"}, "author": {"id": 7}}
            self.comments.append({"id": len(self.comments), **own, **body})
        elif "body" in body:
            self.comments[int(split.path.rpartition("/")[2])].update(body)
        return self.reply(200, {})

    do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815 (the names that http.server looks for)

    def reply(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forge)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["github", "gitlab"])
def environ(request: pytest.FixtureRequest, url: str) -> dict[str, str]:
    Forge.comments, Forge.requests, Forge.broken = [], [], False
    if request.param == "github":
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": url,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": "example/platform",
            "PULL_REQUEST": "12",
        }
    return {"CI_API_V4_URL": url, "SLIPWAY_GITLAB_TOKEN": TOKEN, "CI_PROJECT_ID": "34", "CI_MERGE_REQUEST_IID": "12"}


def run(environ: dict[str, str], folder: Path, stacks: list[str], *more: str) -> int:
    given = ["--stacks", json.dumps(stacks), "--run", "https://ci.example.com/1", "--commit", "1a2b3c4d5e6f", *more]
    return main([str(folder), *given], environ)


def test_it_is_written_once_and_then_updated(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "staging.md").write_text("### staging: no changes\n")
    foreign = {"id": 0, "user": {"login": "somebody"}, "author": {"id": 1}, "body": f"{MARKER} quoted"}
    Forge.comments = [{**foreign, "id": number} for number in range(100)]
    assert run(environ, tmp_path, ["staging"]) == 0
    (tmp_path / "staging.md").write_text("### staging: 1 to create\n")
    assert run(environ, tmp_path, ["staging"]) == 0
    written = Forge.comments[100:]
    assert {each["body"] for each in Forge.comments[:100]} == {foreign["body"]}
    footer = "[Pages, manifests and logs](https://ci.example.com/1) · 1a2b3c4d5"
    assert [each["body"] for each in written] == [f"{MARKER}\n\n### staging: 1 to create\n\n---\n\n{footer}\n"]
    paths = {path for _, path, _ in Forge.requests if path != "/user"}
    here = "/repos/example/platform/issues" if "GITHUB_ACTIONS" in environ else "/projects/34/merge_requests/12"
    assert all(path.startswith(here) for path in paths)


def test_the_same_text_is_not_written_again(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "staging.md").write_text("### staging\n")
    for _ in range(2):
        run(environ, tmp_path, ["staging"])
    assert [method for method, _, _ in Forge.requests if method != "GET"] == ["POST"]


def test_nothing_touched_begins_no_comment_but_brings_one_up_to_date(environ: dict[str, str], tmp_path: Path) -> None:
    run(environ, tmp_path, [])
    assert Forge.comments == []
    run(environ, tmp_path, ["staging"])
    run(environ, tmp_path, [])
    assert len(Forge.comments) == 1
    assert "This change touches no stack." in Forge.comments[0]["body"]


def test_a_refusal_is_said_without_the_token(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Forge.broken = True
    assert run(environ, tmp_path, ["staging"]) == 1
    said = capsys.readouterr()
    assert "403" in said.err
    assert TOKEN not in said.err + said.out


def test_a_missing_variable_is_named(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "PULL_REQUEST" if "PULL_REQUEST" in environ else "CI_PROJECT_ID"
    assert run({key: value for key, value in environ.items() if key != name}, tmp_path, []) == 2
    assert name in capsys.readouterr().err


def test_gitlab_without_a_token_has_no_comment_and_no_failure(tmp_path: Path) -> None:
    assert run({"CI_API_V4_URL": "http://gitlab.example.com"}, tmp_path, ["staging"]) == 0


def test_gitlab_takes_the_label_off(environ: dict[str, str], tmp_path: Path) -> None:
    run(environ, tmp_path, ["staging"], "--drop-label", "slipway: allow-replace")
    dropped = [
        body for method, path, body in Forge.requests if (method, path) == ("PUT", "/projects/34/merge_requests/12")
    ]
    assert dropped == ([] if "GITHUB_ACTIONS" in environ else [{"remove_labels": "slipway: allow-replace"}])


def composed(parts: dict[str, str], stacks: list[str], gone: list[str] | None = None) -> str:
    return compose(parts, stacks=stacks, gone=gone or [], run="https://ci.example.com/1", commit="1a2b3c4d5e6f")


def test_stacks_come_in_the_given_order_and_none_is_missing() -> None:
    text = composed({"b": "### b: fine\n", "a": "### a: fine\n"}, ["a", "b", "c"])
    assert [line for line in text.splitlines() if line.startswith("###")] == [
        "### a: fine",
        "### b: fine",
        "### c: the preview did not come to an end",
    ]


def test_a_deleted_stack_is_warned_of() -> None:
    text = composed({}, [], ["old"])
    assert "`Pulumi.old.yaml` is deleted" in text
    assert "pulumi destroy --stack old" in text


def test_parts_that_are_longer_than_they_may_be_are_left_out() -> None:
    text = composed({"a": "é" * 40_000}, ["a"], ["old"])
    assert len(text.encode()) <= MOST
    assert "### a: too long" in text
    assert "Pulumi.old.yaml" in text


def test_the_job_that_comments_needs_nothing_installed(tmp_path: Path) -> None:
    # -S: no site-packages; -E: no PYTHONPATH.
    command = [sys.executable, "-S", "-E", "-m", "slipway.review.comment", str(tmp_path), "--run", "r", "--commit", "c"]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "SLIPWAY_GITLAB_TOKEN is not set: no comment\n")

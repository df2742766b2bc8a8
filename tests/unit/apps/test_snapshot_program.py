"""The program that takes snapshots: what it decides, and what it asks of the Kubernetes API."""

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.apps import snapshot_program as program
from components.apps.snapshot_program import LABEL, claims, expired, failures, main, moment, snapshot
from tests.support.schemas import manifest_problems

MINUTES = 29_000_000
CRON_JOB = "db-data-snapshots"


def claim(name: str, phase: str = "Bound", **meta: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **meta}, "status": {"phase": phase}}


def taken(claim: str, number: int, *, ready: bool = True, error: str = "", **meta: Any) -> dict[str, Any]:
    status = {"readyToUse": ready, **({"error": {"message": error}} if error else {})}
    stamp = datetime.fromtimestamp(number * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = snapshot(claim, str(number), "ebs-snapshots", CRON_JOB)
    body["metadata"] |= {"creationTimestamp": stamp, **meta}
    return {**body, "status": status}


def test_it_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(program.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_claims_are_those_of_the_set_by_ordinal() -> None:
    found = [
        *(claim(f"data-db-{ordinal}") for ordinal in (10, 2, 0)),
        claim("log-db-0"),
        claim("data-db-3", "Pending"),
        claim("data-db-4", deletionTimestamp="2026-01-01T00:00:00Z"),
        claim("data-db-x-0"),
        claim("old-data-db-0"),
        {"metadata": {"name": "data-db-5"}},
    ]
    assert claims(found, "db", "data") == ["data-db-0", "data-db-2", "data-db-10"]


def test_a_run_is_told_by_its_time_or_by_its_name() -> None:
    stamp = datetime.fromtimestamp(MINUTES * 60, UTC)
    assert moment(f"{CRON_JOB}-{MINUTES}", CRON_JOB) == f"{stamp:%Y%m%d-%H%M}" == "20250219-2120"
    assert moment("before-upgrade", CRON_JOB) == "before-upgrade"
    assert moment(f"{CRON_JOB}-manual-x1", CRON_JOB) == "manual-x1"
    assert moment("12345", CRON_JOB) == "12345"


@pytest.mark.parametrize("snapshot_class", [None, "ebs-snapshots"])
def test_the_snapshot_is_one_that_the_server_takes(snapshot_class: str | None) -> None:
    body = snapshot("data-db-0", "20250219-2120", snapshot_class, CRON_JOB)
    body["metadata"]["namespace"] = "data"
    assert manifest_problems(body) == []
    assert body["metadata"]["name"] == "data-db-0-20250219-2120"
    assert body["spec"].get("volumeSnapshotClassName") == snapshot_class


def test_the_newest_that_are_ready_stay() -> None:
    found = [taken("data-db-0", number) for number in (3, 1, 2)] + [taken("data-db-1", 1)]
    assert expired(found, 2) == ["data-db-0-1"]
    assert expired(found, 3) == []


def test_what_is_not_ready_pushes_nothing_out() -> None:
    found = [taken("data-db-0", 1), taken("data-db-0", 2), taken("data-db-0", 3, ready=False)]
    assert expired(found, 2) == []
    assert expired([*found, taken("data-db-0", 4)], 2) == ["data-db-0-1", "data-db-0-3"]


def test_what_never_gets_ready_does_not_pile_up() -> None:
    found = [taken("data-db-0", number, ready=False) for number in range(1, 10)]
    assert expired(found, 7) == ["data-db-0-2", "data-db-0-1"]


def test_what_is_going_already_is_left_alone() -> None:
    found = [taken("data-db-0", 1, deletionTimestamp="2026-01-01T00:00:00Z"), taken("data-db-0", 2)]
    assert expired(found, 1) == []


@given(
    found=st.lists(
        st.tuples(st.sampled_from(["data-db-0", "data-db-1"]), st.integers(1, 60), st.booleans()),
        unique_by=lambda each: each[:2],
    ),
    keep=st.integers(1, 5),
)
@settings(max_examples=60)
def test_enough_to_restore_from_always_stays(found: list[tuple[str, int, bool]], keep: int) -> None:
    snapshots = [taken(claim, number, ready=ready) for claim, number, ready in found]
    gone = set(expired(snapshots, keep))
    for name in {claim for claim, _, _ in found}:
        ready = sorted(number for claim, number, fit in found if claim == name and fit)
        assert {f"{name}-{number}" for number in ready[-keep:]}.isdisjoint(gone)
        assert {f"{name}-{number}" for number in ready[:-keep]} <= gone
        left = [each for each in found if each[0] == name and f"{name}-{each[1]}" not in gone]
        assert len(left) <= 2 * keep
    assert expired([each for each in snapshots if each["metadata"]["name"] not in gone], keep) == []


def test_a_failure_is_told_until_it_is_gone() -> None:
    broken = taken("data-db-0", 1, ready=False, error="no such volume")
    assert failures([broken, taken("data-db-0", 2, error="passing")], []) == ["data-db-0-1: no such volume"]
    assert failures([broken], ["data-db-0-1"]) == []


@dataclass
class Cluster:
    """A Kubernetes API of claims and snapshots; `refuse` is a part of names that it takes no snapshot of.

    Where they are `vanishing`, somebody deletes all snapshots before this program deletes one.
    """

    claims: list[dict[str, Any]]
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuse: str = "none"
    vanishing: bool = False
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    url: str = ""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        root = "/apis/snapshot.storage.k8s.io/v1/namespaces/data/volumesnapshots"
        if (method, path) == ("GET", "/api/v1/namespaces/data/persistentvolumeclaims"):
            assert query == {"labelSelector": ["app=db"]}
            return 200, {"items": self.claims}
        if (method, path) == ("GET", root):
            assert query == {"labelSelector": [f"{LABEL}={CRON_JOB}"]}
            return 200, {"items": [*self.snapshots.values()]}
        if (method, path) == ("POST", root):
            name = body["metadata"]["name"]
            if name in self.snapshots or self.refuse in name:
                return (409 if name in self.snapshots else 403), {"message": "no"}
            self.snapshots[name] = {
                **body,
                "metadata": {**body["metadata"], "creationTimestamp": "2026-01-01T00:00:00Z"},
            }
            return 201, self.snapshots[name]
        assert method == "DELETE"
        if self.vanishing:
            self.snapshots.clear()
        return (200, {}) if self.snapshots.pop(path.removeprefix(f"{root}/"), None) else (404, {})


@pytest.fixture(scope="module")
def server() -> Iterator[HTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            cluster: Cluster = self.server.cluster  # type: ignore[attr-defined]
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            cluster.asked.append(f"{self.command} {url.path.rpartition('/')[2]}")
            cluster.tokens.add(self.headers["Authorization"])
            status, result = cluster.answer(self.command, url.path, parse_qs(url.query), body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(result).encode())

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def work(
    server: HTTPServer, cluster: Cluster, directory: Path, keep: int = 2, job: str = f"{CRON_JOB}-{MINUTES}"
) -> int:
    server.cluster = cluster  # type: ignore[attr-defined]
    (directory / "token").write_text("secret\n")
    return main(
        [
            f"--server=http://127.0.0.1:{server.server_address[1]}",
            f"--credentials={directory}",
            *("--namespace=data", "--app=db", "--volume=data", f"--cron-job={CRON_JOB}", f"--job={job}"),
            *(f"--keep={keep}", "--snapshot-class=ebs-snapshots"),
        ]
    )


def cluster(*numbers: int, **rest: Any) -> Cluster:
    old = [taken(f"data-db-{ordinal}", number) for ordinal in (0, 1) for number in numbers]
    owned = [claim("data-db-0"), claim("data-db-1")]
    return Cluster(owned, {each["metadata"]["name"]: each for each in old}, **rest)


def test_a_night(server: HTTPServer, tmp_path: Path) -> None:
    found = cluster(1, 2, 3)
    assert work(server, found, tmp_path) == 0
    fresh = {f"data-db-{ordinal}-20250219-2120" for ordinal in (0, 1)}
    assert set(found.snapshots) == {f"data-db-{ordinal}-{number}" for ordinal in (0, 1) for number in (2, 3)} | fresh
    body = found.snapshots["data-db-1-20250219-2120"]
    assert body["spec"] == {
        "source": {"persistentVolumeClaimName": "data-db-1"},
        "volumeSnapshotClassName": "ebs-snapshots",
    }
    assert found.tokens == {"Bearer secret"}


def test_a_second_try_takes_no_second_snapshot(server: HTTPServer, tmp_path: Path) -> None:
    found = cluster()
    assert [work(server, found, tmp_path), work(server, found, tmp_path)] == [0, 0]
    assert len(found.snapshots) == 2


def test_where_one_is_refused_none_is_deleted(server: HTTPServer, tmp_path: Path) -> None:
    found = cluster(1, 2, 3, refuse="data-db-0-2025")
    assert work(server, found, tmp_path) == 1
    assert len(found.snapshots) == 7  # the other volume's is taken nevertheless
    assert not any(each.startswith("DELETE") for each in found.asked)


def test_what_somebody_else_deleted_meanwhile_is_gone(server: HTTPServer, tmp_path: Path) -> None:
    found = cluster(1, 2, 3)
    found.vanishing = True
    assert work(server, found, tmp_path) == 0


def test_no_claim_is_a_failure(server: HTTPServer, tmp_path: Path) -> None:
    assert work(server, Cluster([]), tmp_path) == 1


def test_one_that_came_to_nothing_is_a_failure(server: HTTPServer, tmp_path: Path) -> None:
    found = cluster(1)
    broken = taken("data-db-0", 2, ready=False, error="no such volume")
    found.snapshots["data-db-0-2"] = broken
    assert work(server, found, tmp_path) == 1
    assert "data-db-0-2" in found.snapshots

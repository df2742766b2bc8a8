"""What an import reads of Secrets is in none of its answers."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.canaries import canary, found
from tests.support.canary_project import call, written

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
PLACES = {
    place: canary(place, "import") for place in ("data", "string-data", "applied", "list", "not-sealed", "opaque")
}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "registry.example.com/web:1.0.0",
                        "ports": [{"containerPort": 8080}],
                        "envFrom": [{"secretRef": {"name": "web-secrets"}}],
                    }
                ]
            },
        },
    },
}


def coded(place: str) -> str:
    return base64.b64encode(PLACES[place].encode()).decode()


def secret(name: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, **rest}


def documents() -> list[dict[str, Any]]:
    kept = {"name": "web-kept", "annotations": {APPLIED: json.dumps(secret("web-kept", data={"A": coded("applied")}))}}
    return [
        secret("web-secrets", data={"A": coded("data")}, stringData={"B": PLACES["string-data"]}),
        secret("web-kept", data={"A": coded("opaque")}) | {"metadata": kept},
        {"apiVersion": "v1", "kind": "List", "items": [secret("web-list", data={"A": coded("list")})]},
        {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": "web-sealed"},
            "spec": {"encryptedData": {"A": PLACES["not-sealed"]}},
        },
        DEPLOYMENT,
    ]


@pytest.mark.parametrize(
    "options", [(), ("--escape",), ("--check",), ("--check", "--escape"), ("--json", "--check"), ("--json", "--escape")]
)
def test_no_answer_has_a_value_of_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: slipway\n", encoding="utf-8")
    Path("in.yaml").write_text("\n---\n".join(json.dumps(each) for each in documents()), encoding="utf-8")
    done = call("import", "in.yaml", "--environment", "local", "--output", "out", *options)
    assert "data.A" in done.stdout  # what becomes of it is said: nothing is left out of the account
    assert "web-secrets" in done.stdout
    assert found(done.output, PLACES.values()) == []
    # An app file takes a SealedSecret along as it is; no other place has a value of the documents.
    open_ = [PLACES["not-sealed"]] if "--escape" in options else []
    files = "\n".join(written(tmp_path / "out").values())
    assert found(files, [value for value in PLACES.values() if value not in open_]) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A: *Canary4711x", "undefined alias"),
        ("A: !Canary4711x x", "the tag"),
        ("A: Canary4711x\n  A: Canary4711y", "duplicate key"),
    ],
)
def test_text_that_cannot_be_read_is_not_shown(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "in.yaml"
    file.write_text(f"apiVersion: v1\nkind: Secret\nstringData:\n  {line}\n", encoding="utf-8")
    done = call("import", str(file), "--environment", "local")
    assert done.exit_code == 2
    assert f"{file}:" in done.stderr
    assert said in done.stderr
    assert "Canary" not in done.output

"""No secret value is in any output: a canary in every place where one gets in, looked for in all that is said.

The production stack, and the program of another commit, are in tests/edits.
"""

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
from slipway.recording.wire import SECRET
from tests.support.canaries import BASE, PRESENT, found
from tests.support.canary_program import configured, values
from tests.support.canary_project import OUTPUTS, Told, call, preview, write

EVERY = [value for side in (BASE, PRESENT) for value in (*values(side).values(), *configured(side).values())]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project in its present state, with the baseline of another one: stretching digests is not the point here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(baseline, "COST", {"n": 2, "r": 1, "p": 1})
        root = tmp_path_factory.mktemp("canaries")
        patch.chdir(root)
        yield root


@pytest.fixture(scope="module")
def before(root: Path) -> Told:
    write(root, BASE)
    return preview(root, "before")


@pytest.fixture(scope="module")
def after(root: Path, before: Told) -> Told:
    write(root, PRESENT)
    return preview(root, "after", "--baseline", str(root / "before" / "saved.json"))


def leaks(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: given for name, text in texts.items() if (given := found(text, EVERY))}


def test_the_canaries_are_found_where_they_are(root: Path, after: Told) -> None:
    """Each of them is in the files that were previewed, and each is another one."""
    files = "\n".join((root / name).read_text(encoding="utf-8") for name in ("Pulumi.demo.yaml", "__main__.py"))
    sought = [*values(PRESENT).values(), *configured(PRESENT).values()]
    assert [value for value in sought if not found(files, [value])] == []
    assert len(set(EVERY)) == len(EVERY)
    assert found(files, [*values(BASE).values(), *configured(BASE).values()]) == []


def test_no_output_has_one(before: Told, after: Told) -> None:
    for told in (before, after):
        assert {"stdout", "stderr", *OUTPUTS[:-1], "preview.html unpacked"} <= told.texts.keys()
        assert any(name.startswith("manifests/") for name in told.texts)
        assert told.exit == 3, told.texts["stderr"]
        assert leaks(told.texts) == {}


def test_every_one_of_them_is_a_change_of_the_plan(after: Told) -> None:
    """What is hidden is not overlooked: the reviewer sees that it differs."""
    plan = json.loads(after.texts["preview.json"].partition("\n")[2])["plan"]
    changed = {step["name"]: step for step in plan["steps"]}
    secrets = [change for step in plan["steps"] for change in step["changes"] if change.get("secret")]
    assert all(change.get("old") == change.get("new") == SECRET for change in secrets)
    own = {"marked", "concatenated", "json-dumped", "upper", "helm", "db", "version", "redis", "token", "whole-data"}
    nature = {"string-data", "data", "applied", "docker", "custom", "list", "extra", "external"}
    opened = {"open-plain", "open-encrypted", "open-pem", "open-api"}
    assert own | nature | opened <= changed.keys()
    for name in opened:
        paths = {change["path"] for change in changed[name]["changes"]}
        assert {"data.value", "data.within", "data.base64", "data.basic", "data.sha256", "data.yaml"} <= paths
    assert [note for note in plan["notes"] if "slipway:secrets.encrypted" in note and "datadog:apiKey" in note]
    assert f"data.value: {SECRET}, changed" in after.texts["stdout"]


def test_a_quiet_preview(root: Path, after: Told) -> None:
    done = call("preview", "demo", "--quiet", "--baseline", "before/saved.json")
    assert done.exit_code == 3
    assert "Warning: connecting with" in done.stdout
    assert leaks({"stdout": done.stdout, "stderr": done.stderr}) == {}


def test_an_unchanged_secret_is_no_change(root: Path, after: Told) -> None:
    done = call("preview", "demo", "--baseline", "after/saved.json")
    assert "Plan: nothing changes" in done.stdout
    assert leaks({"stdout": done.stdout}) == {}


FAILURES = {
    "exception": "raise ValueError(f'cannot log in with {VALUE}')",
    "of a chain": "try:\n    int(VALUE)\nexcept ValueError as error:\n    raise RuntimeError(str(error)) from error",
    "encoded": "raise ValueError(json.dumps({'deep': json.dumps(VALUE)}) + coded('user:' + VALUE))",
    "exit": "raise SystemExit(f'not with {VALUE}')",
    "RunError": "raise pulumi.RunError(f'not with {VALUE}')",
    "within apply": "pulumi.export('x', Output.secret(VALUE).apply(lambda value: {}[value]))",
    "repeated name": "config_map(VALUE, {})\nconfig_map(VALUE, {})",
    "bytes": "raise UnicodeDecodeError('ascii', VALUE.encode(), 0, 1, VALUE)",
}


@pytest.mark.parametrize("line", FAILURES.values(), ids=FAILURES)
def test_a_program_that_fails_with_a_secret(root: Path, after: Told, line: str) -> None:
    program = root / "__main__.py"
    text = program.read_text(encoding="utf-8")
    head = text.partition("settings = pulumi.Config()")[0]
    given = "VALUE = pulumi.Config().require_object('secrets')['plain']\n"
    program.write_text(f"{head}{given}{line}\n", encoding="utf-8")
    try:
        told = preview(root, f"failed-{len(line)}")
    finally:
        program.write_text(text, encoding="utf-8")
    assert told.exit == 1
    assert "The program failed: " in told.texts["stderr"]
    assert SECRET in told.texts["stderr"]
    assert told.texts.keys() == {"stdout", "stderr", "preview.md"}
    assert leaks(told.texts) == {}


def _quotes(stack: Stack, _: Mapping[str, Any]) -> Iterator[Finding]:
    for resource in stack.recording.resources:
        yield Finding(resource.urn, f"all that it is: {resource}")


def _fails(stack: Stack, _: Mapping[str, Any]) -> Iterator[Finding]:
    raise ValueError(repr(stack.recording))
    yield


@pytest.mark.parametrize(("check", "code"), [(_quotes, 3), (_fails, 1)])
def test_a_policy_that_tells_all_it_sees(
    root: Path, after: Told, monkeypatch: pytest.MonkeyPatch, check: Any, code: int
) -> None:
    """A rule sees no secret, so neither what it finds nor how it fails can have one."""
    rule = Rule("tells-all", "Tells", "Tells all.", "mandatory", check)
    monkeypatch.setattr(of_preview, "run_rules", partial(run_rules, rules=(rule,)))
    told = preview(root, f"policy-{code}")
    assert told.exit == code
    assert "tells-all" in told.texts["stdout" if code == 3 else "stderr"]
    assert leaks(told.texts) == {}


@pytest.mark.parametrize(
    "room", ["{a: [VALUE]}", "VALUE", "{a: {b: VALUE}}", "{'VALUE=VALUE': }", "{a: VALUE, a: VALUE}"]
)
def test_settings_that_are_wrong_next_to_a_secret(root: Path, after: Told, room: str) -> None:
    stack = root / "Pulumi.demo.yaml"
    text, value = stack.read_text(encoding="utf-8"), configured(PRESENT)["secrets-encrypted"]
    config = json.loads(text)["config"]
    lines = [f"  {key}: {json.dumps(each)}" for key, each in config.items() if key != "slipway:secrets"]
    wrong = "\n".join(["config:", *lines, f"  slipway:secrets: {room}", ""]).replace("'VALUE=", "'TOKEN=")
    stack.write_text(wrong.replace("VALUE", value), encoding="utf-8")
    try:
        told = preview(root, f"wrong-{len(room)}")
    finally:
        stack.write_text(text, encoding="utf-8")
    assert told.exit == 2
    assert "slipway:secrets" in told.texts["stderr"]
    assert leaks(told.texts) == {}


def test_a_baseline_that_cannot_be_read(root: Path, after: Told) -> None:
    saved = (root / "after" / "saved.json").read_text(encoding="utf-8")
    for number, text in enumerate((saved[:-40], saved.replace('"resources"', '"other"'), "[]")):
        (root / "spoiled.json").write_text(text, encoding="utf-8")
        told = preview(root, f"spoiled-{number}", "--baseline", "spoiled.json")
        assert told.exit == 2
        assert leaks(told.texts) == {}

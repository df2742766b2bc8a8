"""The shipped project in a repository of its own: its stacks at a commit, next to what was edited since."""

import shutil
from pathlib import Path

import pytest

from slipway.loading import load_stack
from slipway.plan.notes import changed_secrets
from slipway.plan.ref import record_at
from slipway.recording.fingerprints import KEY_BYTES
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.run import record
from slipway.recording.wire import leaves
from tests.support.shipped import ROOT
from tests.unit.plan.projects import commit, put, run_git

KEY = b"k" * KEY_BYTES
BEFORE, AFTER = "v1:canary4711:before", "v1:canary4711:after"
PROJECT = ("Pulumi.yaml", "Pulumi.local.yaml", "__main__.py", "uv.lock", "apps", "components", "slipway")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a value of the stack `local` encrypted, which one of its apps takes, committed as `main`."""
    root = tmp_path_factory.mktemp("project")
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    stack = (root / "Pulumi.local.yaml").read_text()
    assert stack.count("session-key: local-only\n") == 1
    put(root, {"Pulumi.local.yaml": stack.replace("session-key: local-only", f"session-key: {{secure: {BEFORE}}}")})
    run_git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, {})
    return root


def present(root: Path, stack: str = "local") -> Recording:
    facts = load_stack(root, stack)
    return record(
        root / "__main__.py",
        project=facts.project,
        stack=stack,
        config=facts.config,
        secret_keys=facts.secret_keys,
        key=KEY,
    )


@pytest.fixture(scope="module")
def base(root: Path) -> Recording:
    found = record_at(root, "local", "main", key=KEY)
    assert found is not None
    return found


@pytest.mark.slow
def test_an_unchanged_program_records_the_same(root: Path, base: Recording) -> None:
    """In another process, another folder, and by another copy of the program: every input, option and digest."""
    assert len(base.resources) > 5
    assert present(root) == base


@pytest.mark.slow
def test_an_edited_ciphertext_is_a_change_wherever_it_ends(root: Path, base: Recording) -> None:
    file = root / "Pulumi.local.yaml"
    before = file.read_text()
    file.write_text(before.replace(BEFORE, AFTER))
    try:
        edited = present(root)
    finally:
        file.write_text(before)
    assert changed_secrets(base, edited) == ("slipway:secrets.api-gateway-session-key",)
    assert changed_secrets(base, base) == ()
    changed = {each.urn: each for each in edited.resources if each != base.by_urn[each.urn]}
    assert {each.kind for each in changed.values()} == {"Secret", "Deployment"}
    (secret,) = (each for each in changed.values() if each.kind == "Secret")
    assert secret.inputs == base.by_urn[secret.urn].inputs
    assert {place for place in secret.fingerprints if _differs(secret, base, place)} == {"/data/SESSION_KEY"}
    (deployment,) = (each for each in changed.values() if each.kind == "Deployment")
    old, new = (list(leaves(each.inputs)) for each in (base.by_urn[deployment.urn], deployment))
    assert len([None for one, other in zip(old, new, strict=True) if one != other]) == 1  # the checksum annotation
    assert "canary4711" not in repr((base, edited))


def _differs(resource: Resource, base: Recording, place: str) -> bool:
    return resource.fingerprints[place] != base.by_urn[resource.urn].fingerprints[place]

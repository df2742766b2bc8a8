"""A recording goes into a file and comes back, secrets only as slow digests; any other file is refused."""

import contextlib
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.plan.baseline import FORMAT, Baseline, read_baseline, save
from slipway.plan.errors import BaselineError
from slipway.recording.fingerprints import KEY_BYTES, digest
from slipway.recording.recording import Recording
from slipway.recording.resource import Alias, Resource, Timeouts
from slipway.recording.wire import SECRET, Json

CANARY = "canary-4711"
KEY = b"k" * KEY_BYTES


def recording(value: str = CANARY, *, key: bytes = KEY, stack: str = "dev") -> Recording:
    """What a program with two secrets registers, one of them in two places."""
    inputs: dict[str, Json] = {"value": 1, "password": SECRET, "again": SECRET}
    return Recording(
        project="tiny",
        stack=stack,
        resources=(
            Resource(
                urn=f"urn:pulumi:{stack}::tiny::tiny:raw:Raw::one",
                type="tiny:raw:Raw",
                name="one",
                parent=None,
                custom=True,
                inputs=inputs,
                protect=True,
                ignore_changes=("a[0].b",),
                aliases=(Alias(name="old"), Alias(no_parent=True)),
                timeouts=Timeouts(create="30m"),
                fingerprints={"/password": digest(value, key), "/again": digest(value, key)},
            ),
        ),
        secret_config={"tiny:password": digest(value, key), "tiny:other": digest("other", key)},
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "folder" / "before.json"
    save(path, recording(), KEY)
    return path


def changed(old: Recording, new: Recording) -> set[str]:
    pairs = zip(old.resources, new.resources, strict=True)
    found = {place for before, after in pairs for place in before.fingerprints
             if before.fingerprints[place] != after.fingerprints[place]}  # fmt: skip
    return found | {name for name in old.secret_config if old.secret_config[name] != new.secret_config[name]}


def test_there_and_back(saved: Path) -> None:
    before = read_baseline(saved, "dev")
    assert before.salt == KEY
    assert before.recording == before.comparable(recording(key=before.salt))
    without = [replace(each, fingerprints={}) for each in before.recording.resources]
    assert without == [replace(each, fingerprints={}) for each in recording().resources]


def test_a_changed_secret_shows_and_no_other(saved: Path) -> None:
    before = read_baseline(saved)
    after = before.comparable(recording("canary-4712", key=before.salt))
    assert changed(before.recording, after) == {"/password", "/again", "tiny:password"}


def test_neither_secrets_nor_fast_digests_are_in_the_file(saved: Path) -> None:
    text = saved.read_text()
    assert "canary" not in text
    assert digest("canary-4711", KEY) not in text
    assert json.loads(text)["format"] == FORMAT == "slipway.baseline/1"


def test_a_guess_costs_what_is_documented(saved: Path) -> None:
    """The very parameters: somebody who weakens them must change the page, too."""
    fast = digest("canary-4711", KEY)
    slow = hashlib.scrypt(fast.encode(), salt=KEY, n=2**14, r=8, p=1, dklen=32).hex()
    assert read_baseline(saved).recording.resources[0].fingerprints["/password"] == slow


def test_it_is_its_owners_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in saved.parent.iterdir()] == ["before.json"]


def test_the_same_recording_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    save(tmp_path / "again.json", recording(), KEY)
    assert (tmp_path / "again.json").read_bytes() == saved.read_bytes()


def test_a_failed_save_leaves_the_old_file(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "before.json"
    place.write_bytes(saved.read_bytes())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save(place, recording("other"), KEY)
    assert place.read_bytes() == saved.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["before.json"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    save(tmp_path / "link.json", recording(), KEY)
    assert (tmp_path / "link.json").is_symlink()
    assert read_baseline(tmp_path / "target.json", "dev").salt == KEY


def document(saved: Path, **changes: Any) -> dict[str, Any]:
    return {**json.loads(saved.read_text()), **changes}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "it cannot be read: No such file or directory"),
        (b"\xff\xfe", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it is no baseline: JSON, but a list"),
        (b'{"format": "slipway.preview/1"}', "it is no baseline: its format is 'slipway.preview/1'"),
        (b"{}", "it is no baseline: its format is None"),
        (b'{"format": "slipway.baseline/2"}', "it is of another version: its format is 'slipway.baseline/2'"),
        (b'{"format": "slipway.baseline/1"}', "it is damaged: KeyError 'salt'"),
        (b'{"format": "slipway.baseline/1", "salt": "00", "recording": {}}', "format None is not"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "before.json"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(BaselineError) as caught:
        read_baseline(place)
    assert str(caught.value).startswith(f"{place} cannot be compared with: ")
    assert said in str(caught.value)
    assert "Allowed: " in str(caught.value)
    assert "--save FILE" in str(caught.value)


def test_another_stack_and_a_short_salt_are_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"it is of the stack dev\. Allowed: one of the stack production"):
        read_baseline(saved, "production")
    place = tmp_path / "short.json"
    place.write_text(json.dumps(document(saved, salt="00ff")))
    with pytest.raises(BaselineError, match="a salt of 2 bytes"):
        read_baseline(place)


JSON: st.SearchStrategy[Any] = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers()) | st.just({})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_ends_in_a_traceback(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Wherever something is replaced, it is read or refused."""
    damaged: Any = document(saved)
    around: Any = damaged
    while True:
        key = data.draw(st.sampled_from(sorted(around) if isinstance(around, dict) else range(len(around))))
        if not (isinstance(around[key], (dict, list)) and around[key] and data.draw(st.booleans())):
            break
        around = around[key]
    around[key] = data.draw(JSON)
    place = tmp_path / "damaged.json"
    place.write_text(json.dumps(damaged))
    with contextlib.suppress(BaselineError):
        assert isinstance(read_baseline(place, "dev"), Baseline)

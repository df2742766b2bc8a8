"""The side that a plan compares with: a commit, or a baseline file."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from slipway.plan.baseline import read_baseline
from slipway.plan.commits import resolve
from slipway.plan.ref import recording_at
from slipway.recording.fingerprints import KEY_BYTES
from slipway.recording.recording import Recording


@dataclass(frozen=True, slots=True)
class Base:
    """The other side. `label` names it in the plan; the present side is recorded with `key`.

    `compared` takes the present recording, and returns the old one (None where the stack did not exist) and the
    present one as it is to be compared with it. It waits for the program of the other commit.
    """

    label: str
    key: bytes
    compared: Callable[[Recording], tuple[Recording | None, Recording]]


@contextlib.contextmanager
def base_of_ref(root: Path, stack: str, ref: str) -> Iterator[Base]:
    """Yield a commit as the other side; its program runs while the caller records the present one.

    Raises AgainstError, here, for a ref that cannot be had, and RefFailedError, here or from `compared`.
    """
    commit, key = resolve(root, ref), secrets.token_bytes(KEY_BYTES)
    with recording_at(root, stack, commit, key=key) as finished:
        yield Base(commit.label, key, lambda present: (finished(), present))


@contextlib.contextmanager
def base_of_file(path: Path, stack: str) -> Iterator[Base]:
    """Yield a baseline file as the other side. Raises BaselineError."""
    baseline = read_baseline(path, stack)
    yield Base(path.name, baseline.salt, lambda present: (baseline.recording, baseline.comparable(present)))

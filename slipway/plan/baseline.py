"""A recording kept in a file, to be compared with later, without git. The format is described in docs/guide/against.md.

In memory the digests of secrets are fast ones, by a key that nobody keeps. A file keeps its salt, by which whoever has
it can try values: so there each digest is stretched by scrypt.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slipway.plan.errors import BaselineError
from slipway.preview.atomic import write_file
from slipway.recording.document import UnknownFormatError, from_document, to_document
from slipway.recording.fingerprints import KEY_BYTES
from slipway.recording.recording import Recording

FORMAT = "slipway.baseline/1"
"""The name and the version of the format: a reader refuses another one."""
COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt's parameters: 16 MiB and about 40 ms for one guess."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a file holds: the recording, with stretched fingerprints, and the key to record the present side with."""

    recording: Recording
    salt: bytes

    def comparable(self, present: Recording) -> Recording:
        """Return the present recording, made with the key `salt`, with fingerprints as the file's are."""
        return stretched(present, self.salt)


def stretched(recording: Recording, salt: bytes) -> Recording:
    """Return the recording with each digest of a secret as a baseline has it."""
    fast = {value for each in recording.resources for value in each.fingerprints.values()}
    slow = _slow(fast | set(recording.secret_config.values()), salt)
    return replace(
        recording,
        resources=tuple(
            replace(each, fingerprints={place: slow[value] for place, value in each.fingerprints.items()})
            for each in recording.resources
        ),
        secret_config={name: slow[value] for name, value in recording.secret_config.items()},
    )


def save(path: Path, recording: Recording, key: bytes) -> None:
    """Write a recording that was made with `key`, as a whole or not at all, for its owner alone. Raises OSError."""
    document = {
        "format": FORMAT,
        "salt": key.hex(),
        "recording": to_document(stretched(recording, key), fingerprints=True),
    }
    write_file(path, json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n", mode=0o600)


def read_baseline(path: Path, stack: str | None = None) -> Baseline:
    """Return what `save` has written, of the stack named where one is.

    Raises BaselineError for a file that cannot be read, holds something else, or another version's or stack's.
    """
    document = _document(path)
    found = document.get("format")
    if found != FORMAT:
        of = "is of another version" if str(found).startswith(FORMAT.partition("/")[0]) else "is no baseline"
        raise _refused(path, f"it {of}: its format is {found!r}", FORMAT)
    try:
        salt = bytes.fromhex(document["salt"])
        recording = from_document(document["recording"])
    except UnknownFormatError as error:
        raise _refused(path, str(error), "what this version's --save writes") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(path, f"it is damaged: {type(error).__name__} {error}", "a file as --save wrote it") from None
    if len(salt) != KEY_BYTES:
        raise _refused(path, f"it is damaged: a salt of {len(salt)} bytes", f"{KEY_BYTES} bytes")
    if stack is not None and recording.stack != stack:
        raise _refused(path, f"it is of the stack {recording.stack}", f"one of the stack {stack}")
    return Baseline(recording, salt)


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(path, f"it cannot be read: {error.strerror}", "a file that --save wrote") from None
    except (ValueError, RecursionError):
        raise _refused(path, "it is no JSON", "a file that --save wrote") from None
    if not isinstance(found, dict):
        raise _refused(path, f"it is no baseline: JSON, but a {type(found).__name__}", "a file that --save wrote")
    return found


def _refused(path: Path, found: str, allowed: str) -> BaselineError:
    again = "Write it anew: `slipway preview STACK --save FILE`, at the commit to compare with"
    return BaselineError(f"{path} cannot be compared with: {found}. Allowed: {allowed}. {again}")


def _slow(values: Iterable[str], salt: bytes) -> dict[str, str]:
    """Return the stretched digests of fast ones. OpenSSL works without Python's lock: the cores share the work."""

    def stretch(value: str) -> str:
        return hashlib.scrypt(value.encode(), salt=salt, dklen=32, **COST).hex()

    distinct = sorted(set(values))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return dict(zip(distinct, threads.map(stretch, distinct), strict=True))

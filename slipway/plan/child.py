"""Runs as a script, in a process of its own: the recorder of today records the program of another commit.

It reads a request from standard input (`root`, `stack`, `key` in hexadecimal, `answer`) and writes one JSON document
to the file `answer`: `recording`, or `failed` and `where`.
"""

import gc
import importlib
import json
import sys
from pathlib import Path
from typing import Any


def record_there(root: Path, stack: str, key: bytes) -> dict[str, Any]:
    """Return the answer about the stack of the project in `root`.

    The recorder is imported first, from beside this file. Then the package `slipway` looks for its other modules in
    `root`, as far as it is there: a package's `__path__` may be set (Python's reference, "The import system").
    """
    run, failure, document = _recorder()
    sys.path.insert(0, str(root))
    if (root / "slipway").is_dir():
        sys.modules["slipway"].__path__ = [str(root / "slipway")]
    try:
        loaded = importlib.import_module("slipway.loading").load_stack(root, stack)
        gc.freeze()
        recording = run.record(
            root / "__main__.py",
            project=loaded.project,
            stack=stack,
            config=loaded.config,
            secret_keys=loaded.secret_keys,
            key=key,
        )
    except Exception as error:
        told = failure.failed(error, root)
        return {"failed": told.message, "where": told.where}
    return {"recording": document.to_document(recording, fingerprints=True)}


def _recorder() -> tuple[Any, Any, Any]:
    """Import the recorder of this file's own version, which imports nothing of the rest of the program."""
    own = str(Path(__file__).resolve().parents[2])
    sys.path.insert(0, own)
    names = ("run", "failure", "document")
    run, failure, document = (importlib.import_module(f"slipway.recording.{name}") for name in names)
    sys.path.remove(own)
    return run, failure, document


if __name__ == "__main__":
    gc.set_threshold(100_000, 50, 50)
    request = json.load(sys.stdin)
    said = record_there(Path(request["root"]), request["stack"], bytes.fromhex(request["key"]))
    Path(request["answer"]).write_text(json.dumps(said), encoding="utf-8")

"""One measurement in a fresh process, printed as JSON: `python -m tests.bench.measure stack NAME | floor DOCUMENT`.

Measured is `record()` alone, with everything imported that a stack imports when its settings are loaded, and the
collector set as the command line sets it.
"""

import gc
import json
import sys
import time
from pathlib import Path

from slipway import loading
from slipway.preview.preview import PROGRAM
from slipway.recording.document import to_document
from slipway.recording.run import record

ROOT = Path(__file__).parents[2]


def main(what: str, which: str) -> None:
    """Record the stack, writing its document to the file named third, or the floor of a document."""
    gc.set_threshold(100_000, 50, 50)
    if what == "stack":
        loaded = loading.load_stack(ROOT, which)
        program, config, secret_keys, project = ROOT / PROGRAM, loaded.config, loaded.secret_keys, loaded.project
    else:
        program, config, secret_keys, project = ROOT / "tests/bench/floor.py", {"bench:recording": which}, [], "slipway"
    gc.freeze()
    start, used = time.perf_counter(), time.process_time()
    recording = record(program, project=project, stack="bench", config=config, secret_keys=secret_keys)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    if what == "stack":
        Path(sys.argv[3]).write_text(json.dumps(to_document(recording)), encoding="utf-8")
    sys.stdout.write(json.dumps({"wall": wall, "cpu": cpu, "resources": len(recording.resources)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""A recording as JSON: the same bytes from every process, and the same recording back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.recording.document import FORMAT, UnknownFormatError, from_document, to_document
from tests.unit.recording.programs import Run, write
from tests.unit.recording.test_resources import EVERY_OPTION

RECORD = """
import json, sys
from pathlib import Path
from slipway.recording.document import to_document
from slipway.recording.run import record
recording = record(Path(sys.argv[1]), project="test", stack="dev", config={})
print(json.dumps(to_document(recording), indent=1))
"""

MANY = """
room = Room("one")
vpcs = [Vpc(f"v{number}", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=room)) for number in range(40)]
for number in range(40):
    Parameter(f"p{number}", type="String", value=vpcs[number].id, opts=ResourceOptions(depends_on=vpcs[:number]))
pulumi.export("ids", [vpc.id for vpc in vpcs])
"""


def test_there_and_back(run: Run) -> None:
    recording = run(EVERY_OPTION + "\npulumi.log.warn('careful')\npulumi.export('id', vpc.id)")
    document = json.loads(json.dumps(to_document(recording)))
    assert document["format"] == FORMAT == "slipway.recording/1"
    assert from_document(document) == recording
    parameter = next(each for each in document["resources"] if each["name"] == "all")
    assert parameter["deletedWith"].endswith("Vpc::one")
    assert parameter["timeouts"] == {"create": "30m", "delete": "1h"}
    assert parameter["aliases"][0] == {"name": "old"}
    assert "remote" not in parameter


@pytest.mark.parametrize("document", [{}, {"format": "slipway.recording/0"}, {"format": None}])
def test_other_formats_are_refused(document: dict[str, object]) -> None:
    with pytest.raises(UnknownFormatError, match=r"slipway\.recording/1"):
        from_document(document)


@pytest.mark.slow
def test_every_process_writes_the_same(tmp_path: Path) -> None:
    program = write(tmp_path, MANY)
    written = {
        subprocess.run(
            [sys.executable, "-c", RECORD, str(program)],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1
    assert len(json.loads(written.pop())["resources"]) == 81

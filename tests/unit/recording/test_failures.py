"""The failure of the program is its author's, and told so."""

import sys
from pathlib import Path

import pulumi
import pytest

from slipway.recording.failure import ProgramFailedError
from tests.unit.recording.programs import Run


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("raise ValueError('bad thing')", "ValueError: bad thing", "in <module>: raise ValueError('bad thing')"),
        ("raise pulumi.RunError('in plain words')", "in plain words", None),
        (
            "import no_such_module_anywhere",
            "ModuleNotFoundError: No module named 'no_such_module_anywhere'",
            "in <module>",
        ),
        ("sys.exit('not today')", "not today", None),
        ("sys.exit(3)", "the program left with status 3", None),
        ("Room('one'); Room('one')", "duplicate resource URN 'urn:pulumi:dev::test::test:rooms:Room::one'", None),
        ("pulumi.Config().require('region')", "Missing required configuration variable 'test:region'", None),
        (
            "Vpc('one', cidr_block='10.0.0.0/16').id.apply(lambda identity: 1 / 0)",
            "ZeroDivisionError: division by zero",
            "in <lambda>",
        ),
        (
            "from pulumi_aws.get_arn import get_arn_output; pulumi.export('x', get_arn_output(arn='arn').account)",
            "the offline preview has no answer for the provider function aws:index/getArn:getArn",
            None,
        ),
    ],
)
def test_failures(run: Run, text: str, message: str, where: str | None) -> None:
    with pytest.raises(ProgramFailedError) as failure:
        run(text)
    assert message in failure.value.message
    if where is None:
        assert failure.value.where == ()
    else:
        assert failure.value.where[0].startswith("__main__.py:")
        assert where in failure.value.where[-1]


def test_syntax_errors(run: Run) -> None:
    with pytest.raises(ProgramFailedError, match="SyntaxError"):
        run("def half(:")


def test_leaving_early_without_a_complaint_is_success(run: Run) -> None:
    assert len(run("Room('one'); sys.exit(0)").resources) == 1


def test_a_failure_does_not_spoil_the_next_run(run: Run) -> None:
    with pytest.raises(ProgramFailedError):
        run("Room('one'); raise ValueError")
    assert len(run("Room('one')").resources) == 1
    assert pulumi.runtime.get_root_resource() is None


def test_what_the_program_logs_and_prints(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    recording = run("print('hello'); pulumi.log.info('quiet'); pulumi.log.warn('careful'); pulumi.log.error('bad')")
    assert [(each.severity, each.text) for each in recording.messages] == [("warning", "careful"), ("error", "bad")]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "hello" in captured.err


def test_the_program_runs_at_home(run: Run) -> None:
    before = list(sys.path), Path.cwd()
    recording = run("""
        from pathlib import Path
        Path("beside_it.py").write_text("NAME = 'found'")
        import beside_it
        pulumi.export("name", beside_it.NAME)
    """)
    assert recording.outputs == {"name": "found"}
    assert (sys.path, Path.cwd()) == before


def test_progress_is_told(run: Run) -> None:
    counts: list[int] = []
    run("[Room(str(number)) for number in range(20)]", on_resource=counts.append)
    assert sorted(counts) == list(range(1, 21))

"""The SDK's stack traces are cut during a recording, and only then."""

import sys
import traceback

import pytest

from slipway.recording.traces import short_traces


def test_one_frame_is_enough_for_the_sdk() -> None:
    with short_traces():
        assert len(traceback.extract_stack()) == 1
    assert not hasattr(sys, "tracebacklimit")
    assert len(traceback.extract_stack()) > 3


def test_a_limit_of_somebody_elses_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 7, raising=False)
    with pytest.raises(ValueError, match="enough"), short_traces():
        raise ValueError("enough")
    assert sys.tracebacklimit == 7

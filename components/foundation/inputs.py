"""Nested inputs of AWS resources."""

from typing import Any


def given(**values: Any) -> Any:
    """Return an input with what is given: the SDK leaves out a None among the arguments, but not one inside a dict."""
    return {key: value for key, value in values.items() if value is not None}

"""The four shipped stacks, each loaded and recorded once per test process."""

from functools import cache
from pathlib import Path

from slipway.loading import LoadedStack, load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("local", "development", "staging", "production")


@cache
def loaded(stack: str) -> LoadedStack:
    """Return a shipped stack's settings and configuration."""
    return load_stack(ROOT, stack)


@cache
def recorded(stack: str, *, known: bool = True) -> Recording:
    """Return what the program registers for a shipped stack; with `known=False` no output is ever known."""
    facts = loaded(stack)
    return record(
        ROOT / "__main__.py",
        project=facts.project,
        stack=stack,
        config=facts.config,
        secret_keys=facts.secret_keys,
        known=known,
    )

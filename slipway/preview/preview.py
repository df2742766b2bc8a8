"""`Preview`: a stack recorded and counted, before anything of it is shown."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from components import checks
from components.problem import Advice
from slipway import loading
from slipway.cost.estimate import Estimate, estimate
from slipway.cost.prices import read_prices
from slipway.preview.apps import AppView, app_views
from slipway.preview.grouping import Group, group
from slipway.preview.summary import Summary, summarise
from slipway.recording.recording import Recording
from slipway.recording.resource import Message
from slipway.recording.run import record

PROGRAM = "__main__.py"


@dataclass(frozen=True, slots=True)
class Preview:
    """All that there is to show. `warnings` are lines: the advice, and what the program logged."""

    recording: Recording
    summary: Summary
    cost: Estimate | None
    root: Group
    apps: tuple[AppView, ...]
    advice: tuple[Advice, ...]
    warnings: tuple[str, ...]


def preview_stack(root: Path, stack: str, *, on: date, on_resource: Callable[[int], None]) -> Preview:
    """Load and record a stack of the project in `root`; `on` is the day whose support periods count for the cost.

    Raises slipway.loading.SettingsError and slipway.recording.failure.ProgramFailedError.
    """
    loaded = loading.load_stack(root, stack)
    # What is imported by now lives as long as the process. Pulumi makes much cyclic garbage, and the time of a
    # collection grows with all that is alive; collecting first would take longer than it saves.
    gc.freeze()
    recording = record(
        root / PROGRAM,
        project=loaded.project,
        stack=stack,
        config=loaded.config,
        secret_keys=loaded.secret_keys,
        on_resource=on_resource,
    )
    settings = loaded.settings
    cost = estimate(recording, read_prices(), region=settings.aws.region if settings.aws else "", on=on)
    summary = summarise(recording, environment=settings.environment)
    return Preview(
        recording=recording,
        summary=summary,
        cost=cost,
        root=group(recording, cost.by_resource if cost else {}),
        apps=app_views(settings, summary.workloads),
        advice=tuple(checks.advice(settings)),
        warnings=_warnings(loading.advice(settings), recording.messages),
    )


def _warnings(advice: Iterable[str], messages: Iterable[Message]) -> tuple[str, ...]:
    """Return what deserves a warning, each once: the program logs the advice, too."""
    said = [f"Warning: {line}" for line in advice]
    logged = [f"{message.severity.capitalize()}: {message.text}" for message in messages]
    return tuple(dict.fromkeys([*said, *logged]))

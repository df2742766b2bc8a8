"""`PageData`: everything that the page shows, gathered before anything of it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy.model import Report
from slipway.cost.breakdown import Breakdown
from slipway.cost.estimate import Estimate
from slipway.plan.model import Plan
from slipway.preview.apps import AppView
from slipway.preview.summary import Summary
from slipway.recording.recording import Recording


@dataclass(frozen=True)
class PageData:
    """One stack. What was not asked for is None, and the page says how to ask for it.

    `manifests` are the YAML texts by path, as `--manifests` writes them. `warnings` are lines, as the terminal shows
    them. `purposes` says what a resource is for, by its type token; `rules` are the titles of policies by their id.
    """

    recording: Recording
    summary: Summary
    apps: Sequence[AppView] = ()
    cost: Estimate | None = None
    breakdown: Breakdown | None = None
    plan: Plan | None = None
    report: Report | None = None
    manifests: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    purposes: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

"""`Preview`: a stack recorded, counted and judged, before anything of it is shown."""

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from components import checks
from components.problem import Advice
from components.settings import StackSettings
from policy.model import Report, Stack
from policy.run import run_rules
from slipway import loading
from slipway.cost.breakdown import Breakdown, breakdown
from slipway.cost.estimate import Estimate, estimate
from slipway.cost.prices import Prices, prices_of, read_prices
from slipway.plan.acknowledgements import DESTROY, REFUSED, Acknowledgement, acknowledged
from slipway.plan.base import Base
from slipway.plan.model import Plan
from slipway.plan.plan import make_plan
from slipway.preview.apps import AppView, app_views
from slipway.preview.grouping import Group, group
from slipway.preview.summary import Summary, summarise
from slipway.recording.recording import Recording
from slipway.recording.resource import Message
from slipway.recording.run import record
from slipway.review.acknowledge import ALL, acknowledge_all, expect_all

PROGRAM = "__main__.py"
_AWS = "pulumi:providers:aws"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a stack beside what it builds.

    `base` is the other side of the plan, None for no plan. `key` makes secrets comparable with those of other
    recordings, as `--save` needs it. `allow` are URNs of steps that may be destructive, or `*`; `allow_refused` of
    those that may be refused.
    """

    base: Base | None = None
    key: bytes | None = None
    allow: tuple[str, ...] = ()
    allow_refused: tuple[str, ...] = ()
    policy: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """All that there is to show. `warnings` are lines: the advice, and what the program logged.

    `plan` and `report` are None where they were not asked for; `cost` and `breakdown` where the cluster is not
    Slipway's.
    """

    recording: Recording
    summary: Summary
    cost: Estimate | None
    breakdown: Breakdown | None
    root: Group
    apps: tuple[AppView, ...]
    plan: Plan | None
    report: Report | None
    advice: tuple[Advice, ...]
    warnings: tuple[str, ...]


def preview_stack(
    root: Path, stack: str, *, on: date, on_resource: Callable[[int], None], question: Question | None = None
) -> Preview:
    """Load and record a stack of the project in `root`; `on` is the day whose support periods count.

    Raises slipway.loading.SettingsError, slipway.recording.failure.ProgramFailedError, policy.run.RuleFailedError, and
    what the base of the question raises.
    """
    question = question or Question()
    loaded = loading.load_stack(root, stack)
    allowed = acknowledged(root, stack, loaded.settings.environment) if question.base else ()
    # What is imported by now lives as long as the process. Pulumi makes much cyclic garbage, and the time of a
    # collection grows with all that is alive; collecting first would take longer than it saves.
    gc.freeze()
    recording = record(
        root / PROGRAM,
        project=loaded.project,
        stack=stack,
        config=loaded.config,
        secret_keys=loaded.secret_keys,
        key=question.base.key if question.base else question.key,
        on_resource=on_resource,
    )
    settings = loaded.settings
    region = settings.aws.region if settings.aws else ""
    prices = read_prices(prices_of(region))
    cost = estimate(recording, prices, region=region, on=on)
    old, present = question.base.compared(recording) if question.base else (None, recording)
    summary = summarise(recording, environment=settings.environment)
    return Preview(
        recording=recording,
        summary=summary,
        cost=cost,
        breakdown=_breakdown(recording, cost, prices, _Past(question.base is not None, old, on)),
        root=group(recording, cost.by_resource if cost else {}),
        apps=app_views(settings, summary.workloads),
        plan=_plan(question, old, present, allowed),
        report=_report(recording, settings, on) if question.policy else None,
        advice=tuple(checks.advice(settings)),
        warnings=_warnings(loading.advice(settings), recording.messages),
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """The base, if there is one to compare with; `recording` is None where the stack did not exist there."""

    asked: bool
    recording: Recording | None
    on: date

    def cost(self, prices: Prices) -> tuple[Recording, Estimate | None] | None:
        """Return the recording with its estimate at today's prices, None where nothing is compared."""
        if not self.asked:
            return None
        found = self.recording or Recording("", "", ())
        regions = (each.inputs.get("region") for each in found.of_type(_AWS))
        region = next((each for each in regions if isinstance(each, str)), "")
        return found, estimate(found, prices, region=region, on=self.on)


def _breakdown(recording: Recording, cost: Estimate | None, prices: Prices, past: _Past) -> Breakdown | None:
    return breakdown(recording, cost, prices, past.cost(prices)) if cost else None


def _plan(
    question: Question, old: Recording | None, present: Recording, comments: Iterable[Acknowledgement]
) -> Plan | None:
    if question.base is None:
        return None
    urns = {word: [each.urn for each in comments if each.word == word] for word in (DESTROY, REFUSED)}
    plan = make_plan(
        old,
        present,
        base=question.base.label,
        acknowledged=[*urns[DESTROY], *(urn for urn in question.allow if urn != ALL)],
        expected=[*urns[REFUSED], *(urn for urn in question.allow_refused if urn != ALL)],
    )
    plan = acknowledge_all(plan) if ALL in question.allow else plan
    return expect_all(plan) if ALL in question.allow_refused else plan


def _report(recording: Recording, settings: StackSettings, on: date) -> Report:
    return run_rules(Stack(recording, settings.environment, on), settings.policy)


def _warnings(advice: Iterable[str], messages: Iterable[Message]) -> tuple[str, ...]:
    """Return what deserves a warning, each once: the program logs the advice, too."""
    said = [f"Warning: {line}" for line in advice]
    logged = [f"{message.severity.capitalize()}: {message.text}" for message in messages]
    return tuple(dict.fromkeys([*said, *logged]))

"""A preview on the terminal: the tree, or the plan where there is one; the summary, the apps, cost, policies."""

from collections.abc import Iterator

from rich.console import RenderableType

from slipway.cost.breakdown_text import breakdown_lines
from slipway.plan.plan_text import plan_alarms, plan_lines, plan_summary
from slipway.preview.apps_text import app_lines
from slipway.preview.policy_text import policy_alarms, policy_lines
from slipway.preview.preview import Preview
from slipway.preview.summary_text import headline, summary_lines
from slipway.preview.tree import tree

SIMULATED = "Ids, ARNs and endpoints are simulated; what Pulumi stores as a secret is never shown."


def one_line(shown: Preview) -> Iterator[str]:
    """Yield the stack in one line, and few for the plan and the policies where they were asked for."""
    yield headline(shown.summary, shown.root.count, shown.cost)
    if shown.plan is not None:
        yield plan_summary(shown.plan)
        yield from plan_alarms(shown.plan)
    if shown.report is not None and shown.report.violations:
        yield from policy_alarms(shown.report)


def lines(shown: Preview) -> Iterator[RenderableType]:
    """Yield everything, in the order in which a reader wants it. A plan stands in the place of the tree."""
    if shown.plan is None:
        yield tree(shown.recording.stack, shown.root)
        yield ""
        yield from summary_lines(shown.summary, shown.cost)
        yield ""
        yield from app_lines(shown.apps)
    else:
        yield from plan_lines(shown.plan)
    if shown.breakdown is not None:
        yield ""
        yield from breakdown_lines(shown.breakdown)
    if shown.report is not None:
        yield ""
        yield from policy_lines(shown.report)
    yield ""
    yield SIMULATED

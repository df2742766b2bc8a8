"""The apps of a stack as text: a line for each, and one for everything in which it differs from its tier."""

from collections.abc import Iterator, Sequence

from slipway.preview.apps import AppView
from slipway.preview.pods import Workload


def app_lines(apps: Sequence[AppView]) -> Iterator[str]:
    """Yield the lines, a blank one at the end; none for a stack without apps."""
    if not apps:
        return
    yield "Apps (planned: tier, quality of service, pods; below, what is not as the tier has it):"
    rows = [(f"{app.namespace}/{app.name}", f"tier {app.tier} {app.meaning}", app.qos or "no pods") for app in apps]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for app, row in zip(apps, rows, strict=True):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"  {cells}  {_pods(app)}".rstrip()
        yield from (f"    {each.text}" for each in app.deviations)
    yield ""


def _pods(app: AppView) -> str:
    if len(app.workloads) == 1:
        return f"{app.workloads[0].kind}: {pods_of(app.workloads[0])}"
    return "; ".join(f"{each.kind} {each.name}: {pods_of(each)}" for each in app.workloads)


def pods_of(workload: Workload) -> str:
    """Return how many pods a workload has, when, and where."""
    return f"{_number(workload)}{_where(workload)}"


def _number(workload: Workload) -> str:
    if workload.kind == "DaemonSet":
        known = workload.pods is not None and workload.most is not None
        return f"one pod per node, {_range(workload.pods or 0, workload.most or 0)}" if known else "one pod per node"
    if workload.schedule is not None:
        state = ", suspended" if workload.suspended else ""
        return f"{_count(workload.each or 1)} at {workload.schedule}{state}"
    if workload.kind == "Job":
        return f"{_count(workload.each or 1)} until done"
    return _range(workload.pods or 0, workload.most or 0)


def _where(workload: Workload) -> str:
    return f" in {' or '.join(workload.pools)}" if workload.pools else ""


def _range(least: int, most: int) -> str:
    return f"{least} to {_count(most)}" if most > least else _count(least)


def _count(pods: int) -> str:
    return "1 pod" if pods == 1 else f"{pods} pods"

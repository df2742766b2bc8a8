"""What is wrong, or worth knowing, about what a stack changes of the platform's charts."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from components.chart_adjust import ChartAdjustment, PartAdjustment, paths, placements
from components.chart_installs import INSTALLS, way_in
from components.chart_parts import FAMILIES, KEYS, PARTS, Key, Part
from components.chart_values import chart, defaults, schema_errors, unknown
from components.charts import Charts
from components.foundation.pool_fit import Group, fitting
from components.foundation.pool_plan import POOL_LABEL, resolvable
from components.problem import Advice, KeyPath, Problem, nearest, unknown_word
from components.quantity import parse

if TYPE_CHECKING:
    from components.settings import StackSettings

ROOT: KeyPath = ("charts", "adjust")


def known(settings: "StackSettings") -> Iterator[tuple[str, ChartAdjustment]]:
    """Give the adjustments of charts that there are; none where the section could not be read."""
    for entry, adjustment in (settings.charts.adjust if settings.charts else {}).items():
        if entry in PARTS:
            yield entry, adjustment


def in_use(settings: "StackSettings") -> Iterator[tuple[str, ChartAdjustment]]:
    """Give the adjustments of charts that the stack installs."""
    return ((entry, adjustment) for entry, adjustment in known(settings) if INSTALLS[entry].there(settings))


def charts(settings: "StackSettings") -> Iterator[Problem]:
    """A chart that is adjusted is one of the lock's."""
    for entry in settings.charts.adjust if settings.charts else ():
        if entry not in PARTS:
            yield unknown_word((*ROOT, entry), "chart of the platform", entry, PARTS)


def _taken(part: Part) -> str:
    return ", ".join(key for key in KEYS if key in part.paths) or "nothing"


def _refused(path: KeyPath, what: str, key: Key, part: Part) -> Problem:
    reason = f": {part.why}" if part.why else ""
    return Problem((*path, key), f"{what} takes no {key} here{reason}", key, _taken(part))


def keys(settings: "StackSettings") -> Iterator[Problem]:
    """A key is one that the chart, or the part of it, takes."""
    for entry, adjustment in known(settings):
        parts, path = PARTS[entry], (*ROOT, entry)
        main = next(iter(parts.values()), Part({}, why="it has definitions only, and no pods"))
        for key in adjustment.given():
            takers = [main] if key in ("replicas", "resources") or not parts else [*parts.values()]
            if not any(key in part.paths for part in takers):
                yield _refused(path, f"the chart {entry}", key, main)
        for name, own in adjustment.parts.items():
            if name not in parts:
                yield unknown_word((*path, "parts", name), f"part of the chart {entry}", name, parts)
                continue
            for key in own.given():
                if key not in parts[name].paths:
                    yield _refused((*path, "parts", name), f"{name} of the chart {entry}", key, parts[name])


def families(settings: "StackSettings") -> Iterator[Problem]:
    """Parts of one system have one version."""
    chosen = {entry: adjustment.version for entry, adjustment in known(settings) if adjustment.version}
    lock = Charts.read_lock().charts if chosen else {}
    for family in FAMILIES:
        versions = {entry: chosen.get(entry) or lock[entry].version for entry in family} if chosen else {}
        if len(set(versions.values())) > 1:
            first = next(entry for entry in family if entry in chosen)
            yield Problem(
                (*ROOT, first, "version"),
                f"{', '.join(family)} are parts of one system and have one version",
                ", ".join(f"{entry} {version}" for entry, version in versions.items()),
                f"the same version for each of {', '.join(family)}",
            )


def _places(settings: "StackSettings") -> Iterator[tuple[KeyPath, PartAdjustment]]:
    """Give each place that has the keys of pods: a chart, and its parts."""
    for entry, adjustment in known(settings):
        yield (*ROOT, entry), adjustment
        yield from (((*ROOT, entry, "parts", name), own) for name, own in adjustment.parts.items())


def pools(settings: "StackSettings") -> Iterator[Problem]:
    """A node pool that is named is declared."""
    for path, own in _places(settings):
        name = (own.node_selector or {}).get(POOL_LABEL)
        if name is not None and settings.node_pools and name not in settings.node_pools:
            yield unknown_word((*path, "nodeSelector", POOL_LABEL), "node pool", name, settings.node_pools)


def amounts(settings: "StackSettings") -> Iterator[Problem]:
    """Kubernetes refuses a pod that asks for more than it may take."""
    for path, own in _places(settings):
        if own.resources is None:
            continue
        requests, limits = own.resources.requests, own.resources.limits
        for key, asked, most in (("cpu", requests.cpu, limits.cpu), ("memory", requests.memory, limits.memory)):
            if asked and most and parse(asked) > parse(most):
                at = (*path, "resources", "requests", key)
                yield Problem(at, "more is asked for than may be taken", asked, f"at most limits.{key}: {most}")


def _refusals(entry: str, values: dict[str, Any], root: KeyPath) -> Iterator[Problem]:
    """Yield what the schema of a chart refuses; of a value its kind, not its text, which could be a secret."""
    for error in schema_errors(chart(entry), values):
        path, declared = (*root, *error.absolute_path), error.schema.get("properties", {})
        if error.validator == "additionalProperties" and not error.validator_value:
            for key in sorted(set(error.instance) - set(declared)):
                yield unknown_word((*path, key), f"value of the chart {entry}", key, declared)
        else:
            wanted = f"{error.validator}: {error.validator_value}"
            message = f"the values schema of the chart {entry} refuses it"
            yield Problem(path, message, type(error.instance).__name__, wanted)


def schemas(settings: "StackSettings") -> Iterator[Problem]:
    """Values pass the chart's own schema, where it has one and is the one of the lock."""
    for entry, adjustment in known(settings):
        if adjustment.values and adjustment.version is None:
            yield from _refusals(entry, adjustment.values, (*ROOT, entry, "values"))


def unused(settings: "StackSettings") -> Iterator[Advice]:
    """Say that a chart is adjusted that the stack does not install."""
    for entry, _ in known(settings):
        if not INSTALLS[entry].there(settings):
            yield Advice(
                (*ROOT, entry),
                f"the stack does not install {entry}, so that nothing is adjusted: {way_in(entry)} installs it",
            )


def versions(settings: "StackSettings") -> Iterator[Advice]:
    """Say that another version is one that nobody has looked at."""
    for entry, adjustment in in_use(settings):
        if adjustment.version is not None:
            pinned = Charts.read_lock().charts[entry].version
            if adjustment.version != pinned:
                yield Advice(
                    (*ROOT, entry, "version"),
                    f"the values, ports and definitions that Slipway relies on were checked against {pinned}:"
                    f" try {adjustment.version} where it may fail",
                )


def last_resort(settings: "StackSettings") -> Iterator[Advice]:
    """Say which values nobody checks, and which of them the chart does not seem to have."""
    for entry, adjustment in in_use(settings):
        if not adjustment.values:
            continue
        path = (*ROOT, entry, "values")
        yield Advice(
            path,
            f"UNCHECKED: {', '.join(sorted(paths(adjustment.values)))}: laid over what Slipway sets, and nothing tells"
            " whether its ports, probes and policies still fit",
        )
        every = defaults(chart(entry))
        for unread, fault in unknown(chart(entry), adjustment.values):
            alike = nearest(unread, every)
            yield Advice(
                (*path, *unread.split(".")),
                f"{fault}, as far as its defaults tell: Helm ignores a value that no template reads"
                + (f"; did you mean {alike}?" if alike else ""),
            )


def nowhere(settings: "StackSettings") -> Iterator[Advice]:
    """Say where no pool of the stack runs the pods, as they are placed."""
    groups = [Group(pool, "", pool.size) for pool in resolvable(settings.node_pools or {}).values()]
    for entry, adjustment in in_use(settings):
        if groups and any(not fitting(groups, _zoneless(pod)) for pod in placements(entry, adjustment)):
            yield Advice(
                (*ROOT, entry),
                "no node pool of the stack has both the labels of nodeSelector and only taints that tolerations name:"
                " the pods wait, and the release fails",
            )


def _zoneless(pod: dict[str, Any]) -> dict[str, Any]:
    selector = {key: value for key, value in (pod.get("nodeSelector") or {}).items() if not key.endswith("/zone")}
    return {**pod, "nodeSelector": selector}


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (charts, keys, families, pools, amounts, schemas)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unused, versions, last_resort, nowhere)

"""What is read out of a recorded stack: its queries, who scrapes what, and which release is told which value."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.apps.words import Manifest
from slipway.recording.recording import Recording
from tests.support.chart_values import lock_entry

DASHBOARD = "grafana_dashboard"
RELEASE = "kubernetes:helm.sh/v3:Release"


def manifests(recording: Recording, *kinds: str) -> Iterator[Manifest]:
    """Yield the objects of these kinds, whatever their API group."""
    for resource in recording.resources:
        if resource.type.startswith("kubernetes:") and resource.inputs.get("kind") in kinds:
            yield dict(resource.inputs)


def releases(recording: Recording) -> dict[str, dict[str, Any]]:
    """Return the values of each release by its entry of the chart lock."""
    made: list[dict[str, Any]] = [dict(each.inputs) for each in recording.of_type(RELEASE)]
    return {lock_entry(inputs): inputs.get("values") or {} for inputs in made}


def value(values: Mapping[str, Any], path: str) -> Any:
    """Return one of a chart's values, None where it is not set."""
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def rules(recording: Recording) -> Iterator[Manifest]:
    """Yield every rule of every PrometheusRule."""
    for each in manifests(recording, "PrometheusRule"):
        for group in each["spec"]["groups"]:
            yield from group["rules"]


def _panels(recording: Recording) -> Iterator[tuple[str, str]]:
    """Yield what the dashboards ask, with their variables' values."""
    boards = [each for each in manifests(recording, "ConfigMap") if DASHBOARD in each["metadata"].get("labels", {})]
    for each in boards:
        for text in each["data"].values():
            board = json.loads(text)
            for panel in board["panels"]:
                for target in panel["targets"]:
                    asked = target["expr"]
                    for variable in board["templating"]["list"]:
                        asked = asked.replace(f"${variable['name']}", variable["query"])
                    yield f"{each['metadata']['name']}, {panel['title']}, {target['refId']}", asked


def queries(recording: Recording) -> dict[str, str]:
    """Return every query that the program wrote, by where it is."""
    found: dict[str, str] = {}
    for rule in rules(recording):
        name = rule.get("alert") or rule["record"]
        found[f"rule {name} of {rule.get('labels', {}).get('app')}: {rule['expr']}"] = rule["expr"]
    for each in manifests(recording, "AnalysisTemplate"):
        for metric in each["spec"]["metrics"]:
            query = metric["provider"]["prometheus"]["query"].replace("{{args.hash}}", "7d9c5b6f4d")
            found[f"{each['metadata']['name']}, {metric['name']}"] = query
    for each in manifests(recording, "MetricTemplate"):
        found[each["metadata"]["name"]] = each["spec"]["query"]
    found |= dict(_panels(recording))
    return found


@dataclass(frozen=True, slots=True)
class Monitor:
    """Who is scraped by one monitor: its job, the namespaces and labels of what it finds, the series that it keeps."""

    kind: str
    job: str | None
    namespaces: tuple[str, ...]
    labels: frozenset[tuple[str, str]]
    kept: str
    port: str | None

    def keeps(self, metric: str) -> bool:
        return metric == "up" or re.fullmatch(self.kept, metric) is not None


def monitors(recording: Recording) -> list[Monitor]:
    """Return every monitor that the program made itself. A ServiceMonitor's job is the Service's name."""
    found = []
    for each in manifests(recording, "ServiceMonitor", "PodMonitor"):
        spec, own = each["spec"], each["metadata"]
        (endpoint,) = spec.get("podMetricsEndpoints") or spec["endpoints"]
        job = f"{own['namespace']}/{own['name']}" if each["kind"] == "PodMonitor" else None
        for relabeling in endpoint.get("relabelings", []):
            if relabeling.get("targetLabel") == "job":
                job = relabeling["replacement"]
        kept = [one["regex"] for one in endpoint.get("metricRelabelings", []) if one["action"] == "keep"]
        namespaces = spec.get("namespaceSelector", {}).get("matchNames", [own["namespace"]])
        labels = frozenset(spec["selector"]["matchLabels"].items())
        found.append(
            Monitor(each["kind"], job, tuple(namespaces), labels, kept[0] if kept else ".*", endpoint.get("port"))
        )
    return found


def services(recording: Recording) -> dict[tuple[str, str], Manifest]:
    """Return every Service by its namespace and name."""
    return {(each["metadata"]["namespace"], each["metadata"]["name"]): each for each in manifests(recording, "Service")}


class Stack:
    """A recorded stack, with what is looked up in it again and again."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.releases = releases(recording)
        self.rules = list(rules(recording))
        self.queries = queries(recording)
        self.monitors = monitors(recording)
        self.services = services(recording)

"""Which objects belong together: everything that selects, names or reaches a workload is part of its app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slipway.importing.documents import LeafPath, Source, at

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout")

COLOURS = ("blue", "green")

_TEMPLATES: Mapping[str, LeafPath] = {"CronJob": ("spec", "jobTemplate", "spec", "template")}


def template_of(workload: Source) -> Mapping[str, Any]:
    """Return the pod template of a workload, empty where it has none."""
    found = at(workload.manifest, _TEMPLATES.get(workload.kind, ("spec", "template")))
    return found if isinstance(found, dict) else {}


@dataclass(slots=True)
class Group:
    """A workload and what belongs to it, in the order of the documents.

    `others` are the Deployments of its further versions: `canary`, or each colour of blue-green, the workload's own
    among them.
    """

    workload: Source
    parts: list[Source] = field(default_factory=list)
    others: dict[str, Source] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Source]:
        """Return the parts of some kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @property
    def name(self) -> str:
        """The app's name: the workload's, without the colour."""
        return self.workload.name.rpartition("-")[0] if self.active else self.workload.name

    @property
    def active(self) -> str:
        """The colour of the workload, empty where there are none."""
        return next((key for key in COLOURS if self.others.get(key) is self.workload), "")

    @property
    def labels(self) -> Mapping[str, Any]:
        """The labels of the workload's pods."""
        found = at(dict(template_of(self.workload)), ("metadata", "labels"))
        return found if isinstance(found, dict) else {}

    @property
    def pod(self) -> Mapping[str, Any]:
        """The spec of the workload's pods."""
        found = template_of(self.workload).get("spec")
        return found if isinstance(found, dict) else {}

    @property
    def helpers(self) -> list[Mapping[str, Any]]:
        """The containers beside the app's own: those before it, then those after it."""
        return [*(self.pod.get("initContainers") or []), *(self.pod.get("containers") or [])[1:]]

    @property
    def containers(self) -> list[Mapping[str, Any]]:
        """All containers, the app's own first."""
        return [self.pod["containers"][0], *self.helpers]


def workloads(sources: Iterable[Source]) -> list[Group]:
    """Return a group for each workload; a canary and a second colour are in the group of the first version."""
    groups: list[Group] = []
    names: set[tuple[str, Any]] = set()
    found = list(sources)
    for source in found:
        if source.kind in WORKLOADS and at(dict(template_of(source)), ("spec", "containers", 0)):
            known = (source.name, at(source.manifest, ("metadata", "namespace")))
            if known not in names:
                groups.append(Group(source))
                names.add(known)
    return _without_canaries(_in_colours(groups, found))


def _without_canaries(groups: list[Group]) -> list[Group]:
    by_name = {each.workload.name: each for each in groups if each.workload.kind == "Deployment"}
    kept = []
    for each in groups:
        stable = by_name.get(each.workload.name.removesuffix("-canary"))
        versions = stable is not None and {str(each.labels.get("track")), str(each.labels.get("version"))}
        if stable is not None and stable is not each and versions and "canary" in versions:
            stable.others["canary"] = each.workload
        else:
            kept.append(each)
    return kept


def _in_colours(groups: list[Group], sources: list[Source]) -> list[Group]:
    kept: list[Group] = []
    for each in groups:
        stem, _, colour = each.workload.name.rpartition("-")
        coloured = colour in COLOURS and each.workload.kind == "Deployment" and colour in each.labels.values()
        known = next((other for other in kept if coloured and other.active and other.name == stem), None)
        if known is None:
            if coloured:
                each.others[colour] = each.workload
            kept.append(each)
        else:
            known.others[colour] = each.workload
            if any(_leads(source, each) for source in sources):
                known.workload = each.workload
    return [each if len(each.others) != 1 else Group(each.workload) for each in kept]


def _leads(source: Source, group: Group) -> bool:
    """Tell whether a Service is for clients of just this colour."""
    selector = at(source.manifest, ("spec", "selector"))
    return (
        source.kind == "Service"
        and not source.name.endswith("-preview")
        and selects(selector, group.labels)
        and group.workload.name.rpartition("-")[2] in selector.values()
    )


def namespaces_agree(source: Source, owner: Group) -> bool:
    """Tell whether two objects are in one namespace, as far as they say."""
    own, other = (at(each.manifest, ("metadata", "namespace")) for each in (source, owner.workload))
    return own is None or other is None or own == other


def selects(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Tell whether a map of labels selects pods; an empty one is for everybody, and so nobody's own."""
    return isinstance(selector, dict) and bool(selector) and selector.items() <= labels.items()

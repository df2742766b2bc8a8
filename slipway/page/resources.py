"""The resources as data: what happens to each, what of it changes, its inputs, and where its manifest is."""

from collections.abc import Iterator
from typing import Any

from slipway.page.data import PageData
from slipway.page.values import path_text, shown
from slipway.plan.model import Change, Step
from slipway.preview.facts import facts
from slipway.preview.manifests import CLUSTER_FOLDER, HELM_FOLDER
from slipway.preview.order import natural
from slipway.preview.summary_text import dollars
from slipway.preview.yaml_text import yaml_text
from slipway.recording.objects import chart, is_object, namespace, object_name, text
from slipway.recording.resource import Resource


def resources(data: PageData) -> dict[str, Any]:
    """Return the resources by the component that they are in, in the order of the components' names.

    With a plan every step is one; without, every resource is, and its `op` is None. Defaults are left out, as there
    are very many.
    """
    steps = data.plan.steps if data.plan else tuple(Step("unchanged", None, each) for each in data.recording.resources)
    look = _Look(data, steps)
    shown_steps = [step for step in steps if not step.resource.is_component or step.operation != "unchanged"]
    groups = sorted({look.group(step.resource) for step in shown_steps}, key=lambda name: (natural(name), name))
    number = {name: index for index, name in enumerate(groups)}
    return {
        "groups": groups,
        "compared": data.plan is not None,
        "steps": [
            {"g": number[look.group(step.resource)], **look.step(step)}
            for step in sorted(shown_steps, key=lambda each: (natural(each.resource.name), each.urn))
        ],
    }


class _Look:
    """Looks up what a resource belongs to: in the recording, or in the steps for what is not in it any more."""

    def __init__(self, data: PageData, steps: tuple[Step, ...]) -> None:
        self._data = data
        self._by_urn = {step.urn: step.resource for step in steps}
        self._groups: dict[str | None, str] = {}
        self._costs: dict[str, list[list[str]]] = {}
        for line in data.cost.lines if data.cost else ():
            row = [line.what, f"{line.quantity.normalize():f}", dollars(line.unit), dollars(line.monthly)]
            self._costs.setdefault(line.urn, []).append(row)

    def group(self, resource: Resource) -> str:
        """Return the components around a resource, the outermost one, which has everything, left out."""
        if resource.parent not in self._groups:
            self._groups[resource.parent] = " / ".join(reversed(list(self._around(resource.parent)))) or "the stack"
        return self._groups[resource.parent]

    def _around(self, urn: str | None) -> Iterator[str]:
        found = self._by_urn.get(urn or "") or self._data.recording.by_urn.get(urn or "")
        if found is None:
            return
        outermost = found.parent not in self._by_urn and found.parent not in self._data.recording.by_urn
        if found.is_component and not outermost:
            yield f"{found.kind} {found.name}"
        yield from self._around(found.parent)

    def step(self, step: Step) -> dict[str, Any]:
        resource = step.resource
        plan = self._data.plan
        written: dict[str, Any] = {
            "urn": resource.urn,
            "kind": "Provider" if resource.is_provider else resource.kind,
            "name": resource.name,
            "op": step.operation if plan else None,
            "facts": list(facts(resource)),
            "why": self._data.purposes.get(resource.type),
            "changes": [_change(each) for each in step.changes],
            "reasons": list(step.reasons),
            "options": list(step.options),
            "loss": step.loss,
            "first": step.deleted_first,
            "refused": step.refused,
            "expected": bool(plan and step.refused and resource.urn in plan.expected),
            "protected": step.protected,
            "destructive": step.destructive,
            "ack": bool(plan and step.destructive and resource.urn in plan.acknowledged),
            "cost": self._costs.get(resource.urn),
            **self._source(resource),
        }
        return {key: value for key, value in written.items() if value not in (None, [], False)}

    def _source(self, resource: Resource) -> dict[str, str]:
        """Return the path of the manifest; the inputs of what has none."""
        path = manifest_path(resource)
        if path in self._data.manifests:
            return {"manifest": path}
        return {"inputs": yaml_text(resource.inputs)} if resource.inputs and not resource.is_component else {}


def _change(change: Change) -> dict[str, Any]:
    written = {
        "path": path_text(change.path),
        "secret": change.secret,
        "forces": change.forces,
        "after": change.after,
        "refused": change.refused,
        **shown(change),
    }
    return {key: value for key, value in written.items() if value not in (None, False)}


def manifest_path(resource: Resource) -> str:
    """Return where the manifest of an object or a release usually is; two of one name have others."""
    where = namespace(resource)
    if resource.type.startswith("kubernetes:helm.sh/") and chart(resource).name:
        return f"{HELM_FOLDER}/{where or 'default'}/{text(resource.inputs, 'name') or resource.name}.yaml".lower()
    if is_object(resource):
        patch = ".patch" if resource.kind.endswith("Patch") else ""
        kind = str(resource.inputs["kind"])
        return f"{where or CLUSTER_FOLDER}/{kind}-{object_name(resource)}{patch}.yaml".lower()
    return ""

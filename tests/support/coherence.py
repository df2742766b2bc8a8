"""What an API server takes without a word and no controller can make work: objects that name what is not there.

A server judges each object alone. Here a stack's objects are judged together, offline.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Manifest = Mapping[str, Any]

SYSTEM_CLASSES = frozenset({"system-cluster-critical", "system-node-critical"})
_WORKLOADS = frozenset({"Deployment", "StatefulSet"})


class Rendered:
    """The objects of one stack, to be looked up."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self._manifests = manifests

    def of_kind(self, *kinds: str) -> Iterator[Manifest]:
        """Yield the objects of these kinds."""
        return (manifest for manifest in self._manifests if manifest["kind"] in kinds)

    def find(self, kind: str, name: str, namespace: str | None = None) -> Manifest | None:
        """Return the object of a kind and name in `namespace`, None where there is none."""
        for manifest in self.of_kind(kind):
            if (manifest["metadata"]["name"], manifest["metadata"].get("namespace")) == (name, namespace):
                return manifest
        return None

    def selected(self, selector: Mapping[str, str], namespace: str) -> list[Manifest]:
        """Return the workloads of `namespace` whose pods have all labels of `selector`."""
        return [
            workload
            for workload in self.of_kind(*_WORKLOADS)
            if workload["metadata"]["namespace"] == namespace
            and selector.items() <= workload["spec"]["template"]["metadata"]["labels"].items()
        ]


def faults(manifests: Sequence[Manifest]) -> list[str]:
    """Return what does not hold together, one line each: the object, and what it names in vain."""
    rendered = Rendered(manifests)
    return [f"{_described(manifest)} {fault}" for rule in _RULES for manifest, fault in rule(rendered)]


def _described(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata'].get('namespace', '')}/{manifest['metadata']['name']}"


_Faults = Iterator[tuple[Manifest, str]]


def _listens(workload: Manifest, target: int | str, protocol: str) -> bool:
    containers = workload["spec"]["template"]["spec"]["containers"]
    return any(
        target in (port["containerPort"], port.get("name")) and port.get("protocol", "TCP") == protocol
        for container in containers
        for port in container.get("ports", ())
    )


def _services(rendered: Rendered) -> _Faults:
    for service in rendered.of_kind("Service"):
        pods = rendered.selected(service["spec"]["selector"], service["metadata"]["namespace"])
        if not pods:
            yield service, "selects no pod"
        for port in service["spec"].get("ports", ()):
            target = port.get("targetPort", port["port"])
            for workload in pods:
                if not _listens(workload, target, port.get("protocol", "TCP")):
                    yield service, f"leads to the port {target}, which no container of {_described(workload)} has"


def _budgets(rendered: Rendered) -> _Faults:
    for budget in rendered.of_kind("PodDisruptionBudget"):
        if not rendered.selected(budget["spec"]["selector"]["matchLabels"], budget["metadata"]["namespace"]):
            yield budget, "selects no pod"


def _policies(rendered: Rendered) -> _Faults:
    for policy in rendered.of_kind("NetworkPolicy"):
        labels = policy["spec"]["podSelector"].get("matchLabels", {})
        solver = any("acme.cert-manager.io" in label for label in labels)  # pods that cert-manager makes
        if labels and not solver and not rendered.selected(labels, policy["metadata"]["namespace"]):
            yield policy, "selects no pod"


def _autoscalers(rendered: Rendered) -> _Faults:
    for autoscaler in rendered.of_kind("HorizontalPodAutoscaler"):
        target = autoscaler["spec"]["scaleTargetRef"]
        if rendered.find(target["kind"], target["name"], autoscaler["metadata"]["namespace"]) is None:
            yield autoscaler, f"scales {target['kind']} {target['name']}, which is not there"


def _ingresses(rendered: Rendered) -> _Faults:
    for ingress in rendered.of_kind("Ingress"):
        paths = (path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"])
        for backend in (path["backend"]["service"] for path in paths):
            service = rendered.find("Service", backend["name"], ingress["metadata"]["namespace"])
            wanted = set(backend["port"].values())
            if service is None or not any(wanted & {port["name"], port["port"]} for port in service["spec"]["ports"]):
                yield ingress, f"leads to Service {backend['name']} at {wanted}, which is not there"


def _pods(rendered: Rendered) -> _Faults:
    for workload in rendered.of_kind(*_WORKLOADS):
        spec, namespace = workload["spec"]["template"]["spec"], workload["metadata"]["namespace"]
        priority = spec.get("priorityClassName")
        if priority and priority not in SYSTEM_CLASSES and rendered.find("PriorityClass", priority) is None:
            yield workload, f"has the priority class {priority}, which is not there"
        sources = (source for container in spec["containers"] for source in container.get("envFrom", ()))
        maps = (source["configMapRef"]["name"] for source in sources if "configMapRef" in source)
        named = [("ServiceAccount", spec["serviceAccountName"]), *(("ConfigMap", name) for name in maps)]
        for kind, name in named:
            if rendered.find(kind, name, namespace) is None:
                yield workload, f"has the {kind} {name}, which is not there"


def _claims(rendered: Rendered) -> _Faults:
    own_classes = any(rendered.of_kind("StorageClass"))  # a stack without any relies on those of its cluster
    for workload in rendered.of_kind("StatefulSet"):
        service = workload["spec"]["serviceName"]
        if rendered.find("Service", service, workload["metadata"]["namespace"]) is None:
            yield workload, f"has the Service {service}, which is not there"
        for claim in workload["spec"].get("volumeClaimTemplates", ()):
            name = claim["spec"].get("storageClassName")
            if own_classes and name is not None and rendered.find("StorageClass", name) is None:
                yield workload, f"has the storage class {name}, which is not there"


_RULES: tuple[Callable[[Rendered], _Faults], ...] = (
    _services,
    _budgets,
    _policies,
    _autoscalers,
    _ingresses,
    _pods,
    _claims,
)

"""What an API server takes without a word and no controller can make work: objects that name what is not there.

A server judges each object alone. Here a stack's objects are judged together, offline.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Manifest = Mapping[str, Any]

SYSTEM_CLASSES = frozenset({"system-cluster-critical", "system-node-critical"})
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout", "ScaledJob"})


def template(workload: Manifest) -> Manifest:
    """Return the pod template of a workload; a CronJob's or a ScaledJob's is that of its Jobs."""
    spec = workload["spec"]["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else workload["spec"]
    spec = spec.get("jobTargetRef", spec)
    found: Manifest = spec["template"]
    return found


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
            and selector.items() <= template(workload)["metadata"]["labels"].items()
        ]


def faults(manifests: Sequence[Manifest]) -> list[str]:
    """Return what does not hold together, one line each: the object, and what it names in vain."""
    rendered = Rendered(manifests)
    return [f"{_described(manifest)} {fault}" for rule in _RULES for manifest, fault in rule(rendered)]


def _described(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata'].get('namespace', '')}/{manifest['metadata']['name']}"


_Faults = Iterator[tuple[Manifest, str]]


def _listens(workload: Manifest, target: int | str, protocol: str) -> bool:
    spec = template(workload)["spec"]
    sidecars = [each for each in spec.get("initContainers", ()) if each.get("restartPolicy") == "Always"]
    containers = [*spec["containers"], *sidecars]
    return any(
        target in (port["containerPort"], port.get("name")) and port.get("protocol", "TCP") == protocol
        for container in containers
        for port in container.get("ports", ())
    )


def _services(rendered: Rendered) -> _Faults:
    for service in rendered.of_kind("Service"):
        if service["spec"].get("type") == "ExternalName":
            continue
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
        gateway = labels.get("gateway.networking.k8s.io/gateway-name")  # pods that a controller makes of a Gateway
        if gateway and rendered.find("Gateway", gateway, policy["metadata"]["namespace"]) is not None:
            continue
        if labels and not solver and not rendered.selected(labels, policy["metadata"]["namespace"]):
            yield policy, "selects no pod"


def _autoscalers(rendered: Rendered) -> _Faults:
    for autoscaler in rendered.of_kind("HorizontalPodAutoscaler"):
        target = autoscaler["spec"]["scaleTargetRef"]
        if rendered.find(target["kind"], target["name"], autoscaler["metadata"]["namespace"]) is None:
            yield autoscaler, f"scales {target['kind']} {target['name']}, which is not there"


def _leads(rendered: Rendered, route: Manifest, name: str, port: int | str) -> _Faults:
    """Yield a fault where a route leads to a Service, or to a port of it by name or number, that is not there."""
    service = rendered.find("Service", name, route["metadata"]["namespace"])
    if service is None or not any(port in (each["name"], each["port"]) for each in service["spec"]["ports"]):
        yield route, f"leads to Service {name} at {port}, which is not there"


def _ingresses(rendered: Rendered) -> _Faults:
    for ingress in rendered.of_kind("Ingress"):
        paths = (path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"])
        for backend in (path["backend"]["service"] for path in paths):
            (port,) = backend["port"].values()
            if port == "use-annotation":
                yield from _alb_action(rendered, ingress, backend["name"])
            else:
                yield from _leads(rendered, ingress, backend["name"], port)


def _alb_action(rendered: Rendered, ingress: Manifest, name: str) -> _Faults:
    """Yield the faults of an action that an Ingress has in an annotation for the AWS Load Balancer Controller."""
    text = ingress["metadata"]["annotations"].get(f"alb.ingress.kubernetes.io/actions.{name}")
    if text is None:
        yield ingress, f"has the action {name}, which is not there"
        return
    for group in json.loads(text)["forwardConfig"]["targetGroups"]:
        yield from _leads(rendered, ingress, group["serviceName"], group["servicePort"])


def _http_routes(rendered: Rendered) -> _Faults:
    for route in rendered.of_kind("HTTPRoute"):
        for backend in (backend for rule in route["spec"]["rules"] for backend in rule.get("backendRefs", ())):
            if backend.get("kind", "Service") == "Service":
                yield from _leads(rendered, route, backend["name"], backend["port"])
        for parent in route["spec"]["parentRefs"]:
            namespace = parent.get("namespace", route["metadata"]["namespace"])
            gateways = [each for each in rendered.of_kind("Gateway") if each["apiVersion"].startswith("gateway.")]
            if parent["kind"] == "Gateway" and gateways and rendered.find("Gateway", parent["name"], namespace) is None:
                yield route, f"belongs to the Gateway {parent['name']}, which is not there"


def _virtual_servers(rendered: Rendered) -> _Faults:
    for server in rendered.of_kind("VirtualServer"):
        upstreams = {each["name"]: each for each in server["spec"]["upstreams"]}
        for each in upstreams.values():
            yield from _leads(rendered, server, each["service"], each["port"])
        for route in server["spec"]["routes"]:
            divided = [*route.get("splits", ()), *route.get("matches", ())]
            for action in (each["action"] for each in divided or [route]):
                if action["pass"] not in upstreams:
                    yield server, f"passes to {action['pass']}, which is none of its upstreams"
        secret = server["spec"].get("tls", {}).get("secret")
        made = {
            each["spec"]["secretName"]
            for each in rendered.of_kind("Certificate")
            if each["metadata"]["namespace"] == server["metadata"]["namespace"]
        }
        if secret is not None and secret not in made:
            yield server, f"has the certificate {secret}, which is not there"


def _pods(rendered: Rendered) -> _Faults:
    for workload in rendered.of_kind(*_WORKLOADS):
        spec, namespace = template(workload)["spec"], workload["metadata"]["namespace"]
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
    _http_routes,
    _virtual_servers,
    _pods,
    _claims,
)

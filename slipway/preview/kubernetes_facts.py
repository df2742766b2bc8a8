"""The facts of a Kubernetes object that a reader looks for first."""

from collections.abc import Callable, Iterator

from slipway.recording.objects import dig, items, mapping, namespace, number, object_name, text
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

PROFILE_LABEL = "pod-security.kubernetes.io/enforce"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def object_facts(resource: Resource) -> Iterator[str]:
    """Yield where an object is, where that is not what its logical name says, and what tells most of its kind."""
    place = "/".join(part for part in (namespace(resource), object_name(resource)) if part)
    if place != resource.name:
        yield place
    teller = _TELLERS.get(str(resource.inputs.get("kind")))
    if teller and not resource.kind.endswith("Patch"):
        yield from teller(resource.inputs)


def _workload(inputs: Json) -> Iterator[str]:
    replicas = number(inputs, "spec", "replicas")
    yield "" if replicas is None else f"{replicas} replicas" if replicas != 1 else "1 replica"
    yield from (text(container, "image") or "" for container in items(inputs, "spec", "template", "spec", "containers"))


def _claim(inputs: Json) -> Iterator[str]:
    yield from _workload(inputs)
    for claim in items(inputs, "spec", "volumeClaimTemplates"):
        size = text(claim, "spec", "resources", "requests", "storage")
        yield f"{size} {text(claim, 'spec', 'storageClassName') or 'of the default class'}"


def _service(inputs: Json) -> Iterator[str]:
    kind = text(inputs, "spec", "type") or "ClusterIP"
    yield "headless" if dig(inputs, "spec", "clusterIP") == "None" else kind
    yield ", ".join(_port(port) for port in items(inputs, "spec", "ports"))


def _port(port: Json) -> str:
    outer, inner = dig(port, "port"), dig(port, "targetPort")
    return f"{outer}:{inner}" if isinstance(inner, int) and inner != outer else str(outer)


def _ingress(inputs: Json) -> Iterator[str]:
    yield ", ".join(text(rule, "host") or "any host" for rule in items(inputs, "spec", "rules"))
    yield "TLS" if items(inputs, "spec", "tls") else "no TLS"


def _autoscaler(inputs: Json) -> Iterator[str]:
    yield f"{dig(inputs, 'spec', 'minReplicas') or 1} to {dig(inputs, 'spec', 'maxReplicas')} pods"


def _budget(inputs: Json) -> Iterator[str]:
    for limit in ("maxUnavailable", "minAvailable"):
        if (value := dig(inputs, "spec", limit)) is not None:
            yield f"{limit} {value}"


def _policy(inputs: Json) -> Iterator[str]:
    rules = len(items(inputs, "spec", "ingress")) + len(items(inputs, "spec", "egress"))
    kinds = ", ".join(str(each).lower() for each in items(inputs, "spec", "policyTypes"))
    yield f"{rules} {'rule' if rules == 1 else 'rules'} for {kinds or 'ingress'}" if rules else f"denies {kinds}"


def _namespace(inputs: Json) -> Iterator[str]:
    profile = dig(inputs, "metadata", "labels", PROFILE_LABEL)
    yield f"pods: {profile}" if profile else "pods: no profile"


def _class(inputs: Json) -> Iterator[str]:
    yield " ".join(part for part in (text(inputs, "provisioner"), text(inputs, "parameters", "type")) if part)
    yield "default" if dig(inputs, "metadata", "annotations", DEFAULT_CLASS) == "true" else ""


def _keys(inputs: Json) -> Iterator[str]:
    keys = [*mapping(inputs, "data"), *mapping(inputs, "stringData")]
    yield f"keys {', '.join(keys)}" if keys else ""


def _hosts(inputs: Json) -> Iterator[str]:
    yield ", ".join(str(host) for host in items(inputs, "spec", "hosts"))


def _gateway(inputs: Json) -> Iterator[str]:
    for server in items(inputs, "spec", "servers"):
        hosts = ", ".join(str(host) for host in items(server, "hosts"))
        yield f"{hosts} {dig(server, 'port', 'number')} {'TLS' if dig(server, 'tls') else ''}".rstrip()


_TELLERS: dict[str, Callable[[Json], Iterator[str]]] = {
    "ConfigMap": _keys,
    "DaemonSet": _workload,
    "Deployment": _workload,
    "Gateway": _gateway,
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": _ingress,
    "Namespace": _namespace,
    "NetworkPolicy": _policy,
    "PodDisruptionBudget": _budget,
    "PriorityClass": lambda inputs: iter([str(dig(inputs, "value"))]),
    "Secret": _keys,
    "Service": _service,
    "StatefulSet": _claim,
    "StorageClass": _class,
    "VirtualService": _hosts,
}

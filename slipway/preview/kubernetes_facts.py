"""The facts of a Kubernetes object that a reader looks for first."""

from collections.abc import Callable, Iterator

from components.apps.pod_maximum import job_pods
from slipway.preview.pods import job_of, pod_of
from slipway.recording.objects import POOL_LABEL, dig, items, mapping, namespace, number, object_name, text
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
    yield from _images(inputs)


def _images(inputs: Json) -> Iterator[str]:
    yield from (text(container, "image") or "" for container in items(pod_of(inputs), "containers"))


def _claim(inputs: Json) -> Iterator[str]:
    yield from _workload(inputs)
    for claim in items(inputs, "spec", "volumeClaimTemplates"):
        size = text(claim, "spec", "resources", "requests", "storage")
        yield f"{size} {text(claim, 'spec', 'storageClassName') or 'of the default class'}"


def _daemon(inputs: Json) -> Iterator[str]:
    pool = text(pod_of(inputs), "nodeSelector", POOL_LABEL)
    yield f"one pod on each node of {pool}" if pool else "one pod on each node"
    yield from _images(inputs)


def _job(inputs: Json) -> Iterator[str]:
    job = job_of(inputs)
    parallel, completions = job_pods(job), number(job, "completions")
    yield "1 pod" if parallel == 1 else f"{parallel} pods"
    yield f"until {completions} have succeeded" if completions is not None and completions > parallel else ""
    yield from _images(inputs)


def _cron(inputs: Json) -> Iterator[str]:
    yield f"{text(inputs, 'spec', 'schedule')} {text(inputs, 'spec', 'timeZone') or ''}".rstrip()
    yield "suspended" if dig(inputs, "spec", "suspend") is True else ""
    yield from _job(inputs)


def _events(inputs: Json) -> Iterator[str]:
    what = "Jobs" if text(inputs, "kind") == "ScaledJob" else "pods"
    most = dig(inputs, "spec", "maxReplicaCount")
    yield f"{dig(inputs, 'spec', 'minReplicaCount') or 0} to {100 if most is None else most} {what}"
    idle = dig(inputs, "spec", "idleReplicaCount")
    yield f"{idle} while idle" if idle is not None else ""
    yield ", ".join(text(trigger, "type") or "?" for trigger in items(inputs, "spec", "triggers"))


def _strategy(inputs: Json) -> Iterator[str]:
    yield from _workload(inputs)
    strategy = mapping(inputs, "spec", "strategy")
    weights = [str(dig(step, "setWeight")) for step in items(strategy, "canary", "steps") if dig(step, "setWeight")]
    yield "blue-green" if "blueGreen" in strategy else f"canary {', '.join(weights)} %" if weights else ""


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
    "CronJob": _cron,
    "DaemonSet": _daemon,
    "Deployment": _workload,
    "Gateway": _gateway,
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": _ingress,
    "Job": _job,
    "Namespace": _namespace,
    "NetworkPolicy": _policy,
    "PodDisruptionBudget": _budget,
    "PriorityClass": lambda inputs: iter([str(dig(inputs, "value"))]),
    "Rollout": _strategy,
    "ScaledJob": _events,
    "ScaledObject": _events,
    "Secret": _keys,
    "Service": _service,
    "StatefulSet": _claim,
    "StorageClass": _class,
    "VirtualService": _hosts,
}

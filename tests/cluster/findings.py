"""What is wrong with a stack that runs, in lines to read: none of each is what every stack is held to."""

from collections.abc import Iterator, Mapping
from typing import Any

from slipway.recording.objects import POOL_LABEL
from tests.cluster.running import RunningStack
from tests.cluster.verdict import Manifest, describe
from tests.cluster.workloads import pods_of


def unadmitted(stack: RunningStack) -> Iterator[str]:
    """Yield what the server warned of, and workloads with another number of pods than they declare."""
    yield from stack.batch.warned()
    for workload in stack.workloads:
        pods, wanted = pods_of(stack.client, workload), workload["spec"]["replicas"]
        if len(pods) != wanted:
            yield f"{describe(workload)} has {len(pods)} pods of {wanted}"


def unrestricted(stack: RunningStack, level: str = "restricted") -> Iterator[str]:
    """Yield the namespaces with pods that enforce another Pod Security level."""
    for name in sorted({each["metadata"]["namespace"] for each in stack.workloads}):
        labels = stack.client.get("v1", "Namespace", name)["metadata"]["labels"]
        if labels.get("pod-security.kubernetes.io/enforce") != level:
            yield f"{name}: {labels}"


def misplaced(stack: RunningStack, pools: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the pods that are on a node of another pool than their app's in `pools` (None: a node of no pool)."""
    nodes = {node["metadata"]["name"]: node["metadata"]["labels"] for node in stack.client.objects("v1", "Node")}
    for app in stack.settings.apps:
        for pod in stack.pods(app.name):
            found = nodes[pod["spec"]["nodeName"]].get(POOL_LABEL)
            if found != pools[app.name]:
                yield f"{describe(pod)} is on {found}, not on {pools[app.name]}"


def unserved(stack: RunningStack) -> Iterator[str]:
    """Yield the Services whose endpoints are not exactly the ready pods that they select, on the container's ports."""
    for service in stack.of_kind("Service"):
        metadata = service["metadata"]
        wanted = service["spec"]["selector"].items()
        pods = [each for each in stack.pods(metadata["labels"]["app"]) if wanted <= each["metadata"]["labels"].items()]
        slices = stack.client.objects(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            metadata["namespace"],
            labels=f"kubernetes.io/service-name={metadata['name']}",
        )
        endpoints = [each for part in slices for each in part["endpoints"] or () if each["conditions"]["ready"]]
        found = {each["targetRef"]["name"] for each in endpoints}
        if not found or found != {pod["metadata"]["name"] for pod in pods}:
            yield f"{describe(service)} leads to {sorted(found)}"
        ports = {(port["name"], port["port"], port["protocol"]) for part in slices for port in part["ports"] or ()}
        if ports != set(container_ports(service, pods[0])):
            yield f"{describe(service)} leads to the ports {sorted(ports)}"
        if service["spec"].get("clusterIP") == "None" and {each.get("hostname") for each in endpoints} != found:
            yield f"{describe(service)} does not name its pods"


def container_ports(service: Manifest, pod: Manifest) -> Iterator[tuple[str, int, str]]:
    """Yield a Service's ports as (name, number in the container, protocol); KeyError for one that the pod lacks."""
    listening = {port["name"]: port for container in pod["spec"]["containers"] for port in container.get("ports", ())}
    for port in service["spec"].get("ports", ()):
        target = listening[port["targetPort"]]
        yield port["name"], target["containerPort"], target["protocol"]


def uncovered(stack: RunningStack, allowed: Mapping[str, int]) -> Iterator[str]:
    """Yield the budgets that cover other pods than their app's, or let another number go than in `allowed`."""
    for budget in stack.of_kind("PodDisruptionBudget"):
        app = budget["metadata"]["labels"]["app"]
        status = (stack.client.live(budget) or {}).get("status", {})
        wanted = {"expectedPods": len(stack.pods(app)), "disruptionsAllowed": allowed[app]}
        found = {key: status.get(key) for key in wanted}
        if found != wanted:
            yield f"{describe(budget)} has {found}, not {wanted}"


def unbound(stack: RunningStack, classes: Mapping[str, str]) -> Iterator[str]:
    """Yield the claims that are not bound to a volume of their class, one of `classes` (each with its provisioner)."""
    for claim in stack.client.objects("v1", "PersistentVolumeClaim"):
        name, volume = claim["spec"]["storageClassName"], claim["spec"].get("volumeName")
        driver = stack.client.get("v1", "PersistentVolume", volume)["spec"]["csi"]["driver"] if volume else None
        if claim["status"]["phase"] != "Bound" or driver is None or driver != classes.get(name):
            yield f"{describe(claim)} of {name}: {claim['status']['phase']}, {driver}"


def dangling(stack: RunningStack) -> Iterator[str]:
    """Yield what pods name and the cluster does not have: the kubelet, which is not there, would wait for it."""
    for app in stack.settings.apps:
        for pod in stack.pods(app.name):
            for kind, name in references(pod["spec"]):
                wanted = {
                    "apiVersion": "v1",
                    "kind": kind,
                    "metadata": {"name": name, "namespace": pod["metadata"]["namespace"]},
                }
                if stack.client.live(wanted) is None:
                    yield f"{describe(pod)} names the {kind} {name}"


def references(pod: Any) -> Iterator[tuple[str, str]]:
    """Yield kind and name of each object that a pod's spec names."""
    yield "ServiceAccount", pod["serviceAccountName"]
    for secret in pod.get("imagePullSecrets", ()):
        yield "Secret", secret["name"]
    for volume in pod.get("volumes", ()):
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
    for container in pod["containers"]:
        for source in container.get("envFrom", ()):
            if "configMapRef" in source:
                yield "ConfigMap", source["configMapRef"]["name"]
            if "secretRef" in source:
                yield "Secret", source["secretRef"]["name"]
        for variable in container.get("env", ()):
            if "secretKeyRef" in variable.get("valueFrom", {}):
                yield "Secret", variable["valueFrom"]["secretKeyRef"]["name"]

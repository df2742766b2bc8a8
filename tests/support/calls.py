"""Whether a call works by what is rendered: a name that leads to pods, a port, and policies that let it through."""

import re
from dataclasses import dataclass
from typing import Any

from tests.cluster.network_policies import Endpoint, Network
from tests.cluster.workloads import matches
from tests.support.coherence import template

WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}
OUTSIDE = Endpoint(address="203.0.113.7")


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, and whom: a host and a port of the cluster, or (`outside`) a port anywhere else."""

    namespace: str
    client: str
    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> "list[Call]":
        """Return the calls in a file's comments, `call: [NAMESPACE/]CLIENT -> HOST:PORT`, or `outside PORT`."""
        found = re.findall(r"^# call: (?:([\w-]+)/)?([\w-]+) -> ([\w.-]+)[: ](\d+)$", text, re.MULTILINE)
        return [cls(namespace or "web", client, host, int(port)) for namespace, client, host, port in found]


class Cluster:
    """Rendered objects, as the cluster would run them."""

    def __init__(self, objects: list[dict[str, Any]]) -> None:
        self._objects = objects
        spaces = {each["metadata"]["name"] for each in objects if each["kind"] == "Namespace"}
        spaces |= {each["metadata"].get("namespace", "default") for each in objects}
        self.network = Network(
            [each for each in objects if each["kind"] == "NetworkPolicy"],
            {name: {"kubernetes.io/metadata.name": name} for name in spaces},
        )

    def pod(self, namespace: str, workload: str) -> Endpoint:
        """Return a pod of a workload."""
        (found,) = [
            each
            for each in self._objects
            if each["kind"] in WORKLOADS and each["metadata"]["name"] == workload
            if each["metadata"]["namespace"] == namespace
        ]
        pod = template(found)
        containers = [*pod["spec"]["containers"], *pod["spec"].get("initContainers", ())]
        ports = {each["name"]: each["containerPort"] for own in containers for each in own.get("ports", ())}
        return Endpoint(namespace, pod["metadata"]["labels"], ports=ports)

    def why_not(self, call: Call) -> str:
        """Return why a call does not come through, empty where it does."""
        client = self.pod(call.namespace, call.client)
        if call.host == "outside":
            return "" if self.network.allows(client, OUTSIDE, call.port) else "no policy lets it out"
        service, pods = self._resolve(call)
        if service is None:
            return f"{call.host} is no name in {call.namespace}"
        for pod in pods:
            port = self._target(service, call.port, pod)
            if port is None:
                return f"{service['metadata']['name']} has no port {call.port}"
            if port not in pod.ports.values():
                return f"nobody listens on {port}"
            if not self.network.allows(client, pod, port):
                return f"no policy lets {call.client} in on {port}"
        return "" if pods else f"{call.host} leads to no pod"

    def _resolve(self, call: Call) -> tuple[dict[str, Any] | None, list[Endpoint]]:
        names = call.host.removesuffix(".svc.cluster.local").removesuffix(".svc").split(".")
        for member, rest in (("", names), (names[0], names[1:])):
            name, namespace = (*rest, call.namespace)[:2] if rest else ("", "")
            for each in self._objects:
                there = each["metadata"].get("namespace"), each["metadata"]["name"]
                if each["kind"] == "Service" and there == (namespace, name):
                    return each, self._behind(each, member)
        return None, []

    def _behind(self, service: dict[str, Any], member: str) -> list[Endpoint]:
        found = []
        for each in self._objects:
            if each["kind"] not in WORKLOADS or each["metadata"]["namespace"] != service["metadata"]["namespace"]:
                continue
            name, pod = each["metadata"]["name"], self.pod(each["metadata"]["namespace"], each["metadata"]["name"])
            governed = each["spec"].get("serviceName") == service["metadata"]["name"]
            numbered = re.fullmatch(rf"{re.escape(name)}-(\d+)", member)
            is_member = governed and numbered is not None and int(numbered[1]) < each["spec"]["replicas"]
            if matches({"matchLabels": service["spec"]["selector"]}, dict(pod.labels)) and (not member or is_member):
                found.append(pod)
        return found

    def _target(self, service: dict[str, Any], port: int, pod: Endpoint) -> int | None:
        if service["spec"].get("clusterIP") == "None":
            return port  # its name is the pods' own addresses
        for each in service["spec"]["ports"]:
            if each["port"] == port:
                target = each.get("targetPort", port)
                return pod.ports.get(target) if isinstance(target, str) else target
        return None

"""Objects that differ from what Slipway renders in one thing, and what the server says about it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.cluster.batches import Waves
from tests.cluster.rendered import one
from tests.cluster.verdict import Manifest

Twin = Callable[[Manifest], object]
"""Breaks one rule in a manifest."""


def webapp_pod(batches: Waves) -> Manifest:
    """Return a pod of the app webapp, as its Deployment makes it."""
    template = one(batches, "Deployment", "webapp")["spec"]["template"]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "twin", "namespace": "web", "labels": {"twin": "true"}},
        "spec": deepcopy(template["spec"]),
    }


def container(pod: Manifest) -> dict[str, Any]:
    """Return a pod's first container."""
    found: dict[str, Any] = pod["spec"]["containers"][0]
    return found


def large(pod: Manifest) -> None:
    """Make a pod of six containers, each as large as the LimitRange lets it be."""
    resources = {"limits": {"cpu": "4", "memory": "4Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}
    container(pod).update(resources=resources)
    pod["spec"]["containers"] = [{**container(pod), "name": f"c{index}"} for index in range(6)]


def hold_host_path(pod: Manifest) -> None:
    """Mount the node's own file system."""
    pod["spec"]["volumes"] = [{"name": "tmp", "hostPath": {"path": "/"}}]


PODS: dict[str, tuple[Twin, str]] = {
    "privileged": (
        lambda pod: container(pod)["securityContext"].update(privileged=True, allowPrivilegeEscalation=True),
        'violates PodSecurity "restricted:latest": privileged',
    ),
    "may gain privileges": (
        lambda pod: container(pod)["securityContext"].update(allowPrivilegeEscalation=True),
        'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    ),
    "runs as root": (
        lambda pod: pod["spec"]["securityContext"].update(runAsUser=0),
        'violates PodSecurity "restricted:latest": runAsUser=0',
    ),
    "no seccomp profile": (
        lambda pod: pod["spec"]["securityContext"].pop("seccompProfile"),
        'violates PodSecurity "restricted:latest": seccompProfile',
    ),
    "capabilities": (
        lambda pod: container(pod)["securityContext"].update(capabilities={"add": ["NET_ADMIN"]}),
        "unrestricted capabilities",
    ),
    "the node's network": (lambda pod: pod["spec"].update(hostNetwork=True), "host namespaces (hostNetwork=true)"),
    "the node's files": (hold_host_path, 'volume "tmp" uses restricted volume type "hostPath"'),
    "over the quota": (large, "exceeded quota: quota, requested: limits.cpu=24"),
    "a container above the maximum": (
        lambda pod: container(pod)["resources"]["limits"].update(cpu="5"),
        "maximum cpu usage per Container is 4, but limit is 5",
    ),
    "a request above the limit": (
        lambda pod: container(pod)["resources"]["requests"].update(cpu="3"),
        "must be less than or equal to cpu limit of 500m",
    ),
    "a priority class of the system": (
        lambda pod: pod["spec"].update(priorityClassName="system-cluster-critical"),
        "exceeded quota: priority-classes, requested: pods=1, used: pods=0, limited: pods=0",
    ),
    "a priority class that nobody made": (
        lambda pod: pod["spec"].update(priorityClassName="gold"),
        "no PriorityClass with name gold was found",
    ),
    "a priority by number": (
        lambda pod: pod["spec"].update(priority=2_000_000_000),
        "the integer value of priority (2000000000) must not be provided in pod spec",
    ),
    "a service account that nobody made": (
        lambda pod: pod["spec"].update(serviceAccountName="nobody"),
        "error looking up service account web/nobody",
    ),
    "a misspelt field": (
        lambda pod: container(pod).update(imagePullPolcy="Always"),
        '.spec.containers[name="webapp"].imagePullPolcy: field not declared in schema',
    ),
}


def select_by_version(workload: Manifest) -> None:
    """Select the pods by a label that changes with every version."""
    workload["spec"]["selector"]["matchLabels"].update(version="2")
    workload["spec"]["template"]["metadata"]["labels"].update(version="2")


OBJECTS: dict[str, tuple[str, str, Twin, str]] = {
    "a load balancer beside the gateway": (
        "Service",
        "webapp-service",
        lambda service: service["spec"].update(type="LoadBalancer"),
        "exceeded quota: quota, requested: services.loadbalancers=1",
    ),
    "a Deployment's selector": (
        "Deployment",
        "webapp",
        lambda it: (
            [each["matchLabels"].update(version="2") for each in (it["spec"]["selector"],)]
            + [it["spec"]["template"]["metadata"]["labels"].update(version="2")]
        ),
        "field is immutable",
    ),
    "pods that their own selector misses": (
        "Deployment",
        "webapp",
        lambda it: it["spec"]["template"]["metadata"]["labels"].update(track="other"),
        "`selector` does not match template `labels`",
    ),
    "a StatefulSet's volumes": (
        "StatefulSet",
        "postgres",
        lambda it: it["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"].update(storage="30Gi"),
        "updates to statefulset spec for fields other than",
    ),
    "a StatefulSet's selector": (
        "StatefulSet",
        "postgres",
        select_by_version,
        "updates to statefulset spec for fields other than",
    ),
    "a headless Service that gets an address": (
        "Service",
        "postgres-headless",
        lambda service: service["spec"].update(clusterIP="10.96.9.9"),
        "may not change once set",
    ),
    "a storage class's parameters": (
        "StorageClass",
        "gp3-ssd",
        lambda it: it["parameters"].update(type="gp2"),
        'parameters: Invalid value: {"encrypted":"true","type":"gp2"}: field is immutable',
    ),
    "a priority class's value": (
        "PriorityClass",
        "high-priority",
        lambda it: it.update(value=5),
        "may not be changed in an update",
    ),
    "a priority above the users'": (
        "PriorityClass",
        "mission-critical",
        lambda it: (it["metadata"].update(name="twin"), it.update(value=1_000_000_001)),
        "maximum allowed value of a user defined priority is 1000000000",
    ),
    "a budget that says two things": (
        "PodDisruptionBudget",
        "webapp-pdb",
        lambda it: it["spec"].update(minAvailable=1),
        "minAvailable and maxUnavailable cannot be both set",
    ),
    "an autoscaler upside down": (
        "HorizontalPodAutoscaler",
        "webapp-hpa",
        lambda it: it["spec"].update(maxReplicas=2),
        "must be greater than or equal to `minReplicas`",
    ),
    "a network policy on no port": (
        "NetworkPolicy",
        "webapp-to-api-gateway",
        lambda it: it["spec"]["egress"][0]["ports"][0].update(port=0),
        "must be between 1 and 65535",
    ),
    "limits that do not ascend": (
        "LimitRange",
        "limits",
        lambda it: it["spec"]["limits"][0]["default"].update(cpu="5"),
        "default value 5 is greater than max value 4",
    ),
    "a certificate without a Secret": (
        "Certificate",
        "webapp-tls",
        lambda it: it["spec"].pop("secretName"),
        "spec.secretName: Required value",
    ),
    "a gateway that speaks no TLS there is": (
        "Gateway",
        "webapp-gateway",
        lambda it: it["spec"]["servers"][1]["tls"].update(mode="SIMPEL"),
        'spec.servers[1].tls.mode: Unsupported value: "SIMPEL"',
    ),
    "a mesh that is strict sometimes": (
        "PeerAuthentication",
        "default",
        lambda it: it["spec"]["mtls"].update(mode="SOMETIMES"),
        'spec.mtls.mode: Unsupported value: "SOMETIMES"',
    ),
    "a route to a misspelt place": (
        "VirtualService",
        "webapp-vs",
        lambda it: it["spec"]["http"][0]["route"][0]["destination"].update(subste="canary"),
        "subste: field not declared in schema",
    ),
    "a network that Calico does not know": (
        "Installation",
        "default",
        lambda it: it["spec"]["cni"].update(type="AmazonVPCs"),
        'spec.cni.type: Unsupported value: "AmazonVPCs"',
    ),
}

"""The objects of each shipped stack name nothing in vain, and a stack that is broken on purpose is found out."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.rendered import manifests, one
from tests.support.coherence import faults
from tests.support.shipped import STACKS

Objects = list[dict[str, Any]]


@pytest.mark.parametrize("stack", STACKS)
def test_a_shipped_stack_holds_together(stack: str) -> None:
    assert faults(manifests(stack)) == []


def spec(objects: Objects, kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = one([objects], kind, name)["spec"]
    return found


def pod(objects: Objects) -> dict[str, Any]:
    found: dict[str, Any] = spec(objects, "Deployment", "api-gateway")["template"]["spec"]
    return found


def claim(objects: Objects) -> dict[str, Any]:
    found: dict[str, Any] = spec(objects, "StatefulSet", "postgres")["volumeClaimTemplates"][0]["spec"]
    return found


def backend(objects: Objects) -> dict[str, Any]:
    (path,) = spec(objects, "Ingress", "api-gateway-ingress")["rules"][0]["http"]["paths"]
    found: dict[str, Any] = path["backend"]["service"]
    return found


NO_PORT = (
    "Service gateway/api-gateway-service leads to the port {}, which no container of Deployment gateway/api-gateway has"
)

BROKEN: dict[str, tuple[Callable[[Objects], None], str]] = {
    "the port of a Service": (
        lambda it: spec(it, "Service", "api-gateway-service")["ports"][0].update(targetPort="admin"),
        NO_PORT.format("admin"),
    ),
    "the number of a Service's port": (
        lambda it: spec(it, "Service", "api-gateway-service")["ports"][0].update(targetPort=8081),
        NO_PORT.format("8081"),
    ),
    "the protocol of a Service's port": (
        lambda it: spec(it, "Service", "api-gateway-service")["ports"][0].update(protocol="UDP"),
        NO_PORT.format("http"),
    ),
    "the selector of a Service": (
        lambda it: spec(it, "Service", "webapp-service").update(selector={"app": "nobody"}),
        "Service web/webapp-service selects no pod",
    ),
    "the selector of a budget": (
        lambda it: spec(it, "PodDisruptionBudget", "webapp-pdb")["selector"].update(matchLabels={"app": "nobody"}),
        "PodDisruptionBudget web/webapp-pdb selects no pod",
    ),
    "the selector of a network policy": (
        lambda it: spec(it, "NetworkPolicy", "webapp-to-api-gateway")["podSelector"].update(
            matchLabels={"app": "nobody"}
        ),
        "NetworkPolicy web/webapp-to-api-gateway selects no pod",
    ),
    "the target of an autoscaler": (
        lambda it: spec(it, "HorizontalPodAutoscaler", "webapp-hpa")["scaleTargetRef"].update(name="nothing"),
        "HorizontalPodAutoscaler web/webapp-hpa scales Deployment nothing, which is not there",
    ),
    "the port of an ingress": (
        lambda it: backend(it).update(port={"name": "admin"}),
        "Ingress gateway/api-gateway-ingress leads to Service api-gateway-service at admin, which is not there",
    ),
    "a priority class": (
        lambda it: pod(it).update(priorityClassName="gold"),
        "Deployment gateway/api-gateway has the priority class gold, which is not there",
    ),
    "a service account": (
        lambda it: pod(it).update(serviceAccountName="nobody"),
        "Deployment gateway/api-gateway has the ServiceAccount nobody, which is not there",
    ),
    "a ConfigMap": (
        lambda it: it.remove(one([it], "ConfigMap", "api-gateway-config")),
        "Deployment gateway/api-gateway has the ConfigMap api-gateway-config, which is not there",
    ),
    "a storage class": (
        lambda it: claim(it).update(storageClassName="gp9"),
        "StatefulSet data/postgres has the storage class gp9, which is not there",
    ),
    "the Service of a StatefulSet": (
        lambda it: spec(it, "StatefulSet", "postgres").update(serviceName="nothing"),
        "StatefulSet data/postgres has the Service nothing, which is not there",
    ),
}


@pytest.mark.parametrize(("breaking", "fault"), BROKEN.values(), ids=BROKEN)
def test_what_is_named_in_vain_is_found(breaking: Callable[[Objects], None], fault: str) -> None:
    objects = manifests("production")
    breaking(objects)
    assert faults(objects) == [fault]

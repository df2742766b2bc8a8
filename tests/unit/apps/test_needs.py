"""An app waits for what serves its objects, and for nothing that it does not use."""

from typing import Any

import pytest

from components.apps.needs import OF_THE_MESH, OF_WAYS_IN, PLAIN, SNAPSHOTS, STORAGE, WAYS_IN, needs
from slipway.recording.resource import Resource
from tests.support.graph import Graph
from tests.support.rights import definitions
from tests.support.shipped import recorded

SERVED = (WAYS_IN, STORAGE, "keda.sh", "argoproj.io")


def manifest(api_version: str, kind: str, annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"annotations": annotations or {}}, "spec": spec}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (manifest("apps/v1", "Deployment"), ()),
        (manifest("v1", "Service", type="ClusterIP"), ()),
        (manifest("v1", "Service", type="LoadBalancer"), (WAYS_IN,)),
        (manifest("v1", "Service", {"external-dns.alpha.kubernetes.io/hostname": "a.example.com"}), (WAYS_IN,)),
        (manifest("networking.k8s.io/v1", "NetworkPolicy"), ()),
        (manifest("networking.k8s.io/v1", "Ingress"), (WAYS_IN,)),
        (manifest("gateway.networking.k8s.io/v1", "HTTPRoute"), (WAYS_IN,)),
        (manifest("cert-manager.io/v1", "Certificate"), (WAYS_IN,)),
        (manifest("v1", "PersistentVolumeClaim"), (STORAGE,)),
        (manifest("apps/v1", "StatefulSet", volumeClaimTemplates=[{}]), (STORAGE,)),
        (manifest("snapshot.storage.k8s.io/v1", "VolumeSnapshot"), (STORAGE,)),
        (manifest("keda.sh/v1alpha1", "ScaledObject"), ("keda.sh",)),
        (manifest("argoproj.io/v1alpha1", "Rollout"), ("argoproj.io",)),
        (manifest("security.istio.io/v1", "AuthorizationPolicy"), ()),
        (manifest("example.com/v1", "Unheard"), SERVED),
    ],
)
def test_what_an_object_waits_for(made: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert needs([made], SERVED) == expected


def test_no_group_is_in_two_places_and_each_is_one_that_there_is() -> None:
    groups = {group for group, _ in definitions()}
    assert (OF_THE_MESH | OF_WAYS_IN | {SNAPSHOTS}) <= groups
    assert not OF_THE_MESH & OF_WAYS_IN
    assert not PLAIN & groups


def app(stack: str, name: str) -> Resource:
    (found,) = (each for each in recorded(stack).resources if each.name == name)
    return found


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_a_database_waits_for_its_volumes_driver_and_not_for_certificates(stack: str) -> None:
    graph = Graph(recorded(stack))
    before = {
        graph.recording.by_urn[urn].name
        for urn in graph.before(app(stack, "postgres-statefulset"))
        if urn in graph.recording.by_urn
    }
    assert {"addons-after-compute-aws-ebs-csi-driver", "storage-gp3-ssd"} <= before
    assert not [name for name in before if "issuer" in name and not name.startswith("linkerd")]


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_what_is_reached_from_outside_waits_for_the_ways_in(stack: str) -> None:
    graph = Graph(recorded(stack))
    certificates = [each for each in graph.recording.resources if each.kind == "ClusterIssuer"]
    assert certificates
    assert graph.waits(app(stack, "api-gateway-deployment"), certificates)

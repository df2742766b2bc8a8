"""The comprehensive guide's kinds of Services, and the name by which they are found."""

import pytest

from components.apps.naming import service_host
from components.apps.words import Manifest
from tests.support.patterns import ABSENT, agrees, document, pattern

NAME = ("user-service-service", "naming: NAME-service")
BY_NAME = ("http", "house default: the container's port by its name, which is 8080 there")


def service(name: str) -> Manifest:
    """Return the Service for clients of a pattern, whose port http is the document's 8080 in the container."""
    (container,) = pattern(name).one("Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    return pattern(name).kinds("Service")["user-service-service"]


@pytest.mark.parametrize("name", ["4-07-service", "4-08-service", "4-09-service"])
def test_service_of_each_type(name: str) -> None:
    """ClusterIP, NodePort with its number, LoadBalancer: by the same three keys."""
    agrees(document(name), service(name), {"metadata.name": NAME, "spec.ports[80].targetPort": BY_NAME})


def test_clients_of_a_node_port_are_let_through() -> None:
    """The namespace denies what nobody declares; the document knows no policies."""
    (policy,) = pattern("4-08-service").kinds("NetworkPolicy").values()
    assert policy["spec"]["ingress"] == [
        {"from": [{"ipBlock": {"cidr": "10.40.0.0/16"}}], "ports": [{"port": 8080, "protocol": "TCP"}]}
    ]


def test_load_balancer_is_internal_unless_asked_otherwise() -> None:
    rendered = service("4-09-service")
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    assert rendered["metadata"]["annotations"][f"{prefix}-type"] == "nlb"
    assert rendered["metadata"]["annotations"][f"{prefix}-internal"] == "true"
    assert rendered["spec"]["loadBalancerSourceRanges"] == ["10.40.0.0/16"]


def test_headless_service() -> None:
    source, rendered = document("4-10-service"), service("4-10-service")
    untranslated = "not valid: clients of a headless Service connect to the pod itself, nothing turns 80 into 8080"
    agrees(
        source,
        rendered,
        {
            "metadata.name": NAME,
            "spec.ports[80].port": (ABSENT, untranslated),
            "spec.ports[80].targetPort": (ABSENT, untranslated),
        },
    )
    agrees(
        source["spec"]["ports"][0], rendered["spec"]["ports"][0], {"port": (8080, untranslated), "targetPort": BY_NAME}
    )


def test_dns_name() -> None:
    """The document: <service-name>.<namespace>.svc.cluster.local."""
    app = pattern("4-07-service").app
    assert service_host(app) == f"{service('4-07-service')['metadata']['name']}.{app.namespace}.svc.cluster.local"

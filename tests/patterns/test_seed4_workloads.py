"""The comprehensive guide's Deployments: basic, rolling, blue-green, canary, and what its best practices add."""

import pytest

from components.apps.words import Manifest
from tests.patterns.house import hardened
from tests.support.patterns import ABSENT, agrees, beyond, document, documents, pattern

TRACK = "naming: the colours are told apart by the label track, and version says the image's tag"
BY_NAME = "house default: the container's port by its name, which is 8080 there"


def own_container(name: str) -> Manifest:
    """Return the app's container of a pattern."""
    (container,) = pattern(name).one("Deployment")["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def test_basic_deployment() -> None:
    source, rendered = document("4-00-deployment"), pattern("4-00-deployment").one("Deployment")
    agrees(source, rendered, {})
    assert hardened("user-service").items() <= beyond(source, rendered).items()


def test_rolling_update() -> None:
    agrees(document("4-01-deployment"), pattern("4-01-deployment").one("Deployment"), {})


@pytest.mark.parametrize(("index", "colour", "tag"), [(0, "blue", "1.0.0"), (1, "green", "2.0.0")])
def test_blue_green_deployments(index: int, colour: str, tag: str) -> None:
    rendered = pattern("4-02-deployment").kinds("Deployment")[f"user-service-{colour}"]
    agrees(
        documents("4-02-deployment")[index],
        rendered,
        {
            "spec.selector.matchLabels.version": (ABSENT, TRACK),
            "spec.template.metadata.labels.version": (tag, TRACK),
        },
    )
    assert rendered["spec"]["selector"]["matchLabels"] == {"app": "user-service", "track": colour}
    assert rendered["spec"]["template"]["metadata"]["labels"]["track"] == colour


def test_blue_green_switch() -> None:
    service = pattern("4-02-deployment").kinds("Service")["user-service-service"]
    agrees(
        documents("4-02-deployment")[2],
        service,
        {
            "metadata.name": ("user-service-service", "naming: NAME-service"),
            "spec.selector.version": (ABSENT, TRACK),
            "spec.ports[80].targetPort": ("http", BY_NAME),
        },
    )
    assert service["spec"]["selector"] == {"app": "user-service", "track": "blue"}
    preview = pattern("4-02-deployment").kinds("Service")["user-service-preview"]
    assert preview["spec"]["selector"] == {"app": "user-service", "track": "green"}


def test_canary_deployments() -> None:
    stable, canary, _ = documents("4-03-deployment")
    rendered = pattern("4-03-deployment").kinds("Deployment")
    name = {"metadata.name": ("user-service", "naming: the stable version has the app's own name")}
    agrees(stable, rendered["user-service"], name)
    agrees(canary, rendered["user-service-canary"], {})


def test_canary_weights() -> None:
    full = "naming: NAME-service, by its full name, which means the same in every namespace"
    host = "user-service-service.web.svc.cluster.local"
    agrees(
        documents("4-03-deployment")[2],
        pattern("4-03-deployment").one("VirtualService"),
        {
            "apiVersion": ("networking.istio.io/v1", "modernised: Istio's API is networking.istio.io/v1"),
            "metadata.name": ("user-service-mesh", "naming: NAME-mesh, for calls inside the mesh"),
            "spec.hosts": ([host], full),
            "spec.http[0].route[0].destination.host": (host, full),
            "spec.http[1].route[0].destination.host": (host, full),
            "spec.http[1].route[1].destination.host": (host, full),
        },
    )


def test_canary_subsets_are_the_tracks() -> None:
    """The document's route names subsets that nothing in it declares."""
    rules = pattern("4-03-deployment").one("DestinationRule")
    assert rules["spec"] == {
        "host": "user-service-service.web.svc.cluster.local",
        "subsets": [{"name": track, "labels": {"track": track}} for track in ("stable", "canary")],
    }


def test_requests_and_limits() -> None:
    agrees(document("4-18-resources"), {"resources": own_container("4-18-resources")["resources"]}, {})


def test_health_checks() -> None:
    agrees(document("4-19-probes"), own_container("4-19-probes"), {})


def test_disruption_budget() -> None:
    source, budget = document("4-20-poddisruptionbudget"), pattern("4-20-poddisruptionbudget")
    agrees(source, budget.one("PodDisruptionBudget"), {})
    assert budget.one("Deployment")["spec"]["replicas"] > source["spec"]["minAvailable"]


def test_anti_affinity_is_what_tier_2_has() -> None:
    pod = pattern("4-21-affinity").one("Deployment")["spec"]["template"]["spec"]
    assert document("4-21-affinity") == {"affinity": pod["affinity"]}

"""The second document: its api-gateway, whole, and its table of tiers; prose is asserted as what it says."""

from typing import Any

import pytest

from tests.patterns.house import PORT, hardened, owned, placed, probed
from tests.support.patterns import ABSENT, PATTERNS, adds, agrees, document, pattern
from tests.support.schemas import manifest_problems

GATEWAY = "spec.template.spec.containers[api-gateway]"


def test_api_gateway() -> None:
    deployment = pattern("2-01-deployment").one("Deployment")
    misspelt = "not valid: the API server drops it; it is {}Seconds"
    differences = {
        f"{GATEWAY}.livenessProbe.httpGet.port": ("http", PORT),
        f"{GATEWAY}.readinessProbe.httpGet.port": ("http", PORT),
        f"{GATEWAY}.livenessProbe.initialDelay": (ABSENT, misspelt.format("initialDelay")),
        f"{GATEWAY}.readinessProbe.period": (ABSENT, misspelt.format("period")),
    }
    agrees(document("2-01-deployment"), deployment, differences)
    zone = "spec.template.spec.topologySpreadConstraints[topology.kubernetes.io/zone]"
    expected = {
        **placed(1, "general", "mission-critical"),
        **hardened("api-gateway"),
        **probed("api-gateway", "liveness", 5),
        **probed("api-gateway", "readiness", 3),
        f"{GATEWAY}.livenessProbe.initialDelaySeconds": 30,  # what the misspelt fields were to say
        f"{GATEWAY}.readinessProbe.periodSeconds": 10,
        f"{GATEWAY}.ports[8080].name": "http",
        f"{GATEWAY}.ports[9090].name": "metrics",
        "spec.template.metadata.labels.version": "v2.1.0",
        f"{zone}.whenUnsatisfiable": "DoNotSchedule",
        f"{zone}.maxSkew": 1,
    }
    adds(document("2-01-deployment"), deployment, expected)


SERVICES = {
    "api-gateway-service": {"spec.ports[8080].port": 8080, "spec.ports[8080].targetPort": "http"},
    "api-gateway-metrics": {"spec.ports[9090].port": 9090, "spec.ports[9090].targetPort": "metrics"},
}
"""Its "Service (ClusterIP for internal)": 8080 to 8080 and 9090 to 9090, the container's ports by their names."""


@pytest.mark.parametrize("name", SERVICES)
def test_services(name: str) -> None:
    service = pattern("2-01-deployment").kinds("Service")[name]
    adds({}, service, {**owned("api-gateway", "production", 1), "spec.type": "ClusterIP", **SERVICES[name]})
    assert service["spec"]["selector"] == {"app": "api-gateway"}


def test_ingress() -> None:
    """Host, TLS by cert-manager, and /api to api-gateway-service; its domain is example.com here.

    F5's NGINX takes a Prefix for the beginning of a text, /apis as well: it is told /api, and what is below /api/.
    """
    ingress = pattern("2-01-deployment").one("Ingress")
    whole, below = (f"spec.rules[0].http.paths[{index}]" for index in (0, 1))
    expected = {
        "spec.rules[0].host": "api.example.com",
        "spec.tls[0].hosts": ["api.example.com"],
        "spec.tls[0].secretName": "api-gateway-tls",
        "metadata.annotations.cert-manager.io/cluster-issuer": "letsencrypt-production",
        "spec.ingressClassName": "nginx",
        f"{whole}.path": "/api",
        f"{whole}.pathType": "Exact",
        f"{below}.path": "/api/",
        f"{below}.pathType": "Prefix",
        **{f"{at}.backend.service.name": "api-gateway-service" for at in (whole, below)},
        **{f"{at}.backend.service.port.name": "http" for at in (whole, below)},
    }
    adds({}, ingress, expected)


def test_autoscaler() -> None:
    scaler = pattern("2-01-deployment").one("HorizontalPodAutoscaler")
    expected = {
        "apiVersion": "autoscaling/v2",
        "spec.minReplicas": 3,
        "spec.maxReplicas": 12,
        "spec.metrics[cpu].resource.target.averageUtilization": 70,
        "spec.metrics[memory].resource.target.averageUtilization": 80,
        "spec.scaleTargetRef.kind": "Deployment",
        "spec.scaleTargetRef.name": "api-gateway",
    }
    adds({}, scaler, expected)


OTHER_NODES = "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey"
ZONES = "topologySpreadConstraints[topology.kubernetes.io/zone].whenUnsatisfiable"

TIERS: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {
    # system-cluster-critical in the document: that belongs to CoreDNS and the CNI, which an app could starve
    1: (
        {"spec.maxUnavailable": 0},
        {
            "priorityClassName": "mission-critical",
            "nodeSelector.slipway.dev/pool": "production",
            "resources.requests.cpu": "500m",
            "resources.requests.memory": "512Mi",
            ZONES: "DoNotSchedule",
            OTHER_NODES: ABSENT,
        },
    ),
    2: (
        {"spec.maxUnavailable": 1},
        {
            "priorityClassName": "high-priority",
            "nodeSelector.slipway.dev/pool": "general",
            "resources.requests.cpu": "700m",
            "resources.requests.memory": "717Mi",  # 70 % of 1Gi, to the next MiB
            ZONES: ABSENT,
            OTHER_NODES: "kubernetes.io/hostname",
        },
    ),
    3: (
        {"spec.minAvailable": 0},
        {
            "priorityClassName": "low-priority",
            "nodeSelector.slipway.dev/pool": "spot",
            "resources.requests.cpu": "900m",
            "resources.requests.memory": "922Mi",
            ZONES: ABSENT,
            OTHER_NODES: ABSENT,
        },
    ),
}
"""Of each tier: its disruption budget, and its pods' priority, pool, requests of 1 CPU and 1Gi, and spreading."""


@pytest.mark.parametrize("tier", TIERS)
def test_tiers(tier: int) -> None:
    found, (budget, pods) = pattern(f"2-03-tier-{tier}"), TIERS[tier]
    adds({}, found.one("PodDisruptionBudget"), budget)
    spec = found.one("Deployment")["spec"]["template"]["spec"]
    adds({}, {**spec, "resources": spec["containers"][0]["resources"]}, pods)


def test_a_tier_may_have_the_documents_own_class() -> None:
    stated = pattern("2-03-tier-1-literal")
    assert stated.app.priority_class == "system-cluster-critical"
    spec = stated.one("Deployment")["spec"]["template"]["spec"]
    assert spec["priorityClassName"] == "system-cluster-critical"


def test_every_object_is_one_that_the_api_takes() -> None:
    for name in (path.stem for path in PATTERNS.glob("2-*.yaml") if ".stack" not in path.name):
        for manifest in pattern(name).manifests.values():
            assert manifest_problems(manifest) == []

"""The web app in production: its stable and canary versions, and the 90/10 split between them."""

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.unit.apps.shipped import context, shipped

APPS = shipped("production")
HOST = "webapp-service.web.svc.cluster.local"


@pytest.fixture(scope="module")
def objects() -> dict[str, Manifest]:
    return render(APPS["webapp"], context(*APPS.values()))


def test_the_set_of_objects(objects: dict[str, Manifest]) -> None:
    assert {suffix: (each["kind"], each["metadata"]["name"]) for suffix, each in objects.items()} == {
        "sa": ("ServiceAccount", "webapp"),
        "config": ("ConfigMap", "webapp-config"),
        "deployment": ("Deployment", "webapp"),
        "canary": ("Deployment", "webapp-canary"),
        "service": ("Service", "webapp-service"),
        "metrics": ("Service", "webapp-metrics"),
        "hpa": ("HorizontalPodAutoscaler", "webapp-hpa"),
        "pdb": ("PodDisruptionBudget", "webapp-pdb"),
        "to-api-gateway": ("NetworkPolicy", "webapp-to-api-gateway"),
        "allow-gateway": ("NetworkPolicy", "webapp-allow-gateway"),
        "allow-monitoring": ("NetworkPolicy", "webapp-allow-monitoring"),
        "plain": ("PeerAuthentication", "webapp-plain"),
        "tls": ("Certificate", "webapp-tls"),
        "gateway": ("Gateway", "webapp-gateway"),
        "dr": ("DestinationRule", "webapp-dr"),
        "vs": ("VirtualService", "webapp-vs"),
        "mesh": ("VirtualService", "webapp-mesh"),
    }


def test_stable(objects: dict[str, Manifest]) -> None:
    spec = objects["deployment"]["spec"]
    assert spec["replicas"] == 3
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 1}
    (container,) = spec["template"]["spec"]["containers"]
    assert container["image"] == "ghcr.io/stefanprodan/podinfo:6.9.1"
    assert [(port["name"], port["containerPort"]) for port in container["ports"]] == [("http", 8080), ("metrics", 9090)]
    assert container["resources"] == {
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }
    liveness, readiness = container["livenessProbe"], container["readinessProbe"]
    assert liveness["httpGet"] == {"path": "/healthz", "port": "http", "scheme": "HTTP"}
    assert (liveness["initialDelaySeconds"], liveness["periodSeconds"]) == (30, 10)
    assert readiness["httpGet"] == {"path": "/readyz", "port": "http", "scheme": "HTTP"}
    assert (readiness["initialDelaySeconds"], readiness["periodSeconds"]) == (5, 5)
    assert objects["config"]["data"] == {"PODINFO_PORT": "8080", "PODINFO_PORT_METRICS": "9090"}


def test_tier_2(objects: dict[str, Manifest]) -> None:
    pod = objects["deployment"]["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == "high-priority"
    assert pod["nodeSelector"] == {"slipway.dev/pool": "general"}
    same = [{"key": "app", "operator": "In", "values": ["webapp"]}]
    term = {"labelSelector": {"matchExpressions": same}, "topologyKey": "kubernetes.io/hostname"}
    assert pod["affinity"] == {
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]
        }
    }
    assert objects["pdb"]["spec"]["maxUnavailable"] == 1


def test_the_canary_differs_only_in_version_track_and_number(objects: dict[str, Manifest]) -> None:
    stable, canary = objects["deployment"], objects["canary"]
    assert canary["spec"]["replicas"] == 1
    # of the app's pods one may be missing; of the canary's one pod none
    assert canary["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert canary["spec"]["selector"] == {"matchLabels": {"app": "webapp", "track": "canary"}}
    before, after = stable["spec"]["template"], canary["spec"]["template"]
    changed = {
        key: value for key, value in after["metadata"]["labels"].items() if before["metadata"]["labels"][key] != value
    }
    assert changed == {"version": "6.9.2", "app.kubernetes.io/version": "6.9.2", "track": "canary"}
    (old,), (new,) = before["spec"]["containers"], after["spec"]["containers"]
    assert {**old, "image": "ghcr.io/stefanprodan/podinfo:6.9.2"} == new
    assert {**before["spec"], "containers": []} == {**after["spec"], "containers": []}


def test_one_service_has_both_versions_behind_it(objects: dict[str, Manifest]) -> None:
    assert objects["service"]["spec"]["selector"] == {"app": "webapp"}
    (port,) = objects["service"]["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (80, "http")


def test_gateway(objects: dict[str, Manifest]) -> None:
    assert objects["gateway"]["apiVersion"] == "networking.istio.io/v1"
    assert objects["gateway"]["spec"] == {
        "selector": {"istio": "ingressgateway"},
        "servers": [
            {
                "port": {"number": 80, "name": "http", "protocol": "HTTP"},
                "hosts": ["webapp.example.com"],
                "tls": {"httpsRedirect": True},
            },
            {
                "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
                "tls": {"mode": "SIMPLE", "credentialName": "webapp-tls"},
                "hosts": ["webapp.example.com"],
            },
        ],
    }
    assert objects["tls"]["metadata"]["namespace"] == "istio-ingress"
    assert objects["tls"]["spec"]["dnsNames"] == ["webapp.example.com"]


def test_traffic_from_outside(objects: dict[str, Manifest]) -> None:
    def to(subset: str, weight: int) -> Manifest:
        return {"destination": {"host": HOST, "subset": subset, "port": {"number": 80}}, "weight": weight}

    assert objects["vs"]["spec"] == {
        "hosts": ["webapp.example.com"],
        "gateways": ["webapp-gateway"],
        "http": [
            {
                "name": "header",
                "match": [{"headers": {"canary": {"exact": "true"}}}],
                "route": [to("canary", 100)],
            },
            {"name": "weighted", "route": [to("stable", 90), to("canary", 10)]},
        ],
    }


def test_traffic_inside_the_mesh_is_divided_alike_and_keeps_its_port(objects: dict[str, Manifest]) -> None:
    spec = objects["mesh"]["spec"]
    assert (spec["hosts"], spec["gateways"]) == ([HOST], ["mesh"])
    assert [[(each["destination"], each["weight"]) for each in http["route"]] for http in spec["http"]] == [
        [({"host": HOST, "subset": "canary"}, 100)],
        [({"host": HOST, "subset": "stable"}, 90), ({"host": HOST, "subset": "canary"}, 10)],
    ]
    assert spec["http"][0]["match"] == [{"headers": {"canary": {"exact": "true"}}}]


def test_subsets(objects: dict[str, Manifest]) -> None:
    assert objects["dr"]["spec"] == {
        "host": HOST,
        "subsets": [
            {"name": "stable", "labels": {"track": "stable"}},
            {"name": "canary", "labels": {"track": "canary"}},
        ],
    }


def test_the_autoscaler_leaves_the_canary_alone(objects: dict[str, Manifest]) -> None:
    spec = objects["hpa"]["spec"]
    assert spec["scaleTargetRef"]["name"] == "webapp"
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 10)
    assert spec["behavior"] == {
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
            "selectPolicy": "Max",
        },
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 15},
                {"type": "Pods", "value": 2, "periodSeconds": 15},
            ],
            "selectPolicy": "Max",
        },
    }

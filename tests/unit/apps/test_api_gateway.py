"""The reference app in production, field by field as the seed writes it, and what today adds to it."""

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.unit.apps.shipped import context, shipped

APPS = shipped("production")


@pytest.fixture(scope="module")
def objects() -> dict[str, Manifest]:
    return render(APPS["api-gateway"], context(*APPS.values()))


def test_the_set_of_objects(objects: dict[str, Manifest]) -> None:
    assert {suffix: (each["kind"], each["metadata"]["name"]) for suffix, each in objects.items()} == {
        "sa": ("ServiceAccount", "api-gateway"),
        "config": ("ConfigMap", "api-gateway-config"),
        "generated-secret-session": ("Secret", "api-gateway-session"),
        "deployment": ("Deployment", "api-gateway"),
        "service": ("Service", "api-gateway-service"),
        "metrics": ("Service", "api-gateway-metrics"),
        "hpa": ("HorizontalPodAutoscaler", "api-gateway-hpa"),
        "pdb": ("PodDisruptionBudget", "api-gateway-pdb"),
        "to-postgres": ("NetworkPolicy", "api-gateway-to-postgres"),
        "from-webapp": ("NetworkPolicy", "api-gateway-from-webapp"),
        "allow-ingress": ("NetworkPolicy", "api-gateway-allow-ingress"),
        "allow-monitoring": ("NetworkPolicy", "api-gateway-allow-monitoring"),
        "plain": ("PeerAuthentication", "api-gateway-plain"),
        "ingress": ("Ingress", "api-gateway-ingress"),
        "ingress-redirect": ("Gateway", "api-gateway-ingress-redirect"),
        "tls": ("Certificate", "api-gateway-tls"),
    }


def test_deployment(objects: dict[str, Manifest]) -> None:
    deployment = objects["deployment"]
    assert deployment["apiVersion"] == "apps/v1"
    assert deployment["metadata"]["namespace"] == "gateway"
    assert deployment["metadata"]["labels"].items() >= {"app": "api-gateway", "version": "6.9.2"}.items()
    spec = deployment["spec"]
    assert spec["replicas"] == 3
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert spec["selector"] == {"matchLabels": {"app": "api-gateway", "track": "stable"}}


def test_container(objects: dict[str, Manifest]) -> None:
    (container,) = objects["deployment"]["spec"]["template"]["spec"]["containers"]
    assert container == {
        "name": "api-gateway",
        "image": "ghcr.io/stefanprodan/podinfo:6.9.2",
        "imagePullPolicy": "IfNotPresent",
        "ports": [
            {"name": "http", "containerPort": 8080, "protocol": "TCP"},
            {"name": "metrics", "containerPort": 9090, "protocol": "TCP"},
        ],
        "envFrom": [
            {"configMapRef": {"name": "api-gateway-config"}},
            {"secretRef": {"name": "api-gateway-session"}},
        ],
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
            "initialDelaySeconds": 30,
            "periodSeconds": 10,
            "timeoutSeconds": 5,
            "failureThreshold": 3,
            "successThreshold": 1,
        },
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": "http", "scheme": "HTTP"},
            "initialDelaySeconds": 0,
            "periodSeconds": 10,
            "timeoutSeconds": 3,
            "failureThreshold": 3,
            "successThreshold": 1,
        },
        "resources": {
            "requests": {"cpu": "250m", "memory": "256Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108
    }


def test_pod(objects: dict[str, Manifest]) -> None:
    template = objects["deployment"]["spec"]["template"]
    labels = {"app": "api-gateway", "version": "6.9.2", "slipway.dev/tier": "1", "slipway.dev/pool": "production"}
    assert template["metadata"]["labels"].items() >= labels.items()
    annotations = template["metadata"]["annotations"]
    assert set(annotations) == {"slipway.dev/config-checksum"}
    pod = {key: value for key, value in template["spec"].items() if key != "containers"}
    assert pod == {
        "serviceAccountName": "api-gateway",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": "mission-critical",
        "nodeSelector": {"slipway.dev/pool": "production"},
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "DoNotSchedule",
                "nodeTaintsPolicy": "Honor",
                "labelSelector": {"matchLabels": {"app": "api-gateway", "track": "stable"}},
                "matchLabelKeys": ["pod-template-hash"],
            },
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "nodeTaintsPolicy": "Honor",
                "labelSelector": {"matchLabels": {"app": "api-gateway", "track": "stable"}},
                "matchLabelKeys": ["pod-template-hash"],
            },
        ],
        "terminationGracePeriodSeconds": 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "runAsGroup": 1000,
            "fsGroup": 1000,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}}],
    }


def test_services(objects: dict[str, Manifest]) -> None:
    assert objects["service"]["spec"] == {
        "type": "ClusterIP",
        "ports": [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP", "appProtocol": "http"}],
        "selector": {"app": "api-gateway"},
    }
    assert objects["metrics"]["spec"] == {
        "type": "ClusterIP",
        "ports": [{"name": "metrics", "port": 9090, "targetPort": "metrics", "protocol": "TCP", "appProtocol": "http"}],
        "publishNotReadyAddresses": True,
        "selector": {"app": "api-gateway"},
    }


def test_configuration(objects: dict[str, Manifest]) -> None:
    assert objects["config"]["data"] == {
        "PODINFO_LEVEL": "info",
        "PODINFO_PORT": "8080",
        "PODINFO_PORT_METRICS": "9090",
    }
    assert objects["sa"]["automountServiceAccountToken"] is False


def test_autoscaler(objects: dict[str, Manifest]) -> None:
    spec = objects["hpa"]["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api-gateway"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 12)
    assert [
        (each["resource"]["name"], each["resource"]["target"]["averageUtilization"]) for each in spec["metrics"]
    ] == [
        ("cpu", 70),
        ("memory", 80),
    ]


def test_disruption_budget(objects: dict[str, Manifest]) -> None:
    assert objects["pdb"]["spec"] == {
        "maxUnavailable": 0,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": {"app": "api-gateway"}},
    }


def test_ingress(objects: dict[str, Manifest]) -> None:
    ingress = objects["ingress"]
    assert "annotations" not in ingress["metadata"]
    assert ingress["spec"] == {
        "ingressClassName": "istio",
        "rules": [
            {
                "host": "api.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/api",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "api-gateway-service", "port": {"name": "http"}}},
                        }
                    ]
                },
            }
        ],
        "tls": [{"hosts": ["api.example.com"], "secretName": "api-gateway-tls"}],
    }


def test_the_certificate_is_where_the_gateway_looks_for_it(objects: dict[str, Manifest]) -> None:
    certificate = objects["tls"]
    assert certificate["metadata"]["namespace"] == "istio-ingress"
    assert certificate["spec"] == {
        "secretName": "api-gateway-tls",
        "dnsNames": ["api.example.com"],
        "privateKey": {"rotationPolicy": "Always"},
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "letsencrypt-production"},
    }


def test_network_policies(objects: dict[str, Manifest]) -> None:
    def peer(namespace: str, **labels: str) -> Manifest:
        pods = {"podSelector": {"matchLabels": labels}} if labels else {}
        return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}, **pods}

    rules = {suffix: each["spec"] for suffix, each in objects.items() if each["kind"] == "NetworkPolicy"}
    mine = {"podSelector": {"matchLabels": {"app": "api-gateway"}}}
    http, metrics = {"port": 8080, "protocol": "TCP"}, {"port": 9090, "protocol": "TCP"}
    assert rules == {
        "to-postgres": {
            **mine,
            "policyTypes": ["Egress"],
            "egress": [{"to": [peer("data", app="postgres")], "ports": [{"port": 5432, "protocol": "TCP"}]}],
        },
        "from-webapp": {
            **mine,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [peer("web", app="webapp")], "ports": [http]}],
        },
        "allow-ingress": {
            **mine,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [peer("istio-ingress", istio="ingressgateway")], "ports": [http]}],
        },
        "allow-monitoring": {
            **mine,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [peer("monitoring")], "ports": [metrics]}],
        },
    }

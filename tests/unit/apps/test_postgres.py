"""The database in production: a StatefulSet with a volume of its own."""

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.unit.apps.shipped import context, shipped

APPS = shipped("production")


@pytest.fixture(scope="module")
def objects() -> dict[str, Manifest]:
    return render(APPS["postgres"], context(*APPS.values()))


def test_the_set_of_objects(objects: dict[str, Manifest]) -> None:
    assert {suffix: (each["kind"], each["metadata"]["name"]) for suffix, each in objects.items()} == {
        "sa": ("ServiceAccount", "postgres"),
        "config": ("ConfigMap", "postgres-config"),
        "generated-secret-password": ("Secret", "postgres-password"),
        "statefulset": ("StatefulSet", "postgres"),
        "service": ("Service", "postgres-service"),
        "headless": ("Service", "postgres-headless"),
        "pdb": ("PodDisruptionBudget", "postgres-pdb"),
        "from-api-gateway": ("NetworkPolicy", "postgres-from-api-gateway"),
    }


def test_stateful_set(objects: dict[str, Manifest]) -> None:
    spec = objects["statefulset"]["spec"]
    assert spec["serviceName"] == "postgres-headless"
    assert spec["replicas"] == 1
    assert spec["updateStrategy"] == {"type": "RollingUpdate"}
    assert spec["selector"] == {"matchLabels": {"app": "postgres"}}
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert spec["volumeClaimTemplates"] == [
        {
            "metadata": {"name": "data", "labels": {"app": "postgres"}},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "gp3-ssd",
                "resources": {"requests": {"storage": "20Gi"}},
            },
        }
    ]


def test_container(objects: dict[str, Manifest]) -> None:
    (container,) = objects["statefulset"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "public.ecr.aws/docker/library/postgres:14.19"
    assert container["envFrom"] == [
        {"configMapRef": {"name": "postgres-config"}},
        {"secretRef": {"name": "postgres-password"}},
    ]
    assert objects["config"]["data"] == {
        "POSTGRES_DB": "webapp",
        "POSTGRES_USER": "webapp",
        "PGDATA": "/var/lib/postgresql/data/pgdata",
    }
    assert container["livenessProbe"]["tcpSocket"] == {"port": "postgres"}
    assert container["readinessProbe"]["exec"] == {"command": ["pg_isready", "-h", "127.0.0.1"]}
    assert container["volumeMounts"] == [
        {"name": "data", "mountPath": "/var/lib/postgresql/data"},
        {"name": "var-run-postgresql", "mountPath": "/var/run/postgresql"},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108
    ]


def test_requests_are_the_tiers_share_of_the_limits(objects: dict[str, Manifest]) -> None:
    (container,) = objects["statefulset"]["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "1400m", "memory": "2868Mi"},
        "limits": {"cpu": "2", "memory": "4Gi"},
    }


def test_pod(objects: dict[str, Manifest]) -> None:
    pod = objects["statefulset"]["spec"]["template"]["spec"]
    security = pod["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"], security["fsGroup"]) == (999, 999, 999)
    assert pod["nodeSelector"] == {"slipway.dev/pool": "memory"}
    assert pod["volumes"] == [
        {"name": "var-run-postgresql", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
    ]
    assert "track" not in objects["statefulset"]["spec"]["template"]["metadata"]["labels"]


def test_services(objects: dict[str, Manifest]) -> None:
    port = {"name": "postgres", "port": 5432, "targetPort": "postgres", "protocol": "TCP", "appProtocol": "tcp"}
    assert objects["service"]["spec"] == {"type": "ClusterIP", "ports": [port], "selector": {"app": "postgres"}}
    assert objects["headless"]["spec"] == {
        "type": "ClusterIP",
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "ports": [port],
        "selector": {"app": "postgres"},
    }


def test_two_declarations_of_one_flow_are_one_policy(objects: dict[str, Manifest]) -> None:
    assert "postgres" in APPS["api-gateway"].allow_to
    assert "api-gateway" in APPS["postgres"].allow_from
    policies = [each for each in objects.values() if each["kind"] == "NetworkPolicy"]
    (policy,) = policies
    (rule,) = policy["spec"]["ingress"]
    assert rule["ports"] == [{"port": 5432, "protocol": "TCP"}]
    assert rule["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gateway"}},
            "podSelector": {"matchLabels": {"app": "api-gateway"}},
        }
    ]

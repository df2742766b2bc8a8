"""The Docker and Kubernetes document: its Deployment, its Dockerfile, its tables of workloads and Services."""

import re
from pathlib import Path

import pytest

from tests.support.patterns import DOCUMENTS, agrees, document, pattern

PARTS = DOCUMENTS / "parts"
OWN_LABEL = ("app", "naming: the label app is the app's name")

WORKLOADS = {
    "Deployment": "stateless",
    "StatefulSet": "database",
    "DaemonSet": "log-collector",
    "Job": "batch",
    "CronJob": "report",
}


def table(file: Path) -> list[tuple[str, ...]]:
    """Return the rows of a Markdown table, without its head."""
    rows = [tuple(cell.strip() for cell in line.strip("|\n").split("|")) for line in file.open()]
    return rows[2:]


def test_production_deployment() -> None:
    agrees(
        document("5-03-deployment"),
        pattern("5-03-deployment").one("Deployment"),
        {
            "metadata.labels.app": OWN_LABEL,
            "spec.selector.matchLabels.app": OWN_LABEL,
            "spec.template.metadata.labels.app": OWN_LABEL,
        },
    )


def test_dockerfile() -> None:
    """Kubernetes reads of an image neither HEALTHCHECK nor EXPOSE, and knows no user by name."""
    source = (PARTS / "5-01-dockerfile.txt").read_text()
    pod = pattern("5-01-dockerfile").one("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    options = dict(re.findall(r"--(interval|timeout|start-period|retries)=(\d+)", source))
    probe = container["livenessProbe"]
    assert options == {
        "interval": str(probe["periodSeconds"]),
        "timeout": str(probe["timeoutSeconds"]),
        "start-period": str(probe["initialDelaySeconds"]),
        "retries": str(probe["failureThreshold"]),
    }
    number = container["ports"][0]["containerPort"]
    assert probe["httpGet"] == {"path": "/health", "port": "http", "scheme": "HTTP"}
    assert f"http://localhost:{number}{probe['httpGet']['path']}" in source
    assert f"EXPOSE {number}\n" in source
    assert f"-u {pod['securityContext']['runAsUser']}\n" in source
    assert f"addgroup -g {pod['securityContext']['runAsGroup']} " in source
    assert {"command", "args"} & container.keys() == set()  # the image's own CMD


@pytest.mark.parametrize("row", table(PARTS / "5-workloads.md"), ids=lambda row: row[0])
def test_workload_of_each_kind(row: tuple[str, str]) -> None:
    kind, _ = row
    objects = pattern("5-workloads").of(WORKLOADS[kind])
    (workload,) = [each for each in objects.values() if each["kind"] in WORKLOADS]
    assert workload["kind"] == kind


def test_a_stateless_app_rolls() -> None:
    workload = pattern("5-workloads").of("stateless")["deployment"]
    assert workload["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }
    assert "volumeClaimTemplates" not in workload["spec"]


def test_each_pod_of_a_database_has_a_name_and_a_volume() -> None:
    objects = pattern("5-workloads").of("database")
    spec = objects["statefulset"]["spec"]
    assert spec["serviceName"] == objects["headless"]["metadata"]["name"]
    assert [claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]] == ["data"]


def test_an_agent_is_on_every_node() -> None:
    """On those of tainted pools, too."""
    pod = pattern("5-workloads").of("log-collector")["daemonset"]["spec"]["template"]["spec"]
    assert "nodeSelector" not in pod
    pools = pattern("5-workloads").recording.of_type("aws:eks/nodeGroup:NodeGroup")
    tainted = {taint["key"] for pool in pools for taint in pool.inputs.get("taints") or []}  # type: ignore[union-attr,index,call-overload]
    assert tainted
    assert tainted == {each["key"] for each in pod["tolerations"]}


def test_batch_work_ends() -> None:
    once = pattern("5-workloads").of("batch")["job"]["spec"]
    again = pattern("5-workloads").of("report")["cronjob"]["spec"]
    assert again["schedule"] == "0 3 * * *"
    for spec in (once, again["jobTemplate"]["spec"]):
        assert spec["template"]["spec"]["restartPolicy"] in {"Never", "OnFailure"}


@pytest.mark.parametrize("row", table(PARTS / "5-services.md"), ids=lambda row: row[0])
def test_service_of_each_type(row: tuple[str, str, str]) -> None:
    """The table: Internal; External (node), for development; External (cloud), for production; External (HTTP)."""
    word, scope, _ = row
    found = pattern("5-services")
    app = {"ClusterIP": "internal", "NodePort": "development", "LoadBalancer": "production", "Ingress": "website"}
    objects = found.of(app[word])
    service = objects["service"]["spec"]
    if word == "Ingress":
        assert service["type"] == "ClusterIP"
        spec = objects["ingress"]["spec"]
        assert spec["rules"][0]["host"] == "www.example.com"
        backend = spec["rules"][0]["http"]["paths"][0]["backend"]["service"]
        assert backend == {"name": "website-service", "port": {"name": "http"}}
        return
    assert service["type"] == word
    let_in = [name for name in objects if name == "allow-clients"]
    assert bool(let_in) == scope.startswith("External")

"""The first document's Helm chart: an app file is what a chart and its values were for.

Neither is a manifest. What the app file comes to is read into their shape, and compared leaf by leaf.
"""

from typing import Any

from components.apps.words import Manifest
from tests.support.patterns import ABSENT, Pattern, agrees, document, pattern

OFFICIAL = "house default: the official image in a StatefulSet of Slipway's own; no chart, no repository to trust"
SWITCH = "naming: what is written is on; there is no second switch"


def engine(found: Pattern, app: str) -> Manifest:
    """Return a dependency as the chart lists one: by its name, with the major version that runs."""
    image = found.of(app)["statefulset"]["spec"]["template"]["spec"]["containers"][0]["image"]
    name, _, tag = image.rpartition("/")[2].partition(":")
    return {"name": {"postgres": "postgresql"}.get(name, name), "version": tag.partition(".")[0]}


def test_chart() -> None:
    found = pattern("1-04-chart")
    deployment = found.one("Deployment")
    made = {
        "apiVersion": deployment["apiVersion"],
        "name": deployment["metadata"]["name"],
        "type": deployment["metadata"]["labels"]["app.kubernetes.io/component"],
        "appVersion": deployment["metadata"]["labels"]["app.kubernetes.io/version"],
        "dependencies": [engine(found, "webapp-postgresql"), engine(found, "webapp-redis")],
    }
    differences: dict[str, tuple[Any, str]] = {
        "apiVersion": ("apps/v1", "as the file says: an app file has no version of its own"),
        "description": (ABSENT, "as the file says: a comment in the app file"),
        "type": ("service", "naming: what the label component says of a Deployment"),
        "version": (ABSENT, "as the file says: the file's version is git's"),
    }
    for name, version in (("postgresql", "15"), ("redis", "7")):
        differences |= {
            f"dependencies[{name}].version": (version, "modernised: the version of the server, not of a chart"),
            f"dependencies[{name}].repository": (ABSENT, OFFICIAL),
            f"dependencies[{name}].condition": (ABSENT, SWITCH),
        }
    agrees(document("1-04-chart"), made, differences)
    pod = deployment["spec"]["template"]["spec"]["containers"][0]
    assert {each["name"] for each in pod["env"]} == {"POSTGRESQL_PASSWORD", "REDIS_PASSWORD"}
    assert (
        found.manifests["config"]["data"].items()
        >= {
            "POSTGRESQL_HOST": "webapp-postgresql-service.web.svc.cluster.local",
            "REDIS_HOST": "webapp-redis-service.web.svc.cluster.local",
        }.items()
    )


def values(found: Pattern) -> Manifest:
    """Return what the app file came to in the shape of the document's values.yaml."""
    deployment, service, ingress = found.one("Deployment"), found.manifests["service"]["spec"], found.one("Ingress")
    pod = deployment["spec"]["template"]["spec"]["containers"][0]
    scaler = found.one("HorizontalPodAutoscaler")["spec"]
    shares = {each["resource"]["name"]: each["resource"]["target"]["averageUtilization"] for each in scaler["metrics"]}
    database = found.of("webapp-postgresql")["statefulset"]["spec"]
    (password,) = database["template"]["spec"]["containers"][0]["env"]
    (claim,) = database["volumeClaimTemplates"]
    repository, _, tag = pod["image"].partition(":")
    return {
        "replicaCount": deployment["spec"]["replicas"],
        "image": {"repository": repository, "pullPolicy": pod["imagePullPolicy"], "tag": tag},
        "service": {
            "type": service["type"],
            "port": service["ports"][0]["port"],
            "targetPort": next(each["containerPort"] for each in pod["ports"] if each["name"] == "http"),
        },
        "ingress": {
            "className": ingress["spec"]["ingressClassName"],
            "annotations": ingress["metadata"]["annotations"],
            "hosts": [
                {
                    "host": rule["host"],
                    "paths": [{key: each[key] for key in ("path", "pathType")} for each in rule["http"]["paths"]],
                }
                for rule in ingress["spec"]["rules"]
            ],
            "tls": ingress["spec"]["tls"],
        },
        "autoscaling": {
            "minReplicas": scaler["minReplicas"],
            "maxReplicas": scaler["maxReplicas"],
            "targetCPUUtilizationPercentage": shares["cpu"],
            "targetMemoryUtilizationPercentage": shares["memory"],
        },
        "postgresql": {
            "auth": {
                "existingSecret": password["valueFrom"]["secretKeyRef"]["name"],
                "secretKeys": {"adminPasswordKey": password["valueFrom"]["secretKeyRef"]["key"]},
            },
            "primary": {
                "persistence": {
                    "size": claim["spec"]["resources"]["requests"]["storage"],
                    "storageClass": claim["spec"]["storageClassName"],
                }
            },
        },
    }


def test_values() -> None:
    found = pattern("1-05-values")
    switches = ("ingress", "autoscaling", "postgresql", "postgresql.primary.persistence")
    differences = {
        "image.tag": ("2.1.0", "house default: no tag that moves"),
        "ingress.annotations.cert-manager.io/cluster-issuer": (
            "letsencrypt-production",
            "naming: the stack's certificates.issuer",
        ),
        "postgresql.primary.persistence.storageClass": ("gp3-ssd", "house default: the class of that type"),
        **{f"{each}.enabled": (ABSENT, SWITCH) for each in switches},
    }
    agrees(document("1-05-values"), values(found), differences)


def test_the_database_is_backed_up_and_open_to_the_app_only() -> None:
    found = pattern("1-05-values")
    database, backup = found.of("webapp-postgresql"), found.of("webapp-postgresql-backup")
    assert backup["cronjob"]["kind"] == "CronJob"
    callers = {name for name, each in database.items() if each["kind"] == "NetworkPolicy"}
    assert callers == {"from-webapp", "from-webapp-postgresql-backup"}

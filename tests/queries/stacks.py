"""Stacks for the queries' tests: each mesh, with an app for each controller, way in and kind of query."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from slipway.loading import load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.support.shipped import ROOT

ACCOUNT: dict[str, Any] = {"region": "us-west-2", "accountId": "123456789012"}
COMMON: dict[str, Any] = {
    "environment": "staging",
    "aws": ACCOUNT,
    "network": {"cidr": "10.30.0.0/16"},
    "cluster": {"version": "1.35", "admins": ["arn:aws:iam::123456789012:role/platform-admin"]},
    "nodePools": {"general": {"instanceTypes": ["m6i.2xlarge"], "size": 6}},
    "certificates": {"email": "platform@example.com", "expiryAlerts": {}},
    "dns": {
        "nodeLocal": {"enabled": True},
        "external": {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]},
    },
    "consul": {},
    "autoscaling": {"keda": {}, "vpa": {}},
    "delivery": {"argoRollouts": {}, "flagger": {}},
    "monitoring": {},
    "secretStores": {"externalSecrets": {"secretsManager": {"prefixes": ["staging/"]}}, "sealedSecrets": {}},
}
MESHES: dict[str, dict[str, Any]] = {
    "none": {"ingress": {"controller": "alb", "additional": ["gateway-api", "nginx"]}, "cni": {"mode": "policy-only"}},
    "sidecars": {
        "mesh": {"kind": "istio", "istio": {"egressGateway": {}}},
        "ingress": {"controller": "istio", "additional": ["alb", "nginx"]},
    },
    "ambient": {
        "mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}},
        "ingress": {"controller": "istio"},
    },
    "ambient, Gateway API": {
        "mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}},
        "ingress": {"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}},
    },
    "linkerd": {"mesh": "linkerd", "ingress": {"controller": "gateway-api"}},
    "overlay": {"cni": {"mode": "cni"}, "ingress": "alb"},
}
ROOMY = {"pods": 120, "limitsCpu": "120", "limitsMemory": "120Gi", "requestsCpu": "60", "requestsMemory": "90Gi"}
OWN = {"metrics": {"requests": "http_requests_total", "latency": "http_request_duration_seconds"}}
SLO = {"availability": 99.9, "latency": {"objective": 99, "threshold": "500ms"}}
DATABASE = {
    "database": {
        "engine": "postgresql",
        "existingSecret": {"name": "plain-database", "key": "password"},
        "backup": {"schedule": "0 3 * * *"},
    }
}
CRON = {"day": {"cron": {"timezone": "Etc/UTC", "start": "0 6 * * *", "end": "0 20 * * *", "desiredReplicas": 2}}}


def _apps(name: str) -> dict[str, dict[str, Any]]:
    meshed = name not in {"none", "overlay"}
    ports = {"http": 8080} if meshed else {"http": 8080, "metrics": 9090}
    web: dict[str, Any] = {"namespace": "web", "ports": ports, **({} if meshed else {"monitoring": OWN}), "slo": SLO}
    canary: dict[str, Any] = {"type": "canary", "by": "argo-rollouts"}
    controller = {"none": "alb", "overlay": "alb", "sidecars": "istio", "ambient": "istio"}.get(name, "gateway-api")
    way_in = {"controller": controller, "tls": False}
    key = "route" if controller == "istio" else "ingress"
    found = {
        "canary": {**web, "strategy": canary, key: {"host": "canary.example.com", **way_in}},
        "colours": {**web, "strategy": {"type": "blue-green", "by": "argo-rollouts", "analysis": {}}},
        "silent": {**web, "strategy": {**canary, "analysis": {"withoutRequests": "pass"}}},
        "switched": {**web, "strategy": {"type": "blue-green", "green": {}}},
        "plain": {**web, "scaling": {"minReplicas": 2, "maxReplicas": 4}, "dependencies": DATABASE},
        "events": {**web, "scaling": {"minReplicas": 1, "maxReplicas": 4, "keda": {"triggers": CRON}}},
        "agent": {"namespace": "web", "kind": "DaemonSet", "ports": {"metrics": 9095}},
        "ledger": {"namespace": "web", "kind": "StatefulSet", "ports": {"tcp-db": 5432}, "monitoring": True},
    }
    if meshed:
        found["flagged"] = {**web, "strategy": {"type": "canary", "by": "flagger"}}
        found["grpc"] = {**web, "ports": {"grpc": 9000}}
    else:
        found["silent"][key] = {"host": "silent.example.com", **way_in}
    return found


@cache
def recorded(name: str, folder: Path, *, monitoring: bool = True) -> Recording:
    """Write the project into an empty folder, and record it; without `monitoring` with nothing that needs it."""
    web = {"mesh": MESHES[name].get("mesh") is not None, "quota": ROOMY}
    rooms = {**COMMON, "namespaces": {"web": web}, **MESHES[name]}
    apps = _apps(name)
    if not monitoring:
        rooms["certificates"] = {"email": "platform@example.com"}
        rooms["delivery"] = {"argoRollouts": {}}
        del rooms["monitoring"]
        apps = {"plain": {"namespace": "web", "ports": {"http": 8080, "metrics": 9090}}}
    for each in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    config = {"config": {f"slipway:{key}": room for key, room in rooms.items()}}
    # JSON is YAML.
    (folder / "Pulumi.queries.yaml").write_text(json.dumps(config))
    (folder / "apps/staging").mkdir(parents=True)
    for app, fields in apps.items():
        described = {"name": app, "image": f"registry.example.com/{app}:1.0.0", **fields}
        (folder / f"apps/staging/{app}.yaml").write_text(json.dumps(described))
    facts = load_stack(folder, "queries")
    return record(
        folder / "__main__.py",
        project=facts.project,
        stack="queries",
        config=facts.config,
        secret_keys=facts.secret_keys,
    )

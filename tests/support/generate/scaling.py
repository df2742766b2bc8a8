"""How many pods there are: a fixed number, Kubernetes' own autoscaler, KEDA's triggers; and how large they are."""

from typing import Any

from hypothesis import strategies as st

from tests.support.generate.place import Place, maybe, pick, some
from tests.support.generate.rooms import QUEUE, Document

RESOURCES = ("cpu", "memory")
LOGIN: Document = {"username": {"name": "login", "key": "user"}, "password": {"name": "login", "key": "password"}}
CRON: Document = {"timezone": "Europe/Berlin", "start": "0 8 * * mon-fri", "end": "30 18 * * 1-5"}
KAFKA: Document = {"bootstrapServers": ["kafka.example.com:9093"], "consumerGroup": "orders"}
MODES = ("Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto")

amounts = st.sampled_from(["100", "500m", "1Gi"])


def _rules() -> st.SearchStrategy[Document]:
    policy = st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Percent", "Pods"]),
            "value": st.integers(1, 100),
            "periodSeconds": st.integers(1, 1800),
        }
    )
    return st.fixed_dictionaries(
        {"stabilizationWindowSeconds": st.integers(0, 3600), "policies": st.lists(policy, min_size=1, max_size=2)},
        optional={"selectPolicy": st.sampled_from(["Max", "Min", "Disabled"])},
    )


def metrics(draw: st.DrawFn, place: Place) -> list[Document]:
    """Return metrics of each sort that the stack serves, or that are somebody else's to serve."""
    named = {"name": "queue_length", **pick(draw, [{}, {"selector": {"matchLabels": {"queue": "orders"}}}])}
    target = pick(draw, [{"averageValue": draw(amounts)}, {"value": draw(amounts)}])
    described = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}
    forms: list[Document] = [
        {"resource": {"name": "memory", "target": {"averageValue": "3Mi"}}},
        {"resource": {"name": "cpu", "target": {"averageUtilization": 60}}},
        {"containerResource": {"name": "cpu", "target": {"averageUtilization": 60}}},
        {"containerResource": {"name": "memory", "container": place.name, "target": {"averageValue": "1Mi"}}},
        {"pods": {"metric": named, "target": {"averageValue": draw(amounts)}}},
        {"object": {"describedObject": described, "metric": named, "target": target}},
    ]
    if not place.has.keda:
        forms.append({"external": {"metric": named, "target": target}})
    return draw(st.lists(st.sampled_from(forms), max_size=2, unique_by=str))


def _trigger(draw: st.DrawFn, place: Place, most: int) -> Document:
    has = place.has
    queue = {"queueArn": QUEUE, "queueLength": draw(st.integers(1, 50))}
    keys = {name: {"name": "login", "key": name} for name in ("awsAccessKeyID", "awsSecretAccessKey")}
    asked: Document = {"query": "sum(rate(http_requests_total[2m]))", "threshold": draw(st.floats(0.1, 1000))}
    elsewhere = {**asked, "serverAddress": "http://prometheus.example.com:9090"}
    forms: list[Document] = [
        {"cron": {**CRON, "desiredReplicas": draw(st.integers(1, most))}},
        {"awsSqsQueue": queue},
        {"awsSqsQueue": queue, "secretTargetRef": keys},
        {"kafka": {**KAFKA, "topic": "orders"}},
        {"kafka": {**KAFKA, "sasl": "scram_sha512", "tls": True}, "secretTargetRef": LOGIN},
        {"prometheus": {**elsewhere, "authModes": "basic"}, "secretTargetRef": LOGIN},
        {"prometheus": asked if has.monitoring else elsewhere},
        {"rabbitmq": {"queueName": "mail", "host": "amqp://mq.example.com:5672/web"}},
        {"rabbitmq": {"queueName": "mail", "mode": "MessageRate"}, "secretTargetRef": {"host": LOGIN["username"]}},
        {"metricsApi": {"url": "http://stats.example.com/a", "valueLocation": "a.b", "targetValue": 7}},
        {"cpu": {"averageUtilization": 70}},
        {"memory": {"averageValue": "1Mi", "container": place.name}},
    ]
    return pick(draw, forms)


def keda(draw: st.DrawFn, place: Place, least: int, most: int) -> Document:
    """Return triggers, and what holds while there are no pods or no answers."""
    names = draw(st.lists(st.sampled_from(["load", "queue", "night"]), min_size=1, max_size=2, unique=True))
    triggers = {name: _trigger(draw, place, most) for name in names}
    found: Document = {"triggers": triggers}
    by_pods = all({"cpu", "memory"} & trigger.keys() for trigger in triggers.values())
    if by_pods and least == 0:
        triggers["start"] = {"cron": {**CRON, "desiredReplicas": 1}}
    elif not by_pods and least > 0 and maybe(draw):
        found["idleReplicaCount"] = 0
    if least == 0 or "idleReplicaCount" in found:
        found |= some(draw, {"pollingInterval": st.integers(1, 60), "cooldownPeriod": st.integers(0, 600)})
    if not by_pods and maybe(draw):
        found["fallback"] = {
            "replicas": draw(st.integers(0, most)),
            "behavior": pick(draw, ["static", "currentReplicas"]),
        }
    return found


def started_by_events(draw: st.DrawFn, place: Place) -> Document:
    """Return what KEDA starts a Job for; what pods use is no event."""
    triggers = {"queue": _trigger(draw, place, 3)}
    if {"cpu", "memory"} & triggers["queue"].keys():
        triggers = {"start": {"cron": {**CRON, "desiredReplicas": 1}}}
    strategy = pick(draw, ["default", "accurate", "eager"])
    keys: dict[str, st.SearchStrategy[Any]] = {
        "scalingStrategy": st.just({"strategy": strategy, "multipleScalersCalculation": "sum"}),
        "rollout": st.just({"strategy": "immediate", "propagationPolicy": "foreground"}),
        "pollingInterval": st.integers(1, 60),
        "successfulJobsHistoryLimit": st.integers(0, 9),
        "failedJobsHistoryLimit": st.integers(0, 9),
    }
    least = draw(st.integers(0, 2))
    own = {"triggers": triggers, **some(draw, keys)}
    return {"scaling": {"minReplicas": least, "maxReplicas": draw(st.integers(max(least, 3), 9)), "keda": own}}


def horizontal(draw: st.DrawFn, place: Place) -> Document:
    """Return `replicas` and `scaling`, each where the kind has a number of pods; a Job may be started by events."""
    if place.kind == "Job" and place.has.keda and draw(st.booleans()):
        return started_by_events(draw, place)
    if not place.counted:
        return {}
    if maybe(draw, one_in=2):
        return some(draw, {"replicas": st.integers(0, 5)}, one_in=2)
    by_events = place.has.keda and draw(st.booleans())
    least = draw(st.integers(0 if by_events else 1, 4))
    most = draw(st.integers(max(least, 1), least + 4))
    scaling: Document = {"minReplicas": least, "maxReplicas": most}
    if by_events:
        scaling["keda"] = keda(draw, place, least, most)
    else:
        shares: list[Document] = [{}, {"cpu": 60}, {"cpu": None, "memory": 80}, {"cpu": 50, "memory": 80}]
        scaling |= pick(draw, shares)
        scaling["metrics"] = metrics(draw, place)
    if maybe(draw):
        scaling["behavior"] = draw(st.fixed_dictionaries({}, optional={"scaleUp": _rules(), "scaleDown": _rules()}))
    started = {"replicas": draw(st.integers(least, most))} if maybe(draw) else {}
    return {"scaling": scaling, **started}


def _measured(scaling: Document | None) -> set[str]:
    """Return the resources that pods are counted by."""
    if scaling is None:
        return set()
    triggers = scaling.get("keda", {}).get("triggers", {}).values()
    found = {name for trigger in triggers for name in RESOURCES if name in trigger}
    if "keda" not in scaling:
        found |= {name for name in RESOURCES if scaling.get(name, 70 if name == "cpu" else None)}
        found |= {part["name"] for each in scaling["metrics"] for part in each.values() if "name" in part}
    return found


def vertical(draw: st.DrawFn, place: Place, document: Document) -> Document:
    """Return `verticalScaling`, which leaves to the other autoscaler what that goes by."""
    if not place.has.vpa or (place.kind == "Job" and "scaling" in document) or not maybe(draw):
        return {}
    left = [each for each in RESOURCES if each not in _measured(document.get("scaling"))]
    mode = pick(draw, MODES) if left else "Off"
    bounds: st.SearchStrategy[Any] = st.just(
        {"maxAllowed": {"cpu": "1", "memory": "1Gi"}, "controlledValues": "RequestsOnly"}
    )
    policy: Document = {"controlledResources": left or ["memory"], **draw(bounds | st.just({}))}
    others: list[Document] = [{"containerName": "*", "mode": "Off"}] if maybe(draw) else []
    found: Document = {"mode": mode, "containerPolicies": [policy, *others]}
    return {"verticalScaling": {**found, **some(draw, {"minReplicas": st.integers(1, 3)})}}

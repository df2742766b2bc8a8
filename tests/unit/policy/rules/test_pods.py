"""requests-and-limits, probes, pod-security, host-access, disruption-budgets, blocking-budget, replicas, spot."""

from typing import Any

import pytest

from slipway.recording.resource import Resource
from slipway.recording.wire import UNKNOWN
from tests.unit.policy.rules.building import aws, container, found, kube, pod, workload

LEVEL = "pod-security.kubernetes.io/enforce"


def test_containers_say_what_they_need() -> None:
    rule = "requests-and-limits"
    lone = {"limits": {"cpu": "1", "memory": UNKNOWN}}
    assert found(rule, workload(), workload(pod(container(resources=lone)))) == []
    assert found(rule, workload(pod(container(resources={})), namespace="kube-system")) == []
    (text,) = found(rule, workload(pod(container(resources={}))))
    assert "container web says nothing of requests.cpu, requests.memory, limits.memory, limits.cpu:" in text
    no_cpu_limit = workload(pod(container(resources={"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}})))
    assert "nothing of limits.cpu:" in found(rule, no_cpu_limit)[0]
    assert found(rule, no_cpu_limit, cpuLimit=False) == []
    for nothing in (0, "0", "0m"):
        resources = {"requests": {"cpu": nothing}, "limits": {"cpu": "1", "memory": "1Gi"}}
        assert "nothing of requests.cpu:" in found(rule, workload(pod(container(resources=resources))))[0]
    first = {"name": "init", "image": "web:1"}
    assert "container init" in found(rule, workload(pod(initContainers=[first])))[0]
    whole = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
    assert found(rule, workload(pod(container(resources={}), resources=whole))) == []


def test_what_listens_says_when_it_is_ready() -> None:
    deaf = workload(pod(container(readinessProbe=None)))
    assert found("probes", workload()) == []
    assert "Deployment web/web has ports and no readiness probe" in found("probes", deaf)[0]
    assert found("probes", workload(pod(container(readinessProbe=None, ports=[])))) == []
    assert found("probes", deaf, tiers=[1]) == []
    assert found("probes", workload(pod(container(), container(readinessProbe=None)))) == []
    job = {"template": {"spec": pod(container(readinessProbe=None))}}
    assert found("probes", kube("batch/v1", "Job", spec=job)) == []
    hanging = workload(pod(container(livenessProbe=None)))
    assert found("probes", hanging) == []
    assert "no liveness probe" in found("probes", hanging, liveness=True)[0]
    assert found("probes", workload(), liveness=True) == []


def test_an_agent_that_nobody_calls_need_not_be_ready() -> None:
    agent = workload(pod(container(readinessProbe=None)), kind="DaemonSet", name="agent")
    assert found("probes", agent) == []
    served = kube("v1", "Service", spec={"selector": {"app": "agent"}})
    assert len(found("probes", agent, served)) == 1
    metrics = kube("v1", "Service", spec={"selector": {"app": "agent"}, "publishNotReadyAddresses": True})
    assert found("probes", agent, metrics) == []


def namespace(name: str, level: str | None) -> Resource:
    return kube("v1", "Namespace", name, namespace=None, labels={} if level is None else {LEVEL: level})


def test_namespaces_enforce_a_level() -> None:
    fine = (namespace("web", "restricted"), namespace("istio-cni", "privileged"), namespace("new", UNKNOWN))
    assert found("pod-security", *fine) == []
    assert "the namespace web enforces no Pod Security level" in found("pod-security", namespace("web", None))[0]
    assert "no Pod Security level" in found("pod-security", namespace("istio-cni", None))[0]
    half = namespace("web", "baseline")
    assert "enforces baseline, and must restricted: set namespaces.web.podSecurity" in found("pod-security", half)[0]
    assert found("pod-security", half, level="baseline") == []
    assert found("pod-security", half, namespaces=["web"]) == []
    assert len(found("pod-security", namespace("web", "privileged"), level="baseline")) == 1
    assert len(found("pod-security", namespace("web", "strict"))) == 1


def secured(**security: Any) -> dict[str, Any]:
    return {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, **security}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            pod(container(securityContext=secured(allowPrivilegeEscalation=True))),
            "allowPrivilegeEscalation is not false",
        ),
        (pod(container(securityContext=secured(capabilities={}))), "capabilities.drop is without ALL"),
        (pod(container(securityContext=secured(runAsUser=0))), "runAsUser is 0"),
        (pod(container(securityContext=secured(runAsNonRoot=False))), "runAsNonRoot is not true"),
        (
            pod(container(securityContext=secured(capabilities={"drop": ["ALL"], "add": ["CHOWN"]}))),
            "more than NET_BIND_SERVICE",
        ),
        (pod(securityContext={"runAsNonRoot": True}), "seccompProfile is neither"),
        (pod(volumes=[{"name": "share", "nfs": {"server": "x"}}]), "the volume share is of the type nfs"),
    ],
)
def test_pods_that_restricted_refuses(spec: dict[str, Any], said: str) -> None:
    (text,) = found("pod-security", workload(spec))
    assert said in text
    assert found("pod-security", workload(spec), level="baseline") == []
    assert found("pod-security", workload(spec), namespaces=["web"]) == []
    assert found("pod-security", workload(spec, namespace="istio-cni")) == []
    assert found("host-access", workload(spec)) == []


def test_a_pod_that_restricted_admits() -> None:
    port = container(securityContext=secured(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}))
    assert found("pod-security", workload(), workload(pod(port, volumes=[{"name": "t", "emptyDir": {}}]))) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (pod(hostNetwork=True), "hostNetwork is true"),
        (pod(hostPID=True), "hostPID is true"),
        (pod(volumes=[{"name": "root", "hostPath": {"path": "/"}}]), "the volume root is the node's /"),
        (pod(container(securityContext=secured(privileged=True))), "container web: privileged is true"),
        (pod(container(securityContext=secured(procMount="Unmasked"))), "procMount is Unmasked"),
        (pod(container(ports=[{"containerPort": 80, "hostPort": 80}])), "the port 80 is the node's port 80"),
        (
            pod(container(securityContext=secured(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}))),
            "capabilities.add has SYS_ADMIN",
        ),
        (
            pod(container(securityContext=secured(seccompProfile={"type": "Unconfined"}))),
            "seccompProfile is Unconfined",
        ),
    ],
)
def test_pods_that_reach_their_node(spec: dict[str, Any], said: str) -> None:
    (text,) = found("host-access", workload(spec))
    assert said in text
    assert found("host-access", workload(spec), namespaces=["web"]) == []
    assert found("host-access", workload(spec, namespace="kube-system")) == []
    assert found("host-access", workload()) == []


def budget(name: str = "web", selects: dict[str, Any] | None = None, **spec: Any) -> Resource:
    selector = {"matchLabels": {"app": "web"}} if selects is None else selects
    return kube("policy/v1", "PodDisruptionBudget", name, spec={"selector": selector, **spec})


def test_apps_that_must_stay_up_have_one_budget() -> None:
    rule = "disruption-budgets"
    one = budget(maxUnavailable=1)
    assert found(rule, workload(), one) == []
    assert "tier 2 has 3 pods and no PodDisruptionBudget" in found(rule, workload())[0]
    assert found(rule, workload(tier=3)) == []
    assert len(found(rule, workload(tier=3), tiers=[3])) == 1
    assert found(rule, workload(replicas=1)) == []
    elsewhere = kube("policy/v1", "PodDisruptionBudget", namespace="data", spec=one.inputs["spec"])
    assert len(found(rule, workload(), elsewhere)) == 1
    by_name = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}
    (text,) = found(rule, workload(), one, budget("second", by_name, minAvailable=1))
    assert text.startswith("Deployment web/web has 2 budgets (PodDisruptionBudget web/second, PodDisruptionBudget web/")
    assert "minAvailable and maxUnavailable" in found(rule, budget(minAvailable=1, maxUnavailable=1))[0]
    assert "selects every pod" in found(rule, budget(selects={}, maxUnavailable=1))[0]
    other = {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}
    assert found(rule, workload(), one, budget("other", other, maxUnavailable=1)) == []


def scaler(least: int, most: int, *, kind: str = "Deployment") -> Resource:
    spec = {"scaleTargetRef": {"kind": kind, "name": "web"}, "minReplicas": least, "maxReplicas": most}
    return kube("autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)


@pytest.mark.parametrize(
    ("allowed", "blocks"),
    [
        ({"maxUnavailable": 0}, True),
        ({"maxUnavailable": "0%"}, True),
        ({"minAvailable": 3}, True),
        ({"minAvailable": "100%"}, True),
        ({"minAvailable": "67%"}, True),
        ({"maxUnavailable": 1}, False),
        ({"maxUnavailable": "10%"}, False),
        ({"minAvailable": 2}, False),
        ({"minAvailable": UNKNOWN}, False),
    ],
)
def test_budgets_that_let_no_pod_go(allowed: dict[str, Any], blocks: bool) -> None:
    texts = found("blocking-budget", workload(), budget(**allowed))
    assert [text.split(":")[0] for text in texts] == ["PodDisruptionBudget web/web lets no pod go of 3"] * blocks
    assert found("blocking-budget", workload(), budget(**allowed), tiers=[1]) == []


def test_a_budget_is_judged_at_the_fewest_pods() -> None:
    assert found("blocking-budget", workload(), budget(minAvailable=2)) == []
    (text,) = found("blocking-budget", workload(), scaler(2, 9), budget(minAvailable=2))
    assert "no pod go of 2" in text
    alone = found("blocking-budget", workload(replicas=1), budget(minAvailable=1))
    assert alone[0].endswith("and run more than one pod")


def test_apps_have_the_pods_of_their_tier() -> None:
    rule = "replicas-per-tier"
    alone = workload(replicas=1)
    assert found(rule, workload(), workload(tier=3, replicas=1)) == []
    assert found(rule, alone) == ["Deployment web/web of tier 2 may be down to 1 of 2 pods: set replicas: 2"]
    assert found(rule, alone, environment="development") == []
    assert len(found(rule, alone, environment="development", environments=["development"])) == 1
    assert found(rule, alone, tier2=1) == []
    assert "set scaling.minReplicas: 2" in found(rule, workload(), scaler(1, 9))[0]
    assert found(rule, alone, scaler(2, 9)) == []
    assert found(rule, workload(kind="StatefulSet", replicas=1)) == []
    assert found(rule, workload(tier=None, replicas=1)) == []


def test_the_version_that_counts_is_counted() -> None:
    rule = "replicas-per-tier"
    canary = workload(name="web-canary", labels={"app.kubernetes.io/name": "web", "track": "canary"}, replicas=1)
    assert found(rule, workload(labels={"track": "stable"}), canary) == []
    idle = workload(name="web-green", labels={"app.kubernetes.io/name": "web", "track": "green"}, replicas=0)
    assert found(rule, workload(labels={"track": "blue"}), idle) == []


def test_what_scales_to_nothing_may() -> None:
    spec = {"scaleTargetRef": {"name": "web"}, "minReplicaCount": 0}
    keda = kube("keda.sh/v1alpha1", "ScaledObject", spec=spec)
    assert found("replicas-per-tier", workload(tier=3, replicas=1), keda) == []
    assert "down to 0 of 2" in found("replicas-per-tier", workload(tier=2), keda)[0]


def test_stores_of_one_member() -> None:
    store = workload(kind="StatefulSet", replicas=1)
    assert "StatefulSet web/web of tier 2 has one member" in found("single-member", store)[0]
    assert found("single-member", store, environment="development") == []
    assert found("single-member", store, tiers=[1]) == []
    assert found("single-member", workload(kind="StatefulSet", replicas=3), workload(replicas=1)) == []


SPOT = aws(
    "eks/nodeGroup:NodeGroup",
    "spot",
    capacityType="SPOT",
    instanceTypes=["m6i.large"],
    labels={"slipway.dev/pool": "spot"},
    taints=[{"key": "slipway.dev/pool", "value": "spot", "effect": "NO_SCHEDULE"}],
    scalingConfig={"desiredSize": 1, "minSize": 1, "maxSize": 1},
)
OPEN_SPOT = aws(
    "eks/nodeGroup:NodeGroup", "spot", **{key: value for key, value in SPOT.inputs.items() if key != "taints"}
)
TOLERATES = {"tolerations": [{"key": "slipway.dev/pool", "operator": "Equal", "value": "spot", "effect": "NoSchedule"}]}


def required(operator: str, *pools: str) -> dict[str, Any]:
    expression = {"key": "slipway.dev/pool", "operator": operator, "values": list(pools)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


@pytest.mark.parametrize(
    ("pool", "spec", "found_there"),
    [
        (SPOT, {}, False),
        (SPOT, TOLERATES, True),
        (SPOT, {"tolerations": [{"operator": "Exists"}]}, True),
        (SPOT, {**TOLERATES, "nodeSelector": {"slipway.dev/pool": "general"}}, False),
        (SPOT, {**TOLERATES, "nodeSelector": {"slipway.dev/pool": "spot"}}, True),
        (SPOT, {**TOLERATES, **required("In", "general", "spot")}, True),
        (SPOT, {**TOLERATES, **required("In", "general")}, False),
        (SPOT, {**TOLERATES, **required("NotIn", "spot")}, False),
        (SPOT, {"tolerations": [{"key": "other", "operator": "Exists"}]}, False),
        (OPEN_SPOT, {}, True),
    ],
)
def test_what_must_stay_up_is_kept_off_spot_nodes(pool: Resource, spec: dict[str, Any], found_there: bool) -> None:
    texts = found("spot-only-tier-3", pool, workload(pod(**spec)))
    assert len(texts) == found_there
    assert all("of tier 2 may run on the spot pool spot" in text for text in texts)
    assert found("spot-only-tier-3", pool, workload(pod(**spec), tier=3)) == []
    assert found("spot-only-tier-3", pool, workload(pod(**spec)), tiers=[2, 3]) == []
    assert found("spot-only-tier-3", pool, workload(pod(**spec), kind="DaemonSet")) == []

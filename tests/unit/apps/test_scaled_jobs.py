"""Jobs by events: what KEDA gets, what waits for what, and what is refused of them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.apps.manifests import render
from components.apps.pod_counts import most_pods
from components.apps.words import Manifest
from components.tenancy.demand import app_demand
from tests.support.coherence import faults
from tests.support.incluster import waits_for
from tests.support.schemas import manifest_problems, recording_problems
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import advice, one, problems, stack
from tests.unit.apps.test_scaling import CRON, KAFKA, QUERY, QUEUE
from tests.unit.apps.test_stack import deploy, named

TRIGGERS: dict[str, Any] = {
    "orders": {"awsSqsQueue": {"queueArn": QUEUE, "queueLength": 1}},
    "day": {"cron": CRON},
    "load": {"prometheus": QUERY},
    "lag": {
        "kafka": {**KAFKA, "sasl": "plaintext"},
        "secretTargetRef": {key: {"name": "kafka", "key": key} for key in ("username", "password")},
    },
}
KEDA_STACK = {"autoscaling": {"keda": {"aws": {"queueArns": [QUEUE]}}}, "monitoring": {}}


def scaling(triggers: dict[str, Any] = TRIGGERS, **keda: Any) -> dict[str, Any]:
    return {"minReplicas": 0, "maxReplicas": 9, "keda": {"triggers": triggers, **keda}}


def objects(**fields: Any) -> dict[str, Manifest]:
    declared = app(**{"kind": "Job", "tier": 3, "scaling": scaling(), **fields})
    found = render(declared, context(declared))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    return found


def document(keda: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"kind": "Job", "scaling": scaling(**keda or {}), **fields}


def test_a_job_by_events_is_a_scaled_job() -> None:
    found = objects(
        image="registry.example.com/worker:1.2.0",
        job={"backoffLimit": 2, "activeDeadlineSeconds": 600, "parallelism": 2, "restartPolicy": "OnFailure"},
        config={"MODE": "once"},
        scaling=scaling(
            pollingInterval=10,
            successfulJobsHistoryLimit=5,
            failedJobsHistoryLimit=20,
            rollout={"strategy": "immediate", "propagationPolicy": "foreground"},
            scalingStrategy={"strategy": "accurate", "multipleScalersCalculation": "sum"},
        ),
    )
    assert {each["kind"] for each in found.values()}.isdisjoint({"Job", "ScaledObject", "HorizontalPodAutoscaler"})
    job, plain = found["scaledjob"], objects(job={"parallelism": 2}, config={"MODE": "once"}, scaling=None)["job"]
    assert (job["apiVersion"], job["kind"]) == ("keda.sh/v1alpha1", "ScaledJob")
    assert (job["metadata"]["name"], job["metadata"]["namespace"]) == ("api", "web")
    assert job["metadata"]["labels"]["version"] == "1.2.0"
    spec = dict(job["spec"])
    target, triggers = spec.pop("jobTargetRef"), spec.pop("triggers")
    assert spec == {
        "minReplicaCount": 0,
        "maxReplicaCount": 9,
        "pollingInterval": 10,
        "successfulJobsHistoryLimit": 5,
        "failedJobsHistoryLimit": 20,
        "rollout": {"strategy": "immediate", "propagationPolicy": "foreground"},
        "scalingStrategy": {"strategy": "accurate", "multipleScalersCalculation": "sum"},
    }
    template = target.pop("template")
    assert target == {
        "parallelism": 2,
        "completions": 2,
        "completionMode": "NonIndexed",
        "backoffLimit": 2,
        "activeDeadlineSeconds": 600,
    }
    assert template["spec"]["restartPolicy"] == "OnFailure"
    # the same hardened pod that a plain Job has, but for what the two files say differently
    pod = {**template["spec"], "restartPolicy": "Never"}
    pod["containers"] = [{**pod["containers"][0], "image": plain["spec"]["template"]["spec"]["containers"][0]["image"]}]
    assert pod == plain["spec"]["template"]["spec"]
    assert [(each["name"], each["type"]) for each in triggers] == [
        ("orders", "aws-sqs-queue"),
        ("day", "cron"),
        ("load", "prometheus"),
        ("lag", "kafka"),
    ]
    assert triggers[0]["authenticationRef"] == {"name": "api-orders"}
    assert found["trigger-orders"]["spec"] == {"podIdentity": {"provider": "aws"}}
    assert [each["parameter"] for each in found["trigger-lag"]["spec"]["secretTargetRef"]] == ["username", "password"]
    assert list(found).index("trigger-orders") < list(found).index("scaledjob")


def test_a_change_lets_running_jobs_end() -> None:
    assert objects()["scaledjob"]["spec"]["rollout"] == {"strategy": "gradual"}


def test_the_other_kinds_are_as_they_were() -> None:
    found = objects(kind="Deployment")
    assert {"scaledobject", "deployment", "trigger-orders"} <= found.keys()
    assert "scaledjob" not in found


@given(
    triggers=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from([*TRIGGERS.values()]), min_size=1),
    strategy=st.sampled_from(["default", "accurate", "eager", "custom"]),
    conditions=st.lists(st.sampled_from(["Ready", "PodScheduled", "example.com/warm"]), unique=True),
    parallelism=st.integers(1, 5),
)
@settings(max_examples=15)
def test_whatever_is_said_all_is_valid_and_holds_together(
    triggers: dict[str, Any], strategy: str, conditions: list[str], parallelism: int
) -> None:
    custom = {"customScalingQueueLengthDeduction": 1, "customScalingRunningJobPercentage": "0.5"}
    own = {"strategy": strategy, "pendingPodConditions": conditions, **(custom if strategy == "custom" else {})}
    fields = {"scaling": scaling(triggers, scalingStrategy=own), "job": {"parallelism": parallelism}}
    found = objects(**fields)
    rendered = [*found.values()]
    assert [fault for fault in faults(rendered) if "priority class" not in fault and "Secret" not in fault] == []
    assert most_pods(app(kind="Job", **fields)) == 9 * parallelism
    logins = {
        each["authenticationRef"]["name"]
        for each in found["scaledjob"]["spec"]["triggers"]
        if "authenticationRef" in each
    }
    assert logins == {each["metadata"]["name"] for suffix, each in found.items() if suffix.startswith("trigger-")}


def test_nothing_watches_an_autoscaler_that_is_not_there() -> None:
    declared = app(kind="Job", scaling=scaling(), monitoring=True)
    found = render(declared, context(declared, monitoring=True, grafana=True))
    assert "PrometheusRule" in {each["kind"] for each in found.values()}
    assert "horizontalpodautoscaler" not in str(found)


def test_its_quota_is_that_of_all_its_jobs() -> None:
    asked = app_demand(app(kind="Job", job={"parallelism": 2}, scaling=scaling()), None)
    single = app_demand(app(kind="Job"), None)
    assert (asked.pods, asked.requests_cpu) == (18, single.requests_cpu * 18)


@pytest.mark.parametrize("known", [True, False])
def test_the_jobs_wait_for_logins_rights_and_configuration(known: bool) -> None:
    declared = app(
        kind="Job", config={"MODE": "once"}, scaling=scaling(), permissions=[{"resources": ["pods"], "verbs": ["get"]}]
    )
    recording = deploy(declared, context(declared), known=known)
    assert recording_problems(recording) == []
    job = named(recording, "api-scaledjob")
    wanted = {"api-trigger-orders", "api-trigger-lag", "api-sa", "api-config", "api-role-binding", "ns"}
    assert waits_for(recording, job) >= wanted
    assert job.ignore_changes == ()


def test_what_there_is_of_it_is_accepted() -> None:
    declared = stack(
        "production",
        document(
            {
                "pollingInterval": 10,
                "successfulJobsHistoryLimit": 5,
                "rollout": {},
                "scalingStrategy": {"strategy": "eager"},
            },
            job={"ttlSecondsAfterFinished": 60},
        ),
        **KEDA_STACK,
    )
    assert problems(declared) == []
    assert ("job", "ttlSecondsAfterFinished") not in [each.path for each in advice(declared)]


CUSTOM = {"strategy": "custom", "customScalingQueueLengthDeduction": 1}


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        ({"kind": "Job", "scaling": {"minReplicas": 1, "maxReplicas": 2}}, ("scaling",), "keda: {triggers: …}"),
        ({**document(), "kind": "CronJob", "cron": {"schedule": "0 3 * * *"}}, ("scaling",), "kind: Job"),
        (document({"cooldownPeriod": 5}), ("scaling", "keda", "cooldownPeriod"), "end by themselves"),
        (document({"idleReplicaCount": 0}), ("scaling", "keda", "idleReplicaCount"), "end by themselves"),
        (document({"fallback": {"replicas": 1}}), ("scaling", "keda", "fallback"), "end by themselves"),
        (
            document({"restoreToOriginalReplicaCount": True}),
            ("scaling", "keda", "restoreToOriginalReplicaCount"),
            "a kind whose pods stay",
        ),
        ({"kind": "Job", "scaling": {**scaling(), "behavior": {}}}, ("scaling", "behavior"), "scalingStrategy"),
        ({"kind": "Job", "scaling": {**scaling(), "cpu": 70}}, ("scaling", "cpu"), "awsSqsQueue"),
        ({"kind": "Job", "scaling": {**scaling(), "memory": 70}}, ("scaling", "memory"), "awsSqsQueue"),
        (
            {
                "kind": "Job",
                "scaling": {
                    **scaling(),
                    "metrics": [{"pods": {"metric": {"name": "a"}, "target": {"averageValue": 1}}}],
                },
            },
            ("scaling", "metrics"),
            "awsSqsQueue",
        ),
        (
            {"kind": "Job", "scaling": scaling({"load": {"cpu": {"averageUtilization": 70}}})},
            ("scaling", "keda", "triggers", "load"),
            "awsSqsQueue",
        ),
        (
            document({"scalingStrategy": CUSTOM}),
            ("scaling", "keda", "scalingStrategy", "customScalingRunningJobPercentage"),
            "a number",
        ),
        (
            document({"scalingStrategy": {**CUSTOM, "strategy": "eager"}}),
            ("scaling", "keda", "scalingStrategy", "customScalingQueueLengthDeduction"),
            "strategy: custom",
        ),
        ({**document(), "kind": "Deployment"}, None, ""),
        ({**document({"rollout": {}}), "kind": "Deployment"}, ("scaling", "keda", "rollout"), "kind: Job"),
        (document(verticalScaling={}), ("verticalScaling",), "unset"),
        ({"kind": "Job", "scaling": {**scaling(), "minReplicas": 10}}, ("scaling", "maxReplicas"), "at least 10"),
        (document(replicas=3), ("replicas",), "unset"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], path: tuple[str, ...] | None, said: str) -> None:
    declared = stack("production", fields, **{**KEDA_STACK, "autoscaling": {**KEDA_STACK["autoscaling"], "vpa": {}}})
    if path is None:
        assert problems(declared) == []
        return
    found = one(declared)
    assert found.path == path
    assert said in f"{found.message} {found.allowed}"


def test_without_keda_the_line_that_turns_it_on_is_named() -> None:
    found = one(stack("production", document(), autoscaling={}, monitoring={}))
    assert (found.path, found.allowed) == (("scaling", "keda"), "`autoscaling: {keda: {}}` in the stack file")


def test_the_strategy_without_a_limit_is_pointed_out() -> None:
    own = {**CUSTOM, "customScalingRunningJobPercentage": "0.5"}
    declared = stack("production", document({"scalingStrategy": own}), **KEDA_STACK)
    assert problems(declared) == []
    assert ("scaling", "keda", "scalingStrategy", "strategy") in [each.path for each in advice(declared)]


@pytest.mark.parametrize("share", ["1.5", "50%", "-0.5", "0.5x", ""])
def test_a_share_is_a_number_up_to_one(share: str) -> None:
    with pytest.raises(ValueError, match="customScalingRunningJobPercentage"):
        app(kind="Job", scaling=scaling(scalingStrategy={**CUSTOM, "customScalingRunningJobPercentage": share}))

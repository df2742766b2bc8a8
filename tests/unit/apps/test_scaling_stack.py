"""What an app that KEDA scales registers: logins and pods first, and a number of pods that Pulumi leaves alone."""

import pytest

from tests.support.incluster import waits_for
from tests.support.schemas import recording_problems
from tests.unit.apps.shipped import app, context
from tests.unit.apps.test_stack import deploy, named

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"


@pytest.mark.parametrize("known", [True, False])
def test_keda_owns_the_number_of_pods(known: bool) -> None:
    triggers = {"orders": {"awsSqsQueue": {"queueArn": QUEUE}}}
    settings = app(
        scaling={"minReplicas": 0, "maxReplicas": 9, "keda": {"triggers": triggers}},
        verticalScaling={"mode": "Initial"},
    )
    recording = deploy(settings, context(settings), known=known)
    assert recording_problems(recording) == []
    assert named(recording, "api-deployment").ignore_changes == ("spec.replicas",)
    scaled = named(recording, "api-scaledobject")
    assert waits_for(recording, scaled) >= {"api-deployment", "api-trigger-orders", "ns"}
    assert named(recording, "api-vpa").inputs["spec"]["updatePolicy"] == {"updateMode": "Initial"}

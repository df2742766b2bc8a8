"""What is refused, and what is pointed out, about monitoring."""

from typing import Any

import pytest

from components.operations import monitoring_checks
from components.operations.monitoring_settings import MonitoringSettings
from tests.support.operations import operations_stack
from tests.support.stacks import EKS, Judge

JUDGE = Judge(monitoring_checks)
HOOK = {"url": {"name": "hook", "key": "url"}}
TOPIC = {"topicArn": "arn:aws:sns:us-west-2:123456789012:alerts"}
DRIVER = {"aws-ebs-csi-driver": {"enabled": False}}


def stack(monitoring: dict[str, Any] | None = None, **rooms: Any) -> Any:
    return operations_stack(monitoring=monitoring or {}, **rooms)


def receiving(**receivers: Any) -> dict[str, Any]:
    return {"alertmanager": {"receivers": receivers}}


def test_nothing_is_said_without_the_room_or_with_its_defaults() -> None:
    for settings in (operations_stack(), stack(), operations_stack(existing=True)):
        assert JUDGE.problems(settings) == []
        assert JUDGE.advice(settings) == []


def test_volumes_need_a_driver() -> None:
    problem = JUDGE.only(stack(cluster={**EKS["cluster"], "addons": DRIVER}))
    assert problem.path == ("monitoring",)
    assert "aws-ebs-csi-driver" in problem.message
    assert JUDGE.problems(stack(existing=True)) == []


@pytest.mark.parametrize("storage", [{"defaultClass": None}, {"classes": {}, "defaultClass": None}])
def test_volumes_need_a_class(storage: dict[str, Any]) -> None:
    problem = JUDGE.only(stack(storage=storage))
    assert problem.path == ("monitoring", "storageClass")
    assert "storageClass: gp3-ssd" in problem.allowed
    assert JUDGE.problems(stack({"storageClass": "gp3-ssd"}, storage={"defaultClass": None})) == []


def test_a_class_is_one_that_the_stack_makes() -> None:
    problem = JUDGE.only(stack({"storageClass": "gp3-sdd"}))
    assert (problem.path, problem.nearest) == (("monitoring", "storageClass"), "gp3-ssd")
    assert JUDGE.problems(stack({"storageClass": "theirs"}, existing=True)) == []


@pytest.mark.parametrize(
    ("receiver", "found"),
    [
        ({}, "none of slack, pagerduty, webhook, sns"),
        ({"webhook": HOOK, "sns": TOPIC}, "webhook, sns"),
    ],
)
def test_a_receiver_is_told_in_one_way(receiver: dict[str, Any], found: str) -> None:
    problem = JUDGE.only(stack(receiving(team=receiver)))
    assert problem.path == ("monitoring", "alertmanager", "receivers", "team")
    assert problem.found == found


def test_a_receiver_is_told_of_something() -> None:
    problem = JUDGE.only(stack(receiving(team={"webhook": HOOK, "severities": []})))
    assert problem.path[-1] == "severities"
    assert JUDGE.problems(stack(receiving(dead={"webhook": HOOK, "severities": [], "watchdog": True}))) == []


def test_sns_needs_an_aws_identity() -> None:
    problem = JUDGE.only(stack(receiving(topic={"sns": TOPIC}), existing=True))
    assert problem.path[-2:] == ("topic", "sns")
    assert "AWS identity" in problem.message
    assert JUDGE.problems(stack(receiving(topic={"sns": TOPIC}))) == []


@pytest.mark.parametrize("part", ["prometheus", "alertmanager"])
def test_each_pod_has_a_node(part: str) -> None:
    pools = {"general": {"size": 3}, "gpu": {"size": 3}}
    problem = JUDGE.only(stack({part: {"replicas": 4}}, nodePools=pools))
    assert problem.path == ("monitoring", part, "replicas")
    assert problem.found == "4 pods on 3 nodes"
    assert JUDGE.problems(stack({part: {"replicas": 3}}, nodePools=pools)) == []
    assert JUDGE.problems(stack({part: {"replicas": 4}})) == []  # no pool, no nodes to count


def test_production_hears_of_alerts_and_of_their_absence() -> None:
    def said(*receivers: dict[str, Any]) -> list[str]:
        named = {f"r{number}": each for number, each in enumerate(receivers)}
        return [each.text for each in JUDGE.advice(stack(receiving(**named), environment="production"))]

    (nobody,) = said({"webhook": HOOK, "severities": ["info"]})
    assert "nobody is told of critical alerts" in nobody
    (silence,) = said({"webhook": HOOK})
    assert "watchdog: true" in silence
    assert said({"webhook": HOOK}, {"webhook": HOOK, "severities": [], "watchdog": True}) == []
    assert said({"webhook": HOOK, "watchdog": True}) == []


def test_production_does_not_watch_with_one_eye() -> None:
    receiver = {"webhook": HOOK, "watchdog": True}
    monitoring = {
        "prometheus": {"replicas": 1},
        "alertmanager": {"replicas": 1, "receivers": {"team": receiver}},
    }
    paths = [each.path for each in JUDGE.advice(stack(monitoring, environment="production"))]
    assert paths == [("monitoring", "prometheus", "replicas"), ("monitoring", "alertmanager", "replicas")]
    assert JUDGE.advice(stack(monitoring)) == []


def test_an_existing_cluster_may_have_an_operator() -> None:
    (advice,) = JUDGE.advice(stack(existing=True))
    assert "one Prometheus operator serves a whole cluster" in advice.text


def test_the_defaults_are_a_whole_room() -> None:
    assert operations_stack(monitoring={}).monitoring == MonitoringSettings()

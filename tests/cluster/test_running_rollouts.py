"""Production's apps go to a new version, rendered as a user's change would be: never too few pods, never too many."""

import pytest

from components.apps.exposure import CanarySettings
from tests.cluster.findings import uncovered, unserved
from tests.cluster.running import RunningStack
from tests.cluster.tally import Tally
from tests.cluster.test_running_pods import zones
from tests.cluster.waiting import eventually
from tests.cluster.workloads import Extremes, await_complete, count_pods, extremes, pods_of, update

IMAGE = "registry.example.com/next:v9.9.9"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # three pods, maxSurge 1, maxUnavailable 0
        ("api-gateway", Extremes(fewest_ready=3, most=4, added=3, removed=3)),
        # three pods, maxSurge 1, maxUnavailable 1
        ("webapp", Extremes(fewest_ready=2, most=4, added=3, removed=3)),
        # one pod that is stopped first, since the new one takes its name and its volume
        ("postgres", Extremes(fewest_ready=0, most=1, added=1, removed=1)),
    ],
)
def test_a_new_version_keeps_to_the_limits_of_its_strategy(
    production: RunningStack, tally: Tally, name: str, expected: Extremes
) -> None:
    client, workload = production.client, production.workload(name)
    app = production.app(name)
    namespace = app.namespace
    before = pods_of(client, workload)
    changed = production.rendered(app.model_copy(update={"image": IMAGE}))[app.kind.lower()]
    since = update(client, changed, scaled=app.scaling is not None)
    await_complete(client, [changed])
    events = client.history("v1", "Pod", namespace, since)
    count_pods(tally, events)
    found = extremes(before, events, workload)
    assert found.fewest_ready >= expected.fewest_ready
    assert found.most <= expected.most
    assert (found.added, found.removed) == (expected.added, expected.removed)
    pods = pods_of(client, workload)
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {IMAGE}
    if app.tier == 1:
        assert set(zones(production, pods).values()) == {1}
    update(client, workload, scaled=app.scaling is not None)
    await_complete(client, [workload])


def test_a_canary_is_changed_while_the_stable_pods_are_left_alone(production: RunningStack, tally: Tally) -> None:
    client, app = production.client, production.app("webapp")
    stable = {pod["metadata"]["uid"] for pod in pods_of(client, production.workload("webapp"))}
    canary = production.workload("webapp-canary")
    before = pods_of(client, canary)
    changed = production.rendered(app.model_copy(update={"canary": CanarySettings(image=IMAGE)}))["canary"]
    since = update(client, changed, scaled=False)
    await_complete(client, [changed])
    events = client.history("v1", "Pod", "web", since)
    count_pods(tally, events)
    assert extremes(before, events, canary) == Extremes(fewest_ready=1, most=2, added=1, removed=1)
    assert {pod["metadata"]["uid"] for pod in pods_of(client, production.workload("webapp"))} == stable
    eventually(lambda: not list(unserved(production)), "the Services lead to the new canary, too")
    allowed = {"api-gateway": 0, "webapp": 1, "postgres": 1}
    eventually(lambda: not list(uncovered(production, allowed)), "the budget covers the new canary, too")
    update(client, canary, scaled=False)
    await_complete(client, [canary])

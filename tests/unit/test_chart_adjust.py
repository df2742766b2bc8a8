"""What a stack changes of a platform chart arrives in the chart's own values, or is refused with what it takes."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from components import chart_checks
from components.chart_adjust import ChartAdjustment, PartAdjustment, adjusted, of_parts, typed_values
from components.chart_parts import FAMILIES, KEYS, PARTS, Key, Part
from components.chart_values import chart, defaults, has, schema_errors, unknown
from components.charts import Charts, ChartSettings
from components.component import Nodes
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_fit import Group
from components.foundation.pool_plan import resolve
from components.problem import Problem
from components.settings import StackSettings
from tests.support.chart_installs import written
from tests.support.chart_values import RELEASE
from tests.support.recorded import Recorded
from tests.support.recording import record
from tests.support.shipped import ROOT
from tests.support.stacks import Judge, stack

JUDGE = Judge(chart_checks)
LOCK = Charts.read_lock()
EVERY = [
    pytest.param(entry, name, part, id=f"{entry}-{name}") for entry in PARTS for name, part in PARTS[entry].items()
]
TOLERATION = {"key": "team", "operator": "Equal", "value": "platform", "effect": "NoSchedule"}
GIVEN: dict[Key, Any] = {
    "replicas": 3,
    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
    "tolerations": [TOLERATION],
    "nodeSelector": {"slipway.dev/pool": "general"},
}


def adjustment(**keys: Any) -> ChartAdjustment:
    return ChartAdjustment.model_validate(keys, by_name=False)


def adjusting(entry: str, **keys: Any) -> StackSettings:
    rooms = written(entry) if entry in PARTS else {}
    return stack(**rooms, charts={"adjust": {entry: keys}}, nodePools={"general": {}, "spot": {}})


def at(values: Any, path: str) -> Any:
    for key in path.split("."):
        values = values[key]
    return values


def test_the_table_has_every_chart_of_the_lock_and_the_families_are_of_it() -> None:
    assert set(PARTS) == set(LOCK.charts)
    assert {entry for family in FAMILIES for entry in family} <= set(PARTS)
    for family in FAMILIES:
        assert len({LOCK.charts[entry].version for entry in family}) == 1


@pytest.mark.parametrize(("entry", "name", "part"), EVERY)
def test_every_path_is_one_of_the_charts(entry: str, name: str, part: Part) -> None:
    known = defaults(chart(entry))
    assert [path for path in part.paths.values() if not has(known, path)] == []


@pytest.mark.parametrize(("entry", "name", "part"), EVERY)
def test_no_key_that_a_part_has_is_left_out_without_a_reason(entry: str, name: str, part: Part) -> None:
    known = defaults(chart(entry))
    beside = {path.rpartition(".")[0] for key, path in part.paths.items() if path.endswith(key)}
    for key in set(KEYS) - set(part.paths):
        there = [f"{place}.{key}".lstrip(".") for place in beside if has(known, f"{place}.{key}".lstrip("."))]
        assert not there or part.why, there
    assert len(part.paths) == len(KEYS) or part.why


@pytest.mark.parametrize(("entry", "name", "part"), EVERY)
def test_what_is_given_for_a_part_arrives_and_the_chart_takes_it(entry: str, name: str, part: Part) -> None:
    given_keys = {key: GIVEN[key] for key in part.paths}
    values = typed_values(entry, adjustment(parts={name: given_keys}))
    for key, path in part.paths.items():
        found = at(values, path)
        if part.text and key in ("tolerations", "nodeSelector"):
            assert isinstance(found, str)
            assert "team" in found or "slipway.dev/pool: general" in found
        else:
            assert found == GIVEN[key]
    assert list(unknown(chart(entry), values)) == []
    assert list(schema_errors(chart(entry), values)) == []
    assert JUDGE.problems(adjusting(entry, parts={name: given_keys})) == []


@given(st.sampled_from(sorted(PARTS)), st.sets(st.sampled_from(KEYS), min_size=1))
def test_a_key_is_taken_or_refused_and_never_lost(entry: str, keys: set[Key]) -> None:
    given_keys = {key: GIVEN[key] for key in keys}
    problems = JUDGE.problems(adjusting(entry, **given_keys))
    refused = {str(problem.path[-1]) for problem in problems}
    written = {
        key for _, part, changes in of_parts(entry, adjustment(**given_keys)) for key in changes if key in part.paths
    }
    assert refused | written == keys
    assert not refused & written
    assert all(problem.allowed for problem in problems)


def test_keys_of_the_chart_are_for_its_main_part_or_for_every_part_but_agents() -> None:
    values = typed_values("kube-prometheus-stack", adjustment(**GIVEN, parts={"alertmanager": {"replicas": 2}}))
    spec = values["prometheus"]["prometheusSpec"]
    assert (spec["replicas"], spec["tolerations"]) == (3, [TOLERATION])
    assert values["alertmanager"]["alertmanagerSpec"] == {
        "replicas": 2,
        "tolerations": [TOLERATION],
        "nodeSelector": GIVEN["nodeSelector"],
    }
    assert "prometheus-node-exporter" not in values


def test_values_come_last_and_what_slipway_sets_stays_beside_them() -> None:
    own = {"replicaCount": 2, "webhook": {"hostNetwork": True}, "extraArgs": ["--v=2"]}
    change = adjustment(
        replicas=3, values={"replicaCount": 4, "webhook": {"timeoutSeconds": 5}, "extraArgs": ["--v=4"]}
    )
    assert adjusted("cert-manager", own, change) == {
        "replicaCount": 4,
        "webhook": {"hostNetwork": True, "timeoutSeconds": 5},
        "extraArgs": ["--v=4"],
    }
    assert adjusted("cert-manager", own, None) == own


def released(entry: str, *, before_nodes: bool = False, **keys: Any) -> Recorded:
    taint = {"key": "team", "value": "platform"}
    pools = {"general": {}, "platform": {"instanceTypes": ["m6i.large"], "size": 1, "taints": [taint]}}

    def program() -> None:
        groups = [
            (
                Group(resolve(name, NodePoolSettings.model_validate(each)), "us-west-2a", 1),
                pulumi.CustomResource("a:b:C", name),
            )
            for name, each in pools.items()
        ]
        charts = Charts(ChartSettings(adjust={entry: adjustment(**keys)}), LOCK, Nodes(tuple(groups)))
        charts.release(
            "one", entry, namespace="apps", values={"a": 1}, before_nodes=before_nodes, opts=pulumi.ResourceOptions()
        )

    return record(program).one(RELEASE, "one")


def test_a_release_says_what_is_changed_of_it_and_names_no_value() -> None:
    found = released("keda", replicas=3, version="2.21.0", values={"logging": {"operator": {"level": "secret-word"}}})
    assert found.inputs["version"] == "2.21.0"
    assert found.inputs["values"]["a"] == 1
    assert found.inputs["values"]["operator"]["replicaCount"] == 3
    assert found.inputs["description"] == (
        "adjusted: replicas; version 2.21.0 in place of the lock's; UNCHECKED values: logging.operator.level"
    )
    assert "description" not in released("cert-manager").inputs


def test_a_chart_waits_for_the_nodes_that_its_pods_are_put_on() -> None:
    place: dict[str, Any] = {"nodeSelector": {"slipway.dev/pool": "platform"}, "tolerations": [TOLERATION]}
    assert [urn.rpartition("::")[2] for urn in released("keda", **place).dependencies] == ["platform"]
    assert released("keda", replicas=3).dependencies == ()
    # Calico as the whole CNI: nodes are ready with it only
    assert released("tigera-operator", before_nodes=True, **place).dependencies == ()


@pytest.mark.parametrize(
    ("entry", "keys", "path", "word"),
    [
        ("cert-manger", {}, (), "cert-manager"),
        ("cert-manager", {"parts": {"webhok": {}}}, ("parts", "webhok"), "webhook"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(
    entry: str, keys: dict[str, Any], path: tuple[str, ...], word: str
) -> None:
    problem = JUDGE.only(adjusting(entry, **keys))
    assert (problem.path, problem.nearest) == (("charts", "adjust", entry, *path), word)


def only(entry: str, **keys: Any) -> Problem:
    return JUDGE.only(adjusting(entry, **keys))


def test_a_key_that_a_chart_does_not_take_is_refused_with_what_it_takes() -> None:
    problem = only("istiod", replicas=3)
    assert "autoscaleMin" in problem.message
    assert problem.allowed == "resources, tolerations, nodeSelector"
    assert "definitions only" in only("istio-base", tolerations=[]).message
    assert only("keda", nodeSelector={"slipway.dev/pool": "sport"}).nearest == "spot"


def test_more_than_may_be_taken_is_not_asked_for() -> None:
    amounts = {"requests": {"cpu": "2", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "64Mi"}}
    problem = only("keda", parts={"webhooks": {"resources": amounts}})
    assert problem.path == ("charts", "adjust", "keda", "parts", "webhooks", "resources", "requests", "cpu")


def test_parts_of_one_system_have_one_version() -> None:
    assert only("istiod", version="1.31.0").path == ("charts", "adjust", "istiod", "version")
    same = {entry: {"version": "1.31.0"} for entry in FAMILIES[0]}
    settings = stack(
        **{**written("istio-ztunnel"), "ingress": "istio"}, charts={"adjust": same}, nodePools={"general": {}}
    )
    assert JUDGE.problems(settings) == []
    assert len(JUDGE.advice(settings)) == len(same)


def test_values_pass_the_charts_schema_and_their_text_is_not_shown() -> None:
    problem = only("cert-manager", values={"replicaCount": "hunter2"})
    assert problem.path == ("charts", "adjust", "cert-manager", "values", "replicaCount")
    assert "hunter2" not in repr(problem)
    misspelt = only("cert-manager", values={"prometheus": {"enabledd": True}})
    assert (misspelt.path[-2:], misspelt.nearest) == (("prometheus", "enabledd"), "enabled")
    (version, unchecked) = JUDGE.advice(adjusting("cert-manager", version="v1.22.0", values={"replicaCount": "2"}))
    assert "v1.21.1" in version.text
    assert "UNCHECKED: replicaCount" in unchecked.text


def test_values_that_the_chart_does_not_seem_to_have_are_pointed_out() -> None:
    unchecked, unread = JUDGE.advice(adjusting("keda", values={"operator": {"replicas": 3}}))
    assert "UNCHECKED: operator.replicas" in unchecked.text
    assert unread.path == ("charts", "adjust", "keda", "values", "operator", "replicas")
    assert "operator.replicaCount" in unread.text


def test_pods_that_no_pool_runs_are_pointed_out() -> None:
    (found,) = JUDGE.advice(adjusting("keda", nodeSelector={"slipway.dev/pool": "spot"}))
    assert "no node pool" in found.text
    spot = {"key": "slipway.dev/pool", "operator": "Exists"}
    assert JUDGE.advice(adjusting("keda", nodeSelector={"slipway.dev/pool": "spot"}, tolerations=[spot])) == []


def test_a_part_may_be_given_nothing() -> None:
    assert PartAdjustment().given() == {}
    assert typed_values("keda", adjustment(parts={"operator": {}})) == {}


def test_the_guide_shows_what_works() -> None:
    guide = (ROOT / "docs/guide/charts-and-mirrors.md").read_text()
    shown = next(block for block in guide.split("```yaml\n") if "  adjust:" in block).partition("```")[0]
    adjust = YAML(typ="safe").load(shown)["slipway:charts"]["adjust"]
    taint = {"key": "team", "value": "platform"}
    pools = {"general": {}, "platform": {"instanceTypes": ["m6i.large"], "size": 2, "taints": [taint]}}
    settings = stack(certificates={}, charts={"adjust": adjust}, nodePools=pools)
    assert JUDGE.problems(settings) == []
    assert [each.path[-1] for each in JUDGE.advice(settings)] == ["version", "values"]

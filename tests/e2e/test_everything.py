"""A stack with every room at once, and every option that the shipped stacks leave off."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from components.chart_installs import INSTALLS
from components.foundation.addons import merged
from slipway.cost.estimate import estimate
from slipway.cost.prices import read_prices
from slipway.preview import purposes
from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from tests.support.chart_calls import chart_faults, charts, needed, opened
from tests.support.chart_contracts import contracts, crowded
from tests.support.chart_values import RELEASE, chart, lock_entry, plain, unknown_values
from tests.support.coherence import faults
from tests.support.everything import STACKS, recorded, written
from tests.support.graph import ANSWERED_BY, CHART, Graph
from tests.support.schemas import manifest_problems

pytestmark = pytest.mark.slow

NAMESPACE = "kubernetes:core/v1:Namespace"


@pytest.fixture(scope="module", params=list(STACKS))
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return recorded(request.param, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("name", STACKS)
def test_the_table_of_what_installs_a_chart_is_what_is_installed(name: str, tmp_path: Path) -> None:
    settings = written(name, tmp_path).settings
    there = {entry for entry, install in INSTALLS.items() if install.there(settings)}
    assert there == {entry for entry, _ in charts(recorded(name, tmp_path))}


def test_every_object_and_chart_value_exists(recording: Recording) -> None:
    objects = [each.inputs for each in recording.resources if each.package == "kubernetes" and each.custom]
    rendered: list[Any] = [each for each in objects if "kind" in each]
    assert [f"{each['kind']}: {found}" for each in rendered for found in manifest_problems(each)] == []
    # In kube-system are pods that nobody here renders, such as CoreDNS.
    assert faults([each for each in rendered if each["metadata"].get("namespace") != "kube-system"]) == []
    releases = [dict(each.inputs) for each in recording.of_type(RELEASE, CHART)]
    assert len(releases) > 15
    wrong = [
        f"{entry}: {found}"
        for inputs in releases
        for entry in [lock_entry(inputs)]
        for found in unknown_values(chart(entry), inputs.get("values", {}))  # type: ignore[arg-type]
    ]
    assert wrong == []


def test_charts_are_used_as_they_are_and_the_api_server_reaches_them(recording: Recording) -> None:
    assert chart_faults(recording) == []
    assert opened(recording) == needed(recording)


def test_whatever_has_several_pods_or_is_given_several_keeps_them_apart(recording: Recording) -> None:
    found: list[str] = []
    for entry, values in charts(recording):
        for each in contracts()[entry].replicas:
            several: Any = 2
            for key in reversed(each.value.split(".")):
                several = {key: several}
            found += crowded(entry, merged(values, several))
    assert found == []


def words(value: Any) -> Iterator[str]:
    """Yield the texts in a chart's values, those of a list in one text each by itself."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from words(each)
    elif isinstance(value, list):
        for each in value:
            yield from words(each)
    elif isinstance(value, str):
        yield from value.split(",")


def test_a_chart_that_is_told_of_a_namespace_comes_after_it(recording: Recording) -> None:
    found = Graph(recording)
    made = {f"{dig(each.inputs, 'metadata', 'name')}": each for each in recording.of_type(NAMESPACE)}
    told = [
        (release, name)
        for release in recording.of_type(RELEASE)
        for name in ("data", "web")
        if name in words(plain(release.inputs.get("values", {})))
    ]
    assert {("keda-release", "data"), ("keda-release", "web")} <= {(release.name, name) for release, name in told}
    assert [release.name for release, name in told if not found.waits(release, [made[name]])] == []


def test_everything_is_explained_and_priced(recording: Recording) -> None:
    told = {each.type: purposes.of_component(each.type) for each in recording.resources if each.is_component}
    told |= {each.type: purposes.of_type(each.type) for each in recording.resources if not each.is_component}
    assert [token for token, purpose in sorted(told.items()) if not purpose] == []
    cost = estimate(recording, read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert cost is not None
    assert cost.gaps == ()


def test_definitions_and_webhooks_come_first_and_go_last(recording: Recording) -> None:
    found = Graph(recording)
    for group, each in found.custom_resources():
        answering = found.charts[ANSWERED_BY[group]] if group in ANSWERED_BY else ()
        assert found.waits(each, [*found.definitions(group), *answering]), each.urn
    (external_dns,) = found.charts["external-dns"]
    ways_in = [each for each in recording.resources if each.name in ("shop-ingress", "shop-route", "shop-service")]
    assert len(ways_in) == 3
    assert all(found.waits(each, [external_dns]) and each.deleted_with is None for each in ways_in)


@pytest.mark.parametrize("name", list(STACKS))
def test_the_set_of_resources_does_not_depend_on_outputs(name: str, tmp_path: Path) -> None:
    known, unknown = recorded(name, tmp_path), recorded(name, tmp_path, known=False)
    assert set(known.by_urn) == set(unknown.by_urn)

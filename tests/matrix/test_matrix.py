"""Pod network by mesh by ingress by Kubernetes version: what works is rendered soundly, what cannot is refused."""

from typing import Any

import pytest

from tests.matrix.axes import ROWS, VERSIONS, Row
from tests.matrix.expected import forbidden
from tests.matrix.project import recorded, refusal
from tests.support.chart_calls import chart_faults, needed, opened
from tests.support.chart_values import RELEASE, chart, lock_entry, unknown_values
from tests.support.coherence import faults
from tests.support.graph import CHART
from tests.support.schemas import manifest_problems

ALLOWED = [
    pytest.param(row, version, id=f"{row.name}--{version}")
    for row in ROWS
    for version in VERSIONS
    if forbidden(row) is None
]
FORBIDDEN = [
    pytest.param(row, version, id=f"{row.name}--{version}")
    for row in ROWS
    for version in VERSIONS
    if forbidden(row) is not None
]


def manifests(row: Row, version: str) -> list[dict[str, Any]]:
    return [
        dict(resource.inputs)
        for resource in recorded(row, version).resources
        if resource.package == "kubernetes" and resource.custom and "kind" in resource.inputs
    ]


@pytest.mark.parametrize(("row", "version"), ALLOWED)
def test_the_control_plane_reaches_what_a_combination_installs_and_no_more(row: Row, version: str) -> None:
    assert opened(recorded(row, version)) == needed(recorded(row, version))
    assert chart_faults(recorded(row, version)) == []


@pytest.mark.parametrize(("row", "version"), ALLOWED)
def test_a_combination_that_works_is_rendered(row: Row, version: str) -> None:
    rendered = manifests(row, version)
    assert [f"{each['kind']}: {found}" for each in rendered for found in manifest_problems(each)] == []
    assert faults(rendered) == []
    releases = [dict(each.inputs) for each in recorded(row, version).of_type(RELEASE, CHART)]
    wrong = [
        f"{entry}: {found}"
        for inputs in releases
        for entry in [lock_entry(inputs)]
        for found in unknown_values(chart(entry), inputs.get("values", {}))  # type: ignore[arg-type]
    ]
    assert wrong == []
    (cluster,) = recorded(row, version).of_type("aws:eks/cluster:Cluster")
    assert cluster.inputs["version"] == version
    assert {each["metadata"]["name"] for each in rendered if each["kind"] == "Deployment"} >= {"shop", "stock"}


@pytest.mark.parametrize(("row", "version"), FORBIDDEN)
def test_a_combination_that_cannot_work_is_refused_with_its_reason(row: Row, version: str) -> None:
    said, reason = refusal(row, version), forbidden(row)
    assert said is not None
    assert reason is not None
    assert reason in said


def test_nothing_is_left_out() -> None:
    assert len({param.values[0] for param in ALLOWED}) + len({param.values[0] for param in FORBIDDEN}) == 3 * 4 * 7
    assert len(ALLOWED) == 3 * 53


@pytest.mark.parametrize("row", [row for row in ROWS if forbidden(row) is None], ids=lambda row: row.name)
def test_the_set_of_resources_does_not_depend_on_outputs(row: Row) -> None:
    assert set(recorded(row).by_urn) == set(recorded(row, known=False).by_urn)

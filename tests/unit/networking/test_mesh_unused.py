"""What is said of a mesh that the stack does not have is refused or pointed out, never passed over."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.networking.mesh import unused
from components.networking.mesh.settings import MeshSettings
from slipway.loading import shape
from tests.support.stacks import Judge, stack

JUDGE = Judge(unused)
WRITTEN: dict[str, Any] = {
    "sidecar": {},
    "authorization": "allow",
    "egress": "any",
    "tracing": {"host": "otel-collector.monitoring.svc.cluster.local"},
    "istio": {},
    "linkerd": {},
}


def test_every_key_of_a_mesh_is_tried() -> None:
    assert {"kind", *WRITTEN} == set(shape.keys(MeshSettings))


@given(st.sets(st.sampled_from(sorted(WRITTEN)), min_size=1))
def test_a_mesh_of_no_kind_is_refused_with_the_kind_that_its_keys_name(keys: set[str]) -> None:
    settings = stack(mesh={key: WRITTEN[key] for key in keys})
    problem = JUDGE.only(settings)
    named = keys & {"istio", "linkerd"}
    assert (problem.path, problem.nearest) == (("mesh", "kind"), named.pop() if len(named) == 1 else None)
    assert JUDGE.advice(settings) == []


@pytest.mark.parametrize("mesh", ["none", "istio", "linkerd", {}, {"kind": "istio"}])
def test_a_mesh_that_says_nothing_else_is_well(mesh: Any) -> None:
    assert JUDGE.problems(stack(mesh=mesh)) == []
    assert JUDGE.advice(stack(mesh=mesh)) == []


@pytest.mark.parametrize(
    ("mesh", "paths"),
    [
        ({"kind": "none", **WRITTEN}, [("mesh", key) for key in WRITTEN]),
        ({"kind": "istio", **WRITTEN}, [("mesh", "linkerd")]),
        ({"kind": "linkerd", **WRITTEN}, [("mesh", "istio")]),
        ({"kind": "istio", "istio": {"waypoint": {}}}, [("mesh", "istio", "waypoint")]),
        ({"kind": "istio", "istio": {"waypoint": {}, "dataPlane": "ambient"}}, []),
        ({"kind": "istio", "sidecar": {}, "istio": {"dataPlane": "ambient"}}, [("mesh", "sidecar")]),
        ({"kind": "istio", "istio": {"gateway": {}}}, [("mesh", "istio", "gateway")]),
    ],
)
def test_what_is_of_another_mesh_is_pointed_out(mesh: dict[str, Any], paths: list[Any]) -> None:
    assert sorted(each.path for each in JUDGE.advice(stack(mesh=mesh))) == sorted(paths)
    assert JUDGE.problems(stack(mesh=mesh)) == []


def test_the_gateway_of_a_stack_that_comes_in_by_it_is_in_use() -> None:
    assert JUDGE.advice(stack(mesh={"kind": "istio", "istio": {"gateway": {}}}, ingress="istio")) == []

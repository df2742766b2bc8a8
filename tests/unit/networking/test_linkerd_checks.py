"""The rules of Linkerd, among its own settings and with the other rooms."""

from typing import Any

import pytest

from components.networking import checks
from components.networking.mesh import linkerd_checks
from tests.support.linkerd import GIVEN
from tests.support.stacks import Judge, stack

CERTIFICATES = {"email": "platform@example.com"}
KEY = {"issuer-key": "x"}

judge = Judge(linkerd_checks)
problems, advice, only = judge.problems, judge.advice, judge.only


def room(linkerd: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    """Return the room `mesh` with Linkerd."""
    return {"kind": "linkerd", "linkerd": linkerd or {}, **rest}


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize(
    "rooms",
    [
        {"mesh": "linkerd", "certificates": CERTIFICATES},
        {"mesh": "linkerd", "certificates": {**CERTIFICATES, "trust": {}}},
        {"mesh": room({"identity": GIVEN}), "secrets": KEY, "certificates": CERTIFICATES},
        {"mesh": room(tracing={"host": "collector.monitoring.svc.cluster.local"}), "certificates": CERTIFICATES},
    ],
)
def test_right_stacks_have_no_problem_and_no_advice(rooms: dict[str, Any], existing: bool) -> None:
    assert problems(stack(existing=existing, **rooms)) == []
    assert advice(stack(existing=existing, **rooms)) == []


def test_an_identity_needs_somebody_who_makes_it() -> None:
    problem = only(stack(mesh="linkerd"))
    assert problem.path == ("mesh", "linkerd")
    assert "cert-manager" in problem.message
    assert "`certificates: {}`" in problem.allowed
    assert "mesh.linkerd.identity" in problem.allowed


def test_the_line_that_the_problem_says_to_write_is_the_way_out() -> None:
    rooms = Judge(checks)
    assert rooms.problems(stack(mesh="linkerd", certificates={})) == []
    assert rooms.problems(stack(mesh=room({"identity": GIVEN}), secrets=KEY)) == []


def test_a_given_key_is_a_declared_secret() -> None:
    problem = only(stack(mesh=room({"identity": GIVEN}), secrets={"issuer-kay": "x", "other": "y"}))
    assert problem.path == ("mesh", "linkerd", "identity", "issuerKeySecret")
    assert (problem.found, problem.allowed, problem.nearest) == ("issuer-key", "issuer-kay, other", "issuer-kay")


@pytest.mark.parametrize("host", ["otlp.example.com", "collector", "collector.monitoring"])
def test_spans_stay_in_the_mesh(host: str) -> None:
    problem = only(stack(mesh=room(tracing={"host": host}), certificates=CERTIFICATES))
    assert problem.path == ("mesh", "tracing", "host")
    assert problem.found == host


@pytest.mark.parametrize(
    ("mesh", "rest", "path", "text"),
    [
        (
            room(tracing={"host": "collector.monitoring.svc", "samplingPercentage": 5}),
            {"certificates": CERTIFICATES},
            ("mesh", "tracing", "samplingPercentage"),
            "ingress controller",
        ),
        (room({"identity": GIVEN}), {"secrets": KEY}, ("mesh", "linkerd"), "after a year"),
        (room({"replicas": 1}), {"certificates": CERTIFICATES}, ("mesh", "linkerd", "replicas"), "no sidecar"),
        (
            room({"trustAnchors": ["linkerd-new", "linkerd-old"]}),
            {"certificates": CERTIFICATES},
            ("mesh", "linkerd", "trustAnchors"),
            "linkerd-new signs, all 2 are trusted",
        ),
        (
            room({"identity": GIVEN, "trustAnchors": ["linkerd-new"]}),
            {"secrets": KEY, "certificates": CERTIFICATES},
            ("mesh", "linkerd", "trustAnchors"),
            "no effect",
        ),
    ],
)
def test_what_works_and_is_worth_knowing(
    mesh: dict[str, Any], rest: dict[str, Any], path: tuple[str, ...], text: str
) -> None:
    settings = stack(mesh=mesh, **rest)
    assert problems(settings) == []
    (each,) = advice(settings)
    assert each.path == path
    assert text in each.text


@pytest.mark.parametrize("kind", ["none", "istio"])
def test_nothing_is_said_of_linkerd_without_linkerd(kind: str) -> None:
    linkerd = {"identity": GIVEN, "replicas": 1, "trustAnchors": ["linkerd-a", "linkerd-b"]}
    settings = stack(
        mesh={"kind": kind, "linkerd": linkerd, "tracing": {"host": "otlp.example.com", "samplingPercentage": 5}}
    )
    assert problems(settings) == []
    assert advice(settings) == []


@pytest.mark.parametrize("check", [*linkerd_checks.CHECKS, *linkerd_checks.ADVICE], ids=lambda check: check.__name__)
def test_settings_with_rooms_missing_are_no_reason_to_fail(check: Any) -> None:
    for existing in (True, False):
        list(check(stack(existing=existing, aws=None, network=None, mesh=room(tracing={"host": "collector"}))))

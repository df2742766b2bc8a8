"""All rooms' rules are in one list, and settings that are made in Python are held to them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from components import checks
from components.apps import checks as apps
from components.problem import Advice, Problem
from components.settings import StackSettings
from slipway.loading import load_stack
from tests.support.stacks import app, stack
from tests.unit.loading.project import ROOT, STACKS


def modules(attribute: str) -> Iterator[object]:
    for path in sorted((ROOT / "components").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if f"{attribute}: tuple" in path.read_text() and name != "components.checks":
            yield import_module(name)


@pytest.mark.parametrize(
    ("attribute", "listed"), [("CHECKS", checks.EARLY), ("ADVICE", checks.ADVICE), ("LATE", apps.LATE)]
)
def test_no_rule_of_any_room_is_left_out(attribute: str, listed: tuple[object, ...]) -> None:
    everything = [rule for module in modules(attribute) for rule in getattr(module, attribute)]
    assert len(everything) > 4
    assert set(everything) == set(listed)
    assert len(listed) == len(set(everything))


def test_what_needs_a_stack_in_order_waits_until_it_is() -> None:
    patched = app(patches={"nonsense": {"spec": {"replicas": 1}}})
    late: dict[str, Any] = {"namespaces": {"web": {}}, "nodePools": {"general": {}}, "apps": [patched]}
    (problem,) = checks.problems(stack(**late))
    assert problem.path == ("patches", "nonsense")
    small: dict[str, Any] = {"network": {"cidr": "10.0.0.0/24"}, "ingress": "alb"}
    rooms: tuple[dict[str, Any], ...] = (small, {"nodePools": {"x": {}}})
    for wrong in rooms:
        found = checks.problems(stack(**{**late, **wrong}))
        assert found
        assert problem not in found
    other = app(
        patches={"nonsense": {"spec": {"replicas": 1}}},
        ingress={"host": "a.example.com", "controller": "nginx", "tls": False},
    )
    assert [each.path for each in checks.problems(stack(**{**late, "apps": [other]}))] == [("ingress", "controller")]


@pytest.mark.parametrize("stack", STACKS)
def test_what_ships_breaks_no_rule(stack: str) -> None:
    settings = load_stack(ROOT, stack).settings
    assert checks.problems(settings) == []
    checks.require_valid(settings)


def test_settings_made_in_python_are_refused_with_all_problems() -> None:
    settings = load_stack(ROOT, "staging").settings
    web = next(app for app in settings.apps if app.name == "webapp")
    other = settings.model_copy(
        update={
            "network": settings.network and settings.network.model_copy(update={"cidr": "172.20.0.0/16"}),
            "apps": (web.model_copy(update={"pool": "memroy"}),),
        }
    )
    with pytest.raises(ValueError, match="such as memory") as caught:
        checks.require_valid(other)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("network.cidr: overlaps the Kubernetes Service network")
    assert any(line.startswith("apps.webapp.pool: no such node pool: found memroy, allowed: ") for line in lines)


def test_what_two_rules_say_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def rule(_: StackSettings) -> Iterator[Problem]:
        yield Problem(("mesh",), "bad", "x", "y")

    def hint(_: StackSettings) -> Iterator[Advice]:
        yield Advice(("mesh",), "mind")

    settings = load_stack(ROOT, "local").settings
    monkeypatch.setattr(checks, "CHECKS", (rule, rule))
    monkeypatch.setattr(checks, "ADVICE", (hint, hint))
    assert checks.problems(settings) == [Problem(("mesh",), "bad", "x", "y")]
    assert checks.advice(settings) == [Advice(("mesh",), "mind")]


@pytest.mark.parametrize("network", [{"cidr": "10.0.0.0/24"}, {"cidr": "10.0.0.0/28"}])
@pytest.mark.parametrize("ingress", ["alb", "nginx", "gateway-api"])
def test_a_network_that_cannot_be_laid_out_is_one_mistake_beside_whatever_else_there_is(
    network: dict[str, Any], ingress: str
) -> None:
    one = app(nodeAffinity={"required": [{"key": "team", "operator": "Exists"}]}, ingress={"host": "a.example.com"})
    found = checks.problems(stack(network=network, ingress=ingress, namespaces={"web": {}}, apps=[one]))
    assert {each.path[0] for each in found} >= {"network"}
    assert all(each.message for each in found)

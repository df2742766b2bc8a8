"""Lists name each thing once: every list of the settings, whoever adds one."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from components.checks import problems
from components.distinct import MAY_REPEAT, each_once
from components.model import Settings
from components.problem import Problem
from components.settings import StackSettings
from slipway.commands.schema import app_schema, stack_schema
from tests.support.stacks import EKS, stack


def models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in base.__subclasses__():
        if each.__module__.startswith("components."):
            yield each
        yield from models(each)


def lists() -> Iterator[tuple[type[BaseModel], str]]:
    for model in dict.fromkeys(models(Settings)):
        for name, info in model.model_fields.items():
            if "tuple[" in str(info.annotation) and not inspect.isabstract(model) and model is not StackSettings:
                yield model, name


@pytest.mark.parametrize(
    ("model", "field"), list(lists()), ids=lambda each: each if isinstance(each, str) else each.__name__
)
def test_every_list_of_the_settings_is_asked(model: type[BaseModel], field: str) -> None:
    # What a list holds does not matter to the check; that the list is found does.
    info = model.model_fields[field]
    given: dict[str, Any] = {field: ("a", "b", "a")}
    rooms: dict[str, Any] = {"mesh": model.model_construct(**given), "apps": ()}
    found = [each.path for each in each_once(StackSettings.model_construct(**rooms))]
    assert found == ([] if MAY_REPEAT in info.metadata else [("mesh", info.alias or field, 2)])


def test_only_the_words_of_a_program_may_repeat() -> None:
    assert {name for model, name in lists() if MAY_REPEAT in model.model_fields[name].metadata} == {
        "args",
        "command",
        "exec",
    }


def refused(**cluster: Any) -> list[Problem]:
    return problems(stack(cluster={**EKS["cluster"], **cluster}, nodePools={"general": {}}))


def test_both_are_named_with_their_place() -> None:
    (problem,) = refused(endpoint={"privateAccessCidrs": ["10.30.0.0/16", "203.0.113.0/24", "10.30.0.0/16"]})
    assert problem.path == ("cluster", "endpoint", "privateAccessCidrs", 2)
    assert (problem.found, problem.allowed) == ("10.30.0.0/16", "each once")


def test_a_list_in_a_map_is_one() -> None:
    addresses = {"corp.example.com": ["10.9.0.2", "10.9.0.2"]}
    (problem,) = problems(stack(dns={"coredns": {"stubDomains": addresses}}, nodePools={"general": {}}))
    assert problem.path == ("dns", "coredns", "stubDomains", "corp.example.com", 1)


def test_grants_that_are_the_same_are_not_shown_whole() -> None:
    grant = {"principalArn": "arn:aws:iam::123456789012:role/team", "policy": "view"}
    (problem,) = refused(access=[grant, {**grant, "policy": "edit"}, grant])
    assert problem.found == "the same as number 1 of the list"


def test_editors_are_told() -> None:
    stacks, apps = stack_schema()["$defs"], app_schema()["properties"]
    assert stacks["EndpointSettings"]["properties"]["privateAccessCidrs"]["uniqueItems"] is True
    assert apps["allowFrom"]["uniqueItems"] is True
    assert "uniqueItems" not in apps["args"]

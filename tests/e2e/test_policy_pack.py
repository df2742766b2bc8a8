"""The pack runs as the engine runs it, and says what the preview says. All stacks: tests/policy."""

from collections.abc import Iterator

import pytest

from components.policy_settings import PolicySettings
from policy.catalogue import RULES
from slipway.recording.recording import Recording
from tests.support.analyzer import CANARY, Pack, running
from tests.support.parity import by_rules, expected, offline
from tests.support.shipped import loaded, recorded
from tests.support.spoiled import spoiled


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with running(loaded("local").config, stack="local") as started:
        started.configure()
        yield started


@pytest.fixture(scope="module")
def bad() -> Recording:
    return spoiled(recorded("local"))


@pytest.mark.slow
def test_resources_that_the_engine_does_not_ask_about_are_judged_by_their_outputs(pack: Pack, bad: Recording) -> None:
    """First in this module: the pack remembers what it was asked."""
    said = pack.update(bad, asking=False)
    assert by_rules(said) == expected(offline(bad, "local", PolicySettings()))
    assert CANARY not in repr(said)


def test_a_bad_stack_has_the_same_violations_as_offline(pack: Pack, bad: Recording) -> None:
    report = offline(bad, "local", PolicySettings())
    said = pack.update(bad)
    assert by_rules(said) == expected(report)
    assert {each.level for each in said} == {"mandatory", "advisory"}
    assert len({each.policy for each in said}) >= 5
    assert CANARY not in repr(said)


def test_the_shipped_stack_has_the_same_violations_as_offline(pack: Pack) -> None:
    facts = loaded("local")
    report = offline(recorded("local"), facts.settings.environment, facts.settings.policy)
    assert by_rules(pack.update(recorded("local"))) == expected(report)


def test_every_policy_is_listed_with_its_schema(pack: Pack) -> None:
    info = pack.info()
    assert info.name == "slipway"
    listed = {each.name: each for each in info.policies}
    assert set(listed) == {"inputs", "exemptions", *(rule.id for rule in RULES)}
    for rule in RULES:
        assert set(listed[rule.id].configSchema.properties.fields) == set(rule.defaults)
        assert listed[rule.id].displayName == rule.title
        assert rule.id in listed[rule.id].remediation_steps

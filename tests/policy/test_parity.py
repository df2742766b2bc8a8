"""The pack under the engine says of each stack what the preview says: the same rules, findings and severities."""

import json

import pytest

from components.policy_settings import PolicySettings
from policy.catalogue import RULES
from tests.support.analyzer import CANARY, running, started
from tests.support.parity import TODAY, by_rules, expected, offline
from tests.support.shipped import STACKS, loaded, recorded
from tests.support.spoiled import spoiled


@pytest.mark.parametrize("stack", STACKS)
def test_the_engine_is_told_what_the_preview_shows(stack: str) -> None:
    facts = loaded(stack)
    for recording in (recorded(stack), spoiled(recorded(stack))):
        report = offline(recording, facts.settings.environment, facts.settings.policy)
        with running(facts.config, stack=stack) as pack:
            pack.configure()
            said = pack.update(recording)
        assert by_rules(said) == expected(report)
        assert CANARY not in repr(said)


def test_most_rules_are_broken_by_the_bad_stack() -> None:
    broken = {each.rule for each in offline(spoiled(recorded("production")), "production", PolicySettings()).violations}
    assert len(broken) >= 0.75 * len(RULES), sorted({rule.id for rule in RULES} - broken)


def test_the_stack_sets_severities_parameters_and_exemptions_without_a_flag() -> None:
    bad = spoiled(recorded("development"))
    exempted = next(each.name for each in bad.resources if each.kind == "Deployment")
    policy = {
        "rules": {"probes": "disabled", "no-latest": "advisory"},
        "exemptions": [
            {"rule": rule, "resource": resource, "reason": "it is replaced next week", "until": TODAY.isoformat()}
            for rule, resource in (("no-latest", exempted), ("imdsv2", "nothing"))
        ],
    }
    report = offline(bad, "development", PolicySettings.model_validate(policy))
    config = {"slipway:environment": "development", "slipway:policy": json.dumps(policy)}
    with running(config, stack="development") as pack:
        levels = {each.name: each.enforcementLevel for each in pack.info().policies}
        pack.configure()
        said = pack.update(bad)
    assert (levels["probes"], levels["no-latest"], levels["exemptions"], levels["inputs"]) == (2, 0, 0, 3)
    assert by_rules(said) == expected(report)
    assert {each.level for each in said if each.policy == "no-latest"} == {"advisory"}
    assert not [each for each in said if each.policy == "probes"]
    let_pass = [each for each in said if each.policy == "exemptions" and each.urn]
    assert let_pass
    assert all(each.urn.endswith(f"::{exempted}") and "it is replaced next week" in each.text for each in let_pass)
    assert [each for each in said if each.policy == "exemptions" and "imdsv2" in each.text and not each.urn]


def test_the_engines_configuration_of_the_pack_goes_before_the_stacks() -> None:
    bad = spoiled(recorded("development"))
    config = {"slipway:environment": "development", "slipway:policy": '{"rules": {"no-latest": "disabled"}}'}
    with running(config, stack="development") as pack:
        pack.configure({"no-latest": {"enforcementLevel": "MANDATORY"}})
        said = pack.update(bad)
    assert {each.level for each in said if each.policy == "no-latest"} == {"mandatory"}


def test_bad_settings_end_the_pack_with_the_reason() -> None:
    config = {"slipway:environment": "staging", "slipway:policy": '{"rules": {"no-lates": "advisory"}}'}
    process = started(config, stack="staging")
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "slipway:policy.rules.no-lates: no such rule" in errors
    assert "Traceback" not in errors

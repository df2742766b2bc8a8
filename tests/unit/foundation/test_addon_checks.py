"""What is refused, and what is advised, of a stack's add-ons."""

from typing import Any

import pytest

from components.foundation.addon_checks import ADVICE, CHECKS, OTHERS, OWN_CHARTS
from components.foundation.addons import ADDONS
from components.problem import KeyPath, Problem
from tests.support.production import stack

ROLE = "arn:aws:iam::123456789012:role/driver"


def problems(**addons: Any) -> list[Problem]:
    settings = stack(cluster={"addons": addons})
    return [problem for check in CHECKS for problem in check(settings)]


def advice(**addons: Any) -> dict[KeyPath, str]:
    settings = stack(cluster={"addons": addons})
    return {each.path: each.text for advise in ADVICE for each in advise(settings)}


@pytest.mark.parametrize("name", ADDONS)
def test_of_its_own_addons_nothing_is_said_and_their_identity_is_slipways(name: str) -> None:
    assert problems(**{name: {"version": "latest"}}) == []
    assert advice(**{name: {"version": "latest"}}) == {}
    (found,) = problems(**{name: {"podIdentities": {"sa": ROLE}}})
    assert found.path == ("cluster", "addons", name, "podIdentities")


@pytest.mark.parametrize("name", [*sorted(OTHERS), "datadog_operator", "some-new-addon"])
def test_any_other_is_taken_and_what_is_taken_for_granted_is_said(name: str) -> None:
    assert problems(**{name: {"podIdentities": {"sa": ROLE}}}) == []
    text = advice(**{name: {}})["cluster", "addons", name]
    assert "not one that Slipway installs itself: it comes after the nodes" in text
    assert ("two in one cluster" in text) == (name in OWN_CHARTS)
    assert advice(**{name: {"enabled": False}}) == {}


@pytest.mark.parametrize(
    ("name", "meant"), [("corends", "coredns"), ("vpc_cni", "vpc-cni"), ("kube-poxy", "kube-proxy")]
)
def test_a_typing_mistake_is_asked_about(name: str, meant: str) -> None:
    assert f"(or is {meant} meant?)" in advice(**{name: {}})["cluster", "addons", name]


def test_a_version_says_which_build_of_awss_it_is() -> None:
    (found,) = problems(coredns={"version": "v1.11.4"})
    assert (found.path, found.found) == (("cluster", "addons", "coredns", "version"), "v1.11.4")
    assert problems(coredns={"version": "v1.11.4-eksbuild.2"}, adot={"version": "v0.102.0"}) == []


def test_a_cluster_that_is_not_built_has_none() -> None:
    settings = stack(cluster={"existing": {"context": "kind-slipway"}}, network=None, aws=None, pools={})
    assert [each for check in (*CHECKS, *ADVICE) for each in check(settings)] == []

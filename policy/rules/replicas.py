"""replicas-per-tier and single-member: whether an app outlives the loss of one pod."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.tiers import TIERS
from policy.model import Finding, Rule, Stack
from policy.rules.pods import Pods, app_pods
from policy.rules.reading import parameter, texts

ENVIRONMENTS = ("staging", "production")
_COUNT = {"type": "integer", "minimum": 1, "maximum": 100}


def _tellable(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Pods]:
    if stack.environment in parameters["environments"]:
        yield from (each for each in app_pods(stack.recording) if each.tier in TIERS)


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the apps with too few pods. Of two versions the larger one counts, and one on trial does not."""
    largest: dict[tuple[str, str], Pods] = {}
    for pods in _tellable(stack, parameters):
        if pods.kind in {"Deployment", "Rollout"} and not pods.is_canary:
            place = (pods.namespace, pods.app)
            if place not in largest or largest[place].least < pods.least:
                largest[place] = pods
    for pods in largest.values():
        wanted = parameters[f"tier{pods.tier}"]
        idle = pods.scaled is not None and pods.least == 0 and wanted == 1  # scaled to nothing while there is no work
        if pods.least < wanted and not idle:
            setting = "scaling.minReplicas" if pods.scaled else "replicas"
            yield Finding(
                pods.resource.urn,
                f"{pods.said} of tier {pods.tier} may be down to {pods.least} of {wanted} pods: set"
                f" {setting}: {wanted}",
            )


def _single(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for pods in _tellable(stack, parameters):
        if pods.kind == "StatefulSet" and pods.tier in parameters["tiers"] and pods.least < 2:
            yield Finding(
                pods.resource.urn,
                f"{pods.said} of tier {pods.tier} has one member: when its node goes, the app is down until its pod"
                " and volumes are on another. A managed database with a standby has no such gap.",
            )


def _environments(what: str) -> Any:
    return texts("environments", ENVIRONMENTS, f"The environments in which {what}.")


def _tier(number: int) -> Any:
    policy = TIERS[number]
    return parameter(f"tier{number}", policy.replicas, f"The fewest pods of an app that is {policy.meaning}.", **_COUNT)


RULES = (
    Rule(
        id="replicas-per-tier",
        title="Apps have as many pods as their tier needs",
        description="With one pod every restart, update and drain is an outage. Deployments and Rollouts are counted.",
        severity="mandatory",
        parameters=(_environments("pods are counted"), *map(_tier, TIERS)),
        check=_check,
    ),
    Rule(
        id="single-member",
        title="What an app of tier 1 or 2 stores is not with one member only",
        description="A StatefulSet of one pod cannot just be given a second: its members must know of each other.",
        severity="advisory",
        parameters=(
            _environments("members are counted"),
            parameter(
                "tiers",
                [1, 2],
                "The tiers that are warned of.",
                type="array",
                items={"enum": [1, 2, 3]},
                uniqueItems=True,
            ),
        ),
        check=_single,
    ),
)

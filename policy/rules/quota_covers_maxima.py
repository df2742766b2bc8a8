"""quota-covers-maxima: a namespace's quota has room for its apps at their most, in the middle of an update."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from components.apps.pod_resources import asked, peak
from components.quantity import cpu, memory, parse
from policy.model import Finding, Rule, Stack
from policy.rules.pods import Pods, pods_made
from policy.rules.reading import open_value, parameter
from slipway.preview.pods import workloads
from slipway.recording.objects import dig, items, mapping, namespace, objects, text
from slipway.recording.resource import Resource

_ROOM = ("requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "requests.storage", "pods")
_SHORT = {"cpu": "requests.cpu", "memory": "requests.memory"}


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    needed: dict[str, dict[str, Decimal]] = {}
    most = {(each.kind, each.namespace, each.name): each.peak for each in workloads(stack.recording)}
    for pods in pods_made(stack.recording):
        count = most.get((pods.kind, pods.namespace, pods.name), 1)
        total = needed.setdefault(pods.namespace, {})
        for key, amount in _of_one(pods).items():
            total[key] = total.get(key, Decimal(0)) + amount * count
    for quota in objects(stack.recording, "ResourceQuota"):
        if not dig(quota.inputs, "spec", "scopeSelector") and not items(quota.inputs, "spec", "scopes"):
            total = needed.get(namespace(quota) or "default", {})
            yield from (Finding(quota.urn, fault) for fault in _short(quota, total, parameters["headroomPercent"]))


def _of_one(pods: Pods) -> dict[str, Decimal]:
    """Return what one pod takes of a quota, which counts as the scheduler does."""
    found = {"pods": Decimal(1)}
    for kind in ("requests", "limits"):
        for name in ("cpu", "memory"):
            parts = [
                (role, asked(part, "requests" if kind == "requests" else "limits").get(name, Decimal(0)))
                for role, part in pods.containers
            ]
            found[f"{kind}.{name}"] = peak(parts)
    claims = [
        *items(pods.resource.inputs, "spec", "volumeClaimTemplates"),
        *(dig(each, "ephemeral", "volumeClaimTemplate") for each in items(pods.spec, "volumes")),
    ]
    sizes = [text(each, "spec", "resources", "requests", "storage") for each in claims]
    found["requests.storage"] = sum((parse(each) for each in sizes if each and not open_value(each)), Decimal(0))
    return found


def _short(quota: Resource, needed: Mapping[str, Decimal], headroom: int) -> Iterator[str]:
    hard = {_SHORT.get(key, key): value for key, value in mapping(quota.inputs, "spec", "hard").items()}
    for key in _ROOM:
        allowed = hard.get(key)
        if allowed is None or open_value(allowed):
            continue
        wanted = needed.get(key, Decimal(0)) * (100 + headroom) / 100
        if wanted > parse(str(allowed)):
            more = f", {headroom} % of headroom included" if headroom else ""
            yield (
                f"the quota of {namespace(quota)} allows {allowed} of {key}, and its apps at their most need"
                f" {_written(key, wanted)}{more}: raise namespaces.{namespace(quota)}.quota, or scale to fewer"
            )


def _written(key: str, amount: Decimal) -> str:
    if key == "pods":
        return str(amount.to_integral_value(rounding="ROUND_CEILING"))
    return cpu(amount) if key.endswith("cpu") else memory(amount)


RULE = Rule(
    id="quota-covers-maxima",
    title="A quota has room for what its apps scale to",
    description="Otherwise the autoscaler asks for pods that the API server refuses, on the day with the most to do.",
    severity="mandatory",
    parameters=(
        parameter(
            "headroomPercent",
            0,
            "How much more than the most must fit, in percent.",
            type="integer",
            minimum=0,
            maximum=400,
        ),
    ),
    check=_check,
)

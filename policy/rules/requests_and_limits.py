"""requests-and-limits: every container says what it needs, and what it may take."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.quantity import parse
from policy.model import Finding, Rule, Stack
from policy.rules.pods import Pods, app_pods
from policy.rules.reading import flag, open_value
from slipway.recording.objects import dig
from slipway.recording.wire import Json


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for pods in app_pods(stack.recording):
        for _, container in pods.containers:
            missing = list(_missing(pods, container, parameters))
            if missing:
                yield Finding(
                    pods.resource.urn,
                    f"{pods.said}, container {container.get('name')} says nothing of {', '.join(missing)}: set"
                    " `resources` (the namespace's LimitRange fills in what fits no app in particular)",
                )


def _missing(pods: Pods, container: Mapping[str, Json], parameters: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is not said: a lone limit is a request, too, and what the pod has as a whole is for all of it."""
    asked = dict(container)
    for key in ("requests.cpu", "requests.memory", "limits.memory", "limits.cpu"):
        if key == "limits.cpu" and not parameters["cpuLimit"]:
            continue
        kind, _, name = key.partition(".")
        kinds = ("requests", "limits") if kind == "requests" else ("limits",)
        said = [dig(part, "resources", each, name) for each in kinds for part in (asked, pods.spec)]
        given = next((each for each in said if each is not None), None)
        if given is None or _is_zero(given):
            yield key


def _is_zero(amount: Json) -> bool:
    """Tell whether a quantity is nothing. One that is not known, or that the API server will refuse, is not."""
    try:
        return not open_value(amount) and parse(str(amount)) == 0
    except ValueError:
        return False


RULE = Rule(
    id="requests-and-limits",
    title="Every container of an app requests CPU and memory, and has limits",
    description="Without requests the scheduler fills a node with pods that it cannot feed; without a memory limit one"
    " of them takes the node down.",
    severity="mandatory",
    parameters=(flag("cpuLimit", default=True, description="Whether CPU must be limited, too, and not only memory."),),
    check=_check,
)

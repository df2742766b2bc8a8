"""spot-only-tier-3: what must stay up is not on capacity that AWS takes back within two minutes."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.tiers import SPOT_RULE, SPOT_TIERS
from policy.model import Finding, Rule, Stack
from policy.rules.placing import may_run
from policy.rules.pods import app_pods
from policy.rules.reading import parameter
from slipway.preview.pools import pools


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    spot = [pool for pool in pools(stack.recording) if pool.spot]
    for pods in app_pods(stack.recording):
        # A DaemonSet belongs on every node, and one of AWS's takes nothing from it that another node would not.
        if pods.tier is None or pods.tier in parameters["tiers"] or pods.kind == "DaemonSet":
            continue
        reached = [pool.name for pool in spot if may_run(pods.spec, pool)]
        if reached:
            yield Finding(
                pods.resource.urn,
                f"{pods.said} of tier {pods.tier} may run on the spot pool {', '.join(reached)}, whose nodes AWS takes"
                f" back within two minutes: name another pool in `pool` (allowed there: tier"
                f" {', '.join(map(str, parameters['tiers']))})",
            )


RULE = Rule(
    id=SPOT_RULE,
    title="Only tier 3 runs on spot capacity",
    description="A pod of another tier is kept off spot nodes by its pool, or by the taint of theirs.",
    severity="mandatory",
    parameters=(
        parameter(
            "tiers",
            list(SPOT_TIERS),
            "The tiers that may run on spot capacity.",
            type="array",
            items={"enum": [1, 2, 3]},
            minItems=1,
            uniqueItems=True,
        ),
    ),
    check=_check,
)

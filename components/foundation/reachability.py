"""Waiting until a new cluster's API answers for the identity that deploys, before the Kubernetes provider is made.

The provider decides once, when it is configured, whether the cluster is reachable, and fails everything in it for the
rest of that run. EKS calls a cluster active before its name is in every DNS, and an access entry takes a while to hold.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from components.foundation.api_probe import Kind, Seen

Reach = Callable[[str], Awaitable[str]]
"""What a kubeconfig goes through before anything uses it."""

TOTAL_SECONDS, PAUSE_SECONDS = 900.0, 5.0

PATIENCE: "dict[Kind, float]" = {"no-command": 0, "certificate": 0, "command": 120, "identity": 300, "rights": 300}
"""For how long, in seconds, one and the same obstacle may stand before it is taken for a mistake: a role and an access
entry that were just made hold within minutes. What is not here has the whole time."""

ADVICE: "dict[Kind, str]" = {
    "no-command": "install the AWS CLI where `pulumi up` runs: the Kubernetes provider needs it, too",
    "command": "see that there are credentials of this account, which may assume cluster.deployRoleArn if it is set",
    "name": "without cluster.endpoint.publicAccess run `pulumi up` where the VPC's own DNS is asked (a runner in it, a"
    " VPN); with it run it again: the cluster is there",
    "connection": "run it from a network in cluster.endpoint.publicAccessCidrs, or from one in privateAccessCidrs",
    "certificate": "something between here and EKS answers in the cluster's place: let it pass this address untouched",
    "identity": "the IAM role that runs `pulumi up` must be among cluster.admins, or be allowed to assume"
    " cluster.deployRoleArn",
    "rights": "the IAM role that runs `pulumi up` must be among cluster.admins, or be allowed to assume"
    " cluster.deployRoleArn",
    "server": "run `pulumi up` again, and look at the control plane's health in the EKS console if it stays so",
}


class ApiUnreachableError(pulumi.RunError):
    """The API does not answer for the identity that deploys; the text says what was last seen, and what to do."""


def unreachable(seconds: float, seen: "Seen") -> ApiUnreachableError:
    """Return the error for what was last seen."""
    return ApiUnreachableError(
        f"the Kubernetes API does not answer for the identity that runs this (waited {seconds:.0f} s)\n"
        f"  last seen: {seen.seen}\n  to do: {ADVICE[seen.kind]}"
    )


def _obstacle(kubeconfig: str) -> "Seen | None":
    from components.foundation.api_probe import obstacle  # noqa: PLC0415 (a preview asks nothing)

    return obstacle(kubeconfig)


async def answering(
    kubeconfig: str,
    *,
    ask: "Callable[[str], Seen | None]" = _obstacle,
    tell: Callable[[str], None] = pulumi.log.info,
    total: float = TOTAL_SECONDS,
    pause: float = PAUSE_SECONDS,
    now: Callable[[], float] = time.monotonic,
) -> str:
    """Return the kubeconfig once its API answers: at once, after one request, where it already does.

    `total` and `pause` are seconds. `tell` is told of each new obstacle. Raises ApiUnreachableError when an obstacle
    stands for longer than its patience, or the whole takes longer than `total`.
    """
    start = since = now()
    last: Kind | None = None
    while (seen := await asyncio.to_thread(ask, kubeconfig)) is not None:
        if seen.kind != last:
            last, since = seen.kind, now()
            tell(f"waiting for the Kubernetes API: {seen.seen}")
        if now() - since >= PATIENCE.get(seen.kind, total) or now() - start >= total:
            raise unreachable(now() - start, seen)
        await asyncio.sleep(pause)
    return kubeconfig

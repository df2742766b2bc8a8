"""The priority classes of the three tiers."""

from collections.abc import Sequence

import pulumi
from pulumi_kubernetes.scheduling.v1.PriorityClass import PriorityClass

from components.apps.tiers import CLASSES
from components.component import InCluster, Target


class PriorityClasses(InCluster):
    """The tiers' ranks, for when there is no room for all pods.

    `by_name` has the classes.

    Value and preemption policy of a class cannot be changed in place: Pulumi replaces the object, running pods keep
    the value they started with.
    """

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:apps:PriorityClasses", name, target, opts)
        self.by_name = {
            class_name: PriorityClass(
                f"{name}-{class_name}",
                metadata={"name": class_name, "labels": {"app.kubernetes.io/managed-by": "slipway"}},
                value=body["value"],
                preemption_policy=body["preemptionPolicy"],
                global_default=False,
                description=body["description"],
                opts=self.inside(after=after),
            )
            for class_name, body in CLASSES.items()
        }
        self.register_outputs({})

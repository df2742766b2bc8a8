"""Vertical scaling: requests that follow what containers use, by a VerticalPodAutoscaler."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from components.apps.resources import LimitsSettings
from components.apps.scaling_metrics import Resource
from components.apps.words import Manifest, ObjectName
from components.model import Settings
from components.names import INT32_MAX
from components.quantity import Cores, Memory, parse

Mode = Literal["Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"]

RESOURCES: tuple[Resource, ...] = ("cpu", "memory")


class BoundsSettings(Settings):
    """CPU and memory as bounds of what is recommended."""

    cpu: Cores | None = Field(default=None, description="CPU in cores. Unset: no bound.")
    memory: Memory | None = Field(default=None, description="Memory in bytes. Unset: no bound.")


class ContainerPolicySettings(Settings):
    """What is done about one container."""

    container_name: ObjectName | Literal["*"] | None = Field(
        default=None, description="The container; '*': every one without a policy of its own. Unset: the app's."
    )
    mode: Literal["Auto", "Off"] = Field(default="Auto", description="Off leaves the container alone.")
    min_allowed: BoundsSettings | None = Field(default=None, description="The least requests. Unset: the autoscaler's.")
    max_allowed: BoundsSettings | None = Field(default=None, description="The greatest requests. Unset: no bound.")
    controlled_resources: Annotated[tuple[Resource, ...], Field(min_length=1)] = Field(
        default=RESOURCES, description="What it acts on: cpu, memory or both."
    )
    controlled_values: Literal["RequestsAndLimits", "RequestsOnly"] = Field(
        default="RequestsAndLimits",
        description="Whether limits grow and shrink with the requests, in proportion, or stay as they are.",
    )


class VerticalScalingSettings(Settings):
    """How the app's requests follow what it uses."""

    mode: Mode = Field(
        default="Off",
        description=(
            "Off: only a recommendation in the object's status; Initial: for new pods; Recreate: pods are evicted for"
            " it; InPlaceOrRecreate: resized while they run where that works; Auto: an old word for Recreate."
        ),
    )
    min_replicas: Annotated[int, Field(ge=1, le=INT32_MAX)] | None = Field(
        default=None, description="The fewest running pods of which one may be evicted. Unset: the autoscaler's 2."
    )
    container_policies: tuple[ContainerPolicySettings, ...] = Field(
        default=(ContainerPolicySettings(),),
        description="What is done about which container. Unset: the app's own, CPU and memory. Others are left alone.",
    )

    @property
    def acts(self) -> bool:
        """Whether it changes pods, and does not only recommend."""
        return self.mode != "Off"


def acts_on(settings: VerticalScalingSettings, container: str, *, own: str) -> frozenset[Resource]:
    """Return the resources of a container that are changed; `own` is the name of the app's."""
    if not settings.acts:
        return frozenset()
    by_name = {policy.container_name or own: policy for policy in reversed(settings.container_policies)}
    policy = by_name.get(container, by_name.get("*"))
    return frozenset(policy.controlled_resources) if policy is not None and policy.mode == "Auto" else frozenset()


def greatest_limits(
    policy: ContainerPolicySettings, requests: dict[str, str], limits: LimitsSettings
) -> dict[str, Decimal]:
    """Return the limits at `maxAllowed` by resource: they keep their proportion to the requests."""
    bound = policy.max_allowed
    if bound is None or policy.controlled_values != "RequestsAndLimits":
        return {}
    asked = {"cpu": (bound.cpu, limits.cpu), "memory": (bound.memory, limits.memory)}
    return {
        resource: parse(most) * parse(limit) / parse(requests[resource])
        for resource, (most, limit) in asked.items()
        if most is not None and resource in policy.controlled_resources
    }


def _policy(settings: ContainerPolicySettings, own: str) -> Manifest:
    rest = settings.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"container_name"})
    name = {"containerName": settings.container_name or own}
    return {**name, "mode": "Off"} if settings.mode == "Off" else {**name, **rest}


def vertical_spec(settings: VerticalScalingSettings, *, target: Manifest, own: str) -> Manifest:
    """Return the spec of the VerticalPodAutoscaler (autoscaling.k8s.io/v1); `own` is the app's container.

    Containers without a policy would be changed, proxies that the mesh adds among them: here they are left alone.
    """
    policies = [_policy(policy, own) for policy in settings.container_policies]
    if all(policy["containerName"] != "*" for policy in policies):
        policies.append({"containerName": "*", "mode": "Off"})
    fewest = {"minReplicas": settings.min_replicas} if settings.min_replicas is not None else {}
    return {
        "targetRef": target,
        "updatePolicy": {"updateMode": settings.mode, **fewest},
        "resourcePolicy": {"containerPolicies": policies},
    }

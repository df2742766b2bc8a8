"""`nodeAffinity`: which nodes an app's pods must have, and which they would rather have."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.words import Manifest
from components.model import Settings
from components.names import LabelKey, LabelValue

Operator = Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]


class NodeExpressionSettings(Settings):
    """One thing that is asked of a node's labels."""

    key: LabelKey = Field(description="The node label, such as kubernetes.io/arch.")
    operator: Operator = Field(
        default="In", description="In, NotIn: one of `values` or none of them; Exists, DoesNotExist; Gt, Lt: a number."
    )
    values: tuple[LabelValue, ...] = Field(default=(), description="The label's values; one number for Gt and Lt.")

    def expression(self) -> Manifest:
        """Return the `matchExpressions` item."""
        return {"key": self.key, "operator": self.operator, **({"values": list(self.values)} if self.values else {})}


class PreferredNodesSettings(NodeExpressionSettings):
    """Nodes that a pod takes rather than others."""

    weight: Annotated[int, Field(ge=1, le=100)] = Field(
        default=100, description="How much it counts beside the other wishes."
    )


class NodeAffinitySettings(Settings):
    """What nodes must have, all of it, and what counts in favour of one."""

    required: tuple[NodeExpressionSettings, ...] = Field(
        default=(), description="What every node must have; a pod waits for such a node."
    )
    preferred: tuple[PreferredNodesSettings, ...] = Field(
        default=(), description="What a node had better have; a pod runs elsewhere where there is none."
    )


def node_affinity(settings: NodeAffinitySettings | None) -> Manifest:
    """Return the `nodeAffinity` of a pod's affinity, empty without any."""
    if settings is None:
        return {}
    terms = [{"matchExpressions": [each.expression() for each in settings.required]}]
    wishes = [
        {"weight": each.weight, "preference": {"matchExpressions": [each.expression()]}} for each in settings.preferred
    ]
    return {
        **(
            {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
            if settings.required
            else {}
        ),
        **({"preferredDuringSchedulingIgnoredDuringExecution": wishes} if wishes else {}),
    }

"""GPUs: whole ones, or shares of one, as NVIDIA's device plugin names them."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.words import Manifest
from components.foundation.pool_plan import GPU_TAINT
from components.model import Settings

WHOLE = "nvidia.com/gpu"
SHARED = "nvidia.com/gpu.shared"
"""What the plugin calls a share with `renameByDefault: true`, time-sliced or by MPS."""

SHARING_LABEL = "nvidia.com/gpu.sharing-strategy"
"""The label by which GPU Feature Discovery tells how a node's GPUs are shared."""

POOL = "gpu"

TOLERATION: Manifest = {"key": GPU_TAINT.key, "operator": "Exists", "effect": GPU_TAINT.effect}


class GpuSettings(Settings):
    """The GPUs of each pod."""

    count: Annotated[int, Field(ge=1, le=16)] = Field(default=1, description="GPUs, or one share of one.")
    sharing: Literal["none", "time-slicing", "mps"] = Field(
        default="none",
        description=(
            "none is whole GPUs. time-slicing and mps are a share of one, where the device plugin shares GPUs so and"
            " renames them (renameByDefault)."
        ),
    )


def gpu_resources(settings: GpuSettings | None) -> dict[str, str]:
    """Return what the container asks for; requests and limits of such a resource are always equal."""
    if settings is None:
        return {}
    return {WHOLE if settings.sharing == "none" else SHARED: str(settings.count)}


def gpu_node_labels(settings: GpuSettings | None) -> dict[str, str]:
    """Return what tells nodes apart whose shares have one name: the plugin's strategy."""
    return {SHARING_LABEL: settings.sharing} if settings is not None and settings.sharing != "none" else {}

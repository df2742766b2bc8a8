"""The shipped production stack, as far as the foundation's checks look at it, with changes."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from components.foundation.cluster import ClusterSettings
from components.foundation.network import NetworkSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.provider import AwsSettings
from components.foundation.storage import StorageSettings
from components.networking.cni import CniSettings
from components.operations.autoscaling_settings import AutoscalingSettings
from components.policy_settings import PolicySettings

if TYPE_CHECKING:
    from components.settings import StackSettings

ZONES = ["us-west-2a", "us-west-2b", "us-west-2c"]
CLUSTER: dict[str, Any] = {
    "version": "1.35",
    "admins": ["arn:aws:iam::123456789012:role/platform-admin"],
    "endpoint": {"privateAccessCidrs": ["10.40.0.0/16"]},
}
POOLS: dict[str, dict[str, Any]] = {
    "general": {},
    "memory": {},
    "gpu": {},
    "spot": {},
    "production": {"instanceTypes": ["m6i.xlarge"], "size": 3},
}


def stack(
    cluster: dict[str, Any] | None = None,
    pools: dict[str, dict[str, Any]] | None = None,
    storage: dict[str, Any] | None = None,
    **rooms: Any,
) -> "StackSettings":
    """Return the stack with keys of the cluster, pools and storage as YAML has them; `rooms` replace whole rooms.

    `cluster` is laid over the shipped one, unless it names an existing cluster; `pools` replace the shipped ones.
    """
    keys = cluster or {}
    read = {name: NodePoolSettings.model_validate(each) for name, each in (POOLS if pools is None else pools).items()}
    return cast(
        "StackSettings",
        SimpleNamespace(
            **{
                "stack": "production",
                "environment": "production",
                "aws": AwsSettings(region="us-west-2"),
                "network": NetworkSettings.model_validate({"cidr": "10.40.0.0/16", "zones": ZONES}),
                "cluster": ClusterSettings.model_validate(keys if "existing" in keys else {**CLUSTER, **keys}),
                "node_pools": read,
                "storage": StorageSettings.model_validate(storage or {}),
                "cni": CniSettings(),
                "autoscaling": AutoscalingSettings(),
                "policy": PolicySettings(),
                **rooms,
            }
        ),
    )

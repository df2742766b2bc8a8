"""What a node is made from, apart from its image: disk, metadata service, security group, tags, kubelet settings."""

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws.ec2.launch_template import LaunchTemplate

from components.foundation.images import DATA_DEVICE, is_bottlerocket
from components.foundation.inputs import given

if TYPE_CHECKING:
    from components.foundation.pool_plan import Pool

ROOT_DEVICE = "/dev/xvda"
"""The root device of Amazon Linux 2023, and of Bottlerocket's system."""

SYSTEM_GIB = 10
"""The size of Bottlerocket's system: room for the 2 to 4 GiB of its images, of which an update keeps two."""

_BOUNDARY = "slipway-node-config"


def user_data(max_pods: int) -> str:
    """Return the user data (base64) that sets a node's number of pods.

    It is a NodeConfig of nodeadm in a MIME archive, to which EKS appends its own. That one is laid over this and sets
    `maxPods`, too, by the VPC CNI's count; but it leaves kubelet's flags, and a flag goes before the configuration.
    """
    node_config = {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": {"maxPods": max_pods}, "flags": [f"--max-pods={max_pods}"]}},
    }
    archive = [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"',
        "",
        f"--{_BOUNDARY}",
        "Content-Type: application/node.eks.aws",
        "",
        json.dumps(node_config, indent=2),  # JSON is YAML, which nodeadm reads
        "",
        f"--{_BOUNDARY}--",
        "",
    ]
    return base64.b64encode("\n".join(archive).encode()).decode()


def bottlerocket_user_data(max_pods: int) -> str:
    """Return the user data (base64) that sets a Bottlerocket node's number of pods; EKS merges its own TOML."""
    return base64.b64encode(f"[settings.kubernetes]\nmax-pods = {max_pods}\n".encode()).decode()


def disks(pool: "Pool") -> list[Any]:
    """Return a node's volumes: the root volume, or Bottlerocket's system and the data beside it, all encrypted."""
    own = {"volume_size": pool.disk_gib, "iops": pool.disk_iops, "throughput": pool.disk_throughput}
    by_device: dict[str, dict[str, Any]] = {ROOT_DEVICE: own}
    if is_bottlerocket(pool.ami_type):
        by_device = {ROOT_DEVICE: {"volume_size": SYSTEM_GIB}, DATA_DEVICE: own}
    return [
        {
            "device_name": device,
            "ebs": given(volume_type="gp3", **volume, encrypted="true", delete_on_termination="true"),
        }
        for device, volume in by_device.items()
    ]


def launch_template(
    name: str,
    pool: "Pool",
    *,
    cluster_name: str,
    security_group_id: pulumi.Input[str],
    max_pods: int | None,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> LaunchTemplate:
    """Return a pool's launch template.

    Pods reach no credentials of the node: the metadata service wants a session token and answers only one hop away,
    which a pod is not unless it is on the host network. `max_pods` of None leaves the number to EKS.
    """
    told = bottlerocket_user_data if is_bottlerocket(pool.ami_type) else user_data
    own = {**tags, "Name": f"{cluster_name}-{pool.name}", "slipway.dev/pool": pool.name}
    return LaunchTemplate(
        name,
        description=f"Nodes of the pool {pool.name} of the EKS cluster {cluster_name}",
        update_default_version=True,
        block_device_mappings=disks(pool),
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
        },
        monitoring={"enabled": pool.detailed_monitoring},
        vpc_security_group_ids=[security_group_id],
        tag_specifications=[
            {"resource_type": kind, "tags": own} for kind in ("instance", "volume", "network-interface")
        ],
        user_data=None if max_pods is None else told(max_pods),
        opts=opts,
    )

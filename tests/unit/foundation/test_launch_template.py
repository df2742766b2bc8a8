"""What a node is made from."""

import base64
import email
import email.policy
import json
import tomllib
from dataclasses import replace
from typing import Any

import pulumi

from components.foundation.launch_template import launch_template, user_data
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import Pool, resolve
from tests.support.recording import record

GENERAL = resolve("general", NodePoolSettings())


def recorded(pool: Pool = GENERAL, max_pods: int | None = None, **tags: str) -> dict[str, Any]:
    recording = record(
        lambda: launch_template(
            "pools-general",
            pool,
            cluster_name="blue",
            security_group_id="sg-nodes",
            max_pods=max_pods,
            tags=tags,
            opts=pulumi.ResourceOptions(),
        )
    )
    return recording.one("aws:ec2/launchTemplate:LaunchTemplate").inputs


def test_pods_reach_no_credentials_of_the_node() -> None:
    assert recorded()["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


def test_the_root_volume_is_encrypted_gp3() -> None:
    ebs = {"volumeType": "gp3", "volumeSize": 50, "encrypted": "true", "deleteOnTermination": "true"}
    assert recorded()["blockDeviceMappings"] == [{"deviceName": "/dev/xvda", "ebs": ebs}]
    fast = recorded(replace(GENERAL, disk_gib=200, disk_iops=6000, disk_throughput=500))
    assert fast["blockDeviceMappings"][0]["ebs"] == {**ebs, "volumeSize": 200, "iops": 6000, "throughput": 500}


def test_bottlerocket_has_its_data_beside_its_system() -> None:
    pool = replace(GENERAL, ami_type="BOTTLEROCKET_x86_64", disk_gib=80, disk_iops=4000)
    system, data = recorded(pool)["blockDeviceMappings"]
    ebs = {"volumeType": "gp3", "encrypted": "true", "deleteOnTermination": "true"}
    assert system == {"deviceName": "/dev/xvda", "ebs": {**ebs, "volumeSize": 10}}
    assert data == {"deviceName": "/dev/xvdb", "ebs": {**ebs, "volumeSize": 80, "iops": 4000}}


def test_bottlerocket_is_told_its_pods_in_toml() -> None:
    pool = replace(GENERAL, ami_type="BOTTLEROCKET_ARM_64_FIPS")
    assert recorded(pool).get("userData") is None
    told = base64.b64decode(recorded(pool, max_pods=110)["userData"]).decode()
    assert tomllib.loads(told) == {"settings": {"kubernetes": {"max-pods": 110}}}


def test_nodes_are_in_their_group_and_no_image_is_pinned() -> None:
    inputs = recorded()
    assert inputs["vpcSecurityGroupIds"] == ["sg-nodes"]
    assert not {"imageId", "instanceType", "iamInstanceProfile", "keyName"} & inputs.keys()
    assert inputs["updateDefaultVersion"] is True


def test_instances_volumes_and_interfaces_are_tagged() -> None:
    specifications = recorded(owner="platform-team")["tagSpecifications"]
    assert {each["resourceType"] for each in specifications} == {"instance", "volume", "network-interface"}
    assert all(
        each["tags"] == {"owner": "platform-team", "Name": "blue-general", "slipway.dev/pool": "general"}
        for each in specifications
    )


def test_detailed_monitoring_is_asked_for() -> None:
    assert recorded()["monitoring"] == {"enabled": False}
    assert recorded(replace(GENERAL, detailed_monitoring=True))["monitoring"] == {"enabled": True}


def test_user_data_is_there_only_to_set_the_number_of_pods() -> None:
    assert "userData" not in recorded()
    assert recorded(max_pods=110)["userData"] == user_data(110)


def test_user_data_is_a_node_config_in_a_mime_archive() -> None:
    archive = email.message_from_bytes(base64.b64decode(user_data(110)), policy=email.policy.default)
    assert archive.get_content_type() == "multipart/mixed"
    (part,) = archive.iter_parts()
    assert part.get_content_type() == "application/node.eks.aws"
    assert not part.defects
    assert not archive.defects
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert json.loads(content) == {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": {"maxPods": 110}, "flags": ["--max-pods=110"]}},
    }

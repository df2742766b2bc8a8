"""A Redis of an app's own on Amazon ElastiCache."""

from collections.abc import Sequence

import pulumi
from pulumi_aws.elasticache.replication_group import ReplicationGroup
from pulumi_aws.elasticache.subnet_group import SubnetGroup
from pulumi_aws.secretsmanager.secret import Secret
from pulumi_aws.secretsmanager.secret_version import SecretVersion
from pydantic import SecretStr

from components.component import Component
from components.dependencies.access import DependencyAccess
from components.dependencies.managed import Managed, physical_name
from components.dependencies.settings import ElastiCacheSettings

ENGINE_VERSIONS = {"7": "7.1"}
"""The Redis of ElastiCache by major version: 7.1 is the last that it has ("Supported engines", ElastiCache guide)."""


def replicas(settings: ElastiCacheSettings, tier: int) -> int:
    """Return the number of copies beside the primary: 1 for tiers 1 and 2 where the settings say nothing."""
    if settings.replicas is not None:
        return settings.replicas
    return 1 if tier < 3 else 0


class ElastiCache(Component):
    """A Redis of an app's own on Amazon ElastiCache, which only the cluster's nodes reach, by TLS and password.

    The password is also put into Secrets Manager, where the app has it from. `address` is the primary's host, also
    after a failover; `secret_arn` the secret with `password`, `ready` what connects waits for.

    A change that makes AWS replace the group gives it another name, so that the old one is there until the new one is;
    deleting one leaves the snapshot NAME-final.
    """

    address: pulumi.Output[str]
    port: int
    secret_arn: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        managed: Managed,
        settings: ElastiCacheSettings,
        *,
        tier: int,
        password: SecretStr,
        vpc_id: pulumi.Input[str],
        subnet_ids: Sequence[pulumi.Input[str]],
        client_security_group_id: pulumi.Input[str],
        protect: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Put it into `subnet_ids`, of two zones at least; `client_security_group_id` is the nodes'."""
        super().__init__("slipway:dependencies:ElastiCache", name, None, opts)
        self.port = managed.dependency.port
        subnets = SubnetGroup(
            name, description=f"Private subnets of {name}", subnet_ids=list(subnet_ids), opts=self.child()
        )
        access = DependencyAccess(
            f"{name}-access",
            vpc_id=vpc_id,
            client_security_group_id=client_security_group_id,
            port=self.port,
            opts=pulumi.ResourceOptions(parent=self),
        )
        token = pulumi.Output.secret(password.get_secret_value())
        secret = Secret(name, description=f"The password of {name}", kms_key_id=settings.kms_key_arn, opts=self.child())
        version = SecretVersion(
            name,
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps({"password": token}),
            opts=self.child(),
        )
        restored, copies = managed.restored_from, replicas(settings, tier)
        # The random end of the subnet group's name: the next stack of this name finds the old one's snapshots.
        start = physical_name(managed.first_name, settings.kms_key_arn, restored)
        identifier = subnets.name.apply(lambda group: f"{start}-{group.rpartition('-')[2]}"[:40])
        group = ReplicationGroup(
            name,
            replication_group_id=identifier,
            description=f"Redis of {name}",
            engine="redis",
            engine_version=ENGINE_VERSIONS[managed.dependency.major],
            node_type=settings.node_type,
            num_cache_clusters=1 + copies,
            automatic_failover_enabled=copies > 0,
            multi_az_enabled=copies > 0,
            port=self.port,
            subnet_group_name=subnets.name,
            security_group_ids=[access.security_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=settings.kms_key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auth_token=token,
            # Both passwords are good until the next change: pods with the old one keep working meanwhile.
            auth_token_update_strategy="ROTATE",  # noqa: S106 (no password)
            snapshot_name=restored,
            snapshot_retention_limit=settings.snapshot_retention_days,
            final_snapshot_identifier=pulumi.Output.concat(identifier, "-final"),
            auto_minor_version_upgrade=True,
            apply_immediately=settings.apply_immediately,
            opts=self.child(protect=protect or None),
        )
        self.address = group.primary_endpoint_address
        self.secret_arn = secret.arn
        self.ready = (group, access.admission, version)
        self.register_outputs({"address": self.address, "port": self.port, "secretArn": self.secret_arn})

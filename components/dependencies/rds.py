"""A PostgreSQL database of an app's own on Amazon RDS."""

from collections.abc import Sequence
from decimal import Decimal

import pulumi
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.rds.instance import Instance
from pulumi_aws.rds.parameter_group import ParameterGroup
from pulumi_aws.rds.subnet_group import SubnetGroup
from pulumi_aws.secretsmanager.secret_rotation import SecretRotation

from components.component import Component
from components.dependencies.access import DependencyAccess
from components.dependencies.managed import Managed, physical_name
from components.dependencies.settings import RdsSettings
from components.quantity import parse

LOGS = ("postgresql", "upgrade")
"""The logs of PostgreSQL that RDS sends to CloudWatch."""

LEAST_GIB = 20
"""The smallest gp3 volume of RDS for PostgreSQL ("Amazon RDS DB instance storage", RDS guide)."""

INSIGHTS_DAYS = 7
"""Days of Performance Insights that cost nothing (https://aws.amazon.com/rds/performance-insights/pricing/)."""


def gib(quantity: str) -> int:
    """Return a quantity of bytes in GiB, rounded up: what RDS counts storage in."""
    return int((parse(quantity) / Decimal(1024) ** 3).to_integral_value(rounding="ROUND_CEILING"))


def first_gib(storage: str) -> int:
    """Return the size of the volume at first, in GiB: what the app asks for, or the least that RDS has."""
    return max(gib(storage), LEAST_GIB)


def most_gib(storage: str, max_storage: str | None) -> int:
    """Return how far the storage grows by itself, in GiB: twice its size where the settings say nothing."""
    return gib(max_storage) if max_storage is not None else 2 * first_gib(storage)


class Rds(Component):
    """A database of an app's own on Amazon RDS, which only the cluster's nodes reach.

    RDS makes the password, keeps it in Secrets Manager and changes it there; no other copy is in Pulumi's state.
    `address` is the host, `secret_arn` the secret with `username` and `password`, `ready` what connects waits for.

    A change that makes AWS replace the instance gives it another name, so that the old one is there until the new one
    is; deleting one leaves the snapshot NAME-final.
    """

    address: pulumi.Output[str]
    port: int
    secret_arn: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        managed: Managed,
        settings: RdsSettings,
        *,
        tier: int,
        vpc_id: pulumi.Input[str],
        subnet_ids: Sequence[pulumi.Input[str]],
        client_security_group_id: pulumi.Input[str],
        protect: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Put it into `subnet_ids`, of two zones at least; `client_security_group_id` is the nodes'."""
        super().__init__("slipway:dependencies:Rds", name, None, opts)
        dependency, self.port = managed.dependency, managed.dependency.port
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
        parameters = ParameterGroup(
            name,
            family=f"postgres{dependency.major}",
            description=f"PostgreSQL {dependency.major} of {name}: TLS only",
            parameters=[{"name": "rds.force_ssl", "value": "1"}],
            opts=self.child(),
        )
        restored = managed.restored_from
        # The random end of the subnet group's name: the next stack of this name finds the old one's snapshots.
        start = physical_name(managed.first_name, managed.database, managed.user, settings.kms_key_arn, restored)
        identifier = subnets.name.apply(lambda group: f"{start}-{group.rpartition('-')[2]}")
        # RDS would make them itself, and keep them for ever.
        logs = [
            LogGroup(
                f"{name}-{log}",
                name=pulumi.Output.concat("/aws/rds/instance/", identifier, f"/{log}"),
                retention_in_days=settings.log_retention_days,
                opts=self.child(),
            )
            for log in LOGS
        ]
        instance = Instance(
            name,
            identifier=identifier,
            engine="postgres",
            engine_version=dependency.major,
            instance_class=settings.instance_class,
            storage_type="gp3",
            allocated_storage=first_gib(dependency.storage),
            max_allocated_storage=most_gib(dependency.storage, settings.max_storage),
            storage_encrypted=True,
            kms_key_id=settings.kms_key_arn,
            # A snapshot brings its own database and user along; naming the database again is an error.
            db_name=managed.database if restored is None else None,
            username=managed.user if restored is None else None,
            snapshot_identifier=restored,
            port=self.port,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=settings.kms_key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[access.security_group_id],
            publicly_accessible=False,
            multi_az=tier == 1 if settings.multi_az is None else settings.multi_az,
            parameter_group_name=parameters.name,
            backup_retention_period=settings.backup_retention_days,
            copy_tags_to_snapshot=True,
            skip_final_snapshot=False,
            final_snapshot_identifier=pulumi.Output.concat(identifier, "-final"),
            deletion_protection=protect if settings.deletion_protection is None else settings.deletion_protection,
            performance_insights_enabled=True,
            performance_insights_retention_period=INSIGHTS_DAYS,
            performance_insights_kms_key_id=settings.kms_key_arn,
            enabled_cloudwatch_logs_exports=list(LOGS),
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=settings.allow_major_version_upgrade,
            apply_immediately=settings.apply_immediately,
            opts=self.child(after=logs, protect=protect or None),
        )
        self.address = instance.address
        self.secret_arn = instance.master_user_secrets.apply(lambda secrets: str(secrets[0].secret_arn))
        rotation = SecretRotation(
            f"{name}-password",
            secret_id=self.secret_arn,
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": settings.password_rotation_days},
            # The secret goes with the instance; until then RDS lets nobody switch its rotation off.
            opts=pulumi.ResourceOptions.merge(self.child(), pulumi.ResourceOptions(retain_on_delete=True)),
        )
        self.ready = (instance, access.admission, rotation)
        self.register_outputs({"address": self.address, "port": self.port, "secretArn": self.secret_arn})

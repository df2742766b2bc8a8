"""The databases and caches that AWS runs for an app, and how its pods learn of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap

from components.apps.aws_identity import AwsCluster, short_name
from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.component import InCluster, Target, aliases
from components.dependencies.elasticache import ElastiCache
from components.dependencies.managed import Managed, managed
from components.dependencies.rds import Rds
from components.dependencies.reader import SecretReader
from components.dependencies.settings import RdsSettings

CHECKSUM = "slipway.dev/dependencies-checksum"
"""The annotation of pods that changes when one of their databases has another address."""

PODS_OF = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "Rollout", "ScaledJob", "StatefulSet"})

REFRESH = "5m"
"""How often a password is read again: after RDS has changed it, a restarted container has the new one by then."""


def pod_template_of(manifest: Manifest) -> Manifest | None:
    """Return the template of the pods that an object makes, None for one that makes none."""
    spec = manifest.get("spec", {})
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if manifest["kind"] == "ScaledJob":
        spec = spec["jobTargetRef"]
    template: Manifest | None = spec.get("template") if manifest["kind"] in PODS_OF else None
    return template


def _connections(each: Managed) -> tuple[str, ...]:
    return tuple(f"{name}-connection" for name in each.former_names)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where databases and caches of an owned cluster are, and who reads their secrets."""

    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    client_security_group_id: pulumi.Input[str]
    reader_role_arn: pulumi.Input[str]


def _place(app: AppSettings, aws: AwsCluster | None) -> _Place:
    if (
        aws is None
        or aws.region is None
        or aws.vpc_id is None
        or not aws.private_subnet_ids
        or aws.node_security_group_id is None
        or aws.secret_reader_role_arn is None
    ):
        raise ValueError(
            f"{app.name}: a dependency on AWS needs an EKS cluster of the stack's own, with External Secrets"
        )
    return _Place(
        aws.region, aws.vpc_id, aws.private_subnet_ids, aws.node_security_group_id, aws.secret_reader_role_arn
    )


class ManagedDependencies(InCluster):
    """The databases and caches that AWS runs for an app, and what tells its pods how to reach them.

    Each is a ConfigMap and an ExternalSecret `APP-NAME-connection`. Pods wait for `ready`, which is all of it;
    `checksum` changes when an address does.
    """

    ready: tuple[pulumi.Resource, ...]
    checksum: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        app: AppSettings,
        *,
        target: Target,
        context: AppContext,
        aws: AwsCluster | None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with what is in the cluster for `after`; AWS begins at once.

        Raises ValueError where the cluster has no place for them, which the checks report first.
        """
        super().__init__("slipway:dependencies:ManagedDependencies", name, target, opts)
        place = _place(app, aws)
        made = [(each, self._made(each, app, context, place)) for each in managed(app, context)]
        keys = {each.settings.kms_key_arn for each, _ in made if each.settings.kms_key_arn is not None}
        reader = SecretReader(
            name,
            role_name=f"{short_name(name)}-secrets",
            namespace=app.namespace,
            reader_role_arn=place.reader_role_arn,
            secret_arns=[instance.secret_arn for _, instance in made],
            kms_key_arns=sorted(keys),
            region=place.region,
            target=target,
            after=after,
            opts=pulumi.ResourceOptions(parent=self),
        )
        ready: list[pulumi.Resource] = []
        for each, instance in made:
            ready += (
                *instance.ready,
                self._config(each, app, instance.address, after),
                self._secret(each, app, reader, instance, after),
            )
        self.ready = tuple(ready)
        self.checksum = pulumi.Output.all(*(instance.address for _, instance in made)).apply(
            lambda hosts: hashlib.sha256("\n".join(hosts).encode()).hexdigest()[:16]
        )
        self.register_outputs({})

    def _made(self, each: Managed, app: AppSettings, context: AppContext, place: _Place) -> Rds | ElastiCache:
        options = pulumi.ResourceOptions(parent=self, aliases=aliases(each.former_names))
        if isinstance(each.settings, RdsSettings):
            return Rds(
                each.name,
                each,
                each.settings,
                tier=app.tier,
                vpc_id=place.vpc_id,
                subnet_ids=place.subnet_ids,
                client_security_group_id=place.client_security_group_id,
                protect=context.protect,
                opts=options,
            )
        if each.dependency.password is None:
            raise ValueError(f"{app.name}: dependencies.{each.key} has no password")
        return ElastiCache(
            each.name,
            each,
            each.settings,
            tier=app.tier,
            password=context.secrets[each.dependency.password],
            vpc_id=place.vpc_id,
            subnet_ids=place.subnet_ids,
            client_security_group_id=place.client_security_group_id,
            protect=context.protect,
            opts=options,
        )

    def _config(
        self, each: Managed, app: AppSettings, address: pulumi.Output[str], after: Sequence[pulumi.Resource]
    ) -> ConfigMap:
        data: dict[str, pulumi.Input[str]] = {each.variable("HOST"): address, **each.variables}
        about: Any = metadata(app, each.connection)
        return ConfigMap(
            each.connection, metadata=about, data=data, opts=self.inside(after=after, formerly=_connections(each))
        )

    def _secret(
        self,
        each: Managed,
        app: AppSettings,
        reader: SecretReader,
        instance: Rds | ElastiCache,
        after: Sequence[pulumi.Resource],
    ) -> CustomResource:
        """Return the ExternalSecret; it keeps the last value where Secrets Manager does not answer."""
        waits = {"pulumi.com/waitFor": "condition=Ready"} if app.wait else {}
        reference = {"key": instance.secret_arn, "property": "password"}
        return CustomResource(
            each.connection,
            api_version="external-secrets.io/v1",
            kind="ExternalSecret",
            metadata=metadata(app, each.connection, annotations=waits),
            spec={
                "refreshInterval": REFRESH,
                "secretStoreRef": {"kind": "ClusterSecretStore", "name": reader.store},
                "target": {"name": each.connection, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
                "data": [{"secretKey": each.variable("PASSWORD"), "remoteRef": reference}],
            },
            opts=self.inside(after=[*after, *reader.ready, *instance.ready], formerly=_connections(each)),
        )

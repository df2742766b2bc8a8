"""`Platform`: the table of contents. Every component of a stack, in the order in which they need one another."""

import pulumi

from components.apps.aws_identity import AwsCluster
from components.apps.context import context
from components.apps.expansion import expanded
from components.apps.needs import STORAGE, WAYS_IN
from components.apps.port_discovery import PortDiscovery, port_discovery
from components.apps.priority import PriorityClasses
from components.apps.stack import AppStack
from components.charts import Charts
from components.checks import require_valid
from components.component import Component
from components.dependencies.backup_bucket import BackupBucket
from components.dependencies.backup_store import bucket_needed
from components.dependencies.names import store_names
from components.foundation.access import bindings
from components.foundation.base import Base, eks_base, existing_base
from components.foundation.cluster import granted
from components.foundation.reachability import Reach
from components.foundation.storage import StorageClasses
from components.networking.certificates.issuers import solved_beside_apps
from components.networking.dns.addresses import dns_cidrs
from components.networking.ingress.facts import controllers
from components.networking.stack import ClusterNetwork, cluster_network
from components.operations.monitoring_crds import MonitoringCrds, monitoring_crds_needed
from components.operations.stack import operations
from components.settings import StackSettings
from components.tenancy.access_roles import AccessRoles
from components.tenancy.namespaces import Namespaces

Resources = tuple[pulumi.Resource, ...]


class Platform(Component):
    """A whole stack: a cluster, what runs in it for everyone, and the apps.

    `outputs` are the stack's exports. Raises ValueError, with every problem in its text, for settings that the checks
    refuse; the loader reports those with their places in the files before it comes to that.
    """

    outputs: dict[str, pulumi.Input[object]]

    def __init__(
        self,
        name: str,
        settings: StackSettings,
        *,
        reach: Reach | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """In a deployment `reach` waits until a cluster of the stack's own answers; a preview passes none."""
        settings = expanded(settings)
        require_valid(settings)
        super().__init__("slipway:platform:Platform", name, None, opts)
        existing = settings.cluster.existing is not None
        base = existing_base(settings, self) if existing else eks_base(settings, self, reach)
        charts = Charts(settings.charts, Charts.read_lock(), base.target.nodes)
        storage = StorageClasses(
            "storage",
            settings.storage,
            target=base.target,
            driver=base.ebs_driver,
            snapshot_controller=base.snapshot_controller,
            opts=base.opts,
        )
        classes = tuple(storage.by_name.values())
        definitions: Resources = ()
        if monitoring_crds_needed(settings):
            definitions = MonitoringCrds("monitoring", target=base.target, charts=charts, opts=base.opts).ready
        network = cluster_network(settings, base, charts, storage=classes, monitoring_crds=definitions)
        namespaces = self._namespaces(settings, base, network)
        beside = operations(
            settings,
            base,
            charts,
            storage=classes,
            manager=network.manager,
            monitoring_crds=definitions,
            namespaces=namespaces.by_name,
        )
        driver = (base.ebs_driver,) if base.ebs_driver else ()
        volumes = (*classes, *storage.snapshots_ready, *driver)
        served = {WAYS_IN: network.ways_in, STORAGE: volumes, **beside.served}
        urls = self._apps(settings, base, namespaces, beside.secret_reader_role_arn, after=network.pods, served=served)
        self.outputs = {**base.outputs, "urls": urls}
        self.register_outputs(self.outputs)

    def _namespaces(self, settings: StackSettings, base: Base, network: ClusterNetwork) -> Namespaces:
        """Make the applications' namespaces, which charts may be told to work in."""
        return Namespaces(
            "namespace",
            settings.namespaces,
            target=base.target,
            mesh=settings.mesh,
            acme_solvers=solved_beside_apps(settings),
            readiness_gates=any(facts.pod_targets for facts in controllers(settings).values()),
            dns_cidrs=dns_cidrs(settings),
            gateway_api=network.gateway_api,
            after_mesh=network.mesh,
            opts=base.opts,
        )

    def _apps(
        self,
        settings: StackSettings,
        base: Base,
        namespaces: Namespaces,
        secret_reader_role_arn: pulumi.Output[str] | None,
        *,
        after: Resources,
        served: dict[str, Resources],
    ) -> dict[str, list[str]]:
        """Make the apps; return their addresses from outside."""
        priorities = PriorityClasses("priority", target=base.target, opts=base.opts)
        if base.eks_name is not None and (roles := bindings(granted(settings.cluster))):
            AccessRoles(
                "access",
                roles,
                namespaces=namespaces.by_name,
                target=base.target,
                opts=base.opts,
            )
        facts = context(settings)
        if (discovery := port_discovery(settings)) is not None:
            PortDiscovery(
                "port-discovery", discovery, namespaces=namespaces.by_name, target=base.target, opts=base.opts
            )
        owned = None
        if base.eks_name is not None:
            owned = AwsCluster(
                base.eks_name,
                base.oidc_provider_arn,
                settings.aws.account_id if settings.aws is not None else None,
                region=settings.aws.region if settings.aws is not None else None,
                vpc_id=base.vpc_id,
                private_subnet_ids=base.private_subnet_ids,
                node_security_group_id=base.node_security_group_id,
                secret_reader_role_arn=secret_reader_role_arn,
            )
        if bucket_needed(settings):
            BackupBucket("backups", settings, opts=base.opts)
        stacks: dict[str, AppStack] = {}
        for app in settings.apps:
            needed = [stacks[name].workload for name in store_names(app, settings.dependencies)]
            stacks[app.name] = AppStack(
                app.name,
                app,
                target=base.target,
                context=facts,
                after=[*namespaces.ready[app.namespace], *priorities.by_name.values(), *after, *needed],
                namespace=namespaces.by_name[app.namespace],
                served=served,
                aws=owned,
                opts=base.opts,
            )
        return {name: list(stack.urls) for name, stack in stacks.items() if stack.urls}

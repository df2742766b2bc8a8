"""`Platform`: the table of contents. Every component of a stack, in the order in which they need one another."""

import pulumi

from components.apps.context import context
from components.apps.priority import PriorityClasses
from components.apps.stack import AppStack
from components.charts import Charts
from components.checks import require_valid
from components.component import Component
from components.foundation.base import Base, eks_base, existing_base
from components.foundation.storage import StorageClasses
from components.networking.calico import Calico
from components.networking.certificates import Certificates
from components.networking.ingress import IngressController, ingress_class, served_class
from components.networking.mesh.istio import Istio
from components.networking.mesh.linkerd import Linkerd
from components.settings import StackSettings
from components.tenancy.namespaces import Namespaces

Resources = tuple[pulumi.Resource, ...]


class Platform(Component):
    """A whole stack: a cluster, what runs in it for everyone, and the apps.

    `outputs` are the stack's exports. Raises ValueError, with every problem in its text, for settings that the checks
    refuse; the loader reports those with their places in the files before it comes to that.
    """

    outputs: dict[str, pulumi.Input[object]]

    def __init__(self, name: str, settings: StackSettings, *, opts: pulumi.ResourceOptions | None = None) -> None:
        require_valid(settings)
        super().__init__("slipway:platform:Platform", name, None, opts)
        existing = settings.cluster.existing is not None
        base = existing_base(settings, self) if existing else eks_base(settings, self)
        charts = Charts(settings.charts, Charts.read_lock())
        StorageClasses(
            "storage",
            settings.storage,
            target=base.target,
            driver=base.ebs_driver,
            snapshot_controller=base.snapshot_controller,
            opts=base.opts,
        )
        policies = self._network_policies(settings, base, charts)
        mesh = self._mesh(settings, base, charts)
        certificates = self._certificates(settings, base, charts)
        ingress = IngressController("ingress", settings.ingress, target=base.target, after=mesh, opts=base.opts).ready
        urls = self._apps(settings, base, after=(*policies, *mesh, *certificates, *ingress))
        self.outputs = {**base.outputs, "urls": urls}
        self.register_outputs(self.outputs)

    def _network_policies(self, settings: StackSettings, base: Base, charts: Charts) -> Resources:
        if settings.calico is None:
            return ()
        after = base.nodes if settings.calico.mode == "policy-only" else ()
        return Calico("calico", settings.calico, target=base.target, charts=charts, after=after, opts=base.opts).ready

    def _mesh(self, settings: StackSettings, base: Base, charts: Charts) -> Resources:
        mesh = settings.mesh
        if mesh.kind == "istio":
            return Istio(
                "istio",
                mesh,
                target=base.target,
                charts=charts,
                ingress_class=served_class(settings.ingress),
                after=base.target.ready,
                opts=base.opts,
            ).ready
        if mesh.kind == "linkerd" and mesh.linkerd is not None:
            return Linkerd(
                "linkerd",
                mesh.linkerd,
                sidecar=mesh.sidecar,
                secrets=settings.secrets,
                target=base.target,
                charts=charts,
                after=base.target.ready,
                opts=base.opts,
            ).ready
        return ()

    def _certificates(self, settings: StackSettings, base: Base, charts: Charts) -> Resources:
        if settings.certificates is None:
            return ()
        return Certificates(
            "certificates",
            settings.certificates,
            target=base.target,
            charts=charts,
            ingress_class=ingress_class(settings.ingress),
            cluster_name=base.eks_name,
            region=settings.aws.region if settings.aws else None,
            host_network=settings.calico is not None and settings.calico.mode == "cni",
            after=base.target.ready,
            opts=base.opts,
        ).issuers

    def _apps(self, settings: StackSettings, base: Base, *, after: Resources) -> dict[str, list[str]]:
        """Make the namespaces and the apps; return the apps' addresses from outside."""
        priorities = PriorityClasses("priority", target=base.target, opts=base.opts)
        namespaces = Namespaces(
            "namespace",
            settings.namespaces,
            target=base.target,
            mesh=settings.mesh.kind,
            acme_solvers=settings.certificates is not None and settings.ingress.controller != "istio",
            opts=base.opts,
        )
        facts = context(settings)
        stacks = {
            app.name: AppStack(
                app.name,
                app,
                target=base.target,
                context=facts,
                after=[*namespaces.ready[app.namespace], *priorities.by_name.values(), *after],
                opts=base.opts,
            )
            for app in settings.apps
        }
        return {name: list(stack.urls) for name, stack in stacks.items() if stack.urls}

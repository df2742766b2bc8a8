"""What runs beside the apps as one stack wires it: monitoring, scaling, delivery, secret stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.charts import Charts
from components.dependencies.managed import any_managed
from components.foundation.base import Base
from components.networking.cni import overlay
from components.operations.argo_rollouts import ArgoRollouts
from components.operations.argo_rollouts_values import traffic_routers
from components.operations.exporters import exporters
from components.operations.external_secrets import ExternalSecrets
from components.operations.external_secrets_values import store_namespaces
from components.operations.flagger import Flagger
from components.operations.flagger_values import mesh_provider
from components.operations.keda import Keda
from components.operations.keda_values import scaled_resources
from components.operations.monitoring import Monitoring
from components.operations.monitoring_values import storage_class
from components.operations.platform_monitors import PlatformMonitors
from components.operations.sealed_secrets import SealedSecrets
from components.operations.vpa import Vpa

if TYPE_CHECKING:
    from components.settings import StackSettings

Resources = tuple[pulumi.Resource, ...]


@dataclass(frozen=True, slots=True)
class Operations:
    """What serves objects of apps, by their API group, and the role of External Secrets in AWS, None without one."""

    served: dict[str, Resources]
    secret_reader_role_arn: pulumi.Output[str] | None


def operations(
    settings: "StackSettings",
    base: Base,
    charts: Charts,
    *,
    storage: Resources,
    manager: Resources,
    monitoring_crds: Resources,
    namespaces: Mapping[str, pulumi.Resource],
) -> Operations:
    """Make every room of operations that the stack names.

    `storage` are the storage classes, `manager` is cert-manager where there is one, `monitoring_crds` the definitions
    of the Prometheus operator where anything needs them, `namespaces` the applications', by name.
    """
    account_id = settings.aws.account_id if settings.aws else None
    watched = monitoring_crds if settings.monitoring is not None else ()
    served: dict[str, Resources] = {}
    if settings.monitoring is not None:
        driver = (base.ebs_driver,) if base.ebs_driver else ()
        monitoring = Monitoring(
            "prometheus",
            settings.monitoring,
            target=base.target,
            charts=charts,
            storage_class=storage_class(settings),
            crds=monitoring_crds,
            eks_name=base.eks_name,
            account_id=account_id,
            overlay=overlay(settings),
            certificates=manager,
            after=(*base.target.ready, *storage, *driver),
            opts=base.opts,
        )
        PlatformMonitors(
            "platform-monitors",
            exporters(settings),
            target=base.target,
            after=(*monitoring_crds, monitoring.namespace),
            opts=base.opts,
        )
        served["monitoring.coreos.com"] = monitoring.ready
    served |= _scaling(settings, base, charts, manager, watched, namespaces)
    served |= _delivery(settings, base, charts, watched)
    secrets, reader_role_arn = _secrets(settings, base, charts, manager, watched)
    return Operations({**served, **secrets}, reader_role_arn)


def _scaling(
    settings: "StackSettings",
    base: Base,
    charts: Charts,
    manager: Resources,
    watched: Resources,
    namespaces: Mapping[str, pulumi.Resource],
) -> dict[str, Resources]:
    served: dict[str, Resources] = {}
    if settings.autoscaling.keda is not None:
        served["keda.sh"] = Keda(
            "keda",
            settings.autoscaling.keda,
            target=base.target,
            charts=charts,
            eks_name=base.eks_name,
            account_id=settings.aws.account_id if settings.aws else None,
            overlay=overlay(settings),
            scaled_resources=scaled_resources(settings),
            certificates=manager,
            monitoring=watched,
            namespaces=[namespaces[each] for each in settings.autoscaling.keda.watch_namespaces],
            after=base.target.ready,
            opts=base.opts,
        ).ready
    if settings.autoscaling.vpa is not None:
        metrics = (base.metrics_server,) if base.metrics_server else ()
        vpa = Vpa(
            "vpa",
            settings.autoscaling.vpa,
            target=base.target,
            charts=charts,
            overlay=overlay(settings),
            certificates=manager,
            monitoring=watched,
            after=(*base.target.ready, *metrics),
            opts=base.opts,
        )
        served["autoscaling.k8s.io"] = vpa.ready
    return served


def _delivery(settings: "StackSettings", base: Base, charts: Charts, watched: Resources) -> dict[str, Resources]:
    served: dict[str, Resources] = {}
    if settings.delivery.argo_rollouts is not None:
        served["argoproj.io"] = ArgoRollouts(
            "argo-rollouts",
            settings.delivery.argo_rollouts,
            target=base.target,
            charts=charts,
            eks_name=base.eks_name,
            account_id=settings.aws.account_id if settings.aws else None,
            region=settings.aws.region if settings.aws else None,
            routers=traffic_routers(settings),
            monitoring=watched,
            after=base.target.ready,
            opts=base.opts,
        ).ready
    if settings.delivery.flagger is not None:
        flagger = Flagger(
            "flagger",
            settings.delivery.flagger,
            target=base.target,
            charts=charts,
            provider=mesh_provider(settings),
            monitoring=watched,
            after=base.target.ready,
            opts=base.opts,
        )
        served["flagger.app"] = flagger.ready
    return served


def _secrets(
    settings: "StackSettings", base: Base, charts: Charts, manager: Resources, watched: Resources
) -> tuple[dict[str, Resources], pulumi.Output[str] | None]:
    served: dict[str, Resources] = {}
    role_arn = None
    if settings.secret_stores.external_secrets is not None:
        owned = base.eks_name is not None and settings.aws is not None
        external = ExternalSecrets(
            "external-secrets",
            settings.secret_stores.external_secrets,
            target=base.target,
            charts=charts,
            namespaces=store_namespaces(settings),
            eks_name=base.eks_name,
            region=settings.aws.region if owned and settings.aws else None,
            account_id=settings.aws.account_id if settings.aws else None,
            takes_roles=any_managed(settings),
            overlay=overlay(settings),
            certificates=manager,
            monitoring=watched,
            after=base.target.ready,
            opts=base.opts,
        )
        served["external-secrets.io"] = served["generators.external-secrets.io"] = external.ready
        role_arn = external.role_arn
    if settings.secret_stores.sealed_secrets is not None:
        sealed = SealedSecrets(
            "sealed-secrets",
            settings.secret_stores.sealed_secrets,
            target=base.target,
            charts=charts,
            monitoring=watched,
            after=base.target.ready,
            opts=base.opts,
        )
        served["bitnami.com"] = sealed.ready
    return served, role_arn

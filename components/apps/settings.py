"""`AppSettings`: one application stack, as `apps/ENVIRONMENT/NAME.yaml` declares it."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.aws_permissions import AwsPermissionsSettings
from components.apps.config_files import File
from components.apps.containers import ContainerSettings
from components.apps.disruption import DisruptionSettings, StrategySettings
from components.apps.dns.settings import DnsConfigSettings, DnsPolicy, HostAliases
from components.apps.environment import SecretsSettings, Variable
from components.apps.escape_settings import Patch, RawObject
from components.apps.exposure import AppIngressSettings, CanarySettings, RouteSettings
from components.apps.gpu import GpuSettings
from components.apps.hooks import LifecycleSettings
from components.apps.identity import PermissionSettings, ServiceAccountSettings
from components.apps.jobs import CronSettings, JobSettings
from components.apps.network import EgressSettings
from components.apps.nodes.settings import NodeAffinitySettings
from components.apps.observability_settings import AppMonitoring, LogSettings, SloSettings
from components.apps.observability_tracing import AppTracingSettings
from components.apps.ports import Ports
from components.apps.presets import PresetsSettings
from components.apps.probes import ProbesSettings
from components.apps.resources import ResourcesSettings
from components.apps.scaling import ScalingSettings
from components.apps.security import RunAsSettings
from components.apps.service_settings import ExternalServiceSettings, ServiceSettings
from components.apps.spread import SpreadSettings
from components.apps.stateful import StatefulSettings
from components.apps.traffic import CircuitBreakerSettings, Duration, RetrySettings
from components.apps.vertical import VerticalScalingSettings
from components.apps.volumes import EMPTY_DIR_SIZE, ScratchSize, VolumeSettings
from components.apps.words import AppName, EnvName, Image, MountPath, ObjectName, PortName
from components.dependencies.settings import DependencySettings
from components.distinct import MAY_REPEAT
from components.model import Settings
from components.names import INT32_MAX, LabelKey, LabelValue, Name, Text

Kind = Literal["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]
Tier = Literal[1, 2, 3]


class AppSettings(Settings):
    """One app: a workload with all that belongs to it. Only `name`, `namespace` and `image` must be given."""

    name: AppName = Field(description="The app's name, unique in its environment.")
    formerly: tuple[AppName, ...] = Field(
        default=(),
        description=(
            "Names that the app had, in the order it had them: what AWS has made under them is kept. Objects in the"
            " cluster are replaced, because their names are the app's."
        ),
    )
    namespace: Name = Field(description="The namespace it runs in: one of the stack's namespaces.")
    kind: Kind = Field(
        default="Deployment",
        description=(
            "Deployment; StatefulSet for pods that own volumes; DaemonSet for a pod on every node; Job for work that"
            " ends; CronJob for such work at fixed times."
        ),
    )
    tier: Tier = Field(
        default=2,
        description=(
            "1 mission critical, 2 business critical, 3 non-critical: decides disruption budget, spreading, priority,"
            " node pool and the share of the limits that is requested."
        ),
    )
    image: Image = Field(description="The container image, with a tag other than latest, or a digest.")
    command: Annotated[tuple[Text, ...], MAY_REPEAT] = Field(
        default=(), description="The program to run. Unset: the image's entry point."
    )
    args: Annotated[tuple[Text, ...], MAY_REPEAT] = Field(
        default=(), description="The program's arguments. Unset: the image's."
    )
    replicas: Annotated[int, Field(ge=0, le=INT32_MAX)] | None = Field(
        default=None,
        description=(
            "The number of pods; with `scaling` the number that it starts with. Unset: scaling.minReplicas, else 2 for"
            " a Deployment and 1 for a StatefulSet."
        ),
    )
    ports: Ports = Field(
        default_factory=dict,
        description="The ports by name: a number, or {port, targetPort, protocol}. `metrics` is the scraped one.",
    )
    port_variables: dict[EnvName, PortName] = Field(
        default_factory=dict,
        description="Variables with the number that a port has in the container, such as PORT: http.",
    )
    service: ServiceSettings = Field(default_factory=ServiceSettings, description="The kind of Service.")
    external_services: dict[Name, ExternalServiceSettings] = Field(
        default_factory=dict,
        description="Names in the cluster for hosts outside: NAME is reached as APP-NAME in the app's namespace.",
    )
    resources: ResourcesSettings = Field(
        default_factory=ResourcesSettings, description="CPU and memory of the container."
    )
    config: dict[EnvName, Text] = Field(
        default_factory=dict, description="Variables in a ConfigMap; pods roll when they change."
    )
    secrets: SecretsSettings = Field(default_factory=SecretsSettings, description="Variables out of Secrets.")
    env: dict[EnvName, Variable] = Field(
        default_factory=dict, description="Single variables out of a Secret's key or a field of the pod."
    )
    probes: ProbesSettings = Field(default_factory=ProbesSettings, description="Health checks.")
    strategy: StrategySettings = Field(
        default_factory=StrategySettings, description="How a new version replaces the old one."
    )
    scaling: ScalingSettings | None = Field(default=None, description="Horizontal scaling. Unset: a fixed number.")
    vertical_scaling: VerticalScalingSettings | None = Field(
        default=None, description="Requests that follow what the containers use. Unset: they stay as declared."
    )
    disruption: DisruptionSettings | None = Field(default=None, description="Disruption budget. Unset: the tier's.")
    pool: Name | None = Field(default=None, description="The node pool. Unset: the tier's.")
    priority_class: ObjectName | None = Field(
        default=None, description="The PriorityClass, such as system-cluster-critical. Unset: the tier's."
    )
    ingress: AppIngressSettings | None = Field(default=None, description="An Ingress. Unset: none.")
    route: RouteSettings | None = Field(
        default=None, description="A way in that can divide requests between versions. Unset: none."
    )
    canary: CanarySettings | None = Field(default=None, description="A second version. Unset: none.")
    retries: RetrySettings | None = Field(
        default=None, description="Requests that callers in the mesh send again. Unset: the mesh's own."
    )
    timeout: Duration | None = Field(
        default=None, description="How long callers in the mesh wait for an answer. Unset: for ever."
    )
    circuit_breaker: CircuitBreakerSettings | None = Field(
        default=None, description="When callers in the mesh leave a failing pod alone. Unset: never."
    )
    volumes: dict[Name, VolumeSettings] = Field(
        default_factory=dict, description="Volumes by name: persistent (StatefulSet), ephemeral, emptyDir, claim."
    )
    scratch: tuple[MountPath, ...] = Field(
        default=("/tmp",),  # noqa: S108 (a path in the container)
        description="Writable directories that live as long as the pod; the root file system is read-only.",
    )
    scratch_size: ScratchSize = EMPTY_DIR_SIZE
    run_as: RunAsSettings = Field(default_factory=RunAsSettings, description="The user that the container runs as.")
    allow_from: tuple[AppName, ...] = Field(
        default=(), description="Apps of this environment, in any namespace, that may call this one."
    )
    allow_to: tuple[AppName, ...] = Field(
        default=(), description="Apps of this environment, in any namespace, that this one may call."
    )
    egress: tuple[EgressSettings, ...] = Field(
        default=(), description="Networks outside the cluster that the app may call; DNS is always allowed."
    )
    monitoring: AppMonitoring | None = Field(
        default=None,
        description=(
            "What is measured of the app: true, false, or what differs. Unset: on where the stack has monitoring and"
            " the app a `metrics` port, or a mesh that counts its requests."
        ),
    )
    slo: SloSettings | None = Field(default=None, description="A service level objective with its alerts. Unset: none.")
    tracing: AppTracingSettings | None = Field(
        default=None, description="Spans of the app's own, sent to the collector of mesh.tracing. Unset: none."
    )
    logs: LogSettings | None = Field(default=None, description="How its log is read. Unset: as Fluent Bit does.")
    termination_grace_period_seconds: Annotated[int, Field(ge=1, le=7200)] | None = Field(
        default=None,
        description="Seconds from the beginning of a pod's end to the kill. Unset: 30, after the preStop hook's sleep.",
    )
    job: JobSettings | None = Field(default=None, description="How a Job, or each one of a CronJob, runs.")
    cron: CronSettings | None = Field(default=None, description="When a CronJob makes its Jobs.")
    stateful_set: StatefulSettings | None = Field(
        default=None, description="What only a StatefulSet has: numbering, update order, what becomes of its claims."
    )
    init_containers: dict[Name, ContainerSettings] = Field(
        default_factory=dict, description="Containers that run to their end, one after the other, before the app."
    )
    sidecars: dict[Name, ContainerSettings] = Field(
        default_factory=dict, description="Containers that start before the app, run beside it and stop after it."
    )
    start_order: tuple[Name, ...] = Field(
        default=(),
        description=(
            "The names of all initContainers and sidecars, in the order in which they start. Unset: the sidecars first,"
            " then the initContainers, each as written."
        ),
    )
    containers: dict[Name, ContainerSettings] = Field(
        default_factory=dict, description="Further containers that start and stop together with the app's own."
    )
    presets: PresetsSettings = Field(default_factory=PresetsSettings, description="Well-known sidecars, ready to use.")
    lifecycle: LifecycleSettings = Field(
        default_factory=LifecycleSettings, description="What runs after the container's start and before its end."
    )
    files: dict[MountPath, File] = Field(
        default_factory=dict,
        description=("Configuration files by path: a text, or {content, mode, subPath}. Pods roll when they change."),
    )
    gpu: GpuSettings | None = Field(default=None, description="GPUs of each pod. Unset: none.")
    spread: tuple[SpreadSettings, ...] | None = Field(
        default=None, description="Over what the pods are spread, instead of the tier's rule; [] spreads nothing."
    )
    node_affinity: NodeAffinitySettings | None = Field(
        default=None, description="Nodes by their labels, within the pool. Unset: all of the pool's."
    )
    min_ready_seconds: Annotated[int, Field(ge=0, le=599)] = Field(
        default=0,
        description=(
            "Seconds that a new pod must be ready before it counts as available, less than the 600 in which an update"
            " must progress. Unset: 0, at once."
        ),
    )
    host_aliases: HostAliases = Field(
        default_factory=dict, description="Host names by address, for the pods' /etc/hosts."
    )
    dns_policy: DnsPolicy | None = Field(
        default=None,
        description="Whose name servers pods ask: the cluster's (ClusterFirst), the node's (Default), only dnsConfig's"
        " (None). Unset: ClusterFirst.",
    )
    dns_config: DnsConfigSettings | None = Field(
        default=None, description="Name servers, search domains and options of the pods' resolver."
    )
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, description="Further labels of the app's objects and pods."
    )
    pod_annotations: dict[LabelKey, Text] = Field(default_factory=dict, description="Annotations of the pods.")
    wait: bool = Field(
        default=True, description="Whether `pulumi up` waits until the pods are ready (10 minutes at most)."
    )
    service_account: ServiceAccountSettings = Field(
        default_factory=ServiceAccountSettings, description="The pods' identity in the cluster."
    )
    permissions: tuple[PermissionSettings, ...] = Field(
        default=(), description="What the app may do by the Kubernetes API, in its own namespace. Unset: nothing."
    )
    aws: AwsPermissionsSettings | None = Field(
        default=None, description="What the app may do in AWS, by an IAM role of its own. Unset: nothing."
    )
    image_pull_secrets: tuple[ObjectName, ...] = Field(
        default=(), description="Existing Secrets of type kubernetes.io/dockerconfigjson for a private registry."
    )
    patches: dict[str, Patch] = Field(
        default_factory=dict,
        description="Strategic-merge patches, applied last, by an object's suffix (deployment) or kind (Service).",
    )
    objects: dict[Name, RawObject] = Field(
        default_factory=dict, description="Further objects of the app's namespace, as their manifests."
    )
    dependencies: dict[Name, DependencySettings] = Field(
        default_factory=dict, description="Databases and caches of its own, in the cluster or on AWS as the stack says."
    )

    @property
    def initial_replicas(self) -> int:
        """The number of pods that the workload is created with; of a DaemonSet, the least that does anything.

        Of a Job by events, the pods of each of its Jobs.
        """
        if self.kind in {"Job", "CronJob"}:
            return (self.job or JobSettings()).parallelism
        if self.kind == "DaemonSet":
            return 1
        if self.replicas is not None:
            return self.replicas
        if self.scaling is not None:
            return self.scaling.min_replicas
        return 2 if self.kind == "Deployment" else 1

    @property
    def most_replicas(self) -> int:
        """The number of pods that the workload may grow to, without an update's surge; KEDA counts Jobs."""
        if self.kind == "Job" and self.scaling is not None:
            return self.scaling.max_replicas * self.initial_replicas
        return max(self.initial_replicas, self.scaling.max_replicas) if self.scaling else self.initial_replicas

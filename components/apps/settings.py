"""`AppSettings`: one application stack, as `apps/ENVIRONMENT/NAME.yaml` declares it."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.disruption import DisruptionSettings, StrategySettings
from components.apps.environment import SecretsSettings, VariableSettings
from components.apps.exposure import AppIngressSettings, CanarySettings, RouteSettings
from components.apps.identity import ServiceAccountSettings
from components.apps.network import EgressSettings
from components.apps.ports import Ports
from components.apps.probes import ProbesSettings
from components.apps.resources import ResourcesSettings
from components.apps.scaling import ScalingSettings
from components.apps.security import RunAsSettings
from components.apps.service_settings import ExternalServiceSettings, ServiceSettings
from components.apps.traffic import CircuitBreakerSettings, Duration, RetrySettings
from components.apps.volumes import VolumeSettings
from components.apps.words import AppName, EnvName, Image, MountPath, ObjectName
from components.model import Settings
from components.names import INT32_MAX, LabelKey, LabelValue, Name, Text

Kind = Literal["Deployment", "StatefulSet"]
Tier = Literal[1, 2, 3]


class AppSettings(Settings):
    """One app: a workload with all that belongs to it. Only `name`, `namespace` and `image` must be given."""

    name: AppName = Field(description="The app's name, unique in its environment.")
    namespace: Name = Field(description="The namespace it runs in: one of the stack's namespaces.")
    kind: Kind = Field(default="Deployment", description="Deployment, or StatefulSet for pods that own volumes.")
    tier: Tier = Field(
        default=2,
        description=(
            "1 mission critical, 2 business critical, 3 non-critical: decides disruption budget, spreading, priority,"
            " node pool and the share of the limits that is requested."
        ),
    )
    image: Image = Field(description="The container image, with a tag other than latest, or a digest.")
    command: tuple[Text, ...] = Field(default=(), description="The program to run. Unset: the image's entry point.")
    args: tuple[Text, ...] = Field(default=(), description="The program's arguments. Unset: the image's.")
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
    env: dict[EnvName, VariableSettings] = Field(
        default_factory=dict, description="Single variables out of a Secret's key or a field of the pod."
    )
    probes: ProbesSettings = Field(default_factory=ProbesSettings, description="Health checks.")
    strategy: StrategySettings = Field(
        default_factory=StrategySettings, description="How a new version replaces the old one."
    )
    scaling: ScalingSettings | None = Field(default=None, description="Horizontal scaling. Unset: a fixed number.")
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
        default_factory=dict, description="Persistent volumes by name, one of each per pod (StatefulSet)."
    )
    scratch: tuple[MountPath, ...] = Field(
        default=("/tmp",),  # noqa: S108 (a path in the container)
        description="Writable directories that live as long as the pod; the root file system is read-only.",
    )
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
    termination_grace_period_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=30, description="Seconds between the signal to stop and the kill."
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
    image_pull_secrets: tuple[ObjectName, ...] = Field(
        default=(), description="Existing Secrets of type kubernetes.io/dockerconfigjson for a private registry."
    )

    @property
    def initial_replicas(self) -> int:
        """The number of pods that the workload is created with."""
        if self.replicas is not None:
            return self.replicas
        if self.scaling is not None:
            return self.scaling.min_replicas
        return 2 if self.kind == "Deployment" else 1

    @property
    def most_replicas(self) -> int:
        """The number of pods that the workload may grow to, without an update's surge."""
        return max(self.initial_replicas, self.scaling.max_replicas) if self.scaling else self.initial_replicas

"""`StackSettings`: all that one stack declares, the aggregate of what each room declares."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from components.apps.settings import AppSettings
from components.charts import ChartSettings
from components.dependencies.settings import DependenciesSettings
from components.foundation.cluster import ClusterSettings
from components.foundation.network import NetworkSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.provider import AwsSettings
from components.foundation.storage import StorageSettings
from components.model import Settings
from components.names import Name
from components.networking.certificates.settings import CertificatesSettings
from components.networking.cni import CniInput, CniSettings
from components.networking.consul_settings import ConsulSettings
from components.networking.dns.settings import DnsSettings
from components.networking.ingress.settings import IngressInput, IngressSettings
from components.networking.mesh.settings import MeshInput, MeshSettings
from components.operations.autoscaling_settings import AutoscalingSettings
from components.operations.delivery_settings import DeliverySettings
from components.operations.monitoring_settings import MonitoringSettings
from components.operations.secret_settings import SecretStoreSettings
from components.policy_settings import PolicySettings
from components.tenancy.namespaces import NamespaceSettings

Environment = Literal["local", "development", "staging", "production"]


class StackSettings(Settings):
    """One stack, validated and frozen; nothing downstream of it reads configuration."""

    stack: str = Field(description="The Pulumi stack's name, as in Pulumi.STACK.yaml.")
    environment: Environment = Field(
        description="Which apps/ENVIRONMENT folder the stack deploys; environments are never mixed."
    )
    cluster: ClusterSettings = Field(description="The EKS cluster to build, or the existing one to use.")
    aws: AwsSettings | None = Field(
        default=None, description="The AWS account and region; absent for an existing cluster."
    )
    network: NetworkSettings | None = Field(default=None, description="The VPC; absent for an existing cluster.")
    node_pools: dict[Name, NodePoolSettings] = Field(
        default_factory=dict,
        description="The node pools by name. general, memory, gpu and spot have defaults of their own.",
    )
    storage: StorageSettings = Field(default_factory=StorageSettings, description="Storage classes.")
    charts: ChartSettings = Field(default_factory=ChartSettings, description="Where Helm charts come from.")
    cni: Annotated[CniSettings, CniInput] = Field(
        default_factory=CniSettings, description="The pod network and its policies; an existing cluster has its own."
    )
    dns: DnsSettings = Field(default_factory=DnsSettings, description="CoreDNS, a cache on each node, external-dns.")
    mesh: Annotated[MeshSettings, MeshInput] = Field(default_factory=MeshSettings, description="The service mesh.")
    certificates: CertificatesSettings | None = Field(
        default=None, description="cert-manager and its issuers; absent: not installed."
    )
    ingress: Annotated[IngressSettings, IngressInput] = Field(
        default_factory=IngressSettings, description="What brings requests in from outside."
    )
    consul: ConsulSettings | None = Field(
        default=None, description="Consul as a service registry; absent: not installed."
    )
    namespaces: dict[Name, NamespaceSettings] = Field(
        default_factory=dict, description="The application namespaces by name."
    )
    autoscaling: AutoscalingSettings = Field(
        default_factory=AutoscalingSettings, description="What scales apps beyond Kubernetes' own autoscaler."
    )
    delivery: DeliverySettings = Field(
        default_factory=DeliverySettings, description="What moves apps to their next version step by step."
    )
    monitoring: MonitoringSettings | None = Field(
        default=None, description="Prometheus, Alertmanager and Grafana; absent: not installed."
    )
    secret_stores: SecretStoreSettings = Field(
        default_factory=SecretStoreSettings, description="Where Secrets come from that are in no file."
    )
    secrets: dict[Name, SecretStr] = Field(
        default_factory=dict,
        description="Secret values that apps refer to by name: pulumi config set --secret --path slipway:secrets.NAME",
    )
    dependencies: DependenciesSettings = Field(
        default_factory=DependenciesSettings, description="Where the databases and caches of apps are, and how large."
    )
    policy: PolicySettings = Field(
        default_factory=PolicySettings, description="The rules of the policy pack on this stack, and exemptions."
    )
    apps: tuple[AppSettings, ...] = Field(default=(), description="The apps of apps/ENVIRONMENT/, one file each.")

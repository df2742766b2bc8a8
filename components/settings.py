"""`StackSettings`: all that one stack declares, the aggregate of what each room declares."""

from typing import Literal

from pydantic import Field, SecretStr

from components.apps.settings import AppSettings
from components.charts import ChartSettings
from components.foundation.cluster import ClusterSettings
from components.foundation.network import NetworkSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.provider import AwsSettings
from components.foundation.storage import StorageSettings
from components.model import Settings
from components.names import Name
from components.networking.calico import CalicoSettings
from components.networking.certificates import CertificatesSettings
from components.networking.ingress import IngressSettings
from components.networking.mesh.settings import MeshSettings
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
    calico: CalicoSettings | None = Field(
        default=None, description="Calico; absent: no network policy engine is installed."
    )
    mesh: MeshSettings = Field(default_factory=MeshSettings, description="The service mesh.")
    certificates: CertificatesSettings | None = Field(
        default=None, description="cert-manager and its issuers; absent: not installed."
    )
    ingress: IngressSettings = Field(default_factory=IngressSettings, description="What serves Ingress objects.")
    namespaces: dict[Name, NamespaceSettings] = Field(
        default_factory=dict, description="The application namespaces by name."
    )
    secrets: dict[Name, SecretStr] = Field(
        default_factory=dict,
        description="Secret values that apps refer to by name: pulumi config set --secret --path slipway:secrets.NAME",
    )
    apps: tuple[AppSettings, ...] = Field(default=(), description="The apps of apps/ENVIRONMENT/, one file each.")

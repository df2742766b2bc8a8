"""Well-known sidecars: what each needs to be told, and its image."""

from typing import Annotated

from pydantic import Field

from components.apps.containers import small
from components.apps.resources import ResourcesSettings
from components.apps.words import Image, MountPath, ObjectName, PortName
from components.model import Settings
from components.names import Port, Text

HttpsUrl = Annotated[Text, Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d+)?(/[-._~/A-Za-z0-9]*)?$", max_length=512)]
Endpoint = Annotated[Text, Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?:\d{1,5}$", max_length=260)]


class LogAdapterSettings(Settings):
    """Fluent Bit, which writes the lines of log files to its own output, where the cluster collects them."""

    path: MountPath = Field(
        description="The files, such as /var/log/app/*.log: in a scratch directory or an emptyDir of the app."
    )
    image: Image = Field(default="docker.io/fluent/fluent-bit:5.1.2", description="Fluent Bit's image.")
    resources: ResourcesSettings = Field(default_factory=small, description="CPU and memory. Unset: 100m and 128Mi.")


class AuthProxySettings(Settings):
    """oauth2-proxy, which lets only requests of people pass who have signed in (OpenID Connect)."""

    issuer: HttpsUrl = Field(description="The issuer's URL, such as https://login.example.com/realms/staff.")
    upstream_port: Port = Field(description="The port that the app's own container listens on.")
    secret: ObjectName = Field(
        description="An existing Secret with the keys client-id, client-secret and cookie-secret (32 random bytes)."
    )
    port: PortName | None = Field(
        default=None, description="The app's port that the proxy listens on instead. Unset: http, else the first port."
    )
    email_domains: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        default=("*",), description="The domains of the addresses that may sign in; * is every account of the issuer."
    )
    image: Image = Field(default="quay.io/oauth2-proxy/oauth2-proxy:v7.15.4", description="oauth2-proxy's image.")
    resources: ResourcesSettings = Field(default_factory=small, description="CPU and memory. Unset: 100m and 128Mi.")


class OtelCollectorSettings(Settings):
    """An OpenTelemetry collector, to which the app sends on its own loopback, and which sends on in batches."""

    endpoint: Endpoint = Field(description="Where it sends, by OTLP over gRPC: otel-collector.monitoring.svc:4317.")
    insecure: bool = Field(default=False, description="Whether it sends without TLS, as inside a mesh.")
    image: Image = Field(default="docker.io/otel/opentelemetry-collector:0.163.0", description="The collector's image.")
    resources: ResourcesSettings = Field(
        default_factory=lambda: small("200m", "256Mi"), description="CPU and memory. Unset: 200m and 256Mi."
    )


class PresetsSettings(Settings):
    """The sidecars that an app has, by preset."""

    log_adapter: LogAdapterSettings | None = Field(default=None, description="Writes log files to the output.")
    auth_proxy: AuthProxySettings | None = Field(default=None, description="Asks people to sign in.")
    otel_collector: OtelCollectorSettings | None = Field(default=None, description="Sends telemetry on.")

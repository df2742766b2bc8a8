"""Tracing of an app by OpenTelemetry: variables that every SDK reads, and annotations that its operator reads."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import DNS_LABEL

Language = Literal["java", "nodejs", "python", "dotnet", "go"]
"""The languages that OpenTelemetry's operator instruments."""

INJECT = "instrumentation.opentelemetry.io/inject-"
"""The annotation by language, as the operator's documentation names it."""


class AppTracingSettings(Settings):
    """Where the app's own spans go: the stack's collector. `tracing: {}` gives the app the variables OTEL_*."""

    sampling_percentage: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None,
        description="The percentage of requests that are traced where no caller has decided. Unset: mesh.tracing's.",
    )
    language: Language | None = Field(
        default=None,
        description=(
            "Have OpenTelemetry's operator, which Slipway does not install, put its agent into the pods; with"
            " `instrumentation`. Unset: the image has the SDK in it."
        ),
    )
    instrumentation: Annotated[str, Field(pattern=rf"^{DNS_LABEL}/{DNS_LABEL}$", max_length=127)] | None = Field(
        default=None,
        description="The operator's Instrumentation that is there already, as NAMESPACE/NAME; with `language`.",
        examples=["observability/default"],
    )


def annotations(tracing: AppTracingSettings | None) -> dict[str, str]:
    """Return the pod's annotations for the operator; none without a language."""
    if tracing is None or tracing.language is None or tracing.instrumentation is None:
        return {}
    return {INJECT + tracing.language: tracing.instrumentation}


def variables(
    *, name: str, namespace: str, environment: str, version: str | None, endpoint: str, sampling_percentage: float
) -> Iterator[tuple[str, str]]:
    """Yield the variables of OpenTelemetry's specification for SDKs, with their values.

    The attributes are those of its semantic conventions for services and Kubernetes. `$(OTEL_POD_NAME)` is filled in by
    the kubelet, out of a variable before it.
    """
    attributes = {
        "service.namespace": namespace,
        **({"service.version": version} if version else {}),
        "deployment.environment.name": environment,
        "k8s.namespace.name": namespace,
        "k8s.container.name": name,
        "k8s.pod.name": "$(OTEL_POD_NAME)",
    }
    yield "OTEL_SERVICE_NAME", name
    yield "OTEL_RESOURCE_ATTRIBUTES", ",".join(f"{key}={value}" for key, value in attributes.items())
    yield "OTEL_EXPORTER_OTLP_ENDPOINT", endpoint
    yield "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"
    yield "OTEL_TRACES_EXPORTER", "otlp"
    yield "OTEL_TRACES_SAMPLER", "parentbased_traceidratio"
    yield "OTEL_TRACES_SAMPLER_ARG", f"{sampling_percentage / 100:g}"

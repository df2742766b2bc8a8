"""Health checks: liveness, readiness and startup."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from components.apps.ports import PortSettings, main_port, number
from components.apps.words import HttpPath, Manifest, PortReference
from components.distinct import MAY_REPEAT
from components.model import Settings
from components.names import INT32_MAX, Text

HANDLERS = ("path", "tcp", "exec", "grpc")

_Seconds = Annotated[int, Field(ge=1, le=86_400)]


class ProbeSettings(Settings):
    """One probe: exactly one of `path`, `tcp`, `exec` and `grpc`, and Kubernetes' own timing fields."""

    path: HttpPath | None = Field(default=None, description="An HTTP GET of this path must answer 200 to 399.")
    port: PortReference | None = Field(
        default=None, description="The port of `path`. Unset: http, else the app's first port."
    )
    scheme: Literal["HTTP", "HTTPS"] = Field(default="HTTP", description="The scheme of `path`.")
    tcp: PortReference | None = Field(default=None, description="A TCP connection to this port must open.")
    exec: Annotated[Annotated[tuple[Text, ...], Field(min_length=1)] | None, MAY_REPEAT] = Field(
        default=None, description="This command, run in the container, must exit with 0."
    )
    grpc: PortReference | None = Field(
        default=None, description="The gRPC health service on this port must answer SERVING."
    )
    initial_delay_seconds: Annotated[int, Field(ge=0, le=86_400)] = Field(
        default=0, description="Seconds from the container's start to the first probe."
    )
    period_seconds: _Seconds = Field(default=10, description="Seconds between two probes.")
    timeout_seconds: _Seconds | None = Field(
        default=None, description="Seconds for an answer. Unset: 5 for liveness and startup, 3 for readiness."
    )
    failure_threshold: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(
        default=3, description="How many failures in a row count as one."
    )
    success_threshold: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(
        default=1, description="How many successes after a failure count as one; other than 1 only for readiness."
    )

    @property
    def handlers(self) -> list[str]:
        """The kinds of check that are set, of which there must be one."""
        return [name for name in HANDLERS if getattr(self, name) is not None]


class ProbesSettings(Settings):
    """The probes of an app's container."""

    liveness: ProbeSettings | None = Field(default=None, description="When it fails the container is restarted.")
    readiness: ProbeSettings | None = Field(
        default=None,
        description="While it fails the pod gets no traffic. Unset: a TCP connection to the app's first port.",
    )
    startup: ProbeSettings | None = Field(
        default=None, description="Until it succeeds the other two wait; for slow starters."
    )


DEFAULT_TIMEOUT_SECONDS = {"liveness": 5, "readiness": 3, "startup": 5}


def _handler(probe: ProbeSettings, ports: Mapping[str, PortSettings]) -> Manifest:
    if probe.exec is not None:
        return {"exec": {"command": list(probe.exec)}}
    if probe.tcp is not None:
        return {"tcpSocket": {"port": probe.tcp}}
    if probe.grpc is not None:
        return {"grpc": {"port": number(ports, probe.grpc)}}  # the only handler that takes no port name
    return {"httpGet": {"path": probe.path, "port": probe.port or main_port(ports), "scheme": probe.scheme}}


def _probe(kind: str, probe: ProbeSettings, ports: Mapping[str, PortSettings]) -> Manifest:
    return {
        **_handler(probe, ports),
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds or DEFAULT_TIMEOUT_SECONDS[kind],
        "failureThreshold": probe.failure_threshold,
        "successThreshold": probe.success_threshold,
    }


def probes(settings: ProbesSettings, ports: Mapping[str, PortSettings]) -> Manifest:
    """Return the probe fields of a container, with Kubernetes' defaults written out.

    Timeouts are the seed's table (5 s liveness, 3 s readiness). An app with a port and no readiness probe gets a TCP
    one: without any, a rolling update would count a pod as ready before it listens.
    """
    main = main_port(ports)
    readiness = settings.readiness or (ProbeSettings(tcp=main) if main else None)
    declared = {"liveness": settings.liveness, "readiness": readiness, "startup": settings.startup}
    return {f"{kind}Probe": _probe(kind, probe, ports) for kind, probe in declared.items() if probe is not None}


def declared_probes(settings: ProbesSettings, ports: Mapping[str, PortSettings]) -> Manifest:
    """Return the probe fields of a further container: those that it declares."""
    declared = {"liveness": settings.liveness, "readiness": settings.readiness, "startup": settings.startup}
    return {f"{kind}Probe": _probe(kind, probe, ports) for kind, probe in declared.items() if probe is not None}

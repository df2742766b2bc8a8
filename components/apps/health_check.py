"""What a load balancer of AWS asks a pod, before it sends requests there: the same as the kubelet's readiness probe."""

from dataclasses import dataclass
from typing import Literal

from components.apps.exposure import ExposedSettings, exposed_port
from components.apps.ports import app_protocol, main_port, number, serving
from components.apps.probes import DEFAULT_TIMEOUT_SECONDS, ProbeSettings
from components.apps.settings import AppSettings
from components.networking.ingress.facts import ControllerFacts

TRAFFIC_PORT = "traffic-port"

Version = Literal["HTTP1", "HTTP2", "GRPC"]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A target group's health check.

    `port` is a number in the pod, `traffic-port`, or a port's name of the Service where nodes are the targets. `codes`
    are the answers that are healthy. Times are in seconds, in the ranges that Elastic Load Balancing takes.
    """

    path: str
    port: str
    protocol: Literal["HTTP", "HTTPS"]
    codes: str
    interval: int
    timeout: int


def version(app: AppSettings, port: str) -> Version:
    """Return the version of HTTP that is spoken on a port."""
    spoken = app_protocol(port, app.ports[port])
    if spoken == "grpc":
        return "GRPC"
    return "HTTP2" if spoken in {"http2", "kubernetes.io/h2c"} else "HTTP1"


def protocol(app: AppSettings, port: str) -> Literal["HTTP", "HTTPS"]:
    """Return whether a port is reached by TLS."""
    return "HTTPS" if app_protocol(port, app.ports[port]) in {"https", "kubernetes.io/wss"} else "HTTP"


def health_check(app: AppSettings, exposed: str, *, node_targets: bool) -> HealthCheck | None:
    """Return the health check behind the port `exposed`; None leaves gRPC to the load balancer's own.

    An app whose readiness is not asked over HTTP gets a request for `/`, at which anything but an error of the server
    will do. Through a port of the nodes only the Service's ports are reached, not every port of the pod.
    """
    if version(app, exposed) == "GRPC":
        return None
    readiness = app.probes.readiness
    own = protocol(app, exposed)
    if readiness is None or readiness.path is None:
        return _timed(HealthCheck("/", TRAFFIC_PORT, own, "200-499", 10, 5), readiness)
    wanted = readiness.port or main_port(app.ports) or exposed
    port = _port(app, wanted, exposed, node_targets=node_targets)
    if port is None:
        return _timed(HealthCheck("/", TRAFFIC_PORT, own, "200-499", 10, 5), readiness)
    return _timed(HealthCheck(readiness.path, port, readiness.scheme, "200-399", 10, 5), readiness)


def _port(app: AppSettings, wanted: int | str, exposed: str, *, node_targets: bool) -> str | None:
    asked = number(app.ports, wanted)
    if asked == app.ports[exposed].container_port:
        return TRAFFIC_PORT
    if not node_targets:
        return str(asked)
    return next((name for name, port in serving(app.ports).items() if port.container_port == asked), None)


def _timed(check: HealthCheck, probe: ProbeSettings | None) -> HealthCheck:
    """Return the check with the probe's times: 5 to 300 s between two, 2 to 120 s and less than that for an answer."""
    if probe is None:
        return check
    interval = min(max(probe.period_seconds, 5), 300)
    timeout = min(max(probe.timeout_seconds or DEFAULT_TIMEOUT_SECONDS["readiness"], 2), 120, interval - 1)
    return HealthCheck(check.path, check.port, check.protocol, check.codes, interval, timeout)


def asked_port(app: AppSettings, exposure: ExposedSettings, facts: ControllerFacts) -> int | None:
    """Return the port of the pod that a load balancer of AWS asks for its health, None if the exposed one or none."""
    exposed = exposed_port(exposure, app.ports)
    if exposed is None or not (facts.controller == "alb" or facts.implementation == "alb"):
        return None
    check = health_check(app, exposed, node_targets=facts.node_targets)
    if check is None or check.port == TRAFFIC_PORT:
        return None
    # Through the nodes it is a port's name, of which the pod sees the number that the Service translates to.
    return number(app.ports, int(check.port) if check.port.isdigit() else check.port)

"""How callers treat an app, in Linkerd's words: annotations of its Services, and of its pods.

Sources: linkerd.io/2-edge/reference/{retries,timeouts,circuit-breaking}. Durations are ours: a number with ms, s or m.
"""

from components.apps.context import AppContext
from components.apps.mesh.durations import times
from components.apps.mesh.protocols import opaque_ports, speaks_grpc
from components.apps.settings import AppSettings
from components.apps.traffic import RetryOn, RetrySettings

HTTP_CONDITIONS: dict[RetryOn, str] = {"server-error": "5xx", "gateway-error": "gateway-error"}
GRPC_CONDITIONS: dict[RetryOn, tuple[str, ...]] = {
    "server-error": ("internal", "unavailable"),
    "gateway-error": ("unavailable",),
}
"""After which answers a request is sent again. Of failed and broken connections Linkerd knows no such word."""

_PENALTY = "balancer.linkerd.io/failure-accrual-consecutive"
_LONGEST = 10
"""The longest time out is this many times the first: Istio's 30 and 300 seconds."""


def _retries(app: AppSettings, retries: RetrySettings) -> dict[str, str]:
    http = [HTTP_CONDITIONS[each] for each in dict.fromkeys(retries.retry_on) if each in HTTP_CONDITIONS]
    grpc = dict.fromkeys(code for each in retries.retry_on for code in GRPC_CONDITIONS.get(each, ()))
    if not http:
        return {}
    return {
        "retry.linkerd.io/http": ",".join(http),
        **({"retry.linkerd.io/grpc": ",".join(grpc)} if speaks_grpc(app) else {}),
        "retry.linkerd.io/limit": str(retries.attempts),
        **({"retry.linkerd.io/timeout": retries.per_try_timeout} if retries.per_try_timeout else {}),
    }


def service_annotations(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the annotations of the Services that callers in Linkerd use: the app's, and those of its two versions."""
    if context.mesh_of(app.namespace) != "linkerd":
        return {}
    annotations: dict[str, str] = {}
    if opaque := sorted({port.port for port in opaque_ports(app).values()}):
        annotations["config.linkerd.io/opaque-ports"] = ",".join(map(str, opaque))
    if app.retries is not None:
        annotations |= _retries(app, app.retries)
    if app.timeout:
        annotations["timeout.linkerd.io/request"] = app.timeout
    if app.circuit_breaker is not None:
        first = app.circuit_breaker.base_ejection_time
        annotations |= {
            "balancer.linkerd.io/failure-accrual": "consecutive",
            f"{_PENALTY}-max-failures": str(app.circuit_breaker.consecutive_errors),
            f"{_PENALTY}-min-penalty": first,
            f"{_PENALTY}-max-penalty": times(first, _LONGEST),
        }
    return annotations


def pod_annotations(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the annotations of the pods: the ports on which their proxy looks for no HTTP."""
    if context.mesh_of(app.namespace) != "linkerd":
        return {}
    opaque = sorted({port.container_port for port in opaque_ports(app).values()})
    return {"config.linkerd.io/opaque-ports": ",".join(map(str, opaque))} if opaque else {}

"""How callers treat an app, in Istio's words: what a VirtualService and a DestinationRule say beside the hosts."""

from components.apps.affinity import by_istio
from components.apps.context import AppContext
from components.apps.mesh.protocols import speaks_grpc
from components.apps.settings import AppSettings
from components.apps.traffic import CircuitBreakerSettings, RetryOn
from components.apps.words import Manifest

RETRY_ON: dict[RetryOn, str] = {
    "server-error": "5xx",
    "gateway-error": "gateway-error",
    "connect-failure": "connect-failure",
    "reset": "reset",
}
"""Envoy's words for what is tried again."""

_GRPC = "unavailable"
"""gRPC answers with status 200: what a gateway says with 503 is this code in its trailer."""


def request_policy(app: AppSettings) -> Manifest:
    """Return the `timeout` and `retries` of each route of a VirtualService; the timeout covers all tries."""
    policy: Manifest = {}
    if app.timeout:
        policy["timeout"] = app.timeout
    if app.retries is not None:
        words = [RETRY_ON[each] for each in dict.fromkeys(app.retries.retry_on)]
        if speaks_grpc(app) and {"5xx", "gateway-error"} & set(words):
            words.append(_GRPC)
        policy["retries"] = {
            "attempts": app.retries.attempts,
            **({"perTryTimeout": app.retries.per_try_timeout} if app.retries.per_try_timeout else {}),
            "retryOn": ",".join(words),
        }
    return policy


def _connections(breaker: CircuitBreakerSettings, *, tcp: bool) -> Manifest:
    pool: Manifest = {}
    if tcp and breaker.max_connections is not None:
        pool["tcp"] = {"maxConnections": breaker.max_connections}
    if breaker.max_pending_requests is not None:
        pool["http"] = {"http1MaxPendingRequests": breaker.max_pending_requests}  # of HTTP/2, too, despite its name
    return pool


def traffic_policy(app: AppSettings, context: AppContext, *, tcp: bool = True) -> Manifest:
    """Return the `trafficPolicy` of a DestinationRule, empty where nothing is said.

    Without `tcp` it is that of a Flagger Canary, which knows no such.
    """
    breaker = app.circuit_breaker
    return {**by_istio(app, context), **(_breaker(breaker, tcp=tcp) if breaker is not None else {})}


def _breaker(breaker: CircuitBreakerSettings, *, tcp: bool) -> Manifest:
    pool = _connections(breaker, tcp=tcp)
    return {
        **({"connectionPool": pool} if pool else {}),
        "outlierDetection": {
            "consecutive5xxErrors": breaker.consecutive_errors,
            "baseEjectionTime": breaker.base_ejection_time,
            "maxEjectionPercent": breaker.max_ejection_percent,
        },
    }

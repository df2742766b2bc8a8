"""How an app's callers treat it, whichever mesh carries the calls: retries, time limits, circuit breaker."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import INT32_MAX

Duration = Annotated[str, Field(pattern=r"^[1-9]\d{0,5}(ms|s|m)$", examples=["500ms", "10s"])]
"""A time span: a whole number of milliseconds, seconds or minutes."""

RetryOn = Literal["server-error", "gateway-error", "connect-failure", "reset"]


class RetrySettings(Settings):
    """Requests that are sent again. Only for an app to which a repeated request does no harm."""

    attempts: Annotated[int, Field(ge=1, le=10)] = Field(default=2, description="How often, beside the first time.")
    per_try_timeout: Duration | None = Field(default=None, description="How long one try may take. Unset: no limit.")
    retry_on: tuple[RetryOn, ...] = Field(
        default=("gateway-error", "connect-failure", "reset"),
        description="After what: server-error (any 5xx), gateway-error (502 to 504), connect-failure, reset.",
    )


class CircuitBreakerSettings(Settings):
    """Pods that fail are left out for a while, and nobody may pile up more than the app can take."""

    consecutive_errors: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(
        default=5, description="So many failures in a row put a pod out. The default is Istio's."
    )
    base_ejection_time: Duration = Field(
        default="30s", description="How long it stays out, the first time. The default is Istio's."
    )
    max_ejection_percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="The percentage of pods that may be out at the same time (Istio)."
    )
    max_connections: Annotated[int, Field(ge=1, le=INT32_MAX)] | None = Field(
        default=None, description="TCP connections to the app from one caller's proxy (Istio). Unset: no limit."
    )
    max_pending_requests: Annotated[int, Field(ge=1, le=INT32_MAX)] | None = Field(
        default=None, description="Requests that may wait for a connection (Istio). Unset: no limit."
    )

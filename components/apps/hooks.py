"""What runs in a container right after its start and right before its end."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.words import HttpPath, PortReference
from components.distinct import MAY_REPEAT
from components.model import Settings
from components.names import Text


class HookSettings(Settings):
    """One hook: exactly one of `exec`, `path` and `sleep`."""

    exec: Annotated[Annotated[tuple[Text, ...], Field(min_length=1)] | None, MAY_REPEAT] = Field(
        default=None, description="A command that is run in the container."
    )
    path: HttpPath | None = Field(default=None, description="A path that is requested over HTTP.")
    port: PortReference | None = Field(
        default=None, description="The port of `path`. Unset: http, else the app's first port."
    )
    scheme: Literal["HTTP", "HTTPS"] = Field(default="HTTP", description="The scheme of `path`.")
    sleep: Annotated[int, Field(ge=1, le=3600)] | None = Field(default=None, description="Seconds to wait.")

    @property
    def handlers(self) -> list[str]:
        """The kinds of hook that are set, of which there must be one."""
        return [name for name in ("exec", "path", "sleep") if getattr(self, name) is not None]


class LifecycleSettings(Settings):
    """The hooks of an app's container."""

    post_start: HookSettings | None = Field(default=None, description="Right after the start; a failure restarts it.")
    pre_stop: HookSettings | None = Field(
        default=None,
        description=(
            "Before the signal to stop. Unset: a sleep of ingress.alb.deregistrationDelay where a load balancer of AWS,"
            " the app's own or that of its way in, sends to the pods themselves."
        ),
    )

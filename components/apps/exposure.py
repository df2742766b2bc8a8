"""How an app is reached from outside the cluster, and how a canary shares its traffic."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, PrivateAttr

from components.apps.ports import PortSettings, main_port
from components.apps.words import HttpPath, Image, PortName, PublicHost
from components.model import Settings
from components.names import INT32_MAX, LabelKey, Percentage, Text
from components.networking.ingress.names import label_of
from components.networking.ingress.settings import Controller
from components.problem import KeyPath


class HostSettings(Settings):
    """A further host of an app, with its own paths and TLS."""

    host: PublicHost = Field(description="The host name that clients use.")
    paths: Annotated[tuple[HttpPath, ...], Field(min_length=1)] = Field(
        default=("/",), description="The paths of this host that lead to the app, each with everything below it."
    )
    tls: bool = Field(default=True, description="Whether this host is served over HTTPS, with a certificate for it.")


class ExposedSettings(Settings):
    """What an Ingress and a route have in common."""

    _place: KeyPath = PrivateAttr(default=())

    host: PublicHost = Field(description="The host name that clients use.")
    paths: Annotated[tuple[HttpPath, ...], Field(min_length=1)] = Field(
        default=("/",), description="The paths that lead to the app, each with everything below it."
    )
    controller: Controller | None = Field(
        default=None, description="The controller that brings it in, one of the stack's. Unset: ingress.controller."
    )
    tls: bool = Field(
        default=True, description="Whether it is served over HTTPS, with a certificate by cert-manager or ACM."
    )
    internal: bool = Field(
        default=False, description="Whether it has addresses in the VPC only, whatever the controller's default (alb)."
    )
    port: PortName | None = Field(
        default=None, description="The app's port that is exposed. Unset: http, else its first port."
    )
    hosts: tuple[HostSettings, ...] = Field(
        default=(), description="Further hosts that lead to the same port by the same controller. Unset: none."
    )

    def each(self) -> Iterator[Self]:
        """Yield what is said of each host as an exposure of that host alone, the first one first."""
        yield self
        for index, further in enumerate(self.hosts):
            told = {"host": further.host, "paths": further.paths, "tls": further.tls, "hosts": ()}
            one = self.model_copy(update=told)
            one._place = ("hosts", index)
            yield one

    @property
    def place(self) -> KeyPath:
        """Where the host stands below `ingress` or `route`: nothing for the first, `hosts` and its index for others."""
        return self._place

    @property
    def suffix(self) -> str:
        """What the objects of a further host have at the end of their names; nothing for those of the first."""
        return f"-{label_of(self.host)}" if self._place else ""


class AppIngressSettings(ExposedSettings):
    """An Ingress, served by the stack's ingress controller."""

    annotations: dict[LabelKey, Text] = Field(
        default_factory=dict, description="Annotations of the Ingress, for its controller."
    )


class RouteSettings(ExposedSettings):
    """A route, which can divide requests between two versions."""


class HeaderSettings(Settings):
    """A request header with a certain value."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)] = Field(
        description="The header's name, in lower case."
    )
    value: Annotated[Text, Field(min_length=1, max_length=253)] = Field(description="The exact value.")


class CanarySettings(Settings):
    """A second version beside the stable one. The defaults are the seed's: one pod, 10 percent."""

    image: Image = Field(description="The image of the new version.")
    replicas: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(default=1, description="Its number of pods.")
    weight: Percentage = Field(default=10, description="The percentage of requests that it gets.")
    header: HeaderSettings | None = Field(
        default=None, description="Requests with this header all go to the canary, whatever the weight."
    )


def exposed_port(exposure: ExposedSettings, ports: Mapping[str, PortSettings]) -> str | None:
    """Return the name of the port that is exposed, None where the app has no such port."""
    name = exposure.port or main_port(ports)
    return name if name in ports else None

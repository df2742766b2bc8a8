"""Which dependencies of an app AWS runs, and what its pods are told of them: pure."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.apps.network import EgressSettings
from components.dependencies.names import database_name, user_name, variable
from components.dependencies.settings import DependencySettings, ElastiCacheSettings, RdsSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.apps.context import AppContext
    from components.apps.settings import AppSettings
    from components.dependencies.settings import DependenciesSettings
    from components.settings import StackSettings

_LONGEST = 26
"""Of the 40 characters of a replication group's name; a digest has 5 of the rest, Pulumi 7, and two dashes."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A dependency that AWS runs. `key` is its name in the app file, `name` APP-KEY, unique in the environment.

    `formerly` are names that the app had. What AWS cannot rename (a database in an instance, its owner, a replication
    group) has the name of the first one.
    """

    app: str
    key: str
    dependency: DependencySettings
    settings: RdsSettings | ElastiCacheSettings
    formerly: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its resources are called."""
        return f"{self.app}-{self.key}"

    @property
    def former_names(self) -> tuple[str, ...]:
        """What its resources were called."""
        return tuple(f"{each}-{self.key}" for each in self.formerly)

    @property
    def first_name(self) -> str:
        """What its resources were called at first."""
        return (*self.former_names, self.name)[0]

    @property
    def connection(self) -> str:
        """The name of the ConfigMap and of the Secret by which pods reach it."""
        return f"{self.name}-connection"

    @property
    def database(self) -> str:
        """The database's name."""
        return database_name((*self.formerly, self.app)[0], self.dependency)

    @property
    def user(self) -> str:
        """The user who owns it."""
        return user_name((*self.formerly, self.app)[0], self.dependency)

    @property
    def restored_from(self) -> str | None:
        """The snapshot that it is made from."""
        return self.settings.restore.get(self.name)

    def variable(self, what: str) -> str:
        """Return the name of one of its variables."""
        return variable(self.key, self.dependency, what)

    @property
    def variables(self) -> dict[str, str]:
        """The variables that are known before it is there; HOST and PASSWORD are not."""
        port = {self.variable("PORT"): str(self.dependency.port)}
        if isinstance(self.settings, ElastiCacheSettings):
            return {**port, self.variable("TLS"): "true"}
        return {
            **port,
            self.variable("NAME"): self.database,
            self.variable("USER"): self.user,
            self.variable("SSLMODE"): "require",
        }


def physical_name(name: str, *replaced_by: object) -> str:
    """Return the beginning of a name on AWS: letters, digits and single dashes, at most 32 characters.

    It ends with a digest of the whole name, and of the inputs that make AWS replace the thing: the next one then has
    another name, and is there before the old one goes.
    """
    readable = re.sub("-+", "-", name[:_LONGEST]).strip("-")
    return f"{readable}-{hashlib.sha256(repr((name, replaced_by)).encode()).hexdigest()[:5]}"


def _managed(app: "AppSettings", dependencies: "DependenciesSettings") -> "Iterator[Managed]":
    for key, dependency in app.dependencies.items():
        settings = dependencies.of(dependency.engine)
        if isinstance(settings, (RdsSettings, ElastiCacheSettings)):
            yield Managed(app.name, key, dependency, settings, app.formerly)


def managed_of(app: "AppSettings", settings: "StackSettings") -> tuple[Managed, ...]:
    """Return the dependencies of an app that AWS runs in a stack."""
    return tuple(_managed(app, settings.dependencies))


def managed(app: "AppSettings", context: "AppContext") -> tuple[Managed, ...]:
    """Return the dependencies of an app that AWS runs."""
    return tuple(_managed(app, context.dependencies))


def managed_by_app(settings: "StackSettings") -> "Iterator[Managed]":
    """Yield what AWS runs for the apps of a stack; an app with something wrong in it ends its own part only."""
    for app in settings.apps:
        with suppress(AttributeError):
            yield from managed_of(app, settings)


def any_managed(settings: "StackSettings") -> bool:
    """Tell whether AWS runs anything that an app of the stack depends on."""
    return any(True for _ in managed_by_app(settings))


def connection_env(app: "AppSettings", context: "AppContext") -> list[dict[str, dict[str, str]]]:
    """Return the `envFrom` of the app's container: of each dependency its ConfigMap, and its Secret."""
    return [
        {source: {"name": each.connection}}
        for each in managed(app, context)
        for source in ("configMapRef", "secretRef")
    ]


def _reaching(app: "AppSettings", settings: "StackSettings") -> "AppSettings":
    with suppress(AttributeError):  # the checks report what is wrong in an app
        if settings.network is not None and settings.cluster.existing is None:
            ports = sorted({each.dependency.port for each in managed_of(app, settings)})
            rules = (EgressSettings(cidrs=(settings.network.cidr,), ports=(port,)) for port in ports)
            if new := [rule for rule in rules if rule not in app.egress]:
                return app.model_copy(update={"egress": (*app.egress, *new)})
    return app


def reaching(settings: "StackSettings") -> "StackSettings":
    """Return the settings in which apps may call what AWS runs for them: its ports, in the VPC.

    The addresses are AWS's to choose, and to change. Doing it again changes nothing.
    """
    apps = tuple(_reaching(app, settings) for app in settings.apps)
    if all(new is old for new, old in zip(apps, settings.apps, strict=True)):
        return settings
    return settings.model_copy(update={"apps": apps})

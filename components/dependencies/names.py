"""What the parts of a dependency are called, and which apps stand for one."""

from typing import TYPE_CHECKING

from components.dependencies.settings import DependenciesSettings, DependencySettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.apps.settings import AppSettings

BACKUP = "-backup"

LONGEST = 52
"""Characters of an app's name, and of a CronJob's."""


def store_name(app: str, dependency: str) -> str:
    """Return the name of the app that a dependency in the cluster is."""
    return f"{app}-{dependency}"


def store_host(app: "AppSettings", dependency: str) -> str:
    """Return the DNS name by which a dependency in the cluster is reached."""
    return f"{store_name(app.name, dependency)}-service.{app.namespace}.svc.cluster.local"


def backup_name(app: str, dependency: str) -> str:
    """Return the name of the app that copies it."""
    return f"{store_name(app, dependency)}{BACKUP}"


def snake(name: str) -> str:
    """Return a name with _ for -, as it is in a program and in SQL."""
    return name.replace("-", "_")


def variable(name: str, dependency: DependencySettings, what: str) -> str:
    """Return the name of one of the app's variables: DATABASE_HOST for `database` and HOST."""
    return f"{dependency.prefix or snake(name).upper()}_{what}"


def database_name(app: str, dependency: DependencySettings) -> str:
    """Return the name of the database."""
    return dependency.database or snake(app)


def user_name(app: str, dependency: DependencySettings) -> str:
    """Return the name of its owner."""
    return dependency.user or snake(app)


def in_cluster(app: "AppSettings", places: DependenciesSettings) -> dict[str, DependencySettings]:
    """Return the dependencies of an app that are beside it in the cluster."""
    return {name: each for name, each in app.dependencies.items() if places.of(each.engine).place == "inCluster"}


def store_names(app: "AppSettings", places: DependenciesSettings) -> list[str]:
    """Return the names of the apps that an app's dependencies in the cluster are: they come before it."""
    return [store_name(app.name, name) for name in in_cluster(app, places)]


def origin(
    name: str, apps: "Mapping[str, AppSettings]", places: DependenciesSettings
) -> "tuple[AppSettings, str] | None":
    """Return whose dependency an app stands for, or copies, and that dependency's name; None for an app of a file."""
    for whole in dict.fromkeys((name, name.removesuffix(BACKUP))):
        for end, character in enumerate(whole):
            owner, dependency = apps.get(whole[:end]), whole[end + 1 :]
            if character == "-" and owner is not None and dependency in in_cluster(owner, places):
                return owner, dependency
    return None

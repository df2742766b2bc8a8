"""Where the password of a dependency in the cluster is: the program itself generates none of these (ADR 3)."""

from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from components.apps.environment import KeySettings
from components.dependencies.names import in_cluster, store_name
from components.dependencies.settings import DependenciesSettings, DependencySettings

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

KEY = "PASSWORD"
"""The key of the password in the Secrets that Slipway has a hand in."""

PasswordSource = Literal["stack", "existing", "generator"]


def source(dependency: DependencySettings) -> PasswordSource:
    """Return who makes the password: the stack's secrets, somebody else, or a generator of External Secrets."""
    if dependency.password is not None:
        return "stack"
    return "existing" if dependency.existing_secret is not None else "generator"


def password_key(app: str, name: str, dependency: DependencySettings) -> KeySettings:
    """Return the Secret of the app's namespace that holds the password, and the key in it."""
    if dependency.existing_secret is not None:
        return dependency.existing_secret
    suffix = "secrets" if source(dependency) == "stack" else "password"
    return KeySettings(name=f"{store_name(app, name)}-{suffix}", key=KEY)


def generates(settings: "StackSettings") -> bool:
    """Tell whether an app of the stack asks for a generated password; what is wrong in an app asks for nothing."""
    for app in settings.apps:
        with suppress(AttributeError):
            if any(source(each) == "generator" for each in in_cluster(app, settings.dependencies).values()):
                return True
    return False


def dependency_secrets(app: "AppSettings", places: DependenciesSettings) -> frozenset[str]:
    """Return the names of the Secrets that come with an app's dependencies in the cluster."""
    return frozenset(
        password_key(app.name, name, each).name
        for name, each in in_cluster(app, places).items()
        if source(each) != "existing"
    )

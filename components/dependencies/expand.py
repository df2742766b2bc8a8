"""From an app's dependencies in the cluster to the apps that stand for them, and the variables that lead there."""

from typing import TYPE_CHECKING, Any

from components.apps.disruption import DisruptionSettings
from components.apps.environment import SecretsSettings, VariableSettings
from components.apps.observability_settings import AppMonitoringSettings
from components.apps.ports import PortSettings
from components.apps.resources import RequestsSettings
from components.apps.security import RunAsSettings
from components.apps.settings import AppSettings
from components.dependencies.backup import ENGINES, backup
from components.dependencies.images import IMAGES, USER
from components.dependencies.names import (
    LONGEST,
    backup_name,
    database_name,
    in_cluster,
    store_host,
    store_name,
    user_name,
    variable,
)
from components.dependencies.passwords import KEY, password_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.dependencies.settings import DependencySettings
    from components.settings import StackSettings

STEADY_POOL = "general"
"""Where the data of a non-critical app is: its own pool is one of spot nodes, which go with two minutes' notice."""


def _image(dependency: "DependencySettings") -> str | None:
    return dependency.image or IMAGES[dependency.engine].get(dependency.major)


def _common(app: AppSettings, settings: "StackSettings") -> dict[str, Any]:
    """Return what the parts of a dependency have from their app."""
    pool = app.pool if app.gpu is None else None
    if pool is None and app.tier == 3 and STEADY_POOL in settings.node_pools:
        pool = STEADY_POOL
    return {
        "namespace": app.namespace,
        "tier": app.tier,
        "pool": pool,
        "run_as": RunAsSettings(user=USER, group=USER),
        "labels": app.labels,
        "image_pull_secrets": app.image_pull_secrets,
        "wait": app.wait,
    }


def _store(app: AppSettings, name: str, image: str, settings: "StackSettings") -> AppSettings:
    dependency = app.dependencies[name]
    own = store_name(app.name, name)
    limits, wanted = dependency.resources.limits, dependency.resources.requests
    # what the node has promised it cannot take back: a database is not killed for its neighbours' memory
    requests = RequestsSettings(cpu=wanted.cpu, memory=wanted.memory or limits.memory)
    callers = (app.name, backup_name(app.name, name)) if dependency.backup.enabled else (app.name,)
    return AppSettings(
        **_common(app, settings),
        **ENGINES[dependency.engine].store(app, name, dependency),
        name=own,
        formerly=tuple(store_name(each, name) for each in app.formerly),
        kind="StatefulSet",
        image=image,
        ports={dependency.engine: PortSettings(port=dependency.port)},
        resources=dependency.resources.model_copy(update={"requests": requests}),
        secrets=SecretsSettings(values={KEY: dependency.password} if dependency.password else {}),
        allow_from=callers,
        # one pod: a drain that may not take it away never ends, and one that may costs a minute
        disruption=DisruptionSettings(max_unavailable=1),
        termination_grace_period_seconds=120,
        # it counts no requests: that it is down, crashes or is out of memory is what can be seen of it
        monitoring=AppMonitoringSettings(dashboard=False) if settings.monitoring is not None else None,
    )


def apps_of(app: AppSettings, settings: "StackSettings") -> "Iterator[AppSettings]":
    """Yield the apps that stand for an app's dependencies; none for one that the checks refuse."""
    for name, dependency in in_cluster(app, settings.dependencies).items():
        image = _image(dependency)
        if image is None or len(backup_name(app.name, name)) > LONGEST:
            continue
        yield _store(app, name, image, settings)
        if dependency.backup.enabled:
            yield AppSettings(
                **_common(app, settings),
                **{"image": image, **backup(app, name, image, settings)},
                name=backup_name(app.name, name),
                formerly=tuple(backup_name(each, name) for each in app.formerly),
            )


def variables(app: AppSettings, settings: "StackSettings") -> tuple[dict[str, str], dict[str, str], dict[str, Any]]:
    """Return the variables of an app's dependencies in the cluster: plain ones, the stack's secrets, and others."""
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    keys: dict[str, Any] = {}
    for name, dependency in in_cluster(app, settings.dependencies).items():
        found = {"HOST": store_host(app, name), "PORT": str(dependency.port)}
        if dependency.engine == "postgresql":
            found |= {
                "NAME": database_name(app.name, dependency),
                "USER": user_name(app.name, dependency),
                "SSLMODE": "disable",
            }
        else:
            found |= {"TLS": "false"}
        for what, value in found.items():
            plain.setdefault(variable(name, dependency, what), value)
        password = variable(name, dependency, "PASSWORD")
        if dependency.password is not None:
            secret.setdefault(password, dependency.password)
        else:
            keys.setdefault(password, VariableSettings(secret_key_ref=password_key(app.name, name, dependency)))
    return plain, secret, keys


def _connected(app: AppSettings, settings: "StackSettings") -> AppSettings:
    """Return an app with the variables; what its file says of one stays, and is refused."""
    plain, secret, keys = variables(app, settings)
    update: dict[str, Any] = {
        "config": {**plain, **app.config},
        "secrets": app.secrets.model_copy(update={"values": {**secret, **app.secrets.values}}),
        "env": {**keys, **app.env},
    }
    return app.model_copy(update=update) if plain else app


def with_dependencies(settings: "StackSettings") -> "StackSettings":
    """Return the settings with the apps that dependencies in the cluster are, each before the app that needs it."""
    taken = {app.name for app in settings.apps}
    apps: list[AppSettings] = []
    for app in settings.apps:
        apps += [each for each in apps_of(app, settings) if each.name not in taken]
        apps.append(_connected(app, settings))
    if len(apps) == len(settings.apps) and all(mine == given for mine, given in zip(apps, settings.apps, strict=True)):
        return settings
    return settings.model_copy(update={"apps": tuple(apps)})

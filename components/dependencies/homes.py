"""What is found wrong about an app that stands for a dependency is said of the file that declares it."""

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

from components.dependencies.names import origin, store_name, variable
from components.problem import KeyPath, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from components.apps.settings import AppSettings
    from components.problem import Advice
    from components.settings import StackSettings

    Check = Callable[["StackSettings"], Iterator[Problem]]
    Adviser = Callable[["StackSettings"], Iterator[Advice]]

_TAKEN_OVER = frozenset({"imagePullSecrets", "labels", "namespace", "pool", "secrets"})
"""Keys whose values are the app's own, of which it is told itself."""

_KEYS: dict[KeyPath, KeyPath] = {
    ("volumes", "data", "size"): ("storage",),
    ("volumes", "data", "storageClass"): ("storageClass",),
    ("volumes", "backup", "size"): ("storage",),
    ("volumes", "backup", "storageClass"): ("storageClass",),
    ("cron", "schedule"): ("backup", "schedule"),
    ("cron", "timeZone"): ("backup", "timeZone"),
}
_SAME = frozenset({"image", "resources"})


def _key(path: KeyPath) -> KeyPath:
    """Return the key of a dependency that a key of its app comes from; none where it is Slipway's doing."""
    return path if path and path[0] in _SAME else _KEYS.get(path, ())


def _of_variable(app: "AppSettings", path: KeyPath) -> KeyPath:
    """Return where a variable of an app comes from."""
    if path[:2] == ("secrets", "values"):
        for name, each in app.dependencies.items():
            if path[2:] == (variable(name, each, "PASSWORD"),) and each.password is not None:
                return ("dependencies", name, "password")
    return path


def at_home(check: "Check") -> "Check":
    """Return a check that says of an app's dependency what it finds in the apps that stand for it."""

    @wraps(check)
    def at_home_check(settings: "StackSettings") -> "Iterator[Problem]":
        problems = check(settings)
        if not any(getattr(app, "dependencies", None) for app in settings.apps):
            yield from problems
            return
        apps = {app.name: app for app in settings.apps}
        told = set[Problem]()
        for problem in problems:
            found = origin(problem.app, apps, settings.dependencies) if problem.app else None
            if found is not None and problem.path[:1] and problem.path[0] not in _TAKEN_OVER:
                owner, name = found
                path = ("dependencies", name, *_key(problem.path))
                message = f"{store_name(owner.name, name)}: {problem.message}"
                moved = replace(problem, path=path, app=owner.name, message=message)
                if moved not in told:  # what is wrong with the store is often wrong with its backup, too
                    told.add(moved)
                    yield moved
            elif found is None and problem.app in apps:
                yield replace(problem, path=_of_variable(apps[problem.app], problem.path))
            elif found is None:
                yield problem

    return at_home_check


def of_files(adviser: "Adviser") -> "Adviser":
    """Return an adviser that leaves out the apps that stand for dependencies: their room says what is worth knowing."""

    @wraps(adviser)
    def of_files_adviser(settings: "StackSettings") -> "Iterator[Advice]":
        apps = {app.name: app for app in settings.apps}
        for each in adviser(settings):
            if each.app is None or origin(each.app, apps, settings.dependencies) is None:
                yield each

    return of_files_adviser

"""From a stack's files to its settings: one way, for the engine and for the offline commands alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pulumi
from pulumi.runtime import is_config_secret

from components import checks
from components.settings import Environment, StackSettings
from policy import settings as policy_settings
from slipway.loading.apps import FOLDER, AppFiles, read_apps
from slipway.loading.config import NAMESPACE, engine_config, rooms_of, strays
from slipway.loading.document import Document
from slipway.loading.errors import Mistake, SettingsError
from slipway.loading.project import find_root, read_project
from slipway.loading.sources import Sources, written
from slipway.loading.stack_file import StackFile, read_stack_file, stack_names
from slipway.loading.validate import Raw, room_keys, secret_rooms, validate

__all__ = [
    "LoadedStack",
    "Mistake",
    "SettingsError",
    "advice",
    "find_root",
    "load_from_engine",
    "load_stack",
    "stack_names",
]


@dataclass(frozen=True, slots=True)
class LoadedStack:
    """A stack read from its files.

    `config` and `secret_keys` are what the engine would hand to the program, with every encrypted value still so:
    `pulumi.runtime.set_all_config` takes them. A room that is for secrets is among the secret keys also where its
    values are not encrypted.
    """

    settings: StackSettings
    config: dict[str, str]
    secret_keys: list[str]
    project: str
    stack: str


def load_stack(root: Path, stack: str) -> LoadedStack:
    """Read a stack from the project in `root`, without the engine and without decrypting anything.

    Raises SettingsError with every mistake in `Pulumi.<stack>.yaml` and in the files of its apps.
    """
    project = read_project(root)
    file = read_stack_file(root, stack)
    if file.document.mistakes and file.document.data is None:
        raise SettingsError(file.document.mistakes)
    config = {**project.defaults, **file.config}
    sources = Sources(file, _apps(root, config))
    raw = Raw(
        stack=stack,
        rooms=rooms_of(config),
        apps=sources.apps.data,
        ciphertexts=file.ciphertexts,
        refused=sources.refused,
    )
    kept = {f"{NAMESPACE}:{room}" for room in secret_rooms()} & config.keys()
    secret_keys = [*file.secret_keys, *sorted(kept - {*file.secret_keys})]
    return LoadedStack(_accepted(raw, config, sources), config, secret_keys, project.name, stack)


def load_from_engine(root: Path) -> StackSettings:
    """Return the settings of the running stack, from the engine's configuration and the apps in `root`.

    Raises SettingsError, which the engine prints without a traceback. The stack's file is read only to say on which
    line a mistake stands.
    """
    stack = pulumi.get_stack()
    config = engine_config(room_keys())
    file = read_stack_file(root, stack) if stack in stack_names(root) else StackFile(Document("the configuration"))
    sources = Sources(StackFile(Document(file.document.file, None, file.document.positions)), _apps(root, config))
    raw = Raw(
        stack=stack,
        rooms=rooms_of(config),
        apps=sources.apps.data,
        secret_rooms=frozenset(room for room in room_keys() if is_config_secret(f"{NAMESPACE}:{room}")),
        refused=sources.refused,
    )
    return _accepted(raw, config, sources)


def advice(settings: StackSettings) -> list[str]:
    """Return what a stack's author should know of although it will work: each a line that starts with the key."""
    return [
        (f"{FOLDER}/{settings.environment}/{each.app}.yaml: " if each.app else "")
        + f"{written(each.path, each.app)}: {each.text}"
        for each in checks.advice(settings)
    ]


def _apps(root: Path, config: Mapping[str, str]) -> AppFiles:
    """Read the apps of the stack's environment; which folder that is must be known for sure."""
    environment = config.get(f"{NAMESPACE}:environment", "")
    return read_apps(root, environment) if environment in get_args(Environment) else AppFiles()


def _accepted(raw: Raw, config: Mapping[str, str], sources: Sources) -> StackSettings:
    settings, problems = validate(raw, (*checks.CHECKS, policy_settings.check))
    mistakes = [*sources.mistakes, *(sources.place(problem) for problem in problems)]
    mistakes += [sources.place_key(problem) for problem in strays(config, room_keys())]
    if mistakes or settings is None:
        raise SettingsError(mistakes)
    return settings

"""`Pulumi.yaml`: the project's name, and the configuration that it gives to every stack."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slipway.loading.errors import Mistake, SettingsError
from slipway.loading.stack_file import config_text
from slipway.loading.yaml_file import read_yaml

FILE = "Pulumi.yaml"


@dataclass(frozen=True, slots=True)
class Project:
    """The project: its name, and its configuration for stacks that do not set a key themselves."""

    name: str
    defaults: dict[str, str] = field(default_factory=dict)


def find_root(start: Path) -> Path:
    """Return the folder of the project that `start` is in: the nearest with a `Pulumi.yaml`.

    Raises SettingsError when there is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise SettingsError(
        [Mistake(FILE, 1, None, "", "no Slipway project here", str(start), "a folder of a Slipway checkout")]
    )


def read_project(root: Path) -> Project:
    """Read `Pulumi.yaml`. Raises SettingsError when it is absent or not a project file."""
    document = read_yaml(root / FILE, FILE, unshown=lambda path: path[:1] == ("config",))
    if document.mistakes:
        raise SettingsError(document.mistakes)
    data = document.data
    name = data.get("name") if isinstance(data, dict) else None
    if not isinstance(name, str):
        raise SettingsError([Mistake(document.file, 1, None, "name", "a required key is missing", "nothing", "text")])
    config = data.get("config")
    return Project(name, _defaults(name, config) if isinstance(config, dict) else {})


def _defaults(project: str, config: dict[str, Any]) -> dict[str, str]:
    """Return the declared values: `key: {value: …}`, `key: {default: …}` or, in short, `key: …`."""
    defaults: dict[str, str] = {}
    for key, declared in config.items():
        value = declared.get("default", declared.get("value")) if isinstance(declared, dict) else declared
        if value is not None:
            defaults[key if ":" in key else f"{project}:{key}"] = config_text(value)
    return defaults

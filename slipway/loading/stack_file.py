"""`Pulumi.<stack>.yaml` as the configuration that the engine would make of it, without decrypting anything."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.problem import KeyPath, nearest
from components.secret_value import CIPHERTEXT
from components.settings import StackSettings
from slipway.loading import shape
from slipway.loading.config import NAMESPACE
from slipway.loading.document import Document
from slipway.loading.errors import Mistake, SettingsError
from slipway.loading.yaml_file import read_yaml

TOP_KEYS = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
"""What a stack file may hold besides `config`: how its secrets are encrypted, and Pulumi ESC environments."""


@dataclass(slots=True)
class StackFile:
    """A stack file.

    `config` is the engine's map from key to text, `secret_keys` are those of its keys that hold an encrypted value,
    and `ciphertexts` the paths of those in Slipway's namespace, starting with the room.
    """

    document: Document
    config: dict[str, str] = field(default_factory=dict)
    secret_keys: list[str] = field(default_factory=list)
    ciphertexts: list[KeyPath] = field(default_factory=list)


def stack_names(root: Path) -> list[str]:
    """Return the stacks that have a file in the project."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root.glob("Pulumi.?*.yaml"))


def read_stack_file(root: Path, stack: str) -> StackFile:
    """Read a stack's file; what is wrong with it is in its document's mistakes.

    Raises SettingsError when the stack has no file.
    """
    known = stack_names(root)
    if stack not in known:
        allowed = ", ".join(known) or "none: there is no Pulumi.STACK.yaml here"
        missing = f"Pulumi.{stack}.yaml"
        raise SettingsError([Mistake(missing, 1, None, "", "no such stack", stack, allowed, nearest(stack, known))])
    document = read_yaml(root / f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yaml", unshown=_unshown)
    document.mistakes = [replace(each, key=each.key.removeprefix("config.")) for each in document.mistakes]
    file = StackFile(document)
    if document.data is not None or not document.mistakes:
        _fill(file)
    return file


def _unshown(path: KeyPath) -> bool:
    """Tell whether a value may be a secret: where Slipway has one, and under the keys of other packages."""
    if len(path) < 2 or path[0] != "config":
        return False
    namespace, _, room = str(path[1]).rpartition(":")
    return namespace != NAMESPACE or shape.unshown_at(StackSettings, (room, *path[2:]))


def _fill(file: StackFile) -> None:
    document = file.document
    if not isinstance(document.data, dict):
        if document.data is not None:
            _wrong(document, (), "", "not a stack file", _kind(document.data), "a map with the key config")
        return
    for key in document.data:
        if key not in TOP_KEYS:
            _wrong(document, (key,), key, "no such key", key, ", ".join(TOP_KEYS), nearest(key, TOP_KEYS))
    config = document.data.get("config")
    if config is None:
        return
    if not isinstance(config, dict):
        _wrong(document, ("config",), "config", "wrong type", _kind(config), "a map from NAMESPACE:KEY to a value")
        return
    for key, value in config.items():
        ciphertexts = list(_ciphertexts(value))
        file.config[key] = config_text(_without_ciphertexts(value))
        if ciphertexts:
            file.secret_keys.append(key)
        if key.startswith(f"{NAMESPACE}:"):
            file.ciphertexts += [(key.removeprefix(f"{NAMESPACE}:"), *path) for path in ciphertexts]


def _wrong(
    document: Document, path: KeyPath, key: str, message: str, found: str, allowed: str, close: str | None = None
) -> None:
    document.mistakes.append(Mistake(document.file, document.line(path), None, key, message, found, allowed, close))


def _kind(value: Any) -> str:
    return "a map" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a single value"


def _is_encrypted(value: Any) -> bool:
    """Tell whether a value is what `pulumi config set --secret` writes: a map of the one key `secure`."""
    return isinstance(value, dict) and list(value) == ["secure"] and isinstance(value["secure"], str)


def _ciphertexts(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if _is_encrypted(value):
        yield path
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _ciphertexts(inner, (*path, key))


def _without_ciphertexts(value: Any) -> Any:
    if _is_encrypted(value):
        return f"{CIPHERTEXT}{value['secure']}"
    if isinstance(value, dict):
        return {key: _without_ciphertexts(inner) for key, inner in value.items()}
    return [_without_ciphertexts(inner) for inner in value] if isinstance(value, list) else value


def config_text(value: Any) -> str:
    """Return a value as the engine passes it on: text as it is, anything else as JSON with its keys sorted."""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

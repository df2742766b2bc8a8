"""`slipway schema`: JSON Schemas of the files that users write, for editors and for other tools."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic.json_schema import JsonSchemaValue

from components.apps.settings import AppSettings
from components.model import Settings
from components.settings import Environment, StackSettings
from slipway import exit_codes
from slipway.loading import SettingsError, find_root
from slipway.loading.config import NAMESPACE
from slipway.loading.validate import NOT_ROOMS
from slipway.preview.atomic import write_file

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "schemas"

_TEXT: JsonSchemaValue = {"type": "string"}
_SECURE: JsonSchemaValue = {
    "type": "object",
    "description": "A value that Pulumi encrypted: pulumi config set --secret --path KEY",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
_ENCRYPTION: dict[str, JsonSchemaValue] = {
    "secretsprovider": {**_TEXT, "description": "What encrypts the stack's secrets, such as awskms://alias/NAME."},
    "encryptedkey": {**_TEXT, "description": "The data key that the secrets provider encrypted. Pulumi writes it."},
    "encryptionsalt": {**_TEXT, "description": "The salt of the stack's passphrase. Pulumi writes it."},
    "environment": {
        "description": "Pulumi ESC environments that the engine imports; the offline preview does not.",
        "type": ["array", "object"],
    },
}


def stack_schema() -> JsonSchemaValue:
    """Return the schema of a whole `Pulumi.<stack>.yaml`."""
    settings = _schema(StackSettings)
    rooms = {key: value for key, value in settings["properties"].items() if key not in NOT_ROOMS}
    config = {
        "type": "object",
        "description": f"Configuration by key. Slipway's are those of the namespace {NAMESPACE}.",
        "properties": {f"{NAMESPACE}:{key}": value for key, value in rooms.items()},
        "required": [f"{NAMESPACE}:{key}" for key in settings["required"] if key not in NOT_ROOMS],
        "patternProperties": {rf"^(?!{NAMESPACE}:)[^:]+:.+$": {"description": "A key of another Pulumi package."}},
        "additionalProperties": False,
    }
    definitions = {**settings["$defs"], "Secure": _SECURE}
    return {
        "$schema": DIALECT,
        "title": "Slipway stack",
        "description": "Pulumi.STACK.yaml: everything that one stack declares, but for its apps.",
        "type": "object",
        "properties": {"config": _with_secure(config), **_ENCRYPTION},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": _reachable(config, {name: _with_secure(each) for name, each in definitions.items()}),
    }


def app_schema() -> JsonSchemaValue:
    """Return the schema of an app file, `apps/<environment>/<name>.yaml`."""
    schema = _schema(AppSettings)
    environment = {
        "enum": list(get_args(Environment)),
        "description": "The environment whose folder the file is in; optional, and an error anywhere else.",
    }
    properties = {**schema["properties"], "environment": environment}
    return {"$schema": DIALECT, **schema, "title": "Slipway app", "properties": properties}


def _schema(model: type[Settings]) -> JsonSchemaValue:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    return {key: _distinct(_untitled(value)) for key, value in schema.items() if key != "title"}


def _distinct(schema: Any) -> Any:
    """Return a schema whose lists have each element once, as `components.distinct` checks, where not marked."""
    if isinstance(schema, list):
        return [_distinct(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _distinct(value) for key, value in schema.items() if key != "uniqueItems"}
    once = inner.get("type") == "array" and schema.get("uniqueItems", True)
    return {**inner, "uniqueItems": True} if once else inner


def _untitled(schema: Any) -> Any:
    """Return a schema without the titles that pydantic makes out of keys."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def _with_secure(schema: Any) -> Any:
    """Return a schema in which a secret may also be what Pulumi encrypted."""
    if isinstance(schema, list):
        return [_with_secure(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "password":
        about = {key: value for key, value in schema.items() if key in {"description", "default"}}
        plain = {key: value for key, value in schema.items() if key not in about}
        return {**about, "anyOf": [plain, {"$ref": "#/$defs/Secure"}]}
    return {key: _with_secure(value) for key, value in schema.items()}


def _reachable(root: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions that `root` refers to, directly or not, by name."""
    found: set[str] = set()
    waiting = [_with_secure(deepcopy(root))]
    while waiting:
        for name in set(_references(waiting.pop())) - found:
            found.add(name)
            waiting.append(definitions[name])
    return {name: definitions[name] for name in sorted(found)}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def rendered() -> dict[str, str]:
    """Return the files that the command writes, by name."""
    schemas = {"stack.schema.json": stack_schema(), "app.schema.json": app_schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def schema(
    out: Annotated[Path | None, typer.Option(help="The folder to write to; unset: schemas/ of the project.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file is out of date.")] = False,
) -> None:
    """Write the JSON Schemas of the stack file and of the app file.

    Exit codes: 0 done or up to date, 1 out of date (with --check), 2 bad input.
    """
    try:
        folder = out or find_root(Path.cwd()) / FOLDER
        files = rendered()
        stale = [name for name, text in files.items() if not _holds(folder / name, text)]
        for name in stale if not check else ():
            write_file(folder / name, files[name])
    except (SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    for name in stale:
        said = "is out of date: run slipway schema" if check else "written"
        typer.echo(f"{folder / name} {said}", err=check)
    if check and stale:
        raise typer.Exit(exit_codes.FAILED)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text

"""Whether a rendered object is one that the API server takes: its own check is done here, strictly and offline.

Custom resources are held against the CustomResourceDefinitions in tests/data/crds/, built-in objects against the
schemas of kubernetes-validate. Both refuse a field that the schema does not have: the API server would drop it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.exceptions import best_match
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource

from tests.support.chart_values import plain
from tests.support.recorded import UNKNOWN, Recorded, Recording

VERSIONS = ("1.34", "1.35", "1.36")
DATA = Path(__file__).parents[1] / "data" / "crds"

_STRING = {"type": "string"}
_STRINGS = {"type": "object", "additionalProperties": _STRING}
_METADATA = {
    "type": "object",
    "properties": {
        "name": _STRING,
        "namespace": _STRING,
        "labels": _STRINGS,
        "annotations": _STRINGS,
        "finalizers": {"type": "array", "items": _STRING},
    },
    "additionalProperties": False,
    "required": ["name"],
}
_KEPT = ("type", "enum", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_KEPT_SIZES = ("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties")


def _object(schema: Mapping[str, Any], strict: bool) -> dict[str, Any]:
    """Close an object to what it does not declare, unless it says that it keeps unknown fields."""
    converted: dict[str, Any] = {}
    if "properties" in schema:
        converted["properties"] = {key: json_schema(each, strict) for key, each in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), Mapping):
        converted["additionalProperties"] = json_schema(schema["additionalProperties"], strict)
    elif strict and schema.get("type") == "object" and not schema.get("additionalProperties"):
        converted["additionalProperties"] = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    return converted


def json_schema(schema: Mapping[str, Any], strict: bool = True) -> dict[str, Any]:
    """Convert a structural OpenAPI v3 schema to JSON Schema.

    Under anyOf, oneOf, allOf and not, a structural schema repeats only what these need, so nothing is closed there.
    """
    converted = {key: schema[key] for key in (*_KEPT, *_KEPT_SIZES, "required") if key in schema}
    converted.update(_object(schema, strict))
    if "items" in schema:
        converted["items"] = json_schema(schema["items"], strict)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            converted[key] = [json_schema(each, strict=False) for each in schema[key]]
    if "not" in schema:
        converted["not"] = json_schema(schema["not"], strict=False)
    if "(?i)" in schema.get("pattern", ""):  # Go lets a flag stand anywhere, Python only in front
        converted["pattern"] = "(?i)" + schema["pattern"].replace("(?i)", "")
    if schema.get("x-kubernetes-int-or-string"):
        converted = {**converted, "type": ["integer", "string"]}
    if schema.get("nullable"):
        return {"anyOf": [{"type": "null"}, converted]}
    return converted


@cache
def _definitions() -> dict[tuple[str, str], Path]:
    found = {}
    for path in DATA.glob("*.json"):
        spec = json.loads(path.read_text())["spec"]
        found[spec["group"], spec["names"]["kind"]] = path
    return found


@cache
def _validators(path: Path) -> tuple[str, dict[str, Draft4Validator]]:
    """Return the scope of a CRD, and a validator for each version that it serves."""
    spec = json.loads(path.read_text())["spec"]
    validators = {}
    for version in spec["versions"]:
        schema = json_schema(version["schema"]["openAPIV3Schema"])
        schema["properties"] |= {"apiVersion": _STRING, "kind": _STRING, "metadata": _METADATA}
        if version["served"]:
            validators[version["name"]] = Draft4Validator(schema)
    return spec["scope"], validators


def _where(path: Iterable[object]) -> str:
    return ".".join(map(str, path)) or "object"


def custom_resource_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a custom resource; its CRD must be among the data."""
    return list(_custom_problems(json.dumps(manifest, sort_keys=True)))


@cache
def _custom_problems(manifest_json: str) -> tuple[str, ...]:
    manifest = json.loads(manifest_json)
    group, _, version = manifest["apiVersion"].rpartition("/")
    path = _definitions().get((group, manifest["kind"]))
    if path is None:
        return (f"no CustomResourceDefinition of {manifest['kind']} in {group}",)
    scope, validators = _validators(path)
    if version not in validators:
        return (f"{group} does not serve {manifest['kind']} in {version}, but in {', '.join(validators)}",)
    errors = [f"{_where(error.absolute_path)}: {error.message}" for error in validators[version].iter_errors(manifest)]
    if (scope == "Namespaced") != ("namespace" in manifest.get("metadata", {})):
        errors.append(f"metadata.namespace: {manifest['kind']} is {scope.lower()}")
    return tuple(errors)


@cache
def _registry(version: str) -> Registry[Any]:
    """Return the definitions that a version's schemas refer to, indexed once: the library does it for each object."""
    definitions = schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/_definitions.json", version)
    return (Resource.from_contents(definitions) @ Registry()).crawl()


@cache
def _builtin_validator(kind: str, api_version: str, version: str) -> Draft202012Validator | None:
    group, _, name = api_version.rpartition("/")
    file = "-".join(part for part in (kind.lower(), group.partition(".")[0], name) if part)
    try:
        schema = schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/{file}.json", version)
    except FileNotFoundError:
        return None
    return Draft202012Validator(schema, registry=(Resource.from_contents(schema) @ _registry(version)).crawl())


@cache
def _builtin_problem(manifest_json: str, version: str) -> str | None:
    manifest = json.loads(manifest_json)
    validator = _builtin_validator(manifest["kind"], manifest["apiVersion"], version)
    if validator is None:
        return f"no schema of {manifest['kind']} in {manifest['apiVersion']}"
    error = best_match(validator.iter_errors(manifest))
    return f"{_where(error.absolute_path)}: {error.message}" if error else None


def builtin_problems(manifest: Mapping[str, Any], versions: Iterable[str] = VERSIONS) -> list[str]:
    """Return what is wrong with an object of Kubernetes itself, by version of Kubernetes."""
    text = json.dumps(manifest, sort_keys=True)
    found = ((version, _builtin_problem(text, version)) for version in versions)
    return [f"{version}: {problem}" for version, problem in found if problem]


def manifest_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with an object of either sort."""
    group = manifest["apiVersion"].rpartition("/")[0]
    is_custom = (group, manifest["kind"]) in _definitions() or ("." in group and not group.endswith(".k8s.io"))
    return custom_resource_problems(manifest) if is_custom else builtin_problems(manifest)


def _known(value: Any) -> Any:
    """Return a recorded value with a placeholder of the right shape for what only a deployment knows."""
    if isinstance(value, Mapping):
        return {key: _known(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each) for each in value]
    return "unknown" if value == UNKNOWN else value


def manifests(recording: Recording) -> Iterator[tuple[Recorded, dict[str, Any]]]:
    """Yield the recorded Kubernetes objects with their manifests; releases and charts are none."""
    for resource in recording.resources:
        if resource.custom and resource.type.startswith("kubernetes:") and "kind" in resource.inputs:
            yield resource, _known(plain(resource.inputs))


def recording_problems(recording: Recording) -> list[str]:
    """Return what is wrong with any recorded Kubernetes object, by its logical name."""
    return [
        f"{resource.name} ({manifest['kind']}): {problem}"
        for resource, manifest in manifests(recording)
        for problem in manifest_problems(manifest)
    ]

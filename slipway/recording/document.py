"""A recording as a JSON document, and back. The format is described in docs/guide/preview.md."""

from dataclasses import asdict
from typing import Any

from pydantic.alias_generators import to_camel, to_snake

from slipway.recording.recording import Recording
from slipway.recording.resource import Alias, Invocation, Message, Resource, Timeouts

FORMAT = "slipway.recording/1"
"""The name and the version of the format: a reader refuses another one."""


class UnknownFormatError(ValueError):
    """The document is no recording, or one of another version."""


def to_document(recording: Recording, *, fingerprints: bool = False) -> dict[str, Any]:
    """Return the recording in JSON types. Properties of a resource that are not set are left out.

    The digests of secrets are written only where `fingerprints` asks for them: they are for another process of the
    same comparison, and no part of what a preview shows.
    """
    digests = {"secretConfig": recording.secret_config} if fingerprints and recording.secret_config else {}
    return {
        "format": FORMAT,
        "project": recording.project,
        "stack": recording.stack,
        "resources": [_without_defaults(resource, fingerprints) for resource in recording.resources],
        "outputs": recording.outputs,
        "invocations": [asdict(each) for each in recording.invocations],
        "messages": [asdict(each) for each in recording.messages],
        **digests,
    }


def from_document(document: dict[str, Any]) -> Recording:
    """Return the recording that a document holds. Raises UnknownFormatError."""
    if document.get("format") != FORMAT:
        raise UnknownFormatError(f"format {document.get('format')!r} is not {FORMAT!r}")
    return Recording(
        project=document["project"],
        stack=document["stack"],
        resources=tuple(_resource(each) for each in document["resources"]),
        outputs=document["outputs"],
        invocations=tuple(Invocation(each["token"], tuple(each["arguments"])) for each in document["invocations"]),
        messages=tuple(Message(**each) for each in document["messages"]),
        secret_config=document.get("secretConfig", {}),
    )


_ALWAYS = ("urn", "type", "name", "custom", "inputs")
_LISTS = ("dependencies", "ignore_changes", "replace_on_changes", "additional_secret_outputs")


def _without_defaults(resource: Resource, fingerprints: bool) -> dict[str, Any]:
    written: dict[str, Any] = {
        to_camel(key): value for key, value in asdict(resource).items() if value or key in _ALWAYS
    }
    if not fingerprints:
        written.pop("fingerprints", None)
    if resource.aliases:
        written["aliases"] = [_set(asdict(alias)) for alias in resource.aliases]
    if resource.timeouts:
        written["timeouts"] = _set(asdict(resource.timeouts))
    return written


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    return {to_camel(key): value for key, value in fields.items() if value not in (None, False)}


def _snake(fields: dict[str, Any]) -> dict[str, Any]:
    return {to_snake(key): value for key, value in fields.items()}


def _resource(written: dict[str, Any]) -> Resource:
    fields = {"parent": None, **_snake(written)}
    for key in _LISTS:
        fields[key] = tuple(fields.get(key, ()))
    fields["property_dependencies"] = {
        name: tuple(urns) for name, urns in fields.get("property_dependencies", {}).items()
    }
    fields["aliases"] = tuple(Alias(**_snake(alias)) for alias in fields.get("aliases", ()))
    fields["timeouts"] = Timeouts(**_snake(fields["timeouts"])) if "timeouts" in fields else None
    return Resource(**fields)

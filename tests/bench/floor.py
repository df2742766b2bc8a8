"""The floor that the SDK sets: a program that registers the resources of a recorded one, with nothing of its own.

Config `bench:recording` is the path of the recording's document.
"""

import json
from pathlib import Path
from typing import Any

import pulumi

from slipway.recording.document import from_document
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


def raw(recording: Recording) -> None:
    """Register every resource with its type, name, inputs and parent: parents first, and nothing waits."""
    made: dict[str | None, Any] = {}

    def make(resource: Resource) -> None:
        opts = pulumi.ResourceOptions(parent=made.get(resource.parent), version=resource.version)
        if resource.is_component:
            made[resource.urn] = pulumi.ComponentResource(resource.type, resource.name, None, opts)
        elif resource.remote:
            made[resource.urn] = pulumi.ComponentResource(
                resource.type, resource.name, resource.inputs, opts, remote=True
            )
        elif resource.is_provider:
            made[resource.urn] = pulumi.ProviderResource(resource.kind, resource.name, resource.inputs, opts)
        else:
            made[resource.urn] = pulumi.CustomResource(resource.type, resource.name, resource.inputs, opts)

    def below(parent: Resource | None) -> None:
        for child in recording.children(parent):
            make(child)
            below(child)

    below(None)


if __name__ == "__main__":
    document = Path(pulumi.Config("bench").require("recording"))
    raw(from_document(json.loads(document.read_text(encoding="utf-8"))))

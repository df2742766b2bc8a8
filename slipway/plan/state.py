"""What is lost when a resource is deleted or replaced: data, and what nobody can make the same again."""

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from components.model import Settings
from slipway.plan import state_aws, state_kubernetes
from slipway.recording.objects import CHART, RELEASE, chart
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

STATE = Path(__file__).with_name("state.yaml")


class Losses(Settings):
    """The data. `types`: one sentence by type token. `definitions`: names of charts that install definitions."""

    types: dict[str, str]
    definitions: tuple[str, ...]


@cache
def losses() -> Losses:
    """Read the data."""
    return Losses.model_validate(YAML(typ="safe", pure=True).load(STATE.read_text(encoding="utf-8")))


def loss(resource: Resource, recording: Recording) -> str | None:
    """Return what is lost with a resource that is deleted or replaced, in one sentence; None where nothing is.

    `recording` is the one that the resource is of: the old one for what goes. It is asked for storage classes, and for
    what is in a namespace. What is only read, and what stays with `retain_on_delete`, loses nothing. What a resource
    that replaces it would take with it is not asked here: every resource speaks for itself.
    """
    if resource.read or resource.retain_on_delete or resource.kind.endswith("Patch"):
        return None
    if resource.type in (RELEASE, CHART):
        return _release(resource)
    return (
        losses().types.get(resource.type)
        or state_aws.loss(resource, recording)
        or state_kubernetes.loss(resource, recording)
    )


def _release(resource: Resource) -> str | None:
    name = chart(resource).name
    if name not in losses().definitions:
        return None
    return (
        f"the CustomResourceDefinitions of the chart {name}, and with them every object of their kinds, unless the"
        " chart asks to keep them (helm.sh/resource-policy: keep)"
    )

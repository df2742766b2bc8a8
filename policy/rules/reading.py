"""What the rules share: reading values that may not be known yet, and putting tellers of types together."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from policy.model import Finding, Parameter, Stack
from slipway.recording.objects import namespace, object_name
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN, Json

Teller = Callable[[Resource, Stack, Mapping[str, Any]], Iterable[str]]
"""Says what is wrong with one resource, a text for each thing. The map has the rule's parameters."""


def parameter(name: str, default: Any, description: str, **schema: Any) -> Parameter:
    """Return a parameter; `schema` are the other keywords of its JSON Schema."""
    return Parameter(name, default, {**schema, "description": description})


def flag(name: str, default: bool, description: str) -> Parameter:
    """Return a parameter that is true or false."""
    return parameter(name, default, description, type="boolean")


def texts(name: str, default: Iterable[str], description: str) -> Parameter:
    """Return a parameter that is a list of texts."""
    items = {"type": "string", "minLength": 1}
    return parameter(name, list(default), description, type="array", items=items, uniqueItems=True)


def open_value(value: Json) -> bool:
    """Tell whether a value is not to be read: known only after the deployment, or a secret. No rule guesses then."""
    return value in (UNKNOWN, SECRET) if isinstance(value, str) else False


def is_true(value: Json) -> bool:
    """Tell whether a value is true, also written as text, as some of AWS's inputs are."""
    return value is True or value == "true"


def not_true(value: Json) -> bool:
    """Tell whether a value is certainly not true: false, or not there."""
    return not is_true(value) and not open_value(value)


def document(value: Json) -> Json:
    """Return what a text of JSON says, None for what is not known or no JSON; an object is returned as it is."""
    if not isinstance(value, str):
        return value
    try:
        found: Json = json.loads(value)
    except ValueError:
        return None
    return found


def listed(value: Json) -> list[Json]:
    """Return a list as it is, and a lone value as the list of it; AWS's documents may have either."""
    return value if isinstance(value, list) else [] if value is None else [value]


def place(resource: Resource) -> str:
    """Return a Kubernetes object's kind, namespace and name: `Deployment web/webapp`."""
    where = "/".join(part for part in (namespace(resource), object_name(resource)) if part)
    return f"{resource.inputs.get('kind') or resource.kind} {where}"


def by_type(tellers: Mapping[str, Teller]) -> Callable[[Stack, Mapping[str, Any]], Iterator[Finding]]:
    """Return the check that asks the teller of each resource's type about it. What is only read is not asked about."""

    def check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
        for token, teller in tellers.items():
            for resource in stack.recording.of_type(token):
                if not resource.read:
                    yield from (Finding(resource.urn, text) for text in teller(resource, stack, parameters))

    return check


def refers(resource: Resource, key: str, to: Resource, *keys: str) -> bool:
    """Tell whether a property of a resource is from another one: by its dependencies, or by one of `to`'s own names.

    `keys` are the inputs of `to` that a property may repeat, such as `bucket`.
    """
    if to.urn in resource.property_dependencies.get(key, ()):
        return True
    value = resource.inputs.get(key)
    return value is not None and not open_value(value) and value in [to.inputs.get(each) for each in keys]

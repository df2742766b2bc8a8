"""The stack as the engine gives it to a policy, turned into the recording that rules are about."""

import re
from collections.abc import Iterable

from pulumi_policy import PolicyResource

from policy.inputs import Inputs
from slipway.recording.recording import Recording
from slipway.recording.resource import STACK_TYPE, Resource

_DEFAULT_PROVIDER = re.compile(r"::pulumi:providers:[^:$]+::default(_\d[^:]*)?$")
_PROVIDER_TYPE = "pulumi:providers:"


def recording_of(resources: Iterable[PolicyResource], inputs: Inputs, *, project: str, stack: str) -> Recording:
    """Return what the engine knows as the recorder would have it, see `policy.seen`.

    Left out are the stack itself and the default providers, which the engine adds.
    """
    found = (_resource(each, inputs) for each in resources if not _is_the_engines(each))
    return Recording(project, stack, tuple(sorted(found, key=lambda each: each.urn)))


def _is_the_engines(resource: PolicyResource) -> bool:
    return resource.resource_type == STACK_TYPE or _DEFAULT_PROVIDER.search(resource.urn) is not None


def _resource(resource: PolicyResource, inputs: Inputs) -> Resource:
    provider = resource.provider.urn if resource.provider else None
    options = resource.opts
    return Resource(
        urn=resource.urn,
        type=resource.resource_type,
        name=resource.name,
        parent=(resource.parent.urn if resource.parent else options.parent) or None,
        custom=provider is not None or resource.resource_type.startswith(_PROVIDER_TYPE),
        read=inputs.is_read(resource.urn),
        inputs=inputs.of(resource),
        dependencies=tuple(sorted(each.urn for each in resource.dependencies)),
        property_dependencies={
            name: tuple(sorted(each.urn for each in on))
            for name, on in sorted(resource.property_dependencies.items())
            if on
        },
        provider=None if provider is None or _DEFAULT_PROVIDER.search(provider) else provider,
        protect=options.protect,
        delete_before_replace=bool(options.delete_before_replace),
        ignore_changes=tuple(options.ignore_changes),
        additional_secret_outputs=tuple(sorted(options.additional_secret_outputs)),
    )

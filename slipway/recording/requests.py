"""From the requests that the SDK sends to the engine to recorded resources."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from slipway.recording.by_nature import SECRET_DATA, is_secret, masked
from slipway.recording.fingerprints import fingerprints
from slipway.recording.resource import Alias, Resource, Timeouts
from slipway.recording.wire import Json, Struct, plain, properties, unmarked

if TYPE_CHECKING:
    from pulumi.runtime.proto import alias_pb2, resource_pb2


def registered(request: "resource_pb2.RegisterResourceRequest", urn: str, key: bytes | None = None) -> Resource:
    """Return the resource that a request registers.

    What the SDK sends as a set is sorted. A provider's id, which Pulumi appends to its URN, is left off: it is
    not known before the deployment. With a key, what is masked has fingerprints.
    """
    inputs = _inputs(request.type, request.object, request.additionalSecretOutputs)
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        custom=request.custom,
        remote=request.remote,
        inputs=inputs,
        fingerprints={} if key is None else fingerprints(request.object, inputs, key),
        id=request.importId or None,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={
            name: tuple(sorted(request.propertyDependencies[name].urns))
            for name in sorted(request.propertyDependencies)
            if request.propertyDependencies[name].urns
        },
        provider=provider_urn(request.provider),
        providers={package: provider_urn(request.providers[package]) or "" for package in sorted(request.providers)},
        version=request.version or None,
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        deleted_with=request.deletedWith or None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
        aliases=(*(_alias(alias) for alias in request.aliases), *(Alias(urn=urn) for urn in request.aliasURNs)),
        timeouts=_timeouts(request),
    )


def looked_up(request: "resource_pb2.ReadResourceRequest", urn: str, key: bytes | None = None) -> Resource:
    """Return the resource that a request reads by its id: `Vpc.get(…)`."""
    inputs = _inputs(request.type, request.properties, request.additionalSecretOutputs)
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        custom=True,
        read=True,
        id=request.id,
        inputs=inputs,
        fingerprints={} if key is None else fingerprints(request.properties, inputs, key),
        dependencies=tuple(sorted(request.dependencies)),
        provider=provider_urn(request.provider),
        version=request.version or None,
        additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
    )


def _inputs(token: str, struct: Struct, secret_outputs: Iterable[str]) -> dict[str, Json]:
    """Return the inputs, masked also where a value is secret by its nature.

    A mark on the data of a Secret as a whole would hide its keys, which are no secret: it is taken off before.
    """
    inputs = properties(struct)
    if is_secret(token):
        inputs.update({name: plain(unmarked(struct.fields[name])) for name in SECRET_DATA if name in inputs})
    return masked(token, inputs, secret_outputs)


def provider_urn(reference: str) -> str | None:
    """Return the URN in a reference to a provider, which is its URN and id joined by `::`; None if there is none."""
    return reference.rpartition("::")[0] or None


def _alias(alias: "alias_pb2.Alias") -> Alias:
    if alias.urn:
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name or None,
        type=spec.type or None,
        stack=spec.stack or None,
        project=spec.project or None,
        parent=spec.parentUrn or None,
        no_parent=spec.noParent,
    )


def _timeouts(request: "resource_pb2.RegisterResourceRequest") -> Timeouts | None:
    if not request.HasField("customTimeouts"):
        return None
    given = request.customTimeouts
    return Timeouts(given.create or None, given.update or None, given.delete or None)

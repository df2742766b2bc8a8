"""The inputs of the resources under the engine, as the recorder would have them: secrets masked, unknown values named.

The engine gives a stack validation the outputs of each resource, with the marks of secrets taken off. What a resource
is asked to be comes before, for remediation with the marks on, and for validation without.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, ReportViolation, ResourceValidationArgs
from pulumi_policy.deserialize import serialize_properties
from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    UnknownValueError,
)

from slipway.recording.by_nature import SECRET_DATA, is_secret, masked
from slipway.recording.wire import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    SECRET,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    Json,
)

_UNKNOWN = frozenset(
    {
        UNKNOWN_ARCHIVE_VALUE,
        UNKNOWN_ARRAY_VALUE,
        UNKNOWN_ASSET_VALUE,
        UNKNOWN_BOOLEAN_VALUE,
        UNKNOWN_NUMBER_VALUE,
        UNKNOWN_OBJECT_VALUE,
        UNKNOWN_STRING_VALUE,
    }
)


_DEFAULTS = "__defaults"
"""The key by which a bridged provider, such as that for AWS, marks what it set itself, in each map of its inputs."""


class Inputs:
    """Remembers the inputs of each resource, by URN, for the validation of the stack that comes last."""

    def __init__(self) -> None:
        self._marked: dict[str, dict[str, Json]] = {}
        self._bare: dict[str, dict[str, Json]] = {}

    def remember_marked(self, args: ResourceValidationArgs) -> None:
        """Remember inputs whose secrets are marked. A remediation that returns nothing changes nothing."""
        written = serialize_properties(args.props)
        if is_secret(args.resource_type):
            written = {name: _unmarked(value) if name in SECRET_DATA else value for name, value in written.items()}
        self._marked[args.urn] = masked(args.resource_type, plain(written), args.opts.additional_secret_outputs)

    def remember_bare(self, args: ResourceValidationArgs, _report: ReportViolation) -> None:
        """Remember inputs without marks, in case the pack is configured not to remediate."""
        self._bare[args.urn] = masked(args.resource_type, plain(args.props), args.opts.additional_secret_outputs)

    def is_read(self, urn: str) -> bool:
        """Tell whether a resource is only read: the engine asks about each that it makes, and about no other."""
        return bool(self._marked or self._bare) and urn not in self._marked and urn not in self._bare

    def of(self, resource: PolicyResource) -> dict[str, Json]:
        """Return the inputs of a resource; its outputs where the engine has not asked about it."""
        for known in (self._marked, self._bare):
            if resource.urn in known:
                return known[resource.urn]
        return masked(resource.resource_type, plain(resource.props), resource.opts.additional_secret_outputs)


def plain(value: Any) -> Any:
    """Return a policy's value in JSON types."""
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            return _special(value)
        return {key: _at(value, key) for key in sorted(value) if key != _DEFAULTS}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_at(value, index) for index in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value in _UNKNOWN:
        return UNKNOWN
    return plain(serialize_properties({"": value})[""]) if _is_asset(value) else value


def _at(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def _is_asset(value: object) -> bool:
    return not (value is None or isinstance(value, (bool, int, float, str)))


def _special(value: Mapping[str, Any]) -> Json:
    signature = value[SIGNATURE]
    if signature == SECRET_SIGNATURE:
        return SECRET
    kinds = {ASSET_SIGNATURE: "asset", ARCHIVE_SIGNATURE: "archive"}
    return {kinds[signature]: {key: plain(value[key]) for key in sorted(value) if key != SIGNATURE}}


def _unmarked(value: Any) -> Any:
    """Take the mark off the data of a Secret as a whole: its keys are shown, and `masked` hides the values."""
    marked = isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET_SIGNATURE
    return _unmarked(value["value"]) if marked else value

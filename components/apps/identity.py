"""The identity that an app's pods have in the cluster, and what it permits there."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from components.apps.words import ObjectName
from components.model import Settings
from components.names import DNS_LABEL, LabelKey, Text

VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
"""What can be done with an object of a namespace."""

_REFUSED_VERBS = {
    "escalate": "it lets the app write itself a Role with rights that it does not have",
    "bind": "it lets the app give itself any Role",
    "impersonate": "it lets the app act as any user or ServiceAccount",
}
_GROUP = re.compile(rf"{DNS_LABEL}(\.{DNS_LABEL})*")
_RESOURCE = re.compile(rf"{DNS_LABEL}(/{DNS_LABEL})?")


class ServiceAccountSettings(Settings):
    """The ServiceAccount of an app: by default one of its own, without a token in the pod."""

    name: ObjectName | None = Field(
        default=None, description="An existing ServiceAccount to run as. Unset: one named after the app is made."
    )
    annotations: dict[LabelKey, Text] = Field(
        default_factory=dict, description="Annotations of the app's own ServiceAccount, such as an IAM role."
    )
    automount_service_account_token: bool = Field(
        default=False,
        description="Whether pods get a token for the Kubernetes API without `permissions`, with which they always do.",
    )


def _no_wildcard(value: str, what: str) -> None:
    if "*" in value:
        raise ValueError(
            f"{value!r} is a wildcard: it grants {what} that are there today and any that an update or an operator adds"
            " tomorrow; name each one"
        )


def _group(value: str) -> str:
    _no_wildcard(value, "the API groups")
    if value and not _GROUP.fullmatch(value):
        raise ValueError(f"{value!r} is not an API group, such as apps or batch; the core group is the empty text")
    return value


def _resource(value: str) -> str:
    _no_wildcard(value, "the resources")
    if not _RESOURCE.fullmatch(value):
        raise ValueError(f"{value!r} is not a resource: lower case and plural, such as configmaps or pods/log")
    return value


def _verb(value: str) -> str:
    _no_wildcard(value, "the verbs, escalate and impersonate among them,")
    if value in _REFUSED_VERBS:
        raise ValueError(f"{value!r} is no verb for an app: {_REFUSED_VERBS[value]}")
    if value not in VERBS:
        raise ValueError(f"{value!r} is not a verb: {', '.join(VERBS)}")
    return value


ApiGroup = Annotated[str, Field(max_length=253), AfterValidator(_group)]
"""An API group without its version; the empty text is the core group."""

Resource = Annotated[str, Field(max_length=127), AfterValidator(_resource)]
"""A resource as its URL has it, possibly with a subresource."""

Verb = Annotated[str, AfterValidator(_verb), Field(examples=["get"])]


class PermissionSettings(Settings):
    """What the app may do with some resources of its own namespace: a rule of its Role."""

    api_groups: Annotated[tuple[ApiGroup, ...], Field(min_length=1)] = Field(
        default=("",), description="The API groups, such as apps. Unset: the core group, of Pods and ConfigMaps."
    )
    resources: Annotated[tuple[Resource, ...], Field(min_length=1)] = Field(
        description="The resources, such as configmaps or pods/log."
    )
    resource_names: tuple[ObjectName, ...] = Field(
        default=(), description="The names of the objects that the rule is about. Unset: all of the namespace."
    )
    verbs: Annotated[tuple[Verb, ...], Field(min_length=1)] = Field(description=f"Of {', '.join(VERBS)}.")

"""`Recording`: everything that one run of the program registered, with look-ups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from slipway.recording.resource import STACK_TYPE, Invocation, Message, Resource
from slipway.recording.wire import Json


@dataclass(frozen=True)
class Recording:
    """One run: the resources (the stack itself excepted) in the order of their URNs, and what else the program did.

    `secret_config` are the keyed digests of the configuration's secret values, by path (`slipway:secrets.token`); it is
    empty where no comparison is made, like every resource's `fingerprints`.
    """

    project: str
    stack: str
    resources: tuple[Resource, ...]
    outputs: dict[str, Json] = field(default_factory=dict)
    invocations: tuple[Invocation, ...] = ()
    messages: tuple[Message, ...] = ()
    secret_config: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """Every resource by its URN."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Resource, ...]]:
        found: dict[str | None, list[Resource]] = {}
        for resource in self.resources:
            parent = resource.parent if resource.parent in self.by_urn else None
            found.setdefault(parent, []).append(resource)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return {token: tuple(resources) for token, resources in found.items()}

    def of_type(self, *tokens: str) -> tuple[Resource, ...]:
        """Return the resources of these type tokens."""
        return tuple(resource for token in tokens for resource in self._by_type.get(token, ()))

    def children(self, parent: Resource | None) -> tuple[Resource, ...]:
        """Return the direct children of a resource, or those of the stack for None."""
        return self._children.get(parent.urn if parent else None, ())

    def within(self, parent: Resource) -> Iterable[Resource]:
        """Yield everything below a resource."""
        for child in self.children(parent):
            yield child
            yield from self.within(child)

    def parent(self, resource: Resource) -> Resource | None:
        """Return the parent of a resource, or None for a child of the stack."""
        return self.by_urn.get(resource.parent or "")

    def provider(self, resource: Resource) -> Resource | None:
        """Return the explicit provider of a resource, or None where it uses the default one."""
        return self.by_urn.get(resource.provider or "")

    @property
    def made(self) -> tuple[Resource, ...]:
        """Return what a deployment makes: no component of the program, no provider, nothing that is only read."""
        return tuple(
            resource
            for resource in self.resources
            if not (resource.is_component or resource.is_provider or resource.read)
        )


def stack_urn(project: str, stack: str) -> str:
    """Return the URN of the stack itself, which is no resource of the recording."""
    return f"urn:pulumi:{stack}::{project}::{STACK_TYPE}::{project}-{stack}"

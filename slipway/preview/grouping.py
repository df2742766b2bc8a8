"""The recording as a tree: the stack, its components, in each its resources by type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from slipway.preview.order import Levels, in_order, levels, natural, needs
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


@dataclass(frozen=True)
class Kind:
    """The resources of one type in one group."""

    token: str
    resources: tuple[Resource, ...]

    @property
    def name(self) -> str:
        """The last part of the type token; for providers, which have only their package's there, the word."""
        resource = self.resources[0]
        return "Provider" if resource.is_provider else resource.kind


@dataclass(frozen=True)
class Group:
    """A component with what is in it; `resource` is None for the stack. `monthly` is None where nothing is priced."""

    resource: Resource | None
    kinds: tuple[Kind, ...]
    groups: tuple["Group", ...]
    own_monthly: Decimal | None

    @cached_property
    def count(self) -> int:
        """How many resources a deployment makes in it, those of the groups within included."""
        own = sum(1 for kind in self.kinds for each in kind.resources if not (each.is_provider or each.read))
        return own + sum(group.count for group in self.groups)

    @cached_property
    def monthly(self) -> Decimal | None:
        """The monthly cost of all that is in it, None where none of it has a price."""
        known = [each for each in (self.own_monthly, *(group.monthly for group in self.groups)) if each is not None]
        return sum(known, Decimal(0)) if known else None

    def components(self) -> Iterable["Group"]:
        """Yield the groups within, at every depth."""
        for group in self.groups:
            yield group
            yield from group.components()


def group(recording: Recording, monthly: Mapping[str, Decimal]) -> Group:
    """Return the stack's group. `monthly` is the cost of a resource by its URN."""
    return _Grouping(recording, levels(recording), needs(recording), monthly).below(None)


@dataclass(frozen=True, slots=True)
class _Grouping:
    recording: Recording
    levels: Levels
    needs: Mapping[str, list[str]]
    monthly: Mapping[str, Decimal]

    def below(self, parent: Resource | None) -> Group:
        children = self.recording.children(parent)
        inside = {child.urn: child for child in children if child.is_component}
        # A resource may have children, too: they are shown beside it.
        own = [
            resource
            for child in children
            if not child.is_component
            for resource in (child, *self.recording.within(child))
            if not resource.is_component
        ]
        members = {urn: [each.urn for each in self.recording.within(child)] for urn, child in inside.items()}
        return Group(
            resource=parent,
            kinds=_kinds(own, self.levels),
            groups=tuple(self.below(inside[urn]) for urn in in_order(members, self.needs)),
            own_monthly=_sum(self.monthly.get(resource.urn) for resource in own),
        )


def _kinds(resources: Iterable[Resource], order: Levels) -> tuple[Kind, ...]:
    by_type: dict[str, list[Resource]] = {}
    for resource in sorted(resources, key=lambda each: natural(each.name)):
        by_type.setdefault(resource.type, []).append(resource)
    first = {token: min(order[each.urn] for each in found) for token, found in by_type.items()}
    return tuple(
        Kind(token, tuple(found))
        for token, found in sorted(by_type.items(), key=lambda item: (first[item[0]], item[0]))
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None

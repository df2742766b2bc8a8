"""The tree that is printed: the stack, its components with what they are for and cost, and every resource."""

from rich.text import Text
from rich.tree import Tree

from slipway.preview import purposes
from slipway.preview.facts import facts
from slipway.preview.grouping import Group, Kind
from slipway.preview.summary_text import dollars
from slipway.recording.resource import Resource


def tree(stack: str, root: Group) -> Tree:
    """Return the tree of a stack. Colour only repeats what the words say."""
    components = sum(1 for _ in root.components())
    label = _line(
        (stack, "bold"),
        (f"  {_count(root.count, 'resource')} in {_count(components, 'component')}", ""),
        (f"{_monthly(root)} (estimate)" if root.monthly else "", "green"),
    )
    grown = Tree(label, guide_style="dim")
    _grow(grown, root)
    return grown


def _grow(branch: Tree, group: Group) -> None:
    for kind in group.kinds:
        _add_kind(branch, kind)
    for inner in group.groups:
        if inner.resource is not None:
            _grow(branch.add(_component(inner, inner.resource)), inner)


def _component(group: Group, resource: Resource) -> Text:
    return _line(
        (resource.kind, "bold cyan"),
        (f" {resource.name}", ""),
        (f"  {_count(group.count, 'resource')}", ""),
        (_monthly(group), "green"),
        (_purpose(purposes.of_component(resource.type)), "italic"),
    )


def _add_kind(branch: Tree, kind: Kind) -> None:
    """One resource of a type is one line; several stand below a line that says what they are for."""
    purpose = (_purpose(purposes.of_type(kind.token)), "italic")
    if len(kind.resources) == 1:
        branch.add(_line((kind.name, "cyan"), (f" {_resource(kind.resources[0])}", ""), purpose))
        return
    several = branch.add(_line((kind.name, "cyan"), (f" x{len(kind.resources)}", ""), purpose))
    for resource in kind.resources:
        several.add(_line((_resource(resource), "")))


def _resource(resource: Resource) -> str:
    told = facts(resource)
    return resource.name + (f"  {', '.join(told)}" if told else "")


def _purpose(purpose: str | None) -> str:
    return f" — {purpose}" if purpose else ""


def _monthly(group: Group) -> str:
    return f", ~{dollars(group.monthly)}/month" if group.monthly else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _line(*parts: tuple[str, str]) -> Text:
    """One line: cut at the width of a terminal rather than wrapped, so that the tree stays a tree."""
    return Text.assemble(*(part for part in parts if part[0]), no_wrap=True, overflow="ellipsis")

"""`Plan`: what happens to each resource of a stack between two recordings of it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from slipway.recording.resource import Resource
from slipway.recording.wire import Json

Operation = Literal["create", "update", "replace", "delete", "unchanged"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs. `path` is the provider's own spelling: ("scalingConfig", "maxSize").

    `old` and `new` are None where there is no value. `forces` says why this change alone replaces the resource, with
    the source of that knowledge; None where the provider updates in place. `secret`: the values are not shown, only
    that they differ. `after` is the URN of a replaced resource whose new id or output is what changes here.
    `refused` says why the server will not make the change in place, so that the deployment fails.
    """

    path: Path
    old: Json
    new: Json
    forces: str | None = None
    secret: bool = False
    after: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one resource. `old` is None for what is created, `new` for what is deleted.

    `reasons` says why it is replaced (the properties that force it, a replaced provider, `replaceOnChanges`), one
    sentence each. `loss` says what state is lost when it is replaced or deleted, None where nothing is. `protected`:
    the old one had `protect`, so the engine refuses to replace or delete it. `options` are resource options that
    differ and are no inputs: "protect: true -> false", "aliases". `deleted_first`: where it is replaced, the old one
    goes before the new one is made.
    """

    operation: Operation
    old: Resource | None
    new: Resource | None
    changes: tuple[Change, ...] = ()
    reasons: tuple[str, ...] = ()
    loss: str | None = None
    protected: bool = False
    options: tuple[str, ...] = ()
    deleted_first: bool = False

    @property
    def resource(self) -> Resource:
        """The new one, or the old one where it is deleted."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a step is of a resource")
        return found

    @property
    def urn(self) -> str:
        """The URN by which the step is known, and acknowledged."""
        return self.resource.urn

    @property
    def destructive(self) -> bool:
        """Whether somebody must acknowledge it: state is lost, or something protected goes."""
        return self.operation in ("replace", "delete") and (self.loss is not None or self.protected)

    @property
    def stopped_by_protection(self) -> bool:
        """Whether the engine stops there: it deletes nothing that was protected, and replaces nothing that still is."""
        if self.operation == "replace" and self.new is not None:
            return self.protected and self.new.protect
        return self.operation == "delete" and self.protected

    @property
    def refused(self) -> bool:
        """Whether the deployment is known to end there: a server refuses a change, or the engine the step."""
        return self.stopped_by_protection or any(change.refused for change in self.changes)


@dataclass(frozen=True, slots=True)
class Rename:
    """A deleted and a created resource that look like one under another name. `line` is the option to add.

    `where` says where, in the user's terms ("nodePools.main of Pulumi.production.yaml"). With it, `kept` of the `of`
    resources that the name stands for would stay, the others be replaced.
    """

    old_urn: str
    new_urn: str
    line: str
    where: str = "the resource's options"
    kept: int = 1
    of: int = 1


@dataclass(frozen=True)
class Plan:
    """All steps by URN, those of unchanged resources included.

    `base` names what is compared with ("main at 1a2b3c4", "baseline.json"). `acknowledged` are URNs of destructive
    steps that somebody allowed, `expected` those of refused steps. `stale` are acknowledgements that fit no such step,
    with their word: `allow-replace URN`.
    """

    stack: str
    base: str
    steps: tuple[Step, ...]
    renames: tuple[Rename, ...] = ()
    acknowledged: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        """How many steps there are of each operation."""
        return Counter(step.operation for step in self.steps)

    @property
    def changed(self) -> tuple[Step, ...]:
        """Return the steps that do something."""
        return tuple(step for step in self.steps if step.operation != "unchanged")

    @property
    def refused(self) -> tuple[Step, ...]:
        """Return the steps at which the deployment is known to end."""
        return tuple(step for step in self.steps if step.refused)

    @property
    def stopped(self) -> tuple[Step, ...]:
        """Return the refused steps that nobody expects: the preview ends with exit code 5."""
        return tuple(step for step in self.refused if step.urn not in self.expected)

    @property
    def destructive(self) -> tuple[Step, ...]:
        """Return the steps that lose state or remove something protected."""
        return tuple(step for step in self.steps if step.destructive)

    @property
    def unacknowledged(self) -> tuple[Step, ...]:
        """Return the destructive steps that nobody allowed: the preview ends with exit code 4."""
        return tuple(step for step in self.destructive if step.urn not in self.acknowledged)

"""What a replaced resource changes in others: they have its old id, address or ARN, and must get the new one."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from slipway.plan.drafts import Draft, scalars
from slipway.plan.former import outputs
from slipway.plan.model import Path
from slipway.recording.recording import Recording
from slipway.recording.simulate.values import MARK, Subject
from slipway.recording.wire import UNKNOWN, Json, leaves

CHANGES_WHEN_UPDATED = frozenset({"aws:ec2/launchTemplate:LaunchTemplate"})
"""Types that have an output which every update changes, and which is not known before (`latestVersion`)."""

_MARKED = re.compile(rf"{MARK}-?([0-9a-f]{{8}})", re.IGNORECASE)

Place = tuple[Draft, Path, Json]


def propagate(drafts: Sequence[Draft], recording: Recording) -> None:
    """Add to the drafts what follows from the replaced ones among them, until nothing more follows.

    `recording` is the new one. Three things follow, as in the engine: a property that has an output of a replaced
    resource changes; where that one is deleted first, whatever would be replaced by such a change is; a replaced
    provider replaces all that it made.
    """
    known = _Users(drafts)
    # Providers come last, and so are looked at first: who is deleted first depends on whether his provider stays.
    waiting = sorted((each for each in drafts if _moves(each)), key=lambda each: each.new.is_provider)
    done: set[tuple[str, bool]] = set()
    while waiting:
        source = waiting.pop()
        if (mark := (source.new.urn, source.replaced)) in done:
            continue
        done.add(mark)
        for user, path, value in _touched(source, known, recording):
            user.moved(path, value, source.new.urn)
            if _moves(user):
                waiting.append(user)
        for user in known.made_by(source) if source.replaced else ():
            user.elsewhere = True
            user.replace(f"its provider {source.new.name} is replaced")
            waiting.append(user)


def _moves(draft: Draft) -> bool:
    return draft.replaced or (bool(draft.changes) and draft.new.type in CHANGES_WHEN_UPDATED)


class _Users:
    """Who uses what: by the mark of a simulated value, by the resource that a property depends on, by provider."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.by_mark: Mapping[str, list[Place]] = defaultdict(list)
        self._by_urn: Mapping[str, list[tuple[Draft, str]]] = defaultdict(list)
        self._by_provider: Mapping[str, list[Draft]] = defaultdict(list)
        for each in drafts:
            self._by_provider[each.new.provider or ""].append(each)
            for name, urns in each.new.property_dependencies.items():
                for urn in urns:
                    self._by_urn[urn].append((each, name))
            for path, value in scalars(each.new.inputs):
                if isinstance(value, str) and MARK in value.lower():
                    for found in set(_MARKED.findall(value)):
                        self.by_mark[found.lower()].append((each, path, value))

    def depending_on(self, urn: str) -> Iterator[Place]:
        """Yield every scalar of every property that depends on a resource."""
        for draft, name in self._by_urn.get(urn, ()):
            for path, value in scalars(draft.new.inputs.get(name), (name,)):
                yield draft, path, value

    def made_by(self, draft: Draft) -> Sequence[Draft]:
        """Return what a provider made, nothing of what is none."""
        return self._by_provider.get(draft.new.urn, ()) if draft.new.is_provider else ()


def _touched(source: Draft, known: _Users, recording: Recording) -> Iterator[Place]:
    """Yield where an output of the source stands that is another one afterwards."""
    urn = source.new.urn
    if not source.replaced:
        yield from (place for place in known.depending_on(urn) if place[2] == UNKNOWN)
        return
    digest = Subject(urn, source.new.type, source.new.name, source.new.inputs, "").digest
    yield from known.by_mark.get(digest, ())
    addresses = [text for text in leaves(outputs(source.new, recording)) if isinstance(text, str) and _is_arn(text)]
    first = source.deleted_first
    for user, path, value in known.depending_on(urn):
        named = isinstance(value, str) and any(each in value for each in addresses)
        if value == UNKNOWN or named or (first and user.forces(path, path)):
            yield user, path, value


def _is_arn(text: str) -> bool:
    """A resource's ARN is not known before it is made, also where its name is."""
    return text.startswith("arn:")

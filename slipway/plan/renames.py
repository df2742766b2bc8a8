"""Renames: what is deleted and created, and looks like one resource under another name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slipway.plan.drafts import Draft, draft
from slipway.plan.former import renamings
from slipway.plan.match import Matched
from slipway.plan.model import Rename
from slipway.plan.propagate import propagate
from slipway.plan.similar import Facts, Relative, alike, facts, family, family_likeness, name_likeness, parts
from slipway.plan.user_terms import Place, of_a_namespace, place, unrenameable
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

LIKE_ENOUGH = 0.7
"""The share of common facts from which on two resources are taken for one. Apps of one kind share about half."""

MOST_PAIRS = 20_000
"""Pairs of one type beyond which none are compared: that much is no rename."""

Pair = tuple[Resource, Resource]


@dataclass(frozen=True, slots=True)
class Found:
    """`notes` are about names that no option can keep."""

    renames: tuple[Rename, ...] = ()
    notes: tuple[str, ...] = ()


def renames(matched: Matched, drafts: Sequence[Draft], old: Recording, new: Recording) -> Found:
    """Return the likely renames among what is created and deleted, each once, in the order of the new URNs.

    `drafts` are of what is there before and after, finished: what is replaced among them replaces some of the others.
    """
    replaced = [each for each in drafts if each.replaced]
    below = _Below(matched, old, new)
    groups: dict[Place, list[Pair]] = {}
    notes: list[str] = []
    for pair in _pairs(matched, below):
        if note := unrenameable(*pair):
            notes.append(note)
        if note or of_a_namespace(pair[1], new):
            continue
        groups.setdefault(place(*pair, new), []).append(pair)
    found = []
    for where, pairs in groups.items():
        every = list({each[1].urn: each for pair in pairs for each in below.pairs(pair)}.values())
        stays = _stays(every, replaced, old, new)
        if stays or any(pair[0].is_component for pair in pairs):
            was, now = pairs[0]
            found.append(Rename(was.urn, now.urn, where.line, where.where, kept=stays, of=len(every)))
    return Found(tuple(sorted(found, key=lambda each: each.new_urn)), tuple(dict.fromkeys(notes)))


class _Below:
    """What is below components, found once."""

    def __init__(self, matched: Matched, old: Recording, new: Recording) -> None:
        self._families: dict[tuple[int, str], Mapping[Relative, Resource]] = {}
        self._facts: dict[tuple[int, str], Mapping[Relative, Facts]] = {}
        self._recordings = (old, new)
        self.gone = {each.urn for each in matched.deleted}
        self.made = {each.urn for each in matched.created}

    def family(self, side: int, component: Resource) -> Mapping[Relative, Resource]:
        """Return the family of a component of the old (0) or the new (1) recording."""
        key = (side, component.urn)
        if key not in self._families:
            self._families[key] = family(component, self._recordings[side])
        return self._families[key]

    def pairs(self, pair: Pair) -> Iterator[Pair]:
        """Yield what a rename is of: the two themselves, or what is below both components."""
        if not pair[0].is_component:
            yield pair
            return
        before, after = self.family(0, pair[0]), self.family(1, pair[1])
        for key in sorted(before.keys() & after.keys()):
            if before[key].custom and before[key].urn in self.gone and after[key].urn in self.made:
                yield before[key], after[key]

    def _family_facts(self, side: int, component: Resource) -> Mapping[Relative, Facts]:
        key = (side, component.urn)
        if key not in self._facts:
            below = self.family(side, component)
            self._facts[key] = {name: facts(each, component.name) for name, each in below.items()}
        return self._facts[key]

    def of_two(self, pair: Pair) -> bool:
        """Whether the two belong to components that go and come as a whole, and are not one."""
        return pair[0].parent in self.gone and pair[1].parent in self.made

    def likeness(self, old: Resource, new: Resource) -> float:
        """Return how alike two resources of one type are, from 0 to 1."""
        names = parts(old.name, new.name)
        if old.is_component:
            return family_likeness(self._family_facts(0, old), self._family_facts(1, new))
        return alike(facts(old, names[0]), facts(new, names[1]))


def _pairs(matched: Matched, below: _Below) -> Iterator[Pair]:
    """Yield the best pairs, each resource in one at most. What is below a renamed component is its, and left out."""
    covered: set[str] = set()
    for components in (True, False):
        gone = _by_type(matched.deleted, components, covered)
        made = _by_type(matched.created, components, covered)
        for token in sorted(gone.keys() & made.keys()):
            if len(gone[token]) * len(made[token]) > MOST_PAIRS:
                continue
            for pair in _best(gone[token], made[token], below):
                if covered & {pair[0].urn, pair[1].urn} or below.of_two(pair):
                    continue
                yield pair
                covered.update(each.urn for side in (0, 1) for each in _all(pair[side], side, below))


def _all(resource: Resource, side: int, below: _Below) -> Iterable[Resource]:
    return (resource, *below.family(side, resource).values()) if resource.is_component else (resource,)


def _by_type(resources: Sequence[Resource], components: bool, covered: set[str]) -> Mapping[str, list[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for each in resources:
        if each.is_component == components and not each.read and each.urn not in covered:
            found[each.type].append(each)
    return found


def _best(gone: Sequence[Resource], made: Sequence[Resource], below: _Below) -> Iterator[Pair]:
    """Yield pairs, the most alike first; among equals those whose names are."""
    scored = [(below.likeness(was, now), was, now) for was in gone for now in made]
    close = [each for each in scored if each[0] >= LIKE_ENOUGH]
    close.sort(key=lambda each: (-each[0], -name_likeness(each[1].name, each[2].name), each[1].urn, each[2].urn))
    taken: set[str] = set()
    for _, was, now in close:
        if was.urn not in taken and now.urn not in taken:
            taken.update((was.urn, now.urn))
            yield was, now


def _stays(pairs: Sequence[Pair], replaced: Sequence[Draft], old: Recording, new: Recording) -> int:
    """Return how many of the resources the provider would keep, if it were told that they are the same."""
    known = renamings(Matched(tuple(pairs), (), ()), old, new)
    made = [draft(was, now, known) for was, now in pairs]
    propagate([*replaced, *made], new)
    return sum(1 for each in made if not each.replaced)

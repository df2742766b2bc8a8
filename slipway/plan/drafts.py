"""A resource that is there before and after, while it is being found out what happens to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from slipway.plan import replacement
from slipway.plan.diff import differences
from slipway.plan.former import Renamings, renamed
from slipway.plan.model import Change, Path
from slipway.plan.paths import covers, parse
from slipway.plan.providers import deleted_first, provider_forced
from slipway.recording.resource import Resource
from slipway.recording.wire import UNKNOWN, Json


@dataclass(slots=True)
class Draft:
    """`inputs` are the old ones, in the names of the new. `reasons` say why it is replaced; none, that it is not."""

    old: Resource
    new: Resource
    inputs: dict[str, Json]
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    elsewhere: bool = False
    """Its provider is replaced, so that the new one is made where the old one is not."""

    @property
    def deleted_first(self) -> bool:
        """Whether the old one goes before the new one is made, if it is replaced.

        The engine does not ask a replaced provider: only the program's own word counts then (pulumi/pkg,
        resource/deploy/step_generator.go, diff and providerChanged).
        """
        return self.new.delete_before_replace if self.elsewhere else deleted_first(self.old, self.new)

    @property
    def replaced(self) -> bool:
        """Whether another one is made in its place."""
        return bool(self.reasons)

    def add(self, change: Change) -> None:
        """Note a change, and that it replaces the resource where it does."""
        self.changes.append(change)
        if change.forces:
            self.replace(change.forces)

    def replace(self, reason: str) -> None:
        """Note one reason to replace it, once."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def ignores(self, path: Path) -> bool:
        """Whether the program ignores changes there."""
        return any(covers(parse(each), path) for each in self.new.ignore_changes)

    def sent(self) -> dict[str, Json]:
        """Return the new inputs as the engine sends them to the provider: what is ignored is as it was."""
        sent = self._sent((), self.inputs, self.new.inputs) if self.new.ignore_changes else self.new.inputs
        return sent if isinstance(sent, dict) else self.new.inputs

    def _sent(self, path: Path, old: Json, new: Json) -> Json:
        if path and self.ignores(path):
            return old
        if isinstance(old, dict) and isinstance(new, dict):
            both = {key: self._sent((*path, key), old.get(key), new.get(key)) for key in (*old, *new)}
            return {key: value for key, value in both.items() if value is not None}
        return new

    def forces(self, path: Path, at: Path) -> str | None:
        """Return why a change at `path`, in the property `at`, replaces the resource."""
        if self.new.is_provider:
            found = provider_forced(self.new.type, at, self.inputs, self.new.inputs)
        else:
            found = replacement.forced(self.new.type, at, self.inputs, self.new.inputs)
        if found is not None:
            return found
        asked = (each for each in self.new.replace_on_changes if covers(parse(each), path))
        return next((f"the program asks for it: replaceOnChanges {each}" for each in asked), None)

    def moved(self, path: Path, value: Json, after: str) -> bool:
        """Note that what stands at `path` is another resource's new output; return whether that was not known yet."""
        if self.ignores(path) or any(covers(each.path, path) or covers(path, each.path) for each in self.changes):
            return False
        self.add(Change(path, value, UNKNOWN, forces=self.forces(path, path), after=after))
        return True


def draft(old: Resource, new: Resource, renamings: Renamings) -> Draft:
    """Return what differs between a resource and itself."""
    inputs = {key: renamed(value, renamings) for key, value in old.inputs.items()} if renamings else old.inputs
    made = Draft(old, new, inputs)
    # The text tells True from 1, and what is alike in it, which is nearly everything, needs no comparison.
    if repr(inputs) == repr(new.inputs) and old.fingerprints == new.fingerprints:
        return made
    for each in differences(inputs, new.inputs, old.fingerprints, new.fingerprints):
        if not made.ignores(each.path):
            forces = made.forces(each.path, each.at)
            made.add(Change(each.path, each.old, each.new, forces=forces, secret=each.secret))
    return made


def scalars(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield every scalar within a value with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from scalars(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from scalars(each, (*path, index))
    else:
        yield path, value

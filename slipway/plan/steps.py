"""Steps: what is done to one resource."""

from dataclasses import replace

from slipway.plan.drafts import Draft
from slipway.plan.model import Change, Step
from slipway.plan.replacement import refused
from slipway.plan.state import loss
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


def created(new: Resource) -> Step:
    """Return the step of a resource that is new."""
    return Step("create", None, new)


def deleted(old: Resource, recording: Recording) -> Step:
    """Return the step of a resource that goes; `recording` is the old one. One that is retained is only forgotten."""
    options = ("retainOnDelete: Pulumi forgets it, and it stays",) if old.retain_on_delete else ()
    return Step("delete", old, None, loss=_loss(old, recording), protected=old.protect, options=options)


def kept(draft: Draft, recording: Recording) -> Step:
    """Return the step of a resource that was there before; `recording` is the old one."""
    old, new, changes = draft.old, draft.new, tuple(sorted(draft.changes, key=_by_path))
    options = _options(old, new)
    if draft.replaced:
        return Step(
            "replace",
            old,
            new,
            changes,
            tuple(draft.reasons),
            loss=_loss(old, recording),
            protected=old.protect,
            options=options,
            deleted_first=draft.deleted_first,
        )
    if not changes:
        return Step("unchanged", old, new, options=options)
    sent = draft.sent()
    told = tuple(replace(each, refused=refused(new.type, each.path, draft.inputs, sent)) for each in changes)
    return Step("update", old, new, told, options=options)


def _loss(old: Resource, recording: Recording) -> str | None:
    return None if old.is_component or old.is_provider else loss(old, recording)


def _by_path(change: Change) -> list[tuple[bool, int, str]]:
    return [(isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in change.path]


def _options(old: Resource, new: Resource) -> tuple[str, ...]:
    """Return the resource options that differ, each in the words of its program."""
    pairs = (
        ("protect", old.protect, new.protect),
        ("retainOnDelete", old.retain_on_delete, new.retain_on_delete),
        ("deleteBeforeReplace", old.delete_before_replace, new.delete_before_replace),
        ("ignoreChanges", old.ignore_changes, new.ignore_changes),
        ("replaceOnChanges", old.replace_on_changes, new.replace_on_changes),
        ("deletedWith", _last(old.deleted_with), _last(new.deleted_with)),
    )
    said = [f"{name}: {_value(was)} -> {_value(now)}" for name, was, now in pairs if was != now]
    if old.urn != new.urn:
        said.append(f"aliases: it was {old.name if _types(old) == _types(new) else old.urn}")
    return tuple(said)


def _types(resource: Resource) -> str:
    return resource.urn.split("::", 3)[2]


def _last(urn: str | None) -> str:
    return urn.rpartition("::")[2] if urn else "nothing"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)

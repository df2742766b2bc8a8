"""A plan as a JSON document. The format is described in docs/guide/plan.md."""

from typing import Any

from slipway.plan.model import Change, Plan, Rename, Step
from slipway.plan.paths import written
from slipway.recording.wire import SECRET

OPERATIONS = ("create", "update", "replace", "delete", "unchanged")


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return the plan in JSON types: steps by URN, those of unchanged resources only counted unless options differ."""
    return {
        "base": plan.base,
        "counts": {each: plan.counts[each] for each in OPERATIONS},
        "steps": [_step(step, plan) for step in plan.steps if step.operation != "unchanged" or step.options],
        "renames": [_rename(each) for each in plan.renames],
        "acknowledged": sorted(plan.acknowledged),
        "unacknowledged": [step.urn for step in plan.unacknowledged],
        "expected": sorted(plan.expected),
        "stopped": [step.urn for step in plan.stopped],
        "stale": list(plan.stale),
        "notes": list(plan.notes),
    }


def _step(step: Step, plan: Plan) -> dict[str, Any]:
    told: dict[str, Any] = {
        "urn": step.urn,
        "oldUrn": step.old.urn if step.old is not None and step.old.urn != step.urn else None,
        "type": step.resource.type,
        "name": step.resource.name,
        "operation": step.operation,
        "changes": [_change(each) for each in step.changes],
        "reasons": list(step.reasons),
        "loss": step.loss,
        "protected": step.protected,
        "deletedFirst": step.deleted_first,
        "destructive": step.destructive,
        "acknowledged": step.destructive and step.urn in plan.acknowledged,
        "options": list(step.options),
    }
    return {key: value for key, value in told.items() if value not in (None, [], False)}


def _change(change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {
        "path": written(change.path),
        "old": change.old and SECRET if change.secret else change.old,
        "new": change.new and SECRET if change.secret else change.new,
        "forces": change.forces,
        "refused": change.refused,
        "after": change.after,
    }
    if change.secret:
        told["secret"] = True
    return {key: value for key, value in told.items() if value is not None}


def _rename(rename: Rename) -> dict[str, Any]:
    return {
        "oldUrn": rename.old_urn,
        "newUrn": rename.new_urn,
        "line": rename.line,
        "where": rename.where,
        "kept": rename.kept,
        "of": rename.of,
    }

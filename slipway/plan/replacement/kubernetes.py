"""Kubernetes: what the provider replaces, and what the API server refuses."""

from slipway.plan.model import Path
from slipway.plan.replacement.knowledge import Knowledge, Rule, by_hand
from slipway.plan.replacement.rules import holds
from slipway.recording.wire import Json

EVERY = "kubernetes:*"
_RELEASE = "kubernetes:helm.sh/"


def forced(token: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:
    """Return why a change replaces an object or a release, None where it does not.

    Of a Patch resource only the name and the namespace do: the provider never replaces what it only patches.
    """
    for knowledge in _known(token):
        for rule in knowledge.forces:
            if holds(rule, path, old_inputs, new_inputs):
                kind = token.rpartition(":")[2]
                why = rule.why or f"Kubernetes cannot change {rule.path} of a {kind}: the provider makes a new one"
                return f"{why} ({rule.source or knowledge.source})"
    return None


def refused(token: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:
    """Return why the API server will refuse a change, None where it will not."""
    for rule, knowledge in _refusals(token):
        if holds(rule, path, old_inputs, new_inputs):
            why = rule.why or f"the API server refuses to change {rule.path} of a {token.rpartition(':')[2]}"
            return f"{why} ({rule.source or knowledge.source})"
    return None


def _known(token: str) -> tuple[Knowledge, ...]:
    types = by_hand("kubernetes").types
    own = types.get(token)
    shared = () if token.startswith(_RELEASE) else (types[EVERY],)
    return (*shared, own) if own else shared


def _refusals(token: str) -> list[tuple[Rule, Knowledge]]:
    known = by_hand("kubernetes").types.get(token.removesuffix("Patch"))
    return [(rule, known) for rule in known.refuses] if known else []

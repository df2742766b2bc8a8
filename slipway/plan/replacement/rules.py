"""Whether a rule holds for a change."""

from slipway.plan.model import Path
from slipway.plan.replacement.conditions import CONDITIONS, version
from slipway.plan.replacement.knowledge import Rule, Scalar
from slipway.plan.replacement.values import pattern_of, touches, values, within
from slipway.recording.wire import Json


def holds(rule: Rule, path: Path, old_inputs: Json, new_inputs: Json) -> bool:
    """Whether the rule holds for a change at `path` between these inputs."""
    pattern = pattern_of(rule.path)
    if not touches(pattern, path):
        return False
    if not (_are(rule.formerly, old_inputs) and _are(rule.given, new_inputs) and _below(rule, old_inputs)):
        return False
    before, after = values(old_inputs, pattern), values(new_inputs, pattern)
    # Equal inputs at the property or below: an output of a replaced resource, or a secret that is masked on both sides.
    unseen = before == after and within(pattern, path)
    if rule.default is not None:
        before, after = before or [rule.default], after or [rule.default]
    if (rule.old is not None and before != [rule.old]) or (rule.new is not None and after != [rule.new]):
        return False
    if rule.when is not None and not CONDITIONS[rule.when](before, after):
        return False
    if not (_beyond(rule.exceeds, after, new_inputs) and _beyond(rule.undercuts, after, new_inputs, below=True)):
        return False
    return before != after or unseen


def _are(wanted: dict[str, tuple[Scalar, ...]], inputs: Json) -> bool:
    """Whether at each path stands one of its values."""
    return all(any(found in allowed for found in values(inputs, pattern_of(path))) for path, allowed in wanted.items())


def _beyond(path: str | None, found: list[Json], inputs: Json, *, below: bool = False) -> bool:
    """Whether a number is larger (or smaller) than the one at a path; true of every number where no path is given."""
    if path is None:
        return True
    limits = values(inputs, pattern_of(path))
    numbers = [each for each in (*found, *limits) if isinstance(each, (int, float))]
    if len(numbers) != 2 or len(found) != 1:
        return False
    return numbers[0] < numbers[1] if below else numbers[0] > numbers[1]


def _below(rule: Rule, inputs: Json) -> bool:
    """Whether each version that the rule names was lower than it says. One that is not known is none."""
    for path, limit in rule.below.items():
        found = [version(each) for each in values(inputs, pattern_of(path))]
        if not any(each is not None and each < (version(limit) or ()) for each in found):
            return False
    return True

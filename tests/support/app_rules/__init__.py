"""What holds of every app that Slipway accepts, each rule as a function that says where it does not."""

from tests.support.app_rules import bounds, flows, lists, objects, pods, references, selectors
from tests.support.app_rules.words import Rule

RULES: tuple[Rule, ...] = (
    *objects.RULES,
    *lists.RULES,
    *selectors.RULES,
    *references.RULES,
    *pods.RULES,
    *flows.RULES,
    *bounds.RULES,
)

"""Which violations a stack is let off for a time, and which exemptions have no business being there any more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from components.policy_settings import ExemptionSettings
from policy.model import Finding


def covers(exemption: ExemptionSettings, rule: str, urn: str | None) -> bool:
    """Tell whether an exemption is about this rule and this resource, whatever the day.

    A resource is meant by its URN or by the name at its end. Without one the exemption is about the stack as a whole.
    """
    if exemption.rule != rule:
        return False
    if exemption.resource is None or urn is None:
        return exemption.resource is None and urn is None
    return any(fnmatchcase(text, exemption.resource) for text in (urn, urn.rpartition("::")[2]))


@dataclass(slots=True)
class Exemptions:
    """A stack's exemptions on one day; it remembers which of them were of use."""

    given: tuple[ExemptionSettings, ...]
    on: date
    _covering: set[int] = field(default_factory=set)

    def reason(self, rule: str, finding: Finding) -> str | None:
        """Return why a finding is let pass: the reason of the first exemption in force that covers it, or None."""
        found = None
        for index, each in enumerate(self.given):
            if covers(each, rule, finding.urn):
                self._covering.add(index)
                if found is None and self.on <= each.until:
                    found = each.reason
        return found

    def notes(self, checked: Iterable[str]) -> Iterator[str]:
        """Yield a line for each exemption that is of no use, once all findings have been asked about."""
        rules = frozenset(checked)
        for index, each in enumerate(self.given):
            if each.rule not in rules:
                yield f"{_name(index, each)} lets nothing pass: the rule is disabled. Remove it."
            elif index not in self._covering:
                yield f"{_name(index, each)} lets nothing pass: no violation is like it. Remove it, or correct it."
            elif self.on > each.until:
                yield f"{_name(index, each)} ended on {each.until}: its violations count again. It said: {each.reason}"


def _name(index: int, exemption: ExemptionSettings) -> str:
    what = exemption.resource or "the stack as a whole"
    return f"slipway:policy.exemptions[{index}] ({exemption.rule}, {what})"

"""The price list as a file that people edit: comments, order and the spelling of what does not change are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from slipway.cost.refreshing.choose import Chosen
from slipway.cost.refreshing.queries import Key

SOURCE = "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html"
"""What the prices of a refreshed list come from."""


@dataclass(frozen=True, slots=True)
class Change:
    """One price that is another now; `new` is None for a type that is left out."""

    key: Key
    old: Decimal
    new: Decimal | None

    def __str__(self) -> str:
        """Return the change as a line."""
        new = "left out" if self.new is None else _plain(self.new)
        return f"{'.'.join(self.key)}: {_plain(self.old)} -> {new}"


def _plain(price: Decimal) -> str:
    return f"{price.normalize():f}"


class _Representer(RoundTripRepresenter):
    def decimal(self, value: Decimal) -> ScalarNode:
        plain = _plain(value)
        return self.represent_scalar("tag:yaml.org,2002:float", plain if "." in plain else f"{plain}.0")


_Representer.add_representer(Decimal, _Representer.decimal)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def renew(text: str, chosen: Chosen, *, region: str, on: date) -> tuple[str, tuple[Change, ...]]:
    """Return the file's new text and what changed in it. Raises ruamel.yaml.error.YAMLError."""
    yaml = _yaml()
    document = yaml.load(text)
    changes = [*_set(document, chosen.prices), *_drop(document, chosen.dropped)]
    document["region"], document["date"] = region, on
    document["sources"] = _sources(document["sources"])
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue(), tuple(changes)


def _sources(old: CommentedSeq) -> CommentedSeq:
    """Return the one source, with what stands below the old ones: the empty line before the next key."""
    new = CommentedSeq([SOURCE])
    if (below := old.ca.items.get(len(old) - 1)) is not None:
        new.ca.items[0] = below
    return new


def _set(document: CommentedMap, prices: Mapping[Key, Decimal]) -> list[Change]:
    changes = []
    for key, price in prices.items():
        place = _parent(document, key)
        old = Decimal(str(place[key[-1]]))
        if old != price:
            place[key[-1]] = price
            changes.append(Change(key, old, price))
    return changes


def _drop(document: CommentedMap, keys: tuple[Key, ...]) -> list[Change]:
    changes = []
    for key in keys:
        changes.append(Change(key, Decimal(str(_parent(document, key).pop(key[-1]))), None))
        if not _parent(document, key):
            del _parent(document, key[:-1])[key[-2]]
    return changes


def _parent(document: CommentedMap, key: Key) -> Any:
    place: Any = document
    for step in key[:-1]:
        place = place[step]
    return place

"""Label selectors as Kubernetes matches them."""

from collections.abc import Mapping

from slipway.recording.objects import items, mapping, text
from slipway.recording.wire import Json


def matches(selector: Json, labels: Mapping[str, Json]) -> bool:
    """Tell whether a LabelSelector selects these labels: matchLabels and matchExpressions, all of them; {} is all."""
    wanted = mapping(selector, "matchLabels")
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _expression(each, labels) for each in items(selector, "matchExpressions")
    )


def _expression(expression: Json, labels: Mapping[str, Json]) -> bool:
    key, operator = text(expression, "key") or "", text(expression, "operator")
    if operator in {"Exists", "DoesNotExist"}:
        return (key in labels) == (operator == "Exists")
    found = labels.get(key) in items(expression, "values")
    return found if operator == "In" else not found

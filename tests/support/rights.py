"""Which rights the rules of a role give, and what a custom resource is called in them."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from tests.support.schemas import DATA


@cache
def definitions() -> Mapping[tuple[str, str], dict[str, Any]]:
    """Return the spec of every CustomResourceDefinition in tests/data/crds, by API group and kind."""
    specs = [json.loads(path.read_text())["spec"] for path in sorted(DATA.glob("*.json"))]
    return {(spec["group"], spec["names"]["kind"]): spec for spec in specs}


def resource_of(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """Return the API group and the plural of a custom resource."""
    group = manifest["apiVersion"].partition("/")[0]
    return group, definitions()[group, manifest["kind"]]["names"]["plural"]


def may(rules: Iterable[Mapping[str, Any]], group: str, plural: str, *verbs: str) -> bool:
    """Tell whether the rules allow all verbs."""
    granted = {
        verb
        for rule in rules
        if group in rule["apiGroups"] and {plural, "*"} & set(rule["resources"])
        for verb in rule["verbs"]
    }
    return set(verbs) <= granted

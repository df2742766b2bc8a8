"""The Ingresses of an app as the one document that they came from: an app has one for each of its hosts."""

from collections.abc import Iterable, Mapping
from typing import Any

from slipway.importing.documents import Source, at


def of_all_hosts(source: Source, one: Mapping[str, Any], objects: Mapping[str, Any]) -> dict[str, Any]:
    """Return an app's Ingress with the rules and the TLS of all its Ingresses, each where the document has it.

    A rule or a path of the document that is not the app's is empty.
    """
    every = [each["spec"] for each in objects.values() if each["kind"] == "Ingress"]
    rules = {rule["host"]: rule for spec in every for rule in spec["rules"]}
    spec = dict(one["spec"])
    told = at(source.manifest, ("spec", "rules")) or []
    spec["rules"] = [_rule(each, rules.pop(each.get("host"), {})) for each in told] + [*rules.values()]
    if tls := [entry for each in every for entry in each.get("tls", ())]:
        spec["tls"] = _in_order(at(source.manifest, ("spec", "tls")) or [], tls, "hosts")
    return {**one, "spec": spec}


def _rule(told: Mapping[str, Any], rule: Mapping[str, Any]) -> Mapping[str, Any]:
    if not rule:
        return {}
    paths = _in_order(at(dict(told), ("http", "paths")) or [], rule["http"]["paths"], "path")
    return {**rule, "http": {"paths": paths}}


def _in_order(told: Iterable[Mapping[str, Any]], now: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return entries in the document's order, by what each has under a key; what the document has not comes last."""
    left = list(now)
    found: list[dict[str, Any]] = []
    for each in told:
        match = next((entry for entry in left if entry.get(key) == each.get(key)), {})
        found.append(match)
        left = [entry for entry in left if entry is not match]
    return [*found, *left]

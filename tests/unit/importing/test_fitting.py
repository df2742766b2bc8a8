"""What a stack refuses of an imported app goes, and is said."""

from typing import Any

from components.problem import Problem
from slipway.importing.documents import Source
from slipway.importing.fitting import fitted
from slipway.importing.grouping import Group
from tests.unit.importing.reading import workload

GROUPS = {"shop": Group(Source("all.yaml", 1, workload()))}


def fit(document: dict[str, Any], *wrong: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """Fit a document for a stack that refuses the first of some paths whose top key is there."""

    def refusals(documents: dict[str, dict[str, Any]]) -> list[Problem]:
        there = [path for path in wrong if path[0] in documents["shop"]]
        return [Problem(path, "no such thing", "x", "another", app="shop") for path in there]

    found, entries = fitted({"shop": document}, GROUPS, refusals)
    assert all(entry.outcome == "not carried" and "no such thing" in entry.why for entry in entries)
    return found["shop"], [entry.path for entry in entries]


def test_a_key_goes() -> None:
    assert fit({"name": "shop", "pool": "gpu"}, ("pool",)) == ({"name": "shop"}, ["(app file) pool"])


def test_what_is_refused_for_a_default_goes_with_the_key_above_it() -> None:
    document = {"name": "shop", "ingress": {"host": "a.example.com", "paths": ["/"]}}
    assert fit(document, ("ingress", "tls")) == ({"name": "shop"}, ["(app file) ingress"])


def test_of_several_keys_each_goes() -> None:
    document = {"name": "shop", "a": 1, "b": {"c": 1, "d": 2}}
    assert fit(document, ("a",), ("b", "c"))[0] == {"name": "shop"}


def test_a_namespace_stays_and_is_said() -> None:
    document = {"name": "shop", "namespace": "gone"}
    assert fit(document, ("namespace",)) == (document, ["(app file) namespace"])


def test_the_given_documents_are_not_changed() -> None:
    document = {"name": "shop", "pool": "gpu"}
    fit(document, ("pool",))
    assert document == {"name": "shop", "pool": "gpu"}

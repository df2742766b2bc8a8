"""The comparison sees every leaf: what it does not report is equal."""

from typing import Any

import pytest

from tests.support.patterns import ABSENT, adds, agrees, beyond, compare, document, pattern

DOCUMENT: dict[str, Any] = {
    "containers": [
        {"name": "a", "image": "a:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
        {"name": "b", "env": [], "stdin": False},
    ],
    "args": ["x", "y"],
    "match": [{"uri": "/"}],
}


@pytest.mark.parametrize(
    ("rendered", "differences"),
    [
        (DOCUMENT, {}),
        ({**DOCUMENT, "containers": DOCUMENT["containers"][::-1]}, {}),
        ({**DOCUMENT, "args": ["y", "x"]}, {"args": (["x", "y"], ["y", "x"])}),
        ({**DOCUMENT, "match": [{"name": "first", "uri": "/"}]}, {}),
        (
            {**DOCUMENT, "containers": [DOCUMENT["containers"][0], {"name": "b", "env": [], "stdin": 0}]},
            {"containers[b].stdin": (False, 0)},
        ),
        (
            {**DOCUMENT, "containers": [{"name": "a", "image": "a:2", "ports": [{"containerPort": 81}]}]},
            {
                "containers[a].image": ("a:1", "a:2"),
                "containers[a].ports[80].containerPort": (80, ABSENT),
                "containers[b].name": ("b", ABSENT),
                "containers[b].env": ([], ABSENT),
                "containers[b].stdin": (False, ABSENT),
            },
        ),
    ],
)
def test_what_differs(rendered: Any, differences: dict[str, Any]) -> None:
    assert compare(DOCUMENT, rendered) == differences


def test_any_leaf_that_is_changed_is_seen() -> None:
    """Whichever leaf of a real document is another one in the rendering, the comparison says so, and only that."""

    def places(value: Any) -> list[tuple[Any, Any]]:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        own = [(value, key) for key, each in items if not isinstance(each, dict | list)]
        return own + [found for _, each in items for found in places(each)]

    keys = {"name", "containerPort", "mountPath"}  # by which items are matched: another one is another item
    for parent, key in places(document("1-08-deployment")):
        if key in keys:
            continue
        whole = document("1-08-deployment")
        kept = parent[key]
        rendered = pattern("1-08-deployment").one("Deployment")
        before = compare(whole, rendered)
        parent[key] = "another"
        try:
            after = compare(whole, rendered)
        finally:
            parent[key] = kept
        assert after != before


def test_what_is_beyond() -> None:
    assert beyond(DOCUMENT, {**DOCUMENT, "more": {"x": [{"name": "y", "z": 1}]}}) == {
        "more.x[y].name": "y",
        "more.x[y].z": 1,
    }
    adds(DOCUMENT, {"more": 1}, {"more": 1, "less": ABSENT})
    with pytest.raises(AssertionError, match="args: 'equal'"):
        agrees(DOCUMENT, DOCUMENT, {"args": ([], "naming: none")})


def test_a_difference_is_listed_and_has_a_reason() -> None:
    rendered = {**DOCUMENT, "args": []}
    agrees(DOCUMENT, rendered, {"args": ([], "naming: none")})
    with pytest.raises(AssertionError, match="args"):
        agrees(DOCUMENT, rendered, {})
    with pytest.raises(AssertionError, match="because"):
        agrees(DOCUMENT, rendered, {"args": ([], "because")})

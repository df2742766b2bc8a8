"""What is no Kubernetes object is refused with its place, and never ends an import otherwise."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.importing.account import path_text
from slipway.importing.documents import Source, UnreadableError, leaves
from slipway.importing.importer import import_sources
from slipway.importing.shapes import misshapen
from slipway.importing.surroundings import context_of
from tests.unit.importing.key_cases import BASE, CASES
from tests.unit.importing.test_keys import kinds_of

ODD: tuple[Any, ...] = (None, "x", 5, -1, "5", {}, [], ["a"], {"a": "b"}, True, "A/b:c")


@pytest.fixture(scope="module")
def rendered() -> list[list[dict[str, Any]]]:
    found = []
    for case in CASES.values():
        app = AppSettings.model_validate({**BASE, **case}, by_name=False)
        found.append(list(render(app, context_of([app], "staging", kinds_of(case))).values()))
    return found


def mutate(manifest: dict[str, Any], random: Random) -> None:
    path, _ = random.choice(list(leaves(manifest)))
    path = path[: random.randint(1, len(path))]
    around: Any = manifest
    for step in path[:-1]:
        around = around[step]
    if random.random() < 0.4:
        del around[path[-1]]
    else:
        around[path[-1]] = deepcopy(random.choice(ODD))


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_odd_objects_are_refused_or_accounted_for(
    rendered: list[list[dict[str, Any]]], random: Random, escape: bool
) -> None:
    objects = deepcopy(random.choice(rendered))
    for _ in range(random.randint(1, 3)):
        mutate(random.choice(objects), random)
    words = all(isinstance(each.get(key), str) for each in objects for key in ("apiVersion", "kind"))
    if not words or not all(isinstance(each.get("metadata", {}), dict) for each in objects):
        return  # `read_documents` refuses it
    sources = [Source("all.yaml", number, manifest) for number, manifest in enumerate(objects, 1)]
    before = deepcopy(objects)
    try:
        result = import_sources(sources, environment="staging", namespace="shop", escape=escape)
    except UnreadableError:
        return
    assert objects == before
    entries = {(each.document, each.path): each for each in result.entries}
    for source in sources:
        for path, _ in leaves(source.manifest):
            entry = entries[source.document, path_text(path)]
            assert entry.outcome == "carried" or entry.why


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"spec": {"ports": {"http": 80}}}, "spec.ports is not a list of maps"),
        ({"metadata": []}, "metadata is not a map"),
        ({"spec": {"selector": {"app": ["a"]}}}, ""),
        ({"metadata": {"annotations": {"a": {"b": "c"}}}}, "metadata.annotations.a is not one word"),
        ({"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}, "has no name"),
    ],
)
def test_a_wrong_shape_has_a_place(spec: dict[str, Any], says: str) -> None:
    assert says in misshapen({"apiVersion": "v1", "kind": "Service", **spec})
    assert bool(says) == bool(misshapen({"apiVersion": "v1", "kind": "Service", **spec}))


def test_a_kind_that_is_not_read_has_any_shape() -> None:
    assert misshapen({"apiVersion": "v1", "kind": "Widget", "metadata": {}, "spec": {"ports": {}}}) == ""


def test_the_place_is_said_where_an_import_fails() -> None:
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "env": {"A": "b"}}]}}
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": pod}}
    wanted = "all.yaml: document 1 .Deployment a.: spec.template.spec.containers.env is not a list of maps"
    with pytest.raises(UnreadableError, match=wanted):
        import_sources([Source("all.yaml", 1, manifest)], environment="staging", namespace="shop")


def test_what_a_document_has_in_an_unusual_place_is_no_mistake() -> None:
    volume = {"name": "model", "image": {"reference": "registry.example.com/model:v1"}}
    container = {"name": "a", "image": "registry.example.com/a:v1"}
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [container], "volumes": [volume]}}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {"template": template},
    }
    result = import_sources([Source("all.yaml", 1, manifest)], environment="staging", namespace="shop")
    lost = {each.path for each in result.entries if each.outcome == "not carried"}
    assert "spec.template.spec.volumes[0].image.reference" in lost

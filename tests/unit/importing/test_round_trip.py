"""App, manifests, app, manifests: equal but for what is reported."""

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from components.apps.manifests import render
from slipway.importing.account import ANYWAY, path_text
from slipway.importing.check import differences
from slipway.importing.documents import Source, leaves
from slipway.importing.importer import Import, import_sources
from tests.support.app_strategies import Fleet, apps_of, fleets
from tests.support.app_strategies import context_of as fleet_context
from tests.support.schemas import manifest_problems


def shape(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def sources_of(objects: list[dict[str, Any]]) -> list[Source]:
    return [Source("all.yaml", number, manifest) for number, manifest in enumerate(objects, 1)]


def silent(result: Import, sources: list[Source]) -> list[Any]:
    """Values that no entry names, that have no reason, or that are said to be carried and are not there."""
    rendered = {
        (manifest["kind"], shape(path_text(path)), str(value))
        for app in result.apps.values()
        for manifest in app.objects.values()
        for path, value in leaves(manifest)
    }
    entries = {(each.document, each.path): each for each in result.entries}
    found: list[Any] = []
    for source in sources:
        for path, value in leaves(source.manifest):
            entry = entries.get((source.document, path_text(path)))
            if entry is None or entry.value != value:
                found.append((source.kind, path_text(path), "no entry"))
            elif entry.outcome != "carried" and not entry.why:
                found.append((source.kind, entry.path, "no reason"))
            elif entry.why == ANYWAY:
                assert entry.now is None
            elif entry.outcome == "carried" and (source.kind, shape(entry.path), str(entry.now)) not in rendered:
                found.append((source.kind, entry.path, "not there"))
    return found


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(fleets(most=2))
def test_round_trip(fleet: Fleet) -> None:
    context, apps = fleet_context(fleet), apps_of(fleet)
    objects = [manifest for app in apps for manifest in render(app, context).values()]
    sources, before = sources_of(objects), deepcopy(objects)
    result = import_sources(sources, environment="production", namespace="web")
    assert set(result.apps) == {app.name for app in apps}
    assert objects == before
    assert silent(result, sources) == []
    again = [manifest for app in result.apps.values() for manifest in app.objects.values()]
    assert [problem for manifest in again for problem in manifest_problems(manifest)] == []
    same = sorted(map(repr, map(sorted_, objects))) == sorted(map(repr, map(sorted_, again)))
    assert same == (not list(differences(result)))


def sorted_(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: sorted_(value[key]) for key in sorted(value)}
    return [sorted_(each) for each in value] if isinstance(value, list) else value


def declared(result: Import) -> dict[str, Any]:
    """The apps' documents, without the pool, which no context of an import has."""
    return {
        name: {key: value for key, value in app.settings.model_dump(mode="json").items() if key != "pool"}
        for name, app in result.apps.items()
    }


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(fleets(most=2))
def test_an_imported_app_is_imported_as_itself(fleet: Fleet) -> None:
    context = fleet_context(fleet)
    objects = [manifest for app in apps_of(fleet) for manifest in render(app, context).values()]
    first = import_sources(sources_of(objects), environment="production", namespace="web")
    objects = [manifest for app in first.apps.values() for manifest in app.objects.values()]
    second = import_sources(sources_of(objects), environment="production", namespace="web")
    assert declared(second) == declared(first)

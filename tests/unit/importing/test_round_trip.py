"""App, manifests, app, manifests: equal but for what is reported."""

import re

from hypothesis import HealthCheck, given, settings

from components.apps.manifests import render
from slipway.importing.account import path_text
from slipway.importing.documents import Source, leaves
from slipway.importing.importer import import_sources
from slipway.importing.surroundings import context_of
from tests.support.app_strategies import Fleet, apps_of, fleets
from tests.support.app_strategies import context_of as fleet_context


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(fleets(most=2))
def test_round_trip(fleet: Fleet) -> None:
    context, apps = fleet_context(fleet), apps_of(fleet)
    sources = [
        Source("all.yaml", number, manifest)
        for app in apps
        for number, manifest in enumerate(render(app, context).values(), 1)
    ]
    result = import_sources(sources, environment="production", namespace="web")
    again = [each.settings for each in result.apps.values()]
    rendered = {
        (manifest["kind"], re.sub(r"\[\d+\]", "[]", path_text(path)), str(value))
        for app in again
        for manifest in render(app, context_of(again, "production")).values()
        for path, value in leaves(manifest)
    }
    entries = {(each.kind, each.name, each.path, str(each.value)): each for each in result.entries}
    for source in sources:
        for path, value in leaves(source.manifest):
            entry = entries[source.kind, source.name, path_text(path), str(value)]
            if entry.outcome == "carried":
                assert (source.kind, re.sub(r"\[\d+\]", "[]", entry.path), str(entry.now)) in rendered
            else:
                assert entry.why

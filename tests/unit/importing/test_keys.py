"""Each key of an app file comes back from the objects that it renders."""

from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.settings import AppSettings
from slipway.importing.documents import Source
from slipway.importing.importer import Import, import_sources
from slipway.importing.surroundings import context_of
from tests.unit.importing.key_cases import BASE, CASES


def kinds_of(document: dict[str, Any]) -> set[str]:
    controllers = {each.get("controller") for each in document.values() if isinstance(each, dict)}
    return {
        *({"VirtualService"} if "istio" in controllers else ()),
        *({"ServiceMonitor"} if "monitoring" in document else ()),
    }


def imported(*documents: dict[str, Any]) -> Import:
    apps = [AppSettings.model_validate(document, by_name=False) for document in documents]
    kinds = {kind for document in documents for kind in kinds_of(document)}
    context = context_of(apps, "staging", kinds)
    objects = [manifest for app in apps for manifest in render(app, context).values()]
    sources = [Source("all.yaml", number, manifest) for number, manifest in enumerate(objects, 1)]
    return import_sources(sources, environment="staging", namespace="shop")


@pytest.mark.parametrize("case", CASES)
def test_a_key_comes_back(case: str) -> None:
    document = {**BASE, **CASES[case]}
    app = imported(document).apps["web"]
    wanted = AppSettings.model_validate(document, by_name=False).model_dump(mode="json", by_alias=True)
    now = app.settings.model_dump(mode="json", by_alias=True)
    assert {key: now[key] for key in document} == {key: wanted[key] for key in document}


def test_apps_that_call_each_other() -> None:
    first = {**BASE, "allowFrom": ["api"], "allowTo": ["api"]}
    result = imported(first, {**BASE, "name": "api", "namespace": "back"})
    assert result.apps["web"].settings.allow_from == ("api",)
    assert result.apps["web"].settings.allow_to == ("api",)


def test_flagger() -> None:
    strategy = {
        "type": "canary",
        "by": "flagger",
        "steps": [10, 40, 100],
        "pause": "2m",
        "analysis": {"successRate": 98.5, "latencyP99Ms": 300, "successQuery": "a", "latencyQuery": "b"},
    }
    document = {**BASE, "strategy": strategy, "route": {"host": "web.example.com", "controller": "istio"}}
    app = imported(document).apps["web"]
    assert app.settings.strategy == AppSettings.model_validate(document).strategy.model_copy(
        update={"analysis": app.settings.strategy.analysis}
    )
    assert app.settings.strategy.analysis is not None
    assert (app.settings.strategy.analysis.success_rate, app.settings.strategy.analysis.latency_query) == (98.5, "b")


def test_a_secrets_files_keep_kubernetes_own_mode() -> None:
    settings = AppSettings.model_validate(
        {**BASE, "volumes": {"t": {"type": "secret", "secretName": "given", "mountPath": "/t"}}}, by_name=False
    )
    objects = render(settings, context_of([settings], "staging", set()))
    (volume,) = [v for v in objects["deployment"]["spec"]["template"]["spec"]["volumes"] if v["name"] == "t"]
    del volume["secret"]["defaultMode"]
    sources = [Source("x.yaml", 1, manifest) for manifest in objects.values()]
    found = import_sources(sources, environment="staging", namespace="shop").apps["web"].document
    assert found["volumes"]["t"]["mode"] == "0644"

"""An app with TLS serves no plain HTTP at Istio's gateway, whoever delivers its versions and proves its certificate."""

from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from components.apps.checks import CHECKS, LATE
from components.apps.context import context
from components.apps.manifests import render
from components.apps.strategy_checks import FIELDS
from components.apps.words import Manifest
from components.settings import StackSettings
from tests.support.delivering import under_way
from tests.support.effort import examples
from tests.support.routing import REDIRECT, REFUSED, Request, below, by_istio
from tests.support.stacks import app, stack

pytestmark = pytest.mark.slow  # see `make test-slow`

HEADER = {"name": "x-canary", "value": "yes"}
STRATEGIES: dict[tuple[str, str | None, bool], dict[str, Any]] = {
    (kind, by, header): {"type": kind, **({"by": by} if by else {}), **({"header": HEADER} if header else {})}
    for (kind, by), fields in FIELDS.items()
    for header in ([False, True] if "header" in fields else [False])
}
CERTIFICATES: dict[str, dict[str, Any]] = {
    "proved over HTTP": {"email": "platform@example.com"},
    "proved by DNS": {
        "email": "platform@example.com",
        "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]},
    },
    "another domain proved by DNS": {
        "email": "platform@example.com",
        "dns01": {"hostedZoneId": "Z1", "domains": ["example.org"]},
    },
    "not proved": {"privateCa": True, "issuer": "private-ca"},
}
HOSTS = ("a.example.com", "b.example.com")
PROOF = "/.well-known/acme-challenge/token"
SOLVER = "cm-acme-http-solver"


def solver(host: str) -> Manifest:
    """What cert-manager makes to answer a proof over HTTP."""
    backend = {"service": {"name": SOLVER, "port": {"number": 8089}}}
    rule = {
        "host": host,
        "http": {"paths": [{"path": PROOF, "pathType": "ImplementationSpecific", "backend": backend}]},
    }
    return {"kind": "Ingress", "metadata": {"name": f"{SOLVER}-{host}"}, "spec": {"rules": [rule]}}


@st.composite
def stacks(draw: st.DrawFn, strategy: dict[str, Any], certificates: dict[str, Any]) -> StackSettings:
    """One app with TLS and the strategy, perhaps with another one beside it on the same host."""
    divided = strategy["type"] == "canary"  # what an Ingress cannot, and Flagger for one host only
    key = "route" if divided else draw(st.sampled_from(["route", "ingress"]))
    paths = draw(st.sampled_from([["/"], ["/api"], ["/api", "/web/"]]))
    further = [{"host": HOSTS[1], "paths": ["/x"]}] if strategy.get("by") != "flagger" and draw(st.booleans()) else []
    own: dict[str, Any] = {key: {"host": HOSTS[0], "paths": paths, "hosts": further}, "strategy": strategy}
    if strategy["type"] == "RollingUpdate" and draw(st.booleans()):
        header = draw(st.sampled_from([{}, {"header": HEADER}]))
        own["canary"] = {"image": "example.com/shop:2", "weight": 10, **header}
    if strategy.get("by"):
        own["strategy"] = {**strategy, "analysis": None}
    documents = [app("shop", **own)]
    if draw(st.booleans()):
        beside = {"host": HOSTS[0], "paths": ["/beside"], "tls": draw(st.booleans())}
        # before the other or after it by name: who opens the host
        documents.append(app(draw(st.sampled_from(["beside", "zebra"])), route=beside, ports={"http": 8081}))
    return stack(
        apps=documents,
        ingress={"controller": "istio"},
        mesh={"kind": "istio"},
        namespaces={"web": {"mesh": True}},
        delivery={"argoRollouts": {}, "flagger": {}},
        monitoring={},
        certificates=certificates,
    )


@pytest.mark.parametrize("proof", CERTIFICATES)
@pytest.mark.parametrize("strategy", STRATEGIES, ids=str)
@examples(8, 200)
@given(data=st.data())
def test_no_strategy_leaves_plain_http(strategy: tuple[str, str | None, bool], proof: str, data: st.DataObject) -> None:
    settings = data.draw(stacks(STRATEGIES[strategy], CERTIFICATES[proof]))
    found = [problem for check in CHECKS for problem in check(settings)]
    found = found or [problem for check in LATE for problem in check(settings)]
    event("refused" if found else "accepted")
    assume(not found)
    seen = context(settings)
    objects = under_way([each for own in settings.apps for each in render(own, seen).values()])
    over_http = {host for host in HOSTS if seen.proved_over_http(host)}
    objects += [solver(host) for host in sorted(over_http)]
    shop = settings.apps[0]
    way = shop.route or shop.ingress
    assert way is not None
    for one in way.each():
        for headers in ({}, {HEADER["name"]: HEADER["value"]}):
            for path in ("/", "/api", "/api/below", "/apis", "/web", "/x", "/none"):
                plain = by_istio(objects, Request(one.host, path, "http", headers))
                assert plain == REDIRECT, (one.host, path, headers)
                served = by_istio(objects, Request(one.host, path, "https", headers))
                if any(below(path, each) for each in one.paths):
                    assert served.startswith("shop-"), (one.host, path, headers)
                elif not headers:
                    assert served == REFUSED, (one.host, path)
            if one.host in over_http and shop.route is not None:
                assert by_istio(objects, Request(one.host, PROOF, "http", headers)) == SOLVER

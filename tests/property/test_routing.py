"""Whatever apps share hosts, by whichever controller: a declared path reaches its app, and TLS leaves no plain HTTP."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from components.apps import exposure_checks, route_checks, shared_host_checks
from components.apps.backends import exposures
from components.apps.context import context
from components.apps.exposure import ExposedSettings
from components.apps.manifests import render
from components.apps.words import Manifest
from components.networking.ingress.gateway import redirect, tls_hosts
from components.settings import StackSettings
from tests.support.effort import examples
from tests.support.routing import CONTROLLERS, REDIRECT, REFUSED, Request, below, covers
from tests.support.schemas import manifest_problems
from tests.support.stacks import app, stack

pytestmark = pytest.mark.slow  # see `make test-slow`

CHECKS = [check for module in (exposure_checks, route_checks, shared_host_checks) for check in module.CHECKS]
WAYS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "alb": ("alb", {"controller": "alb"}, {}),
    "alb, one each": ("alb", {"controller": "alb", "alb": {"group": None}}, {}),
    "nginx": ("nginx", {"controller": "nginx"}, {}),
    "envoy": ("gateway-api", {"controller": "gateway-api"}, {}),
    "gateway by alb": ("gateway-api", {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}, {}),
    "gateway by istio": (
        "gateway-api",
        {"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}},
        {"mesh": {"kind": "istio"}},
    ),
    "istio": ("istio", {"controller": "istio"}, {"mesh": {"kind": "istio"}}),
    "istio, ambient": (
        "istio",
        {"controller": "istio"},
        {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}},
    ),
    "nginx in linkerd": ("nginx", {"controller": "nginx"}, {"mesh": {"kind": "linkerd"}}),
}
HOSTS = ("a.example.com", "b.example.com", "*.example.com")
PATHS = ("/", "/api", "/api/v1", "/api/v1/orders", "/apis", "/web/", "/x")


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Who has which path of which host, by app: nearly always one, so that nearly all of it is accepted."""
    found: dict[str, list[dict[str, Any]]] = {}
    for host in draw(st.sets(st.sampled_from(HOSTS), min_size=1)):
        tls = draw(st.sampled_from([True, True, False]))
        owners = {path: draw(st.sampled_from([None, *"abc"])) for path in PATHS}
        for name in sorted({each for each in owners.values() if each}):
            paths = [path for path, each in owners.items() if each == name]
            odd = draw(st.integers(0, 9)) == 0
            found.setdefault(name, []).append({"host": host, "paths": paths, "tls": tls != odd})
    return found


@st.composite
def stacks(draw: st.DrawFn, way: str) -> StackSettings:
    _, ingress, rooms = WAYS[way]
    documents = []
    key = draw(st.sampled_from(["ingress", "route"]))
    for name, (first, *further) in draw(declarations()).items():
        fields: dict[str, Any] = {key: {**first, "hosts": further}}
        if draw(st.booleans()):
            fields["canary"] = {"image": f"example.com/{name}:2", "weight": 10}
        documents.append(app(name, **fields))
    dns = {"dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
    certificates = {
        "email": "platform@example.com",
        "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]},
        **draw(st.sampled_from([dns, dns, {}])),
    }
    return stack(apps=documents, ingress=ingress, certificates=certificates, **rooms)


def accepted(settings: StackSettings) -> bool:
    return not any(True for check in CHECKS for _ in check(settings))


def all_objects(settings: StackSettings, newest_first: bool) -> list[Manifest]:
    """Everything that the apps have, and the redirects of the shared Gateway."""
    seen = context(settings)
    apps = reversed(settings.apps) if newest_first else settings.apps
    found = [manifest for each in apps for manifest in render(each, seen).values()]
    redirects = [redirect(host.name, "any", host.redirected) for host in tls_hosts(settings)]
    return [*found, *({"kind": "HTTPRoute", "spec": spec} for spec in redirects)]


def declared(settings: StackSettings) -> list[tuple[str, str, ExposedSettings]]:
    return [(each.name, path, way) for each in settings.apps for _, way in exposures(each) for path in way.paths]


def owner(settings: StackSettings, host: str, path: str) -> tuple[str, ExposedSettings] | None:
    """The app that says most about a host and a path; None where the host's own declarations say nothing of it."""
    known = [(name, own, way) for name, own, way in declared(settings) if covers(way.host, host)]
    exact = [each for each in known if each[2].host == host] or known
    matching = [(len(own.rstrip("/")), name, way) for name, own, way in exact if below(path, own)]
    return max(matching, key=lambda each: each[0])[1:] if matching else None


@pytest.mark.parametrize("way", WAYS)
@examples(15, 400)
@given(data=st.data())
def test_every_declared_path_reaches_its_own_app(way: str, data: st.DataObject) -> None:
    settings = data.draw(stacks(way))
    if not accepted(settings):
        event("refused")
        return
    event("accepted")
    objects = all_objects(settings, data.draw(st.booleans()))
    answer = CONTROLLERS[WAYS[way][0]]
    for host in ("a.example.com", "b.example.com", "c.example.com"):
        for path in (*PATHS, *(f"{each.rstrip('/')}/below" for each in PATHS), "/api2", "/none"):
            found = owner(settings, host, path.rstrip("/") or "/")
            if found is None:
                continue
            name, exposure = found
            request = Request(host, path.rstrip("/") or "/", "https" if exposure.tls else "http")
            got = answer(objects, request)
            if exposure.tls or got != REDIRECT:  # a host that redirects does so for all its paths
                assert got.startswith(f"{name}-"), (request, got)
            if exposure.tls:
                plain = answer(objects, Request(host, request.path, "http"))
                assert plain in {REDIRECT, REFUSED}, (request, plain)


@pytest.mark.parametrize("way", WAYS)
@examples(10, 200)
@given(data=st.data())
def test_the_objects_of_every_host_are_valid_and_apart(way: str, data: st.DataObject) -> None:
    settings = data.draw(stacks(way))
    if not accepted(settings):
        return
    seen = context(settings)
    found = [manifest for each in settings.apps for manifest in render(each, seen).values()]
    assert [problem for each in found if (problem := manifest_problems(each))] == []
    names = [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in found]
    assert len(names) == len(set(names))
    secured = {way.host for each in settings.apps for _, way in exposures(each) if way.tls}
    named = {host for each in found if each["kind"] == "Certificate" for host in each["spec"]["dnsNames"]}
    asked = {
        host
        for each in found
        if each["kind"] == "Ingress" and "cert-manager.io/cluster-issuer" in each["metadata"].get("annotations", {})
        for tls in each["spec"].get("tls", ())
        for host in tls["hosts"]
    }
    if "alb" not in way:
        assert named | asked == secured

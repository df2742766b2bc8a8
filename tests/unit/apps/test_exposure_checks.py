"""What is refused of how apps are reached, controller by controller, with the reason and what to write instead."""

from typing import Any

import pytest

from components.apps import exposure_checks, route_checks
from components.apps.container_checks import grace
from tests.support.stacks import Judge, app, stack

JUDGE, ROUTES = Judge(exposure_checks), Judge(route_checks)
CERTIFICATES = {"email": "platform@example.com", "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
HOST = {"host": "a.example.com"}


def of(*apps: dict[str, Any], ingress: Any = "external", **rooms: Any) -> Any:
    return stack(apps=list(apps), ingress=ingress, **{"certificates": CERTIFICATES, **rooms})


@pytest.mark.parametrize("controller", ["alb", "nginx", "gateway-api", "external"])
@pytest.mark.parametrize("key", ["ingress", "route"])
def test_what_each_controller_brings_in(controller: str, key: str) -> None:
    exposed: dict[str, Any] = {key: HOST}
    problems = JUDGE.problems(of(app(**exposed), ingress=controller))
    assert [problem.path for problem in problems] == (
        [("route",)] if (key, controller) == ("route", "external") else []
    )


def test_a_controller_that_the_stack_does_not_have() -> None:
    problem = JUDGE.only(of(app(ingress={**HOST, "controller": "nginx"}), ingress="alb"))
    assert problem.path == ("ingress", "controller")
    assert problem.allowed == "alb; or, in the stack file, ingress: {additional: [nginx]}"
    both = {"controller": "alb", "additional": ["nginx"]}
    assert JUDGE.problems(of(app(ingress={**HOST, "controller": "nginx"}), ingress=both)) == []


def test_a_route_names_a_controller_that_can() -> None:
    both = {"controller": "external", "additional": ["nginx"]}
    assert JUDGE.only(of(app(route=HOST), ingress=both)).allowed == "route: {controller: nginx}"
    assert JUDGE.problems(of(app(route={**HOST, "controller": "nginx"}), ingress=both)) == []


@pytest.mark.parametrize(("controller", "allowed"), [("alb", True), ("nginx", False), ("gateway-api", False)])
def test_internal_addresses(controller: str, allowed: bool) -> None:
    found = JUDGE.problems(of(app(ingress={**HOST, "internal": True}), ingress=controller))
    assert [problem.path for problem in found] == ([] if allowed else [("ingress", "internal")])


@pytest.mark.parametrize("room", ["nginx", "gatewayApi"])
def test_internal_addresses_where_all_are(room: str) -> None:
    controller = {"nginx": "nginx", "gatewayApi": "gateway-api"}[room]
    ingress = {"controller": controller, room: {"scheme": "internal"}}
    assert JUDGE.problems(of(app(ingress={**HOST, "internal": True}), ingress=ingress)) == []


def test_nginx_has_one_object_for_a_host() -> None:
    first, second = (app(name, ingress={**HOST, "paths": [f"/{name}"]}) for name in ("first", "second"))
    problem = JUDGE.only(of(first, second, ingress="nginx"))
    assert (problem.app, problem.path) == ("second", ("ingress", "host"))
    assert "the ingress of first" in problem.message
    assert JUDGE.problems(of(first, second, ingress="alb")) == []


def test_nginx_has_one_object_for_a_host_in_one_app_too() -> None:
    problem = JUDGE.only(of(app(ingress={**HOST, "paths": ["/a"]}, route={**HOST, "paths": ["/b"]}), ingress="nginx"))
    assert problem.path == ("route", "host")


def test_an_address_that_two_apps_have_is_said_once() -> None:
    settings = of(app("first", ingress=HOST), app("second", ingress=HOST), ingress="nginx")
    assert JUDGE.only(settings).path == ("ingress", "paths", 0)


@pytest.mark.parametrize("ingress", ["alb", {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}])
@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("example.com", True),
        ("a.example.com", True),
        ("*.example.com", True),
        ("a.b.example.com", False),
        ("*.b.example.com", False),
        ("a.example.org", False),
    ],
)
def test_hosts_of_acms_certificate(ingress: Any, host: str, covered: bool) -> None:
    found = JUDGE.problems(of(app(ingress={"host": host}), ingress=ingress))
    assert [problem.path for problem in found] == ([] if covered else [("ingress", "host")])
    assert JUDGE.problems(of(app(ingress={"host": host, "tls": False}), ingress=ingress)) == []


@pytest.mark.parametrize("certificates", [None, {"email": "platform@example.com"}])
def test_a_load_balancer_takes_no_other_certificate(certificates: Any) -> None:
    problem = JUDGE.only(of(app(ingress=HOST), ingress="alb", certificates=certificates))
    assert (problem.path, problem.nearest) == (("ingress", "tls"), "false")
    assert "acm" in problem.allowed


@pytest.mark.parametrize(
    ("issuer", "refused"), [({}, True), ({"issuer": "private-ca", "privateCa": True}, False)], ids=["acme", "private"]
)
def test_wildcards(issuer: dict[str, Any], refused: bool) -> None:
    found = JUDGE.problems(
        of(app(ingress={"host": "*.example.com"}), ingress="nginx", certificates={"email": "a@example.com", **issuer})
    )
    assert [problem.path for problem in found] == ([("ingress", "host")] if refused else [])


@pytest.mark.parametrize(
    ("controller", "path", "refused"),
    [
        ("alb", "/a*", True),
        ("alb", "/a b", True),
        ("alb", "/" + "a" * 126, True),
        ("alb", "/a-b_c.d/~e", False),
        ("nginx", "/a*", False),
        ("nginx", "/a;b", True),
        ("nginx", "/{a}", True),
        ("gateway-api", "/a;b", False),
    ],
)
def test_paths_mean_themselves(controller: str, path: str, refused: bool) -> None:
    found = ROUTES.problems(of(app(ingress={**HOST, "paths": ["/", path]}), ingress=controller))
    assert [problem.path for problem in found] == ([("ingress", "paths", 1)] if refused else [])


@pytest.mark.parametrize(
    ("controller", "value", "refused"),
    [
        ("alb", "a*", True),
        ("nginx", "!a", True),
        ("nginx", "~a", True),
        ("nginx", 'a"b', True),
        ("nginx", "a*", False),
        ("gateway-api", "!a*", False),
    ],
)
def test_header_values_mean_themselves(controller: str, value: str, refused: bool) -> None:
    canary = {"image": "example.com/web:2", "header": {"name": "canary", "value": value}}
    found = ROUTES.problems(of(app(route=HOST, canary=canary), ingress=controller))
    assert [problem.path for problem in found] == ([("canary", "header", "value")] if refused else [])


ALB_GATEWAY = {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}


@pytest.mark.parametrize("key", ["ingress", "route"])
@pytest.mark.parametrize(
    ("ingress", "ports", "who"),
    [
        ("alb", {"grpc": 8080}, "a load balancer of AWS"),
        ("alb", {"http2": 8080}, "a load balancer of AWS"),
        (ALB_GATEWAY, {"grpc-api": 8080}, "a load balancer of AWS"),
        ("nginx", {"grpc": 8080}, "NGINX"),
        ("nginx", {"api": {"port": 8080, "appProtocol": "grpc"}}, "NGINX"),
        ("nginx", {"http2": 8080}, None),
        ("nginx", {"http": 8080}, None),
        ("gateway-api", {"grpc": 8080}, None),
    ],
)
def test_who_speaks_http_2_over_tls_only(key: str, ingress: Any, ports: dict[str, Any], who: str | None) -> None:
    plain: dict[str, Any] = {key: {**HOST, "tls": False}}
    found = ROUTES.problems(of(app(ports=ports, **plain), ingress=ingress))
    told = [(each.path, each.message, each.found, each.nearest) for each in found]
    said = f"{who} speaks what the port {next(iter(ports))} does over TLS only"
    assert told == ([((key, "tls"), said, "false", "true")] if who else [])
    secure: dict[str, Any] = {key: HOST}
    assert ROUTES.problems(of(app(ports=ports, **secure), ingress=ingress)) == []


def test_grpc_without_tls_on_a_further_host() -> None:
    hosts = [{"host": "b.example.com", "tls": False}]
    problem = ROUTES.only(of(app(ports={"grpc": 8080}, route={**HOST, "hosts": hosts}), ingress="nginx"))
    assert problem.path == ("route", "hosts", 0, "tls")


@pytest.mark.parametrize("key", ["ingress", "route"])
@pytest.mark.parametrize(
    ("ingress", "ports", "older"),
    [
        ("nginx", {"http2": 8080}, True),
        ("nginx", {"http": {"port": 8080, "appProtocol": "kubernetes.io/h2c"}}, True),
        ("nginx", {"grpc": 8080}, False),
        ("nginx", {"http": 8080}, False),
        ("gateway-api", {"http2": 8080}, False),
        ("alb", {"http2": 8080}, False),
    ],
)
def test_who_speaks_an_older_version_to_the_pods(key: str, ingress: str, ports: dict[str, Any], older: bool) -> None:
    exposed: dict[str, Any] = {key: HOST}
    found = ROUTES.advice(of(app(ports=ports, **exposed), ingress=ingress))
    said = (
        f"NGINX speaks HTTP/1.1 to the port {next(iter(ports))}, or gRPC: a server of HTTP/2 alone answers neither; use"
        " appProtocol: grpc, or another controller"
    )
    assert [(each.path, each.text) for each in found] == ([((key,), said)] if older else [])


def test_annotations_that_nobody_reads() -> None:
    ingress = {**HOST, "annotations": {"example.com/a": "b"}}
    (advice,) = ROUTES.advice(of(app(ingress=ingress), ingress="gateway-api"))
    assert advice.path == ("ingress", "annotations")
    assert ROUTES.advice(of(app(ingress=ingress), ingress="nginx")) == []


def test_time_to_finish_what_a_load_balancer_has_begun() -> None:
    ingress = {"controller": "alb", "alb": {"deregistrationDelay": 60}}
    short = app(ingress=HOST, terminationGracePeriodSeconds=64)
    (problem,) = grace(of(short, ingress=ingress))
    assert (problem.path, problem.nearest) == (("terminationGracePeriodSeconds",), "65")
    assert list(grace(of(app(ingress=HOST), ingress=ingress))) == []
    assert list(grace(of(app(ingress=HOST, terminationGracePeriodSeconds=65), ingress=ingress))) == []
    assert list(grace(of(short, ingress={**ingress, "controller": "nginx"}))) == []


def test_a_header_matters_only_to_who_divides_by_it() -> None:
    canary = {"image": "example.com/web:2", "header": {"name": "canary", "value": "!a"}}
    assert ROUTES.problems(of(app(ingress=HOST, canary=canary), ingress="nginx")) == []

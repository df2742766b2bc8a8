"""What the containers of a pod share: ports, mount paths, variables, the right to a low port."""

from typing import Any

import pytest

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.pod_sharing_checks import pod_ports
from tests.unit.apps.shipped import app
from tests.unit.apps.stacks import advice, one, problems, stack

IMAGE = {"image": "registry.example.com/helper:1"}
PROXY = {"issuer": "https://login.example.com", "upstreamPort": 7900, "secret": "oauth"}


def secret_in(path: str) -> dict[str, Any]:
    return {"external": {"db": {"store": "vault", "key": "a", "mountPath": path}}}


def pod(**fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = render(app(**fields), AppContext("production"))["deployment"]["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize(
    ("fields", "path", "found"),
    [
        ({"ports": {"otlp": 4317}, "presets": {"otelCollector": {"endpoint": "a:1"}}}, ("ports", "otlp"), "4317"),
        (
            {"sidecars": {"a": {**IMAGE, "ports": {"x": 4318}}}, "presets": {"otelCollector": {"endpoint": "a:1"}}},
            ("sidecars", "a", "ports", "x"),
            "x 4318/TCP",
        ),
        (
            {
                "ports": {"http": 8080},
                "containers": {"a": {**IMAGE, "ports": {"x": 7900}}},
                "presets": {"authProxy": PROXY},
            },
            ("containers", "a", "ports", "x"),
            "x 7900/TCP",
        ),
        (
            {"sidecars": {"a": {**IMAGE, "ports": {"x": "auto"}}}},
            ("sidecars", "a", "ports", "x"),
            "a port to be allocated",
        ),
        ({"sidecars": {"a": {**IMAGE, "ports": {"x": {}}}}}, ("sidecars", "a", "ports", "x"), "no number"),
        (
            {"files": {"/etc/app/a": ""}, "secrets": secret_in("/etc/app")},
            ("volumes",),
            "/etc/app",
        ),
        (
            {"volumes": {"secret--db": {"type": "emptyDir", "mountPath": "/a"}}, "secrets": secret_in("/b")},
            ("volumes",),
            "secret--db",
        ),
        (
            {
                "volumes": {"logs": {"type": "emptyDir", "mountPath": "/etc/slipway"}},
                "presets": {"logAdapter": {"path": "/etc/slipway/a.log"}},
            },
            ("volumes",),
            "/etc/slipway",
        ),
    ],
)
def test_what_two_would_have_is_refused(fields: dict[str, Any], path: tuple[str, ...], found: str) -> None:
    vault = {"server": "https://vault.example.com:8200", "role": "external-secrets"}
    problem = one(stack("local", fields, secretStores={"externalSecrets": {"vault": vault}}))
    assert (problem.path, problem.found) == (path, found)


def test_the_log_adapter_mounts_the_apps_directory_once() -> None:
    for path, others in (("/tmp/a.log", []), ("/var/run/a.log", ["/tmp"])):  # noqa: S108 (paths in a container)
        (adapter,) = pod(scratch=["/tmp", "/var/run"], presets={"logAdapter": {"path": path}})["initContainers"]  # noqa: S108
        paths = [each["mountPath"] for each in adapter["volumeMounts"]]
        assert paths == [*others, "/etc/slipway", path.removesuffix("/a.log")]


def test_helpers_with_long_names_share_no_scratch() -> None:
    first, second = (f"{'a' * 55}-{each}" for each in "bc")
    found = pod(sidecars={first: IMAGE, second: IMAGE})
    names = [each["name"] for each in found["volumes"]]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 63


def test_a_helper_may_listen_on_a_low_port() -> None:
    found = pod(ports={"http": 8080}, sidecars={"tls": {**IMAGE, "ports": {"https": 443}}})
    assert found["securityContext"]["sysctls"] == [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "443"}]


def test_the_kubelet_goes_around_the_auth_proxy() -> None:
    """The proxy would answer that somebody must sign in."""
    hook = {"path": "/drain", "port": "http"}
    probes = {"liveness": {"path": "/live", "port": 8080}, "readiness": {"grpc": "http"}}
    found = pod(ports={"http": 8080}, presets={"authProxy": PROXY}, lifecycle={"preStop": hook}, probes=probes)
    own = found["containers"][0]
    assert own["lifecycle"]["preStop"]["httpGet"]["port"] == 7900
    assert own["livenessProbe"]["httpGet"]["port"] == 7900
    assert own["readinessProbe"]["grpc"]["port"] == 7900


def test_a_variable_of_the_apps_own_is_not_set_twice() -> None:
    found = pod(
        ports={"http": 8080},
        portVariables={"OTEL_SERVICE_NAME": "http"},
        presets={"otelCollector": {"endpoint": "a:1"}},
    )
    assert [each["name"] for each in found["containers"][0]["env"]].count("OTEL_SERVICE_NAME") == 1


def test_two_certificates_of_one_name_are_in_two_namespaces() -> None:
    """An app with objects of its own, an Ingress by one controller and a route by another."""
    found = stack(
        "production",
        {
            "ports": {"http": 8080},
            "ingress": {"host": "a.example.com", "controller": "nginx"},
            "route": {"host": "b.example.com"},
            "objects": {"more": {"apiVersion": "v1", "kind": "ConfigMap"}},
        },
        ingress={"controller": "istio", "additional": ["nginx"]},
    )
    assert problems(found) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"replicas": 0}, False),
        ({"replicas": 0, "canary": {"image": "example.com/api:2"}}, True),
        ({"replicas": 1, "canary": {"image": "example.com/api:2"}}, False),
        ({"scaling": {"minReplicas": 0, "maxReplicas": 3, "keda": {"triggers": {}}}}, True),
    ],
)
def test_who_is_told_of_a_budget_that_stops_drains(fields: dict[str, Any], told: bool) -> None:
    cron = {"timezone": "UTC", "start": "0 8 * * *", "end": "0 9 * * *", "desiredReplicas": 1}
    if "scaling" in fields:
        fields = {"scaling": {**fields["scaling"], "keda": {"triggers": {"day": {"cron": cron}}}}}
    document = {"ports": {"http": 8080}, "disruption": {"minAvailable": 1}, **fields}
    found = stack("production", document, autoscaling={"keda": {}})
    assert problems(found) == []
    assert any(each.path == ("disruption",) for each in advice(found)) == told


HELPER = {**IMAGE, "ports": {"http": 8080}}


@pytest.mark.parametrize(
    ("helpers", "places"),
    [
        ({"initContainers": {"i": HELPER}}, []),
        ({"initContainers": {"i": HELPER, "j": HELPER}}, []),
        ({"initContainers": {"i": HELPER}, "containers": {"c": {**IMAGE, "ports": {"other": 8081}}}}, []),
        ({"sidecars": {"s": HELPER}}, [("sidecars", "s", "ports", "http")]),
        ({"containers": {"c": HELPER}}, [("containers", "c", "ports", "http")]),
        (
            {"initContainers": {"i": {**IMAGE, "ports": {"a": 9}}}, "sidecars": {"s": {**IMAGE, "ports": {"b": 9}}}},
            [("initContainers", "i", "ports", "a")],
        ),
        ({"initContainers": {"i": {**IMAGE, "ports": {"a": 15001}}}}, [("initContainers", "i", "ports", "a")]),
    ],
    ids=str,
)
def test_a_port_collides_with_those_of_containers_that_run_beside_it(helpers: Any, places: list[Any]) -> None:
    found = pod_ports(stack("production", {"ports": {"http": 8080}, **helpers}))
    assert [problem.path for problem in found] == places

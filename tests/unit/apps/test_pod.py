"""The pod: what is written out by default, and what each setting changes."""

from typing import Any

import pytest
from pydantic import SecretStr

from components.apps.environment import config_checksum, secret_checksum
from components.apps.pod import pod_template
from components.apps.words import Manifest
from tests.unit.apps.shipped import app, context


def pod(**fields: Any) -> Manifest:
    spec: Manifest = pod_template(app(**fields), context(), image="example.com/api:1", track="stable")["spec"]
    return spec


def container(**fields: Any) -> Manifest:
    (found,) = pod(**fields)["containers"]
    return dict(found)


def annotations(**fields: Any) -> dict[str, str]:
    template = pod_template(app(**fields), context(), image="example.com/api:1", track="stable")
    return dict(template["metadata"].get("annotations", {}))


def test_nothing_is_written_that_says_nothing() -> None:
    assert set(container()) == {"name", "image", "imagePullPolicy", "resources", "securityContext", "volumeMounts"}
    assert annotations() == {}
    assert "volumes" not in pod(scratch=[])


def test_default_resources() -> None:
    assert container()["resources"] == {
        "requests": {"cpu": "350m", "memory": "359Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }


@pytest.mark.parametrize(("tier", "cpu", "memory"), [(1, "500m", "512Mi"), (2, "700m", "717Mi"), (3, "900m", "922Mi")])
def test_requests_are_the_tiers_share(tier: int, cpu: str, memory: str) -> None:
    limits = {"cpu": "1", "memory": "1Gi"}
    assert container(tier=tier, resources={"limits": limits})["resources"]["requests"] == {"cpu": cpu, "memory": memory}


def test_a_request_is_never_rounded_above_its_limit() -> None:
    tiny = {"limits": {"cpu": "1m", "memory": "1500k"}}
    assert container(resources=tiny)["resources"]["requests"] == {"cpu": "1m", "memory": "1500k"}


def test_a_port_without_a_probe_is_probed() -> None:
    assert container(ports={"admin": 8081, "http": 8080})["readinessProbe"]["tcpSocket"] == {"port": "http"}
    assert container(ports={"grpc": 9000})["readinessProbe"]["tcpSocket"] == {"port": "grpc"}
    assert "readinessProbe" not in container(ports={"metrics": 9090})
    assert "livenessProbe" not in container(ports={"http": 8080})


@pytest.mark.parametrize(
    ("probe", "handler"),
    [
        ({"path": "/x"}, {"httpGet": {"path": "/x", "port": "http", "scheme": "HTTP"}}),
        (
            {"path": "/x", "port": 9000, "scheme": "HTTPS"},
            {"httpGet": {"path": "/x", "port": 9000, "scheme": "HTTPS"}},
        ),
        ({"tcp": "admin"}, {"tcpSocket": {"port": "admin"}}),
        ({"exec": ["a", "b"]}, {"exec": {"command": ["a", "b"]}}),
        ({"grpc": "admin"}, {"grpc": {"port": 8081}}),
        ({"grpc": 9000}, {"grpc": {"port": 9000}}),
    ],
)
def test_probe_handlers(probe: Manifest, handler: Manifest) -> None:
    ports = {"http": 8080, "admin": {"port": 81, "targetPort": 8081}}
    found = container(ports=ports, probes={"startup": {**probe, "failureThreshold": 30}})["startupProbe"]
    assert found == {
        **handler,
        "initialDelaySeconds": 0,
        "periodSeconds": 10,
        "timeoutSeconds": 5,
        "failureThreshold": 30,
        "successThreshold": 1,
    }


def test_a_privileged_port_needs_more_than_the_capability() -> None:
    low = pod(ports={"http": 443, "dns": 53, "admin": 8080})
    assert low["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}
    assert low["securityContext"]["sysctls"] == [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "53"}]
    high = pod(ports={"http": {"port": 80, "targetPort": 1024}})
    assert high["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "sysctls" not in high["securityContext"]


def test_scratch_volumes() -> None:
    paths = ["/tmp", "/var/run", "/a-b", "/a/b", "/Caps", "/caps", "/" + "x" * 60]  # noqa: S108
    mounted = container(scratch=paths)["volumeMounts"]
    assert [mount["mountPath"] for mount in mounted] == paths
    names = [mount["name"] for mount in mounted]
    assert len(set(names)) == len(names)
    assert names[:2] == ["tmp", "var-run"]
    assert names[3] == "a-b"
    assert all(len(name) <= 63 for name in names)


def test_a_scratch_volume_gives_way_to_a_persistent_one_of_its_name() -> None:
    volumes = {"tmp": {"size": "1Gi", "mountPath": "/data"}}
    found = container(kind="StatefulSet", volumes=volumes)["volumeMounts"]
    assert found == [{"name": "tmp", "mountPath": "/data"}, {"name": "scratch-tmp", "mountPath": "/tmp"}]  # noqa: S108


def test_variables() -> None:
    found = container(
        config={"A": "1"},
        secrets={"existing": ["one", "two"], "values": {"P": "password"}},
        env={
            "IP": {"fieldRef": {"fieldPath": "status.podIP"}},
            "USER": {"secretKeyRef": {"name": "db", "key": "user"}},
        },
    )
    assert found["envFrom"] == [
        {"configMapRef": {"name": "api-config"}},
        {"secretRef": {"name": "one"}},
        {"secretRef": {"name": "two"}},
        {"secretRef": {"name": "api-secrets"}},
    ]
    assert found["env"] == [
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "USER", "valueFrom": {"secretKeyRef": {"name": "db", "key": "user"}}},
    ]


def test_pods_roll_when_configuration_changes() -> None:
    before, after = annotations(config={"A": "1"}), annotations(config={"A": "2"})
    assert before.keys() == after.keys() == {"slipway.dev/config-checksum"}
    assert before != after
    assert config_checksum({"A": "1", "B": "2"}) == config_checksum({"B": "2", "A": "1"})


def test_pods_roll_when_a_secret_value_changes() -> None:
    def checksum(value: str) -> str:
        where = context(secrets={"password": SecretStr(value)})
        settings = app(secrets={"values": {"P": "password"}})
        template = pod_template(settings, where, image="example.com/api:1", track="stable")
        return str(template["metadata"]["annotations"]["slipway.dev/secret-checksum"])

    assert checksum("one") == checksum("one") != checksum("two")
    assert len(checksum("one")) == 10


def test_a_secret_checksum_says_nothing_of_another_place() -> None:
    """The same value elsewhere looks different, and so does the same pair of values exchanged."""
    assert secret_checksum("a", {"P": "x"}) != secret_checksum("b", {"P": "x"}) != secret_checksum("b", {"Q": "x"})
    assert secret_checksum("a", {"P": "x", "Q": "y"}) != secret_checksum("a", {"P": "y", "Q": "x"})
    assert secret_checksum("a", {"P": "x", "Q": "y"}) == secret_checksum("a", {"Q": "y", "P": "x"})


def test_other_fields() -> None:
    found = pod(
        command=["run"],
        args=["--fast"],
        terminationGracePeriodSeconds=60,
        imagePullSecrets=["registry"],
        serviceAccount={"name": "given", "automountServiceAccountToken": True},
        runAs={"user": 70, "group": 71},
        podAnnotations={"example.com/a": "b"},
    )
    assert (found["containers"][0]["command"], found["containers"][0]["args"]) == (["run"], ["--fast"])
    assert found["terminationGracePeriodSeconds"] == 60
    assert found["imagePullSecrets"] == [{"name": "registry"}]
    assert (found["serviceAccountName"], found["automountServiceAccountToken"]) == ("given", True)
    security = found["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"], security["fsGroup"]) == (70, 71, 71)
    assert annotations(podAnnotations={"example.com/a": "b"}) == {"example.com/a": "b"}


def test_linkerd_is_told_which_ports_are_not_http() -> None:
    key, ports = "config.linkerd.io/opaque-ports", {"http": 8080, "db": {"port": 90, "targetPort": 5433}}
    linkerd = context(mesh="linkerd")

    def found(**fields: Any) -> Any:
        template = pod_template(app(ports=ports, **fields), linkerd, image="example.com/api:1", track="stable")
        return template["metadata"].get("annotations", {})

    assert found() == {key: "5433"}
    assert found(podAnnotations={key: "1,2"}) == {key: "1,2"}
    assert annotations(ports=ports) == {}

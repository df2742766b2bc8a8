"""The kinds of workload, and what else is in their pods."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.config_files import FileSettings, directories, file_data, file_mounts, file_volumes, key_of
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.support.coherence import faults, template
from tests.support.schemas import manifest_problems
from tests.support.ways_in import ISTIO
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import advice, one, problems, stack

HELPER = {"image": "example.com/helper:1"}
CRON = {"schedule": "30 2 * * mon-fri", "timeZone": "Europe/Berlin", "startingDeadlineSeconds": 600}
PROXY = {"issuer": "https://login.example.com/realms/staff", "upstreamPort": 9000, "secret": "login"}
FULL: dict[str, Any] = {
    "ports": {"http": 8080},
    "initContainers": {"migrate": {**HELPER, "mounts": {"cache": "/cache"}}},
    "sidecars": {"ambassador": {**HELPER, "ports": {"admin": 9901}, "probes": {"readiness": {"tcp": "admin"}}}},
    "containers": {"twin": {**HELPER, "config": {"A": "b"}}},
    "volumes": {
        "cache": {"type": "emptyDir", "size": "1Gi", "medium": "Memory", "mountPath": "/cache"},
        "space": {"type": "ephemeral", "size": "10Gi", "mountPath": "/space"},
        "shared": {"type": "claim", "claimName": "shared-claim", "mountPath": "/shared", "readOnly": True},
    },
    "scratch": ["/var/log/app"],
    "files": {"/etc/app/config.yaml": "a: 1\n", "/etc/app/more/b_c.txt": "b", "/opt/x/y": "z"},
    "presets": {
        "logAdapter": {"path": "/var/log/app/access.log"},
        "otelCollector": {"endpoint": "otel-collector.monitoring.svc:4317", "insecure": True},
        "authProxy": PROXY,
    },
    "spread": [{"minDomains": 2}],
    "gpu": {"sharing": "mps"},
}
KINDS: dict[str, dict[str, Any]] = {
    "Deployment": FULL,
    "StatefulSet": {**FULL, "statefulSet": {"firstOrdinal": 3, "partition": 1, "podManagementPolicy": "Parallel"}},
    "DaemonSet": {**FULL, "spread": None},
    "Job": {"job": {"parallelism": 2, "activeDeadlineSeconds": 60}},
    "CronJob": {"cron": CRON, "job": {"ttlSecondsAfterFinished": 60, "completionMode": "Indexed", "completions": 4}},
}


def workload(kind: str, **fields: Any) -> Manifest:
    return render(app(kind=kind, **fields), context())[kind.lower()]


def pod(kind: str = "Deployment", **fields: Any) -> Manifest:
    return dict(template(workload(kind, **fields))["spec"])


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_what_the_server_takes_and_holds_together(kind: str) -> None:
    rendered = list(render(app(kind=kind, tier=3, **KINDS[kind]), context()).values())
    assert [problem for each in rendered for problem in manifest_problems(each)] == []
    assert [fault for fault in faults(rendered) if "priority class" not in fault] == []
    kinds = {each["kind"] for each in rendered}
    assert ("PodDisruptionBudget" in kinds) == (kind in {"Deployment", "StatefulSet"})


def test_a_daemon_set_is_on_every_node() -> None:
    found = pod("DaemonSet")
    assert {"nodeSelector", "affinity"}.isdisjoint(found)
    assert {each["key"] for each in found["tolerations"]} == {"nvidia.com/gpu", "slipway.dev/pool"}
    assert pod("DaemonSet", pool="memory")["nodeSelector"] == {"slipway.dev/pool": "memory"}
    update = workload("DaemonSet")["spec"]["updateStrategy"]
    assert update == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}


def test_a_cron_job() -> None:
    spec = workload("CronJob", **KINDS["CronJob"])["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == (
        CRON["schedule"],
        "Europe/Berlin",
        "Forbid",
    )
    assert spec["startingDeadlineSeconds"] == 600
    job = spec["jobTemplate"]["spec"]
    assert (job["completions"], job["parallelism"], job["ttlSecondsAfterFinished"]) == (4, 1, 60)
    assert job["template"]["spec"]["restartPolicy"] == "Never"


def test_a_failed_job_is_made_again_and_waited_for_unless_it_says_not_to() -> None:
    assert workload("Job")["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}
    assert workload("Job", wait=False)["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"


def test_sidecars_start_first_and_are_native_and_everything_is_hardened() -> None:
    spec = pod(**FULL)
    names = [each["name"] for each in spec["initContainers"]]
    assert names == ["otel-collector", "log-adapter", "auth-proxy", "ambassador", "migrate"]
    assert [each.get("restartPolicy") for each in spec["initContainers"]] == ["Always"] * 4 + [None]
    for each in (*spec["initContainers"], *spec["containers"]):
        assert each["securityContext"]["readOnlyRootFilesystem"] is True
        assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert set(each["resources"]) == {"requests", "limits"}


def test_the_auth_proxy_has_the_port_and_the_app_is_probed_behind_it() -> None:
    spec = pod(ports={"http": 8080}, presets={"authProxy": PROXY})
    (own,), (proxy,) = spec["containers"], spec["initContainers"]
    assert "ports" not in own
    assert own["readinessProbe"]["tcpSocket"] == {"port": 9000}
    assert proxy["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    assert "--upstream=http://127.0.0.1:9000" in proxy["args"]


def test_gpus_are_named_as_the_device_plugin_names_them() -> None:
    whole, shared = pod(gpu={"count": 2}), pod(gpu={"sharing": "time-slicing"})
    assert whole["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"
    assert whole["nodeSelector"] == {"slipway.dev/pool": "gpu"}
    assert shared["containers"][0]["resources"]["requests"]["nvidia.com/gpu.shared"] == "1"
    assert shared["nodeSelector"]["nvidia.com/gpu.sharing-strategy"] == "time-slicing"
    assert [each["key"] for each in shared["tolerations"]] == ["nvidia.com/gpu"]


def test_a_pod_stays_as_long_as_its_load_balancer_sends_to_it() -> None:
    facts = replace(ISTIO, deregistration_delay=45)
    where = context(controllers={"istio": facts})
    exposed: dict[str, Any] = {"ports": {"http": 80}, "ingress": {"host": "api.example.com"}}
    spec = render(app(**exposed), where)["deployment"]["spec"]["template"]["spec"]
    assert spec["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 45}}}
    assert spec["terminationGracePeriodSeconds"] == 75
    assert "lifecycle" not in pod(**exposed)["containers"][0]
    own = pod(lifecycle={"preStop": {"exec": ["drain"]}, "postStart": {"sleep": 1}})["containers"][0]["lifecycle"]
    assert own == {"postStart": {"sleep": {"seconds": 1}}, "preStop": {"exec": {"command": ["drain"]}}}


PLAIN = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=3)
FILES = st.builds(FileSettings, content=PLAIN, mode=st.sampled_from([None, "0755"]), sub_path=st.booleans())


@given(st.dictionaries(st.from_regex(r"\A(/[a-z_.]{1,3}x){2,4}\Z"), FILES, max_size=6))
def test_every_file_is_where_it_is_declared(files: dict[str, FileSettings]) -> None:
    volumes = {each["name"]: each["projected"]["sources"][0]["configMap"] for each in file_volumes(files, "api-files")}
    data = file_data(files)
    seen = {}
    for mount in file_mounts(files):
        for item in volumes[mount["name"]]["items"]:
            alone = mount.get("subPath")
            if alone in {None, item["path"]}:
                path = mount["mountPath"] if alone else f"{mount['mountPath']}/{item['path']}"
                seen[path] = (data[item["key"]], item.get("mode"), alone is not None)
    modes = {None: None, "0755": 0o755}
    assert seen == {path: (file.content, modes[file.mode], file.sub_path) for path, file in files.items()}
    assert len({key_of(path) for path in files}) == len(files)
    roots = list(directories(files))
    assert not any(one.startswith(f"{other}/") for one in roots for other in roots)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"kind": "Job", "scaling": {"minReplicas": 1, "maxReplicas": 2}}, ("scaling",)),
        ({"kind": "Job", "replicas": 2}, ("replicas",)),
        ({"kind": "DaemonSet", "replicas": 2}, ("replicas",)),
        ({"kind": "Job", "disruption": {"maxUnavailable": 1}}, ("disruption",)),
        ({"cron": {"schedule": "0 1 * * *"}}, ("cron",)),
        ({"kind": "CronJob"}, ("cron",)),
        ({"statefulSet": {}}, ("statefulSet",)),
        ({"kind": "Job", "ports": {"http": 8200}}, ("ports",)),
        ({"kind": "DaemonSet", "strategy": {"type": "Recreate"}}, ("strategy", "type")),
        ({"kind": "DaemonSet", "strategy": {"maxSurge": 1, "maxUnavailable": 1}}, ("strategy", "maxSurge")),
        ({"volumes": {"a": {"type": "emptyDir", "mountPath": "/a", "claimName": "b"}}}, ("volumes", "a", "claimName")),
        ({"volumes": {"a": {"type": "claim", "mountPath": "/a"}}}, ("volumes", "a", "claimName")),
        ({"sidecars": {"api": HELPER}}, ("sidecars", "api")),
        ({"sidecars": {"s": {**HELPER, "mounts": {"no": "/x"}}}}, ("sidecars", "s", "mounts", "no")),
        (
            {"ports": {"http": 8200}, "sidecars": {"s": {**HELPER, "ports": {"x": 8200}}}},
            ("sidecars", "s", "ports", "x"),
        ),
        (
            {"initContainers": {"s": {**HELPER, "probes": {"startup": {"tcp": 1}}}}},
            ("initContainers", "s", "probes", "startup"),
        ),
        ({"files": {"/var/a": "b"}, "scratch": ["/var/x"]}, ("files", "/var/a")),
        ({"files": {"/etc/app/a": "x" * 1024**2}}, ("files",)),
        ({"lifecycle": {"preStop": {"sleep": 1, "exec": ["a"]}}}, ("lifecycle", "preStop")),
        (
            {"lifecycle": {"preStop": {"sleep": 30}}, "terminationGracePeriodSeconds": 30},
            ("terminationGracePeriodSeconds",),
        ),
        ({"gpu": {}, "pool": "general"}, ("pool",)),
        ({"presets": {"logAdapter": {"path": "/var/log/x"}}}, ("presets", "logAdapter", "path")),
        ({"presets": {"authProxy": PROXY}}, ("presets", "authProxy", "port")),
        ({"spread": [{"whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2}]}, ("spread", 0, "minDomains")),
    ],
)
def test_what_cannot_work_is_refused(fields: dict[str, Any], path: tuple[Any, ...]) -> None:
    assert one(stack("production", {"tier": 2, **fields})).path == path


def test_a_job_that_vanishes_is_said_to_run_again() -> None:
    settings = stack("production", {"kind": "Job", "job": {"ttlSecondsAfterFinished": 5}})
    assert problems(settings) == []
    assert ("job", "ttlSecondsAfterFinished") in [each.path for each in advice(settings)]


def test_what_starts_before_the_app_starts_in_the_order_that_is_said() -> None:
    helper = {"image": "registry.example.com/helper:v1"}
    said: dict[str, Any] = {"initContainers": {"a": helper, "c": helper}, "sidecars": {"b": helper}}
    assert [each["name"] for each in pod(**said)["initContainers"]] == ["b", "a", "c"]
    assert [each["name"] for each in pod(**said, startOrder=["a", "b", "c"])["initContainers"]] == ["a", "b", "c"]

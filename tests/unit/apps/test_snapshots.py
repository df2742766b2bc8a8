"""Snapshots of volumes: the CronJob that takes them, what is refused, and volumes made from them."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.apps.context import context
from components.apps.expansion import expanded
from components.apps.manifests import render
from components.apps.snapshots import PROGRAM
from components.apps.words import Manifest
from components.settings import StackSettings
from components.tenancy.checks import quotas
from tests.support.coherence import faults
from tests.support.schemas import manifest_problems
from tests.support.stacks import app as document
from tests.support.stacks import stack as plain_stack
from tests.unit.apps import shipped
from tests.unit.apps.stacks import advice, one, problems, stack

DAILY = {"schedule": "0 3 * * *"}
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-workloads.md"


def database(volume: dict[str, Any], **fields: Any) -> dict[str, Any]:
    data = {"size": "20Gi", "mountPath": "/data", **volume}
    return {"name": "db", "namespace": "data", "kind": "StatefulSet", "volumes": {"data": data}, **fields}


def declared(snapshots: dict[str, Any], **rooms: Any) -> StackSettings:
    return expanded(stack("production", database({"snapshots": snapshots}), **rooms))


def rendered(settings: StackSettings, name: str = "db-data-snapshots") -> dict[str, Manifest]:
    where = context(settings)
    return render(where.apps[name], where)


@pytest.fixture(scope="module")
def objects() -> dict[str, Manifest]:
    return rendered(declared({**DAILY, "keep": 14}))


def test_all_of_it_is_valid_and_holds_together(objects: dict[str, Manifest]) -> None:
    assert [problem for each in objects.values() for problem in manifest_problems(each)] == []
    assert [fault for fault in faults([*objects.values()]) if "priority class" not in fault] == []
    assert problems(declared(DAILY)) == []
    mine = [each for each in advice(declared(DAILY)) if each.app == "db-data-snapshots"]
    assert mine == []


def test_a_cron_job_takes_them_one_run_at_a_time(objects: dict[str, Manifest]) -> None:
    spec = objects["cronjob"]["spec"]
    assert objects["cronjob"]["metadata"]["labels"]["slipway.dev/snapshots-of"] == "db"
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("0 3 * * *", "UTC", "Forbid")
    job = spec["jobTemplate"]["spec"]
    assert (job["parallelism"], job["backoffLimit"], job["activeDeadlineSeconds"]) == (1, 2, 600)
    (container,) = job["template"]["spec"]["containers"]
    assert container["command"] == ["python3", "-I", "/etc/slipway/snapshots.py"]
    assert container["args"] == [
        "--namespace=data",
        "--app=db",
        "--volume=data",
        "--cron-job=db-data-snapshots",
        "--job=$(JOB_NAME)",
        "--keep=14",
        "--snapshot-class=ebs-snapshots",
    ]
    (variable,) = container["env"]
    assert variable["name"] == "JOB_NAME"
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['batch.kubernetes.io/job-name']"


def test_its_program_is_the_one_that_is_tested(objects: dict[str, Manifest]) -> None:
    assert [*objects["files"]["data"].values()] == [PROGRAM.read_text()]
    pod = objects["cronjob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["mountPath"] == "/etc/slipway"]
    (volume,) = [each for each in pod["volumes"] if each["name"] == mount["name"]]
    (source,) = volume["projected"]["sources"]
    assert source["configMap"]["items"] == [{"key": next(iter(objects["files"]["data"])), "path": "snapshots.py"}]


def test_it_may_do_no_more_than_it_does(objects: dict[str, Manifest]) -> None:
    assert objects["role"]["rules"] == [
        {"apiGroups": [""], "resources": ["persistentvolumeclaims"], "verbs": ["list"]},
        {
            "apiGroups": ["snapshot.storage.k8s.io"],
            "resources": ["volumesnapshots"],
            "verbs": ["list", "create", "delete"],
        },
    ]
    (subject,) = objects["role-binding"]["subjects"]
    assert subject["name"] == objects["sa"]["metadata"]["name"] == "db-data-snapshots"
    pod = objects["cronjob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "db-data-snapshots"
    assert pod["automountServiceAccountToken"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    policies = [each for each in objects.values() if each["kind"] == "NetworkPolicy"]
    (rule,) = [rule for each in policies for rule in each["spec"].get("egress", [])]
    assert rule["ports"] == [{"port": 443, "protocol": "TCP"}]
    assert [each["ipBlock"]["cidr"] for each in rule["to"]] == [*context(declared(DAILY)).kubernetes_api]
    assert not any(each["spec"].get("ingress") for each in policies)


def test_there_is_one_for_each_volume_and_expanding_again_changes_nothing() -> None:
    volumes = {
        "data": {"size": "1Gi", "mountPath": "/data", "snapshots": DAILY},
        "log": {"size": "1Gi", "mountPath": "/log", "snapshots": {**DAILY, "keep": 1}},
        "more": {"size": "1Gi", "mountPath": "/more"},
    }
    settings = expanded(stack("production", {**database({}), "volumes": volumes}))
    assert [each.name for each in settings.apps] == ["db", "db-data-snapshots", "db-log-snapshots"]
    assert expanded(settings) == settings
    none = stack("production", database({}))
    assert expanded(none) == none


def test_the_quota_of_the_namespace_counts_it() -> None:
    settings = declared(DAILY, namespaces={"data": {"quota": {"pods": 1}}})
    (found,) = [each for each in quotas(settings) if each.path[-1] == "pods"]
    assert "db 1 pods, db-data-snapshots 1 pods" in found.message


@pytest.mark.parametrize(
    ("snapshots", "rooms", "found"),
    [
        ({}, {}, "ebs-snapshots"),
        ({}, {"storage": {"snapshots": {"className": "daily"}}}, "daily"),
        ({"class": "daily"}, {"storage": {"snapshots": {"className": "daily"}}}, "daily"),
    ],
)
def test_the_class_is_the_stacks(snapshots: dict[str, Any], rooms: dict[str, Any], found: str) -> None:
    settings = declared({**DAILY, **snapshots}, **rooms)
    assert problems(settings) == []
    assert f"--snapshot-class={found}" in settings.apps[-1].args


def test_an_image_of_ones_own_has_the_apps_credentials() -> None:
    fields = {"imagePullSecrets": ["registry"]}
    plain = expanded(stack("production", database({"snapshots": DAILY}, **fields))).apps[-1]
    assert (plain.image.partition(":")[0], plain.image_pull_secrets) == ("public.ecr.aws/docker/library/python", ())
    own = {**DAILY, "image": "registry.example.com/python:3.14"}
    mirrored = expanded(stack("production", database({"snapshots": own}, **fields))).apps[-1]
    assert (mirrored.image, mirrored.image_pull_secrets) == ("registry.example.com/python:3.14", ("registry",))


@pytest.mark.parametrize(
    ("volume", "rooms", "path", "line"),
    [
        (
            {"snapshots": DAILY},
            {"storage": {"snapshots": {"enabled": False}}},
            ("volumes", "data", "snapshots"),
            "`storage: {snapshots: {enabled: true}}` in the stack file",
        ),
        (
            {"snapshots": {**DAILY, "class": "daily"}},
            {},
            ("volumes", "data", "snapshots", "class"),
            "ebs-snapshots, or unset",
        ),
        (
            {"restoreFrom": "db-before"},
            {"storage": {"snapshots": {"enabled": False}}, "addons": False},
            ("volumes", "data", "restoreFrom"),
            "no line `enabled: false` under cluster.addons.snapshot-controller in the stack file",
        ),
        ({"snapshots": DAILY, "type": "ephemeral"}, {}, ("volumes", "data", "snapshots"), "type: persistent, or unset"),
        (
            {"restoreFrom": "a", "type": "ephemeral"},
            {},
            ("volumes", "data", "restoreFrom"),
            "type: persistent, or unset",
        ),
    ],
)
def test_what_the_stack_cannot_do_names_the_line(
    volume: dict[str, Any], rooms: dict[str, Any], path: tuple[str, ...], line: str
) -> None:
    given = dict(rooms)
    if given.pop("addons", True) is False:
        cluster = stack("production").cluster.model_dump(mode="json", by_alias=True, exclude_unset=True)
        given["cluster"] = {**cluster, "addons": {"snapshot-controller": {"enabled": False}}}
    found = one(expanded(stack("production", database(volume), **given)))
    assert (found.path, found.allowed) == (path, line)


@pytest.mark.parametrize(
    ("snapshots", "rooms", "refused"),
    [
        (DAILY, {}, True),
        ({**DAILY, "class": "csi"}, {}, False),
        (DAILY, {"storage": {"snapshots": {"enabled": True}}}, False),
    ],
)
def test_an_existing_cluster_has_classes_of_its_own(snapshots: dict[str, Any], rooms: Any, refused: bool) -> None:
    volume = {"size": "1Gi", "mountPath": "/data", "snapshots": snapshots}
    web = document(kind="StatefulSet", volumes={"data": volume})
    settings = expanded(plain_stack(existing=True, namespaces={"web": {}}, apps=[web], **rooms))
    found = problems(settings)
    assert [each.path for each in found] == ([("volumes", "data", "snapshots")] if refused else [])
    assert all("class: NAME" in each.allowed for each in found)
    named = [each for each in settings.apps[-1].args if each.startswith("--snapshot-class")]
    expected = snapshots.get("class") or ("ebs-snapshots" if rooms else None)
    assert named == ([f"--snapshot-class={expected}"] if expected else [])


def test_a_name_that_is_too_long_is_refused_and_makes_nothing() -> None:
    long = "d" * 30
    settings = expanded(stack("production", {**database({"snapshots": DAILY}), "name": long}))
    assert [each.name for each in settings.apps] == [long, f"{long}-data-snapshots"]
    longer = "d" * 38
    settings = expanded(stack("production", {**database({"snapshots": DAILY}), "name": longer}))
    assert [each.name for each in settings.apps] == [longer]
    assert one(settings).path == ("volumes", "data", "snapshots")


def test_a_name_that_another_app_has_is_refused() -> None:
    other = {"name": "db-data-snapshots", "namespace": "data"}
    found = problems(expanded(stack("production", database({"snapshots": DAILY}), other)))
    assert {each.path for each in found} == {("name",)}


def test_a_volume_from_a_snapshot() -> None:
    found = shipped.app(**database({"restoreFrom": "db-before", "storageClass": "io2-perf"}))
    (claim,) = render(found, shipped.context(found))["statefulset"]["spec"]["volumeClaimTemplates"]
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "io2-perf",
        "dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "db-before"},
        "resources": {"requests": {"storage": "20Gi"}},
    }
    assert [
        problem for each in render(found, shipped.context(found)).values() for problem in manifest_problems(each)
    ] == []


@pytest.mark.parametrize(("replicas", "many"), [(1, False), (3, True)])
def test_what_must_be_there_is_said(replicas: int, many: bool) -> None:
    settings = stack("production", database({"restoreFrom": "db-before"}, replicas=replicas))
    (said,) = [each for each in advice(settings) if each.path == ("volumes", "data", "restoreFrom")]
    assert "VolumeSnapshot db-before" in said.text
    assert ("Every pod's" in said.text) == many


def test_what_stays_in_ebs_is_said() -> None:
    kept = {"storage": {"snapshots": {"deletionPolicy": "Retain"}}}
    path = ("storage", "snapshots", "deletionPolicy")
    assert path in [each.path for each in advice(declared(DAILY, **kept))]
    assert path not in [each.path for each in advice(declared(DAILY))]
    assert path not in [each.path for each in advice(stack("production", database({}), **kept))]


def test_the_guide_is_right() -> None:
    section = GUIDE.read_text().partition("## Snapshots")[2].partition("\n## ")[0]
    fields, restored, claim = (
        YAML(typ="safe").load(each) for each in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    )
    settings = expanded(stack("production", {**fields, "name": "db", "namespace": "data"}))
    assert problems(settings) == []
    assert [each.name for each in settings.apps] == ["db", "db-data-snapshots"]
    assert problems(expanded(stack("production", {**restored, "namespace": "data"}))) == []
    assert manifest_problems(claim) == []
    found = shipped.app(**{**fields, "namespace": "data"})
    (template,) = render(found, shipped.context(found))["statefulset"]["spec"]["volumeClaimTemplates"]
    assert claim["spec"] == {**template["spec"], "dataSource": claim["spec"]["dataSource"]}
    assert claim["metadata"]["labels"] == {"app": "db"}

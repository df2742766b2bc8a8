"""The harness itself: whose verdict it is, how it reads, and that admission is what a cluster has."""

import os
import subprocess

import pytest

from tests.cluster.api import Client
from tests.cluster.assets import Assets, kubernetes_version
from tests.cluster.batches import apply_waves, delete_waves, reapply_waves
from tests.cluster.conftest import MakeNamespace
from tests.cluster.control_plane import ControlPlane
from tests.cluster.crds import install_crds
from tests.cluster.manifests import config_map, pod
from tests.cluster.tally import Tally
from tests.cluster.verdict import RefusedError
from tests.cluster.waiting import eventually

RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def test_the_server_is_the_pinned_one(control_plane: ControlPlane, assets: Assets) -> None:
    served = control_plane.client.request("GET", "/version").body["gitVersion"]
    program = str(assets.programs["kube-apiserver"])
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    assert served == said, f"ready in {control_plane.seconds:.1f} s"
    if "KUBEBUILDER_ASSETS" not in os.environ:
        assert served == kubernetes_version()


def test_a_second_apply_changes_nothing(client: Client) -> None:
    waves = [[config_map("twice", a="1"), config_map("other", a="1")], [config_map("later", a="1")]]
    del waves[1][0]["metadata"]["namespace"]
    tally = Tally()
    assert apply_waves(client, waves, tally).refused() == []
    assert reapply_waves(client, waves, tally) == []
    assert tally.counts == {"applied": 3, "re-applied unchanged": 3}
    waves[0][0] = config_map("twice", a="2")
    assert reapply_waves(client, waves, Tally()) == ["ConfigMap default/twice: changed by a second apply"]
    delete_waves(client, waves)
    assert [client.live(manifest) for wave in waves for manifest in wave] == [None, None, None]


def test_a_refusal_is_readable_and_counted(client: Client) -> None:
    tally = Tally()
    batch = apply_waves(client, [[config_map("Not_A_Name")]], tally)
    assert tally.counts == {"rejected": 1}
    assert len(batch.refused()) == 1
    assert batch.refused()[0].startswith(
        'ConfigMap default/Not_A_Name: 422 Invalid: ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value'
    )


def test_another_managers_field_is_a_conflict(client: Client) -> None:
    client.apply(config_map("contested", a="1"), manager="somebody")
    with pytest.raises(RefusedError, match=r'conflict with "somebody": .data.a') as refusal:
        client.apply(config_map("contested", a="2"))
    assert refusal.value.verdict.status == client.try_apply(config_map("contested", a="2")).status == 409
    assert client.apply(config_map("contested", a="2"), force=True)["data"] == {"a": "2"}
    client.delete(config_map("contested"))


def test_an_unknown_field_is_refused(client: Client) -> None:
    with pytest.raises(RefusedError, match=r"field not declared in schema"):
        client.apply({**config_map("typo"), "dta": {}})


def test_a_dry_run_is_judged_and_not_kept(client: Client) -> None:
    assert client.try_apply(config_map("rehearsed"), dry_run=True).accepted
    assert not client.try_apply(config_map("Re_hearsed"), dry_run=True).accepted
    assert client.live(config_map("rehearsed")) is None


def test_a_warning_comes_with_the_verdict(whole: Client, make_namespace: MakeNamespace) -> None:
    namespace = make_namespace({"pod-security.kubernetes.io/warn": "restricted"})
    batch = apply_waves(whole, [[pod("a", namespace)]], Tally())
    assert batch.refused() == []
    assert [line.partition(": would violate")[0] for line in batch.warned()] == [f"Pod {namespace}/a"]


def test_a_kind_that_is_not_served_is_an_error(client: Client) -> None:
    with pytest.raises(LookupError, match=r"does not serve example.com/v1 Widget"):
        client.apply({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}})


def test_custom_resources_are_judged_by_their_schema(client: Client) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "gadgets.test.example.com"},
        "spec": {
            "group": "test.example.com",
            "scope": "Namespaced",
            "names": {"kind": "Gadget", "plural": "gadgets"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    install_crds(client, [crd])
    gadget = {"apiVersion": "test.example.com/v1", "kind": "Gadget", "metadata": {"name": "a", "namespace": "default"}}
    client.apply({**gadget, "spec": {"size": 1}})
    with pytest.raises(RefusedError, match=r"spec.size"):
        client.apply({**gadget, "spec": {"size": "big"}})
    with pytest.raises(RefusedError, match=r"field not declared in schema"):
        client.apply({**gadget, "spec": {"colour": "red"}})


def test_every_chart_definition_is_served(custom_resources: set[tuple[str, str]], client: Client) -> None:
    assert custom_resources
    assert custom_resources <= client.refresh()


def test_rbac_is_on(client: Client) -> None:
    nobody = client.as_user("nobody@example.com")
    with pytest.raises(RefusedError, match=r'User "nobody@example.com" cannot list resource "secrets"'):
        nobody.objects("v1", "Secret", "default")


def test_pod_security_refuses_a_privileged_pod(whole: Client, make_namespace: MakeNamespace) -> None:
    namespace = make_namespace(RESTRICTED)
    with pytest.raises(RefusedError, match=r"violates PodSecurity") as refusal:
        whole.apply(pod("a", namespace, securityContext={"privileged": True}))
    assert refusal.value.verdict.status == 403


def test_a_quota_refuses_an_overrun(whole: Client, make_namespace: MakeNamespace) -> None:
    namespace = make_namespace()
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "compute", "namespace": namespace},
        "spec": {"hard": {"requests.cpu": "500m"}},
    }
    whole.apply(quota)
    eventually(lambda: (whole.live(quota) or {}).get("status"), "the quota's use is known")
    whole.apply(pod("fits", namespace, resources={"requests": {"cpu": "400m"}}))
    with pytest.raises(
        RefusedError, match=r"exceeded quota: compute, requested: requests.cpu=200m, used: requests.cpu=400m"
    ):
        whole.apply(pod("does-not", namespace, resources={"requests": {"cpu": "200m"}}))

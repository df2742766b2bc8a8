"""Monitoring: what is watched, where it is kept, who may ask, and what waits for it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.context import MONITORING_NAMESPACE
from components.operations.monitoring import Monitoring
from components.operations.monitoring_names import NAMESPACE as MONITORING
from components.operations.monitoring_names import PROMETHEUS_URL, READERS
from components.operations.monitoring_settings import MonitoringSettings
from components.operations.monitoring_values import COLLECTORS, retention_size, storage_class
from components.quantity import parse
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import ASSOCIATION, ROLE_POLICY, operations_stack, other, release_values
from tests.support.recorded import Recording

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
SNS: dict[str, Any] = {"alertmanager": {"receivers": {"topic": {"sns": {"topicArn": TOPIC}}}}}


def monitoring(
    *,
    eks: bool = True,
    known: bool = True,
    overlay: bool = False,
    certificates: bool = True,
    storage: str | None = "gp3-ssd",
    **settings: Any,
) -> Recording:
    def build(target: Any, nodes: Any) -> Monitoring:
        return Monitoring(
            "monitoring",
            MonitoringSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            storage_class=storage,
            crds=[other("crds")],
            eks_name="slipway-test" if eks else None,
            account_id="123456789012",
            overlay=overlay,
            certificates=[other("cert-manager")] if certificates else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("overlay", [True, False])
@pytest.mark.parametrize("certificates", [True, False])
@pytest.mark.parametrize("grafana", [{"enabled": False}, {"adminSecret": "grafana-admin"}, {}])
def test_what_is_made_exists_whatever_is_known(overlay: bool, certificates: bool, grafana: dict[str, Any]) -> None:
    facts: dict[str, Any] = {"overlay": overlay, "certificates": certificates, "grafana": grafana, **SNS}
    recording = monitoring(**facts)
    assert unsound(recording) == []
    assert monitoring(**facts, known=False).urns == recording.urns


def test_only_the_node_exporter_is_in_a_privileged_namespace() -> None:
    levels = {each.inputs["metadata"]["name"]: level(each) for each in monitoring().all(NAMESPACE)}
    assert levels == {"monitoring": "restricted", "node-exporter": "privileged"}
    assert levels.keys() <= set(SYSTEM_NAMESPACES)
    values = release_values(monitoring())
    assert values["prometheus-node-exporter"]["namespaceOverride"] == "node-exporter"
    assert values["prometheus-node-exporter"]["tolerations"] == [{"operator": "Exists"}]


def test_the_names_that_other_rooms_use_are_the_releases() -> None:
    release = monitoring().one(RELEASE)
    assert (release.inputs["name"], release.inputs["namespace"]) == ("kube-prometheus-stack", "monitoring")
    assert f"//{release.inputs['name']}-prometheus.{release.inputs['namespace']}:9090" in PROMETHEUS_URL
    assert MONITORING == MONITORING_NAMESPACE


def test_it_makes_volumes_so_it_goes_while_their_driver_runs() -> None:
    recording = monitoring(**SNS)
    assert outliving(recording) == ["monitoring-release"]
    assert waits_for(recording, recording.one(RELEASE)) == {
        "monitoring-namespace",
        "monitoring-node-exporter",
        "monitoring-readers",
        "monitoring-grafana",
        recording.one(ASSOCIATION).name,
        "crds",
        "cert-manager",
        "nodes",
    }


def test_the_crds_have_one_owner() -> None:
    release = monitoring().one(RELEASE)
    assert release.inputs["values"]["crds"] == {"enabled": False}
    assert release.inputs["skipCrds"] is True


def test_what_eks_does_not_show_raises_no_alarm() -> None:
    values = release_values(monitoring())
    for part in ("kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy"):
        assert values[part] == {"enabled": False}


def test_everything_in_the_cluster_is_taken_whoever_made_it() -> None:
    spec = release_values(monitoring())["prometheus"]["prometheusSpec"]
    found = {key: value for key, value in spec.items() if key.endswith("SelectorNilUsesHelmValues")}
    assert found == dict.fromkeys(
        (
            "ruleSelectorNilUsesHelmValues",
            "serviceMonitorSelectorNilUsesHelmValues",
            "podMonitorSelectorNilUsesHelmValues",
            "probeSelectorNilUsesHelmValues",
            "scrapeConfigSelectorNilUsesHelmValues",
        ),
        False,
    )
    assert spec["externalLabels"] == {"cluster": "slipway-test"}


def test_kube_state_metrics_may_not_read_secrets() -> None:
    assert release_values(monitoring())["kube-state-metrics"]["collectors"] == list(COLLECTORS)
    assert "secrets" not in COLLECTORS


def test_the_webhooks_certificate_is_cert_managers_and_no_job_makes_one() -> None:
    operator = release_values(monitoring())["prometheusOperator"]
    assert operator["admissionWebhooks"] == {
        "enabled": True,
        "failurePolicy": "Ignore",
        "certManager": {"enabled": True},
        "patch": {"enabled": False},
    }
    assert operator["tls"] == {"enabled": True}
    without = release_values(monitoring(certificates=False))["prometheusOperator"]
    assert (without["admissionWebhooks"], without["tls"]) == ({"enabled": False}, {"enabled": False})


def test_on_an_overlay_the_operator_is_on_the_host_network_only_for_its_webhook() -> None:
    operator = release_values(monitoring(overlay=True))["prometheusOperator"]
    assert operator["hostNetwork"] is True
    assert operator["tls"] == {"enabled": True, "internalPort": 10270}
    levels = {each.inputs["metadata"]["name"]: level(each) for each in monitoring(overlay=True).all(NAMESPACE)}
    assert levels["monitoring"] == "privileged"
    # Without TLS it listens on 8080, which NodeLocal DNS has on each node.
    bare = monitoring(overlay=True, certificates=False)
    assert "hostNetwork" not in release_values(bare)["prometheusOperator"]
    assert level(bare.one(NAMESPACE, "monitoring-namespace")) == "restricted"


def test_volumes_are_of_the_class_and_size_that_was_asked_for() -> None:
    settings: dict[str, Any] = {"prometheus": {"storage": "100Gi"}, "alertmanager": {"storage": "1Gi"}}
    values = release_values(monitoring(**settings, storage="fast"))
    prometheus = values["prometheus"]["prometheusSpec"]
    alertmanager = values["alertmanager"]["alertmanagerSpec"]
    for claim, size in ((prometheus["storageSpec"], "100Gi"), (alertmanager["storage"], "1Gi")):
        assert claim["volumeClaimTemplate"]["spec"] == {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "fast",
            "resources": {"requests": {"storage": size}},
        }
    spec = release_values(monitoring(storage=None))["prometheus"]["prometheusSpec"]["storageSpec"]
    assert "storageClassName" not in spec["volumeClaimTemplate"]["spec"]


@pytest.mark.parametrize("part", ["prometheus", "alertmanager"])
def test_two_pods_are_on_two_nodes_and_one_is_drained_at_a_time(part: str) -> None:
    values = release_values(monitoring())[part]
    spec = values[f"{part}Spec"]
    assert (spec["replicas"], spec["podAntiAffinity"]) == (2, "hard")
    (zone,) = spec["topologySpreadConstraints"]
    assert zone["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": part}
    assert values["podDisruptionBudget"] == {"enabled": True}
    settings: dict[str, Any] = {part: {"replicas": 1}}
    assert release_values(monitoring(**settings))[part]["podDisruptionBudget"] == {"enabled": False}
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Retain"


def test_pods_have_room_of_their_own_and_are_the_last_to_go() -> None:
    settings: dict[str, Any] = {"prometheus": {"cpu": 1, "memory": "4Gi", "retention": "30d"}}
    values = release_values(monitoring(**settings))
    prometheus = values["prometheus"]["prometheusSpec"]
    assert prometheus["resources"] == {"requests": {"cpu": "1", "memory": "4Gi"}, "limits": {"memory": "4Gi"}}
    assert prometheus["retention"] == "30d"
    assert values["prometheus-node-exporter"]["priorityClassName"] == "system-node-critical"
    for part in (
        prometheus,
        values["alertmanager"]["alertmanagerSpec"],
        values["prometheusOperator"],
        values["kube-state-metrics"],
    ):
        assert part["priorityClassName"] == "system-cluster-critical"
        assert {"requests", "limits"} == part["resources"].keys()


def test_alertmanager_is_told_its_receivers_and_given_their_secrets() -> None:
    hook = {"webhook": {"url": {"name": "hook", "key": "url"}}}
    settings: dict[str, Any] = {"alertmanager": {"receivers": {"team": hook}}}
    alertmanager = release_values(monitoring(**settings))["alertmanager"]
    assert [each["name"] for each in alertmanager["config"]["receivers"]] == ["null", "team"]
    assert alertmanager["alertmanagerSpec"]["secrets"] == ["hook"]


@given(st.integers(1, 16384), st.sampled_from(["Gi", "Ti"]))
def test_samples_never_fill_their_volume(amount: int, unit: str) -> None:
    storage = f"{amount}{unit}"
    kept = int(retention_size(storage).removesuffix("MiB")) * 1024**2
    assert 0.8 * float(parse(storage)) < kept <= 0.85 * float(parse(storage))


def test_the_class_is_the_rooms_or_the_stacks() -> None:
    assert storage_class(operations_stack(monitoring={})) == "gp3-ssd"
    assert storage_class(operations_stack(monitoring={"storageClass": "io2-perf"})) == "io2-perf"
    assert storage_class(operations_stack(monitoring={}, storage={"defaultClass": None})) is None
    assert storage_class(operations_stack(existing=True, monitoring={})) is None
    assert storage_class(operations_stack(existing=True, monitoring={"storageClass": "theirs"})) == "theirs"


def admitted(recording: Recording) -> tuple[list[str], list[str]]:
    """Return whose pods the policy is about, and the namespaces that it admits."""
    spec = recording.one(POLICY).inputs["spec"]
    (about,) = spec["podSelector"]["matchExpressions"]
    assert (about["key"], about["operator"]) == ("app.kubernetes.io/name", "In")
    assert spec["policyTypes"] == ["Ingress"]
    (rule,) = spec["ingress"]
    assert rule.keys() == {"from"}
    (peer,) = rule["from"]
    assert peer.keys() == {"namespaceSelector"}
    (names,) = peer["namespaceSelector"]["matchExpressions"]
    assert (names["key"], names["operator"]) == ("kubernetes.io/metadata.name", "In")
    return about["values"], names["values"]


def test_what_asks_for_no_password_is_asked_by_the_platform_only() -> None:
    about, namespaces = admitted(monitoring())
    assert about == ["alertmanager", "grafana", "prometheus"]
    assert namespaces == ["argo-rollouts", "flagger-system", "keda", "monitoring"] == sorted(READERS)
    about, namespaces = admitted(monitoring(grafana={"adminSecret": "grafana-admin"}, readers=["reports"]))
    assert about == ["alertmanager", "prometheus"]
    assert namespaces == sorted([*READERS, "reports"])


def test_alertmanager_may_publish_to_its_topics_and_nothing_else() -> None:
    recording = monitoring(**SNS)
    association = recording.one(ASSOCIATION).inputs
    assert (association["namespace"], association["serviceAccount"]) == (
        "monitoring",
        "kube-prometheus-stack-alertmanager",
    )
    (statement,) = json.loads(recording.one(ROLE_POLICY).inputs["policy"])["Statement"]
    assert statement == {"Effect": "Allow", "Action": "sns:Publish", "Resource": [TOPIC]}
    assert monitoring().all(ASSOCIATION) == []
    assert monitoring(eks=False, **SNS).all(ASSOCIATION) == []


def test_nobody_logs_in_to_grafana_and_no_password_is_made() -> None:
    grafana = release_values(monitoring())["grafana"]
    assert grafana["env"] == {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"}
    assert grafana["grafana.ini"]["auth"] == {"disable_login_form": True}
    assert grafana["grafana.ini"]["auth.anonymous"] == {"enabled": True, "org_role": "Viewer"}
    assert "admin" not in grafana
    assert grafana["grafana.ini"]["plugins"] == {"preinstall_disabled": True}  # nodes may have no way to the internet
    assert grafana["grafana.ini"]["analytics"]["reporting_enabled"] is False


def test_an_administrator_is_named_by_a_secret_and_then_nobody_gets_in_without() -> None:
    grafana = release_values(monitoring(grafana={"adminSecret": "grafana-admin"}))["grafana"]
    assert grafana["admin"] == {"existingSecret": "grafana-admin"}
    assert "env" not in grafana
    assert not {"auth", "auth.anonymous"} & grafana["grafana.ini"].keys()
    assert "adminPassword" not in json.dumps(grafana)


def test_grafanas_sidecars_read_configmaps_and_no_secret() -> None:
    recording = monitoring()
    grafana = release_values(recording)["grafana"]
    role = recording.one(CLUSTER_ROLE)
    assert grafana["rbac"] == {"useExistingClusterRole": role.inputs["metadata"]["name"]}
    assert role.inputs["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}]
    for sidecar in ("dashboards", "datasources"):
        assert grafana["sidecar"][sidecar]["resource"] == "configmap"
        # It would need the administrator's password to tell Grafana.
        assert grafana["sidecar"][sidecar]["skipReload"] is True
    assert grafana["sidecar"]["datasources"]["initDatasources"] is True


def test_without_grafana_there_is_nothing_of_it() -> None:
    recording = monitoring(grafana={"enabled": False})
    assert release_values(recording)["grafana"] == {"enabled": False}
    assert recording.all(CLUSTER_ROLE) == []
    assert admitted(recording)[0] == ["alertmanager", "prometheus"]

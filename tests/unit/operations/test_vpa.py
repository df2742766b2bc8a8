"""The Vertical Pod Autoscaler: its parts, its webhook's certificate, and the modes that apps may have."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.versions import CALENDAR
from components.operations.autoscaling_settings import VpaSettings
from components.operations.vpa import Vpa
from components.operations.vpa_values import chart_values, vpa_modes
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.certificates import objects
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.operations import other, release_values
from tests.support.recorded import Recording
from tests.support.schemas import DATA


def vpa(
    *,
    known: bool = True,
    overlay: bool = False,
    certificates: bool = False,
    monitoring: bool = False,
    **settings: Any,
) -> Recording:
    def build(target: Any, nodes: Any) -> Vpa:
        return Vpa(
            "vpa",
            VpaSettings.model_validate(settings, by_name=False),
            target=target,
            charts=CHARTS,
            overlay=overlay,
            certificates=[other("cert-manager")] if certificates else [],
            monitoring=[other("monitoring-crds")] if monitoring else [],
            after=[nodes],
        )

    return record_in_cluster(build, known=known)


@pytest.mark.parametrize("overlay", [True, False])
@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("recommend_only", [True, False])
def test_what_is_made_exists_and_goes_with_the_cluster(overlay: bool, beside: bool, recommend_only: bool) -> None:
    facts: dict[str, Any] = {"overlay": overlay, "certificates": beside, "monitoring": beside}
    recording = vpa(**facts, recommendOnly=recommend_only)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert vpa(**facts, recommendOnly=recommend_only, known=False).urns == recording.urns


def test_its_namespace_is_restricted_but_for_a_webhook_on_the_host_network() -> None:
    assert vpa().one(NAMESPACE).inputs["metadata"]["name"] in SYSTEM_NAMESPACES
    assert level(vpa().one(NAMESPACE)) == "restricted"
    assert level(vpa(overlay=True).one(NAMESPACE)) == "privileged"
    assert level(vpa(overlay=True, recommendOnly=True).one(NAMESPACE)) == "restricted"


def test_on_an_overlay_the_webhook_has_ports_of_its_own_on_the_node() -> None:
    webhook = release_values(vpa(overlay=True))["admissionController"]
    assert webhook["useHostNetwork"] is True
    assert len({webhook["httpPort"], webhook["metricsPort"], 8000, 8944}) == 4
    # The two values are the container's ports and the Service's; the program is told by flags.
    assert webhook["extraArgs"] == {"port": str(webhook["httpPort"]), "address": f":{webhook['metricsPort']}"}
    assert {"port", "client-ca-file"} < set(
        release_values(vpa(overlay=True, certificates=True))["admissionController"]["extraArgs"]
    )
    assert webhook["replicaCount"] == 2
    assert "useHostNetwork" not in release_values(vpa())["admissionController"]


def test_cert_manager_makes_the_webhooks_certificate_and_no_hook_does() -> None:
    recording = vpa(certificates=True)
    webhook = release_values(recording)["admissionController"]
    certificate = objects(recording, "Certificate")["vpa-webhook"]
    assert webhook["generateCertificate"] is False
    assert webhook["secretName"] == certificate.inputs["spec"]["secretName"]
    # cert-manager's keys, under the names of the files that the program opens.
    files = {each["key"]: each["path"] for each in webhook["tlsSecretKeys"]}
    assert files == {"ca.crt": "caCert.pem", "tls.crt": "serverCert.pem", "tls.key": "serverKey.pem"}
    assert webhook["extraArgs"] == {
        "client-ca-file": "/etc/tls-certs/caCert.pem",
        "tls-cert-file": "/etc/tls-certs/serverCert.pem",
        "tls-private-key": "/etc/tls-certs/serverKey.pem",
        # A renewed certificate is served without a restart, and the API server is told whom to trust.
        "reload-cert": "true",
    }
    annotations = webhook["mutatingWebhookConfiguration"]["annotations"]
    metadata = certificate.inputs["metadata"]
    assert annotations == {"cert-manager.io/inject-ca-from": f"{metadata['namespace']}/{metadata['name']}"}
    assert certificate.inputs["spec"]["dnsNames"] == ["vpa-webhook.vpa.svc"]
    assert "server auth" in certificate.inputs["spec"]["usages"]


def test_the_pods_find_their_secret_and_each_object_its_issuer() -> None:
    recording = vpa(certificates=True)
    issuers, certificates = objects(recording, "Issuer"), objects(recording, "Certificate")
    authority = certificates["vpa-webhook-ca"]
    assert waits_for(recording, issuers["vpa-self-signed"]) == {"vpa-namespace", "cert-manager"}
    assert waits_for(recording, authority) == {issuers["vpa-self-signed"].name}
    assert waits_for(recording, issuers["vpa-webhook-ca"]) == {authority.name}
    assert waits_for(recording, certificates["vpa-webhook"]) == {issuers["vpa-webhook-ca"].name}
    assert waits_for(recording, recording.one(RELEASE)) == {
        "vpa-namespace",
        certificates["vpa-webhook"].name,
        "nodes",
    }
    for certificate in certificates.values():
        assert certificate.inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    assert issuers["vpa-self-signed"].inputs["spec"] == {"selfSigned": {}}
    for name, signed_by in {"vpa-webhook-ca": "vpa-self-signed", "vpa-webhook": "vpa-webhook-ca"}.items():
        assert certificates[name].inputs["spec"]["issuerRef"]["name"] == signed_by


def test_a_renewal_of_the_authority_cuts_nobody_off() -> None:
    certificates = objects(vpa(certificates=True), "Certificate")
    authority = certificates["vpa-webhook-ca"].inputs["spec"]
    assert authority["isCA"] is True
    assert authority["privateKey"]["rotationPolicy"] == "Never"
    assert "cert sign" in authority["usages"]
    # Ten years, the last of which is there to renew it in.
    assert (authority["duration"], authority["renewBefore"]) == ("87600h0m0s", "8760h0m0s")
    issuer = objects(vpa(certificates=True), "Issuer")["vpa-webhook-ca"]
    assert issuer.inputs["spec"] == {"ca": {"secretName": authority["secretName"]}}
    assert "isCA" not in certificates["vpa-webhook"].inputs["spec"]


def test_without_cert_manager_the_chart_makes_the_certificate() -> None:
    recording = vpa()
    assert objects(recording, "Certificate") == {}
    # Unset, these are the chart's own: its hooks, and the names of their Secret.
    assert not {"generateCertificate", "secretName", "tlsSecretKeys", "mutatingWebhookConfiguration"} & set(
        release_values(recording)["admissionController"]
    )


@pytest.mark.parametrize("certificates", [True, False])
def test_what_only_recommends_changes_no_pod(certificates: bool) -> None:
    recording = vpa(recommendOnly=True, certificates=certificates, overlay=True)
    values = release_values(recording)
    assert values["updater"] == values["admissionController"] == {"enabled": False}
    assert objects(recording, "Certificate") == {}
    assert "recommender" in values


def test_it_is_scraped_only_where_somebody_can() -> None:
    scraped, alone = vpa(monitoring=True), release_values(vpa())
    values = release_values(scraped)
    assert values["recommender"]["podMonitor"] == values["updater"]["podMonitor"] == {"enabled": True}
    assert "monitoring-crds" in waits_for(scraped, scraped.one(RELEASE))
    assert "podMonitor" not in alone["recommender"]
    assert "podMonitor" not in alone["updater"]


@given(st.integers(1, 10), st.booleans(), st.booleans(), st.booleans())
def test_the_webhook_has_the_replicas_and_the_others_one_pod(
    replicas: int, recommend_only: bool, overlay: bool, certificates: bool
) -> None:
    settings = VpaSettings(replicas=replicas, recommend_only=recommend_only)
    values = chart_values(settings, overlay=overlay, certificates=certificates, monitoring=True)
    assert unknown_values(chart("vpa"), values) == []
    # Two recommenders, or two updaters, would work against each other.
    assert "replicaCount" not in values["recommender"]
    assert "replicaCount" not in values["updater"]
    assert values["priorityClassName"] == "system-cluster-critical"
    for part in [values[key] for key in ("recommender", "updater", "admissionController")]:
        if part != {"enabled": False}:
            assert part["image"] == {"pullPolicy": "IfNotPresent"}
            assert set(part["resources"]) == {"limits"}
    if not recommend_only:
        webhook = values["admissionController"]
        (apart,) = webhook["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
        selector = apart["podAffinityTerm"]["labelSelector"]
        assert selector == {"matchLabels": {"app.kubernetes.io/component": "admission-controller"}}
        assert webhook["replicaCount"] == replicas
        assert webhook["podDisruptionBudget"] == ({"maxUnavailable": 1} if replicas > 1 else {})


def test_modes_are_those_of_the_kubernetes_version() -> None:
    older = ("Off", "Initial", "Recreate", "Auto")
    newer = ("Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto")
    assert {release.version: vpa_modes(release.version) for release in CALENDAR} == {
        "1.36": newer,
        "1.35": newer,
        "1.34": newer,
        "1.33": newer,
        "1.32": older,
    }
    assert vpa_modes(None) == newer
    assert vpa_modes("1.35", recommend_only=True) == ("Off",)


def test_every_mode_is_one_that_the_installed_definition_has() -> None:
    definition = json.loads((DATA / "verticalpodautoscalers.autoscaling.k8s.io.json").read_text())
    (v1,) = [each for each in definition["spec"]["versions"] if each["name"] == "v1"]
    spec = v1["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    assert set(vpa_modes("1.35")) <= set(spec["updatePolicy"]["properties"]["updateMode"]["enum"])

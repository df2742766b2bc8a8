"""Linkerd: its parts, their order, and its identity."""

import json
from base64 import b64encode

import pytest
from pydantic import SecretStr, ValidationError

from components.networking.mesh.linkerd import Linkerd
from components.networking.mesh.linkerd_values import control_plane_values
from components.networking.mesh.settings import LinkerdSettings, SidecarSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording, Secret

SECRET = "kubernetes:core/v1:Secret"
ANCHOR = "-----BEGIN CERTIFICATE-----\nYW5jaG9y\n-----END CERTIFICATE-----\n"
ISSUER = "-----BEGIN CERTIFICATE-----\naXNzdWVy\n-----END CERTIFICATE-----\n"
KEY = "not really a private key"

SETTINGS = LinkerdSettings(trust_anchor_pem=ANCHOR, issuer_certificate_pem=ISSUER, issuer_key_secret="issuer-key")


def linkerd(*, known: bool = True, settings: LinkerdSettings = SETTINGS) -> Recording:
    return record_in_cluster(
        lambda target, nodes: Linkerd(
            "linkerd",
            settings,
            sidecar=SidecarSettings(),
            secrets={"issuer-key": SecretStr(KEY)},
            target=target,
            charts=CHARTS,
            after=[nodes],
        ),
        known=known,
    )


def test_values_and_objects_exist() -> None:
    assert unsound(linkerd()) == []


def test_crds_node_agent_and_identity_before_the_control_plane() -> None:
    recording = linkerd()
    assert waits_for(recording, recording.one(RELEASE, "linkerd-control-plane")) == {
        "linkerd-crds",
        "linkerd-cni",
        "linkerd-issuer",
        "nodes",
    }
    assert waits_for(recording, recording.one(RELEASE, "linkerd-crds")) == {"linkerd-namespace"}
    assert waits_for(recording, recording.one(RELEASE, "linkerd-cni")) == {"linkerd-cni", "nodes"}


def test_the_issuers_key_is_only_in_the_secret_and_only_as_a_secret() -> None:
    recording = linkerd()
    secret = recording.one(SECRET).inputs
    assert (secret["type"], secret["metadata"]["name"]) == ("kubernetes.io/tls", "linkerd-identity-issuer")
    pems = {"ca.crt": ANCHOR, "tls.crt": ISSUER, "tls.key": KEY}
    assert secret["data"] == Secret({key: b64encode(pem.encode()).decode() for key, pem in pems.items()})
    assert KEY not in json.dumps([found.inputs for found in recording.resources if found.type != SECRET])


def test_the_control_plane_takes_the_identity_that_is_there() -> None:
    values = control_plane_values(SETTINGS, SidecarSettings())
    assert values["identityTrustAnchorsPEM"] == ANCHOR
    assert values["identity"] == {"issuer": {"scheme": "kubernetes.io/tls"}}


def test_pods_need_no_privileged_init_container() -> None:
    recording = linkerd()
    assert recording.one(RELEASE, "linkerd-control-plane").inputs["values"]["cniEnabled"] is True
    levels = {found.inputs["metadata"]["name"]: level(found) for found in recording.all(NAMESPACE)}
    assert levels == {"linkerd": "restricted", "linkerd-cni": "privileged"}


def test_its_own_pods_are_not_for_its_webhooks() -> None:
    for namespace in linkerd().all(NAMESPACE):
        assert namespace.inputs["metadata"]["labels"]["config.linkerd.io/admission-webhooks"] == "disabled"


def test_network_policies_still_see_ports() -> None:
    proxy = control_plane_values(SETTINGS, SidecarSettings())["proxy"]
    assert proxy["outboundTransportMode"] == "transparent"
    assert proxy["resources"]["cpu"] == {"request": "100m", "limit": "500m"}
    assert proxy["resources"]["memory"] == {"request": "128Mi", "limit": "256Mi"}


@pytest.mark.parametrize(("replicas", "several", "policy"), [(1, False, "Ignore"), (2, True, "Fail")])
def test_several_replicas_are_apart_and_required(replicas: int, several: bool, policy: str) -> None:
    values = control_plane_values(SETTINGS.model_copy(update={"replicas": replicas}), SidecarSettings())
    assert values["controllerReplicas"] == replicas
    assert values["enablePodAntiAffinity"] is values["enablePodDisruptionBudget"] is several
    assert values["webhookFailurePolicy"] == policy


@pytest.mark.parametrize("wanted", [True, False])
def test_the_gateway_apis_crds_are_a_choice(wanted: bool) -> None:
    recording = linkerd(settings=SETTINGS.model_copy(update={"install_gateway_api": wanted}))
    assert recording.one(RELEASE, "linkerd-crds").inputs["values"] == {"installGatewayAPI": wanted}


def test_a_certificate_is_one_in_pem_form() -> None:
    both = LinkerdSettings(trust_anchor_pem=ANCHOR + ISSUER, issuer_certificate_pem=ISSUER, issuer_key_secret="key")
    assert both.trust_anchor_pem == ANCHOR + ISSUER
    for wrong in ("anchor.crt", "", ANCHOR.replace("CERTIFICATE", "PRIVATE KEY"), ANCHOR + "x"):
        with pytest.raises(ValidationError):
            LinkerdSettings(trust_anchor_pem=wrong, issuer_certificate_pem=ISSUER, issuer_key_secret="key")


def test_everything_goes_with_the_cluster() -> None:
    assert outliving(linkerd()) == []


def test_the_same_resources_whatever_is_known() -> None:
    assert linkerd(known=False).urns == linkerd().urns

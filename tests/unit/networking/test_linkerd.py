"""Linkerd: its parts, and the order in which they come and go."""

import json
from base64 import b64encode
from typing import Any

import pulumi
import pytest

from components.component import Target
from components.networking.certificates.manager import Certificates
from components.networking.certificates.settings import CertificatesSettings
from components.networking.mesh.linkerd import Linkerd
from components.networking.mesh.linkerd_names import WEBHOOKS
from components.networking.mesh.settings import MeshSettings
from components.tenancy.system import SYSTEM_NAMESPACES
from tests.support.chart_values import RELEASE
from tests.support.incluster import (
    CHARTS,
    CLUSTER,
    NAMESPACE,
    in_cluster,
    level,
    outliving,
    record_in_cluster,
    unsound,
    waits_for,
)
from tests.support.linkerd import ANCHOR, GIVEN, ISSUER, KEY, custom, linkerd, mesh
from tests.support.recorded import Recording, Secret

SECRET = "kubernetes:core/v1:Secret"

MADE = mesh()
GIVEN_IDENTITY = mesh(linkerd={"identity": GIVEN})
ALL = [(MADE, True), (GIVEN_IDENTITY, True), (GIVEN_IDENTITY, False)]


def control_plane_waits_for(recording: Recording) -> set[str]:
    return waits_for(recording, recording.one(RELEASE, "linkerd-control-plane"))


@pytest.mark.parametrize(("settings", "managed"), ALL)
def test_values_and_objects_exist(settings: MeshSettings, managed: bool) -> None:
    assert unsound(linkerd(settings, managed=managed)) == []


def test_the_control_plane_comes_after_all_that_its_pods_mount() -> None:
    recording = linkerd(MADE)
    assert control_plane_waits_for(recording) == {
        "linkerd-crds",
        "linkerd-cni",
        "linkerd-identity-issuer",
        "linkerd-identity-bundle",
        "linkerd-webhooks-linkerd-proxy-injector",
        "linkerd-webhooks-linkerd-sp-validator",
        "linkerd-webhooks-linkerd-policy-validator",
        "gateway-api",
        "nodes",
    }
    assert waits_for(recording, recording.one(RELEASE, "linkerd-crds")) == {"linkerd-namespace"}
    assert waits_for(recording, recording.one(RELEASE, "linkerd-cni")) == {"linkerd-cni", "nodes"}


@pytest.mark.parametrize("managed", [True, False])
def test_a_given_identity_needs_cert_manager_for_webhooks_only(managed: bool) -> None:
    recording = linkerd(GIVEN_IDENTITY, managed=managed)
    webhooks = {name for name in control_plane_waits_for(recording) if name.startswith("linkerd-webhooks-")}
    assert len(webhooks) == (3 if managed else 0)
    values = recording.one(RELEASE, "linkerd-control-plane").inputs["values"]
    assert [key for key in WEBHOOKS if values.get(key, {}).get("externalSecret")] == (list(WEBHOOKS) if managed else [])
    assert control_plane_waits_for(recording) - webhooks == {
        "linkerd-crds",
        "linkerd-cni",
        "linkerd-issuer",
        "gateway-api",
        "nodes",
    }
    assert not [each for each in recording.resources if each.inputs.get("kind") == "Bundle"]


def test_a_given_issuers_key_is_only_in_the_secret_and_only_as_a_secret() -> None:
    recording = linkerd(GIVEN_IDENTITY)
    secret = recording.one(SECRET).inputs
    assert (secret["type"], secret["metadata"]["name"]) == ("kubernetes.io/tls", "linkerd-identity-issuer")
    pems = {"ca.crt": ANCHOR, "tls.crt": ISSUER, "tls.key": KEY}
    assert secret["data"] == Secret({key: b64encode(pem.encode()).decode() for key, pem in pems.items()})
    others = json.dumps([found.inputs for found in recording.resources if found.type != SECRET])
    assert KEY not in others
    assert b64encode(KEY.encode()).decode() not in others


def test_without_a_given_key_no_secret_is_made() -> None:
    assert linkerd(MADE).all(SECRET) == []


def test_nobody_makes_certificates_is_refused() -> None:
    with pytest.raises(ValueError, match=r"mesh\.linkerd\.identity"):
        linkerd(MADE, managed=False)


def test_it_stands_on_the_room_certificates() -> None:
    """With the component itself, and not what the other tests have in its place."""

    def build(target: Target, nodes: pulumi.Resource) -> None:
        rooms: dict[str, Any] = {"target": target, "charts": CHARTS, "after": [nodes]}
        certificates = Certificates(
            "certificates", CertificatesSettings(), solver=None, cluster_name=None, install_trust=True, **rooms
        )
        Linkerd("linkerd", MADE, secrets={}, certificates=certificates, gateway_api=[], **rooms)

    recording = record_in_cluster(build)
    assert unsound(recording) == []
    assert waits_for(recording, custom(recording, "Issuer", "linkerd-trust-root-issuer")) == {
        "certificates-cert-manager"
    }
    assert "certificates-trust-manager" in waits_for(
        recording, custom(recording, "Bundle", "linkerd-identity-trust-roots")
    )


def test_pods_need_no_privileged_init_container() -> None:
    recording = linkerd(MADE)
    assert recording.one(RELEASE, "linkerd-control-plane").inputs["values"]["cniEnabled"] is True
    levels = {found.inputs["metadata"]["name"]: level(found) for found in recording.all(NAMESPACE)}
    assert levels == {"linkerd": "restricted", "linkerd-cni": "privileged", "linkerd-egress": "restricted"}
    assert levels.keys() <= set(SYSTEM_NAMESPACES)


def test_its_own_pods_are_not_for_its_webhooks() -> None:
    recording = linkerd(MADE)
    for name in ("linkerd-namespace", "linkerd-cni"):
        labels = recording.one(NAMESPACE, name).inputs["metadata"]["labels"]
        assert labels["config.linkerd.io/admission-webhooks"] == "disabled"


def test_the_gateway_apis_crds_have_another_owner() -> None:
    assert linkerd(MADE).one(RELEASE, "linkerd-crds").inputs["values"] == {"installGatewayAPI": False}


def test_nothing_outside_the_cluster_is_open_by_default() -> None:
    recording = linkerd(MADE)
    network = custom(recording, "EgressNetwork", "outside")
    assert network.inputs["metadata"]["namespace"] == "linkerd-egress"
    assert network.inputs["spec"]["trafficPolicy"] == "Deny"
    # Its webhook is asked about it: not switched off in that namespace, and there before.
    assert waits_for(recording, network) == {"linkerd-egress-namespace", "linkerd-control-plane"}
    labels = recording.one(NAMESPACE, "linkerd-egress-namespace").inputs["metadata"]["labels"]
    assert "config.linkerd.io/admission-webhooks" not in labels


def test_any_egress_leaves_it_to_the_network_policies() -> None:
    recording = linkerd(mesh(egress="any"))
    assert not [each for each in recording.resources if each.inputs.get("kind") == "EgressNetwork"]
    assert "linkerd-egress" not in {found.inputs["metadata"]["name"] for found in recording.all(NAMESPACE)}


@pytest.mark.parametrize(("settings", "managed"), ALL)
def test_everything_goes_with_the_cluster(settings: MeshSettings, managed: bool) -> None:
    assert outliving(linkerd(settings, managed=managed)) == []


def test_a_cluster_that_is_not_slipways_is_tidied_up_one_by_one() -> None:
    recording = linkerd(MADE, owned=False)
    assert recording.all(CLUSTER) == []
    assert {found.deleted_with for found in in_cluster(recording)} == {""}


@pytest.mark.parametrize(("settings", "managed"), ALL)
def test_the_same_resources_whatever_is_known(settings: MeshSettings, managed: bool) -> None:
    assert linkerd(settings, managed=managed, known=False).urns == linkerd(settings, managed=managed).urns

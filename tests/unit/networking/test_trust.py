"""trust-manager, and what every namespace is told to trust."""

from typing import Any

import pytest

from components.networking.certificates.trust import trust_manager_needed
from tests.support.certificates import EMAIL, objects, record_certificates, settings, values
from tests.support.incluster import NAMESPACE, level, outliving, unsound, waits_for
from tests.support.stacks import stack

PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
GIVEN = {"trustAnchorPem": PEM, "issuerCertificatePem": PEM, "issuerKeySecret": "issuer-key"}
RELEASE = "kubernetes:helm.sh/v3:Release"
MANAGER = "certificates-trust-manager"


def record(*, host_network: bool = False, known: bool = True, **rooms: Any) -> Any:
    return record_certificates(
        settings(email=EMAIL, **rooms), install_trust=True, host_network=host_network, known=known
    )


@pytest.mark.parametrize("host_network", [True, False])
@pytest.mark.parametrize("rooms", [{"trust": {}}, {"trust": {"extraPem": [PEM]}, "privateCa": True}, {}])
def test_what_is_made_exists_and_goes_with_the_cluster(rooms: dict[str, Any], host_network: bool) -> None:
    recording = record(host_network=host_network, **rooms)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert recording.urns == record(host_network=host_network, known=False, **rooms).urns


def test_every_namespace_gets_the_public_the_own_and_the_given_authorities() -> None:
    recording = record(trust={"extraPem": [PEM], "configMap": "company-cas"}, privateCa=True)
    bundle = objects(recording, "Bundle")["company-cas"]
    assert bundle.inputs["spec"]["sources"] == [
        {"useDefaultCAs": True},
        {"secret": {"name": "private-ca", "key": "ca.crt"}},
        {"inLine": PEM},
    ]
    assert bundle.inputs["spec"]["target"] == {"configMap": {"key": "ca.crt"}, "namespaceSelector": {}}
    authority = objects(recording, "Certificate")["private-ca"]
    assert bundle.inputs["spec"]["sources"][1]["secret"]["name"] == authority.inputs["spec"]["secretName"]
    assert waits_for(recording, bundle) == {MANAGER, authority.name}


@pytest.mark.parametrize(("trust", "loaded"), [({}, True), ({"defaultCas": False, "extraPem": [PEM]}, False)])
def test_the_public_authorities_are_loaded_only_where_the_bundle_wants_them(
    trust: dict[str, Any], loaded: bool
) -> None:
    recording = record(trust=trust)
    assert values(recording, MANAGER)["defaultPackage"]["enabled"] is loaded
    sources = objects(recording, "Bundle")["trusted-cas"].inputs["spec"]["sources"]
    assert ({"useDefaultCAs": True} in sources) is loaded


def test_for_linkerd_alone_there_is_no_bundle_of_the_platform() -> None:
    recording = record()
    assert objects(recording, "Bundle") == {}
    assert values(recording, MANAGER)["defaultPackage"]["enabled"] is False


def test_it_comes_after_cert_manager_which_issues_its_webhooks_certificate() -> None:
    recording = record(trust={})
    release = recording.one(RELEASE, MANAGER)
    assert waits_for(recording, release) == {"certificates-cert-manager"}
    # Its sources are here, and the chart does not make the namespace.
    assert release.inputs["namespace"] == "cert-manager"
    assert release.inputs["values"]["app"]["trust"]["namespace"] == "cert-manager"
    assert release.inputs["values"]["crds"] == {"enabled": True, "keep": True}


def test_it_reads_no_secrets_but_those_of_its_own_namespace() -> None:
    assert values(record(trust={}), MANAGER)["secretTargets"] == {"enabled": False}


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (3, True)])
def test_it_has_the_replicas_and_a_budget_that_lets_it_move(replicas: int, budget: bool) -> None:
    found = values(record(trust={}, replicas=replicas), MANAGER)
    assert (found["replicaCount"], found["podDisruptionBudget"]) == (replicas, {"enabled": budget})


def test_on_an_overlay_both_webhooks_have_ports_of_their_own_on_the_node() -> None:
    overlay, plain = record(host_network=True, trust={}), record(trust={})
    own = values(overlay, MANAGER)["app"]
    assert own["webhook"]["hostNetwork"] is True
    other = values(overlay, "certificates-cert-manager")["webhook"]["securePort"]
    ports = [own["webhook"]["port"], own["metrics"]["port"], own["readinessProbe"]["port"], other, 6080, 9402, 10250]
    assert len(set(ports)) == len(ports)
    assert level(overlay.one(NAMESPACE)) == "privileged"
    assert level(plain.one(NAMESPACE)) == "restricted"
    assert "webhook" not in values(plain, MANAGER)["app"]


@pytest.mark.parametrize(
    ("rooms", "needed"),
    [
        ({}, False),
        ({"certificates": {"email": EMAIL}}, False),
        ({"certificates": {"email": EMAIL, "trust": {}}}, True),
        ({"mesh": "linkerd"}, False),
        ({"mesh": "linkerd", "certificates": {}}, True),
        ({"mesh": "istio", "certificates": {"email": EMAIL}}, False),
        ({"mesh": {"kind": "linkerd", "linkerd": {"identity": GIVEN}}, "certificates": {"email": EMAIL}}, False),
    ],
)
def test_who_needs_it(rooms: dict[str, Any], needed: bool) -> None:
    assert trust_manager_needed(stack(**rooms)) is needed

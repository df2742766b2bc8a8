"""Authorities of one's own: the cluster's, and AWS Private CA; and which issuer the apps are told."""

import json
from typing import Any

import pulumi
import pytest

from components.networking.certificates.issuers import (
    PRIVATE_ISSUERS,
    app_issuer,
    available_issuers,
    issuer_annotations,
    issuer_ref,
    solved_beside_apps,
)
from components.networking.certificates.manager import Certificates
from components.networking.certificates.private_ca import authority_spec
from tests.support.certificates import AUTHORITY, EMAIL, objects, record_certificates, settings, values
from tests.support.incluster import outliving, unsound, waits_for
from tests.support.stacks import stack

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
RELEASE = "kubernetes:helm.sh/v3:Release"
AWS = {"awsPrivateCa": {"arn": AUTHORITY}}


@pytest.mark.parametrize("rooms", [{"privateCa": True}, AWS, {**AWS, "privateCa": True, "email": EMAIL}])
def test_what_is_made_exists_and_goes_with_the_cluster(rooms: dict[str, Any]) -> None:
    recording = record_certificates(settings(**rooms))
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert recording.urns == record_certificates(settings(**rooms), known=False).urns


def test_the_private_authority_signs_itself_and_then_others() -> None:
    recording = record_certificates(settings(privateCa=True, issuer="private-ca"))
    issuers = objects(recording, "ClusterIssuer")
    certificate = objects(recording, "Certificate")["private-ca"]
    spec = certificate.inputs["spec"]
    assert issuers["self-signed"].inputs["spec"] == {"selfSigned": {}}
    assert spec["issuerRef"]["name"] == "self-signed"
    assert spec["isCA"] is True
    # Where cert-manager looks for the Secrets of cluster-wide issuers.
    assert certificate.inputs["metadata"]["namespace"] == "cert-manager"
    assert issuers["private-ca"].inputs["spec"] == {"ca": {"secretName": spec["secretName"]}}


def test_the_private_authority_comes_step_by_step() -> None:
    recording = record_certificates(settings(privateCa=True))
    issuers = objects(recording, "ClusterIssuer")
    certificate = objects(recording, "Certificate")["private-ca"]
    assert waits_for(recording, issuers["self-signed"]) == {"certificates-cert-manager"}
    assert waits_for(recording, certificate) == {issuers["self-signed"].name}
    assert waits_for(recording, issuers["private-ca"]) == {certificate.name}
    assert certificate.inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}


def test_a_renewed_authority_keeps_its_key_and_its_name() -> None:
    spec = authority_spec("slipway-production")
    assert spec["privateKey"] == {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"}
    hours = {key: int(spec[key].partition("h")[0]) for key in ("duration", "renewBefore")}
    assert hours["duration"] >= 5 * hours["renewBefore"]
    assert spec["commonName"] == "slipway-production private CA"
    assert len(authority_spec("c" * 100)["commonName"]) == 64


def test_aws_private_ca_issues_from_one_authority_only() -> None:
    recording = record_certificates(settings(**AWS))
    policy = json.loads(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    (statement,) = policy["Statement"]
    assert statement["Resource"] == AUTHORITY
    assert sorted(statement["Action"]) == [
        "acm-pca:DescribeCertificateAuthority",
        "acm-pca:GetCertificate",
        "acm-pca:IssueCertificate",
    ]
    role = recording.one("aws:iam/role:Role")
    assert "123456789012" in json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]["Condition"][
        "StringEquals"
    ].get("aws:SourceAccount", "")


def test_aws_private_cas_controller_has_its_identity_from_the_start() -> None:
    recording = record_certificates(settings(**AWS))
    association = recording.one(ASSOCIATION)
    release = recording.one(RELEASE, "certificates-aws-private-ca-controller")
    account = release.inputs["values"]["serviceAccount"]["name"]
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("cert-manager", account)
    assert waits_for(recording, release) == {association.name, "certificates-cert-manager"}
    issuer = objects(recording, "AWSPCAClusterIssuer")["aws-private-ca"]
    assert waits_for(recording, issuer) == {release.name}


def test_aws_private_cas_issuer_asks_the_authoritys_own_region() -> None:
    issuer = objects(record_certificates(settings(**AWS)), "AWSPCAClusterIssuer")["aws-private-ca"]
    assert issuer.inputs["spec"] == {"arn": AUTHORITY, "region": "eu-central-1"}


def test_aws_private_cas_pods_are_restricted_and_lend_their_rights_to_nobody() -> None:
    found = values(record_certificates(settings(**AWS)), "certificates-aws-private-ca-controller")
    assert found["podSecurityContext"]["runAsNonRoot"] is True
    assert found["podSecurityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert found["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert found["securityContext"]["allowPrivilegeEscalation"] is False
    assert "enableIssuerAmbientCredentials" not in found


def test_without_an_eks_cluster_there_is_nobody_to_ask_aws() -> None:
    recording = record_certificates(settings(**AWS), cluster_name=None)
    assert objects(recording, "AWSPCAClusterIssuer") == {}
    assert recording.all(ASSOCIATION) == []


@pytest.mark.parametrize(
    ("rooms", "available", "chosen"),
    [
        ({}, (), None),
        ({"email": EMAIL}, ("letsencrypt-staging", "letsencrypt-production"), "letsencrypt-staging"),
        ({"privateCa": True}, ("private-ca",), None),
        ({"privateCa": True, "issuer": "private-ca"}, ("private-ca",), "private-ca"),
        ({**AWS, "issuer": "aws-private-ca"}, ("aws-private-ca",), "aws-private-ca"),
        ({**AWS, "issuer": "private-ca"}, ("aws-private-ca",), None),
    ],
)
def test_apps_use_an_issuer_that_is_made(rooms: dict[str, Any], available: tuple[str, ...], chosen: str | None) -> None:
    assert available_issuers(settings(**rooms)) == available
    assert app_issuer(settings(**rooms)) == chosen


@pytest.mark.parametrize(
    "rooms",
    [
        {"email": EMAIL},
        {"privateCa": True, "issuer": "private-ca"},
        {**AWS, "issuer": "aws-private-ca"},
    ],
)
def test_the_reference_names_the_object_that_is_made(rooms: dict[str, Any]) -> None:
    ref = issuer_ref(settings(**rooms))
    assert ref is not None
    made = objects(record_certificates(settings(**rooms)), ref["kind"])[ref["name"]]
    assert made.inputs["apiVersion"].partition("/")[0] == ref["group"]


@pytest.mark.parametrize(
    ("rooms", "waited", "chosen"),
    [
        ({"email": EMAIL}, {"certificates-letsencrypt-staging", "certificates-letsencrypt-production"}, None),
        ({"privateCa": True, "issuer": "private-ca"}, {"certificates-private-ca-issuer"}, "private-ca"),
        ({**AWS, "issuer": "aws-private-ca"}, {"certificates-aws-private-ca-issuer"}, "aws-private-ca"),
        ({}, set(), ""),
    ],
)
def test_a_certificate_waits_for_every_issuer(rooms: dict[str, Any], waited: set[str], chosen: str | None) -> None:
    def certificate(made: Certificates) -> None:
        opts = pulumi.ResourceOptions(depends_on=list(made.issuers))
        pulumi.CustomResource("test:app:Certificate", "app", {"issuer": made.issuer_name or ""}, opts)

    recording = record_certificates(settings(**rooms), then=certificate)
    app = recording.one("test:app:Certificate")
    assert waits_for(recording, app) == waited
    assert app.inputs["issuer"] == ("letsencrypt-staging" if chosen is None else chosen)


def test_an_ingress_names_cert_managers_own_kind_short_and_others_in_full() -> None:
    own, other = issuer_ref(settings(email=EMAIL)), issuer_ref(settings(**AWS, issuer="aws-private-ca"))
    assert own is not None
    assert other is not None
    assert issuer_annotations(own) == {"cert-manager.io/cluster-issuer": "letsencrypt-staging"}
    assert issuer_annotations(other) == {
        "cert-manager.io/issuer": "aws-private-ca",
        "cert-manager.io/issuer-kind": "AWSPCAClusterIssuer",
        "cert-manager.io/issuer-group": "awspca.cert-manager.io",
    }
    assert issuer_ref(settings()) is None
    assert set(PRIVATE_ISSUERS) == {"private-ca", "aws-private-ca"}


@pytest.mark.parametrize(
    ("ingress", "certificates", "beside"),
    [
        ("external", {"email": "platform@example.com"}, True),
        ("nginx", {"email": "platform@example.com"}, True),
        ("gateway-api", {"email": "platform@example.com"}, False),
        ("alb", {"email": "platform@example.com"}, False),
        ({"controller": "alb", "additional": ["nginx"]}, {"email": "platform@example.com"}, True),
        ("nginx", {"privateCa": True, "issuer": "private-ca"}, False),
    ],
)
def test_challenges_are_answered_beside_the_apps_where_their_certificates_are(
    ingress: object, certificates: dict[str, object], beside: bool
) -> None:
    assert solved_beside_apps(stack(ingress=ingress, certificates=certificates)) is beside
